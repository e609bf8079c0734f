"""A link whose clock runs at another pace, so that a boot need not take a firmware's minutes."""

from __future__ import annotations

import math

from pxeclient.link.base import Link
from pxeclient.link.wrapped import WrappedLink

LEAST, MOST = 0.001, 1000.0
"""Paces that make sense: servers need milliseconds, and firmwares wait for minutes."""


class PacedLink(WrappedLink):
    """Any link, with `scale` seconds passing on it for each second on our clock.

    A scale of 0.1 lets a client wait a tenth of what its firmware waits. The network does not
    become faster: a server that takes half a second to answer then seems to take five.

    Raises:
        ValueError: The scale is not a positive number.
    """

    def __init__(self, link: Link, scale: float) -> None:
        if not (scale > 0 and math.isfinite(scale)):
            raise ValueError(f"a clock cannot run at the scale {scale}: give a number above 0")
        super().__init__(link)
        self.pace = scale * link.pace
        self._scale = scale
        self._start = link.now()
        self._reached = 0.0

    def now(self) -> float:
        """Seconds since construction, as the client counts them."""
        return max(self._reached, (self._link.now() - self._start) / self._scale)

    def came(self) -> float:
        """As the link inside, on our clock."""
        return (self._link.came() - self._start) / self._scale

    def receive(self, until: float) -> bytes | None:
        """As the link inside, with `until` on our clock.

        Raises:
            LinkError: As the link inside.
        """
        frame = self._link.receive(self._start + until * self._scale)
        if frame is None:
            # There and back, `until` may round to just before itself: a timer set for it would
            # then not be due, and its owner would wait in vain once more.
            self._reached = max(self._reached, until)
        return frame
