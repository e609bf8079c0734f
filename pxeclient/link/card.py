"""A socket on an interface that is had once, and lent to one station after another.

Opening one takes CAP_NET_RAW. So who opens it first can give that up, and be many machines still.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from pxeclient.link import interface, packet, station


class Card:
    """An interface that is ready for stations. It hears nothing while it is lent to none.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = packet.open_socket(name)

    @contextlib.contextmanager
    def link(self, mac: bytes, beside: Sequence[bytes] = ()) -> Iterator[packet.PacketLink]:
        """The station with that address, and more on the same cable; one at a time.

        Raises:
            LinkError: The interface is gone.
            ValueError: `mac`, or one of `beside`, is no station's address.
        """
        macs = [station.check_mac(one) for one in (mac, *beside)]
        own = interface.address(self.name)
        with packet.heard(self._socket, self.name, *macs):
            link = packet.PacketLink(self.name, mac, self._socket.dup())
            link.borrowed = mac != own
            with contextlib.closing(link):
                yield link

    def close(self) -> None:
        """Give the socket back. Harmless when repeated."""
        self._socket.close()
