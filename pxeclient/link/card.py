"""A socket on an interface that is had once, and lent to one station after another.

Opening one takes CAP_NET_RAW. So who opens it first can give that up, and be many machines still.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from pxeclient.link import interface, packet, station
from pxeclient.link.presence import Presence


class Card:
    """An interface that is ready for stations. It hears nothing while it is lent to none.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = packet.open_socket(name)
        self.was_doubled = False
        """One of its stations so far was somebody else of us, too."""

    @contextlib.contextmanager
    def link(self, mac: bytes, beside: Sequence[bytes] = ()) -> Iterator[packet.PacketLink]:
        """The station with that address, and more on the same cable; one at a time.

        Raises:
            LinkError: The interface is gone.
            ValueError: `mac`, or one of `beside`, is no station's address.
        """
        macs = [station.check_mac(one) for one in (mac, *beside)]
        own = interface.address(self.name)
        with (
            packet.heard(self._socket, self.name, *macs),
            contextlib.closing(Presence(self.name, macs)) as presence,
        ):
            link = packet.PacketLink(self.name, mac, self._socket.dup())
            link.borrowed, link.doubled = mac != own, presence.has_others
            self.was_doubled |= presence.has_others
            with contextlib.closing(link):
                yield link

    def close(self) -> None:
        """Give the socket back. Harmless when repeated."""
        self._socket.close()
