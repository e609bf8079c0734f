"""A client's link into a lab, which notices when the lab is gone."""

from __future__ import annotations

from collections.abc import Callable

from pxeclient.link.base import Link, LinkError
from pxeclient.link.wrapped import WrappedLink

_LOOK_EVERY = 1.0
"""Seconds after which silence makes us look whether anybody is left to break it."""


class LabLink(WrappedLink):
    """A `Link`. Its socket alone would outlive the network, and be silent for ever."""

    def __init__(self, link: Link, alive: Callable[[], bool]) -> None:
        """`alive`: whether the lab still is."""
        super().__init__(link)
        self._alive = alive

    def receive(self, until: float) -> bytes | None:
        """As the link inside.

        Raises:
            LinkError: As the link inside, or the lab is gone.
        """
        while True:
            at = min(until, self._link.now() + _LOOK_EVERY)
            if (frame := self._link.receive(at)) is not None:
                return frame
            if not self._alive():
                raise LinkError("The lab is gone, its keeper was killed: open another one.")
            if at >= until:
                return None
