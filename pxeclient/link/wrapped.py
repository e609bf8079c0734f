"""A link around another one, which it changes in some way."""

from __future__ import annotations

from pxeclient.link.base import Link


class WrappedLink(Link):
    """The link inside as it is; who inherits says what is different."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.pace = link.pace
        self.dates = link.dates
        self.borrowed = link.borrowed
        self.doubled = link.doubled

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
            LinkError: As the link inside.
        """
        return self._link.receive(until)

    def came(self) -> float:
        """As the link inside."""
        return self._link.came()

    def lost(self) -> int:
        """As the link inside."""
        return self._link.lost()

    def close(self) -> None:
        """Close the link inside."""
        self._link.close()
