"""A simulated link at a pace that a person can follow."""

from __future__ import annotations

import time

from pxeclient.link.base import Link
from pxeclient.link.wrapped import WrappedLink


class SlowedLink(WrappedLink):
    """Waits in real time, `scale` times as long as `link`'s virtual clock jumps."""

    def __init__(self, link: Link, scale: float) -> None:
        """Slow `link` down: 1 is the firmware's own pace, 0.1 ten times as fast."""
        if scale <= 0:
            raise ValueError(f"a pace of {scale} would stand still or run backwards")
        super().__init__(link)
        self._scale = scale
        self._started = time.monotonic()
        self._origin = link.now()
        self._broken_off: float | None = None
        """Where the clock was when a wait was interrupted; the one inside had jumped already."""

    def now(self) -> float:
        """The virtual clock."""
        return self._link.now() if self._broken_off is None else self._broken_off

    def receive(self, until: float) -> bytes | None:
        """As `link` does, but not before its time has come."""
        frame = self._link.receive(until)
        due = self._started + (self._link.now() - self._origin) * self._scale
        try:
            time.sleep(max(0.0, due - time.monotonic()))
        except KeyboardInterrupt:
            self._broken_off = self._origin + (time.monotonic() - self._started) / self._scale
            raise
        return frame
