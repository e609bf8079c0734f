"""A DHCP message as far as a text tells of it, made into octets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.seen.aspects import Aspect
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY, ZERO_MAC
from pxeclient.wire.dhcp import Message, Option

TYPES = {"nack": dhcp.NAK} | {
    name: number
    for number, name in enumerate(
        ("discover", "offer", "request", "decline", "ack", "nak", "release", "inform"), 1
    )
}
"""Option 53 by the names that programs give it (RFC 2132 §9.6)."""
_HEAD = 44
"""Octets of a message up to the end of a hardware address."""


@dataclass(slots=True)
class Told:
    """What is said of one message. What is not said is None, or not in the list."""

    op: int = dhcp.BOOTREQUEST
    xid: int | None = None
    secs: int | None = None
    flags: int | None = None
    hops: int = 0
    hardware: bytes = ZERO_MAC
    ciaddr: IPv4Address = ANY
    yiaddr: IPv4Address = ANY
    siaddr: IPv4Address = ANY
    giaddr: IPv4Address = ANY
    sname: bytes = b""
    file: bytes = b""
    options: list[Option] = field(default_factory=list)
    """In the order of the text."""
    lacks_options: bool = False
    """It has others, or values of which the text does not have all."""
    is_ordered: bool = True
    """Options stand in the order of the packet."""
    size: int | None = None
    """Octets of the UDP payload."""

    def built(self) -> tuple[bytes, int, frozenset[Aspect]]:
        """The message's octets, how many there were on the wire, and what is unknown of it.

        What lacks options has no END, and ends before its last octet on the wire: it counts as cut.
        """
        options = [one for one in self.options if len(one.data) <= 255]
        octets = self._octets(options)
        size = self.size
        untold: set[Aspect] = set() if size is not None else {Aspect.PADDING}
        if None in (self.xid, self.secs, self.flags):
            untold.add(Aspect.HEADER)
        if not self.is_ordered:
            untold.add(Aspect.ORDER)
        is_long = size is not None and len(octets) > size
        if self.lacks_options or is_long or len(options) < len(self.options):
            untold |= {Aspect.OPTIONS, Aspect.ORDER, Aspect.PADDING}
            return octets, max(size or 0, len(octets) + 1), frozenset(untold)
        rest = 1 if size is None else size - len(octets)
        octets += bytes([dhcp.END] if rest else []) + bytes(max(rest - 1, 0))
        return octets, len(octets), frozenset(untold)

    def _octets(self, options: Iterable[Option]) -> bytes:
        message = Message(
            self.op,
            self.xid or 0,
            self.hardware[:16].ljust(16, b"\0"),
            self.secs or 0,
            self.flags or 0,
            self.ciaddr,
            self.yiaddr,
            self.siaddr,
            self.giaddr,
            self.sname[:64].ljust(64, b"\0"),
            self.file[:128].ljust(128, b"\0"),
            tuple(options),
            hops=self.hops & 0xFF,
        )
        return dhcp.build(message)

    def head(self) -> tuple[bytes, int, frozenset[Aspect]]:
        """The same where only the client's hardware address is told."""
        octets = self._octets(())[:_HEAD]
        aspects = (Aspect.HEADER, Aspect.OPTIONS, Aspect.ORDER, Aspect.PADDING)
        return octets, max(self.size or 0, len(octets) + 1), frozenset(aspects)
