"""What a link is: a network segment as one station sees it."""

from __future__ import annotations

from typing import Protocol


class LinkError(OSError):
    """A link cannot be opened or used; the text is one sentence that says what to do."""


class Link(Protocol):
    """Send a frame, wait for one, tell the time. Everything outside is behind this.

    A link inherits from it, and so need not speak of pace and losses if it has none.
    """

    pace: float = 1.0
    """Seconds outside for one on the link's clock; 0.1 is ten times as fast."""

    dates: bool = False
    """It knows when a frame came, however late it was fetched (`came`)."""

    borrowed: bool = False
    """It sends on a card under another address than the card's: a guest's virtual switch, a guarded
    switch port and a wireless network may let nothing of that pass."""

    doubled: bool = False
    """Somebody else of us was a station with the same address there when it began."""

    def now(self) -> float:
        """Seconds since any origin; never goes backwards."""
        ...

    def send(self, frame: bytes) -> None:
        """Put one Ethernet frame (no checksum trailer) on the wire.

        Raises:
            LinkError: The frame could not be sent.
        """
        ...

    def receive(self, until: float) -> bytes | None:
        """Wait for the next frame, at most until `now()` is `until`; None when none came.

        Raises:
            LinkError: The link is gone.
        """
        ...

    def came(self) -> float:
        """When the frame that `receive` gave last came, by `now()`'s clock.

        Without `dates` that is when it was fetched.
        """
        return self.now()

    def lost(self) -> int:
        """Frames that it dropped so far for want of room, as far as it counts them.

        To be told to the user, so that our own loss is not blamed on a server.
        """
        return 0

    def close(self) -> None:
        """Give back what the link holds. Harmless when repeated."""
        ...
