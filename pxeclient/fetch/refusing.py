"""Files that a firmware refuses, whichever way they were fetched."""

from __future__ import annotations

from pxeclient.fetch.job import NotFetched
from pxeclient.outcome import Failure


def too_big(size: int, most: int) -> NotFetched:
    """The file does not fit: it has `size` octets already, and `most` may be."""
    because = f"The boot file has {size} octets or more; this firmware holds at most {most}."
    return NotFetched(Failure.FILE_TOO_BIG, because)


def empty() -> NotFetched:
    """The file holds nothing."""
    return NotFetched(Failure.EMPTY_FILE, "The boot file has no octets.")
