"""Wait for a frame on a descriptor until an instant, more precisely than a millisecond."""

from __future__ import annotations

import select
import time
from collections.abc import Callable

_LONGEST = 3600.0
"""Seconds in one `select`: it refuses infinity, and a longer wait goes round the loop again."""


def next_frame(descriptor: int, until: float, take: Callable[[], bytes | None]) -> bytes | None:
    """The next frame that `take` gives, or None once the monotonic clock shows `until`.

    A frame that is already queued is given even when `until` has passed. `take` must not block:
    it raises BlockingIOError when nothing is queued and gives None for a frame not meant for us.
    """
    while True:
        idle = False
        try:
            if (frame := take()) is not None:
                return frame
        except BlockingIOError:
            idle = True
        # Asked after a stranger's frame too: a flood of them must not hold up the deadline.
        pause = until - time.monotonic()
        if pause <= 0:
            return None
        if idle:
            # Not epoll or poll: they count milliseconds and come back up to one late.
            select.select([descriptor], [], [], min(pause, _LONGEST))
