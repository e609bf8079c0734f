"""A client's link into a lab, which notices when the lab is gone."""

from __future__ import annotations

from collections.abc import Callable

from pxeclient.link.base import Link, LinkError
from pxeclient.link.packet import PacketLink

_LOOK_EVERY = 1.0
"""Seconds after which silence makes us look whether anybody is left to break it."""


class LabLink:
    """A `Link`. Its socket alone would outlive the network, and be silent for ever."""

    def __init__(self, link: Link, alive: Callable[[], bool]) -> None:
        """`alive`: whether the lab still is."""
        self._link = link
        self._alive = alive

    def now(self) -> float:
        """As the link inside."""
        return self._link.now()

    def send(self, frame: bytes) -> None:
        """As the link inside.

        Raises:
            LinkError: As the link inside.
        """
        self._link.send(frame)

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

    def lost(self) -> int:
        """As `PacketLink`; a TAP does not count."""
        return self._link.lost() if isinstance(self._link, PacketLink) else 0

    def close(self) -> None:
        """Give it back. Harmless when repeated."""
        self._link.close()
