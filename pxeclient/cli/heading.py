"""The heading of the objects that a command prints: the clock is this machine's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pxeclient.link.wallclock import seconds_since_1970
from pxeclient.report.heading import headed


def now_headed(found: Mapping[str, Any]) -> dict[str, Any]:
    """The object with its heading, of a run that is now."""
    return headed(found, seconds_since_1970())
