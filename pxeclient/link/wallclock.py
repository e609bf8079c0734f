"""The time of day, for those who date a capture."""

from __future__ import annotations

import time


def seconds_since_1970() -> float:
    """Now, by the machine's clock."""
    return time.time()


def steady_seconds() -> float:
    """Seconds of a clock that nobody sets."""
    return time.monotonic()
