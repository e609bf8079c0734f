"""IPv6 packets (RFC 8200), as far as they have to be read: the header, and past its extensions."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address

from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import ChecksumError, WireError

HEADER = 40
TCP, UDP, ICMPV6 = 6, 17, 58
NOTHING = 59
"""The next header of a packet that carries none (RFC 8200 §4.7)."""

_FRAGMENT = 44
_SKIPPED = frozenset({0, 43, 60})
"""Hop-by-hop options, routing and destination options: they say how long they are."""


@dataclass(frozen=True, slots=True)
class Packet6:
    """One IPv6 packet, or the part of one that a fragment carries."""

    source: IPv6Address
    destination: IPv6Address
    protocol: int
    """What the payload is: the next header of the last extension that could be read."""
    payload: bytes
    """What follows the extension headers."""
    hop_limit: int = 64
    size: int = 0
    """Octets of the payload on the wire, as the header counts them."""
    more_fragments: bool = False
    fragment_offset: int = 0
    """Where the payload belongs in the whole, in octets."""

    @property
    def is_fragment(self) -> bool:
        """This is only a part of a packet."""
        return self.more_fragments or self.fragment_offset > 0


def parse(data: bytes, is_cut: bool = False) -> Packet6:
    """Read a packet; octets after its length are Ethernet padding.

    Args:
        data: The packet, from its header on.
        is_cut: The end may be missing, as in a capture of short frames.

    Raises:
        WireError: Not IPv6, or lengths that do not fit.
    """
    if len(data) < HEADER:
        raise WireError(f"IPv6: {len(data)} octets, the header alone has {HEADER}")
    if data[0] >> 4 != 6:
        raise WireError(f"IPv6: version {data[0] >> 4} at octet 0, not 6")
    length = int.from_bytes(data[4:6], "big")
    if HEADER + length > len(data) and not is_cut:
        raise WireError(f"IPv6: payload length {length} at octet 4, {len(data) - HEADER} are left")
    protocol, at, end = data[6], HEADER, min(HEADER + length, len(data))
    fragment = 0
    while protocol in _SKIPPED or protocol == _FRAGMENT:
        if at + 8 > end:
            raise WireError(f"IPv6: the extension header at octet {at} is cut off")
        following, size = data[at], (data[at + 1] + 1) * 8
        if protocol == _FRAGMENT:
            fragment, size = int.from_bytes(data[at + 2 : at + 4], "big"), 8
        if at + size > end:
            raise WireError(f"IPv6: the extension header at octet {at} claims {size} octets")
        protocol, at = following, at + size
        if fragment & 0xFFF8:
            # Only the first fragment has the headers that would follow.
            break
    return Packet6(
        IPv6Address(data[8:24]),
        IPv6Address(data[24:40]),
        protocol,
        data[at:end],
        data[7],
        HEADER + length - at,
        bool(fragment & 1),
        fragment & 0xFFF8,
    )


def check(packet: Packet6, what: str) -> None:
    """Hold a whole payload against its checksum, which covers addresses and length (RFC 8200 §8.1).

    Raises:
        ChecksumError: It is wrong; `what` says of what.
    """
    pseudo = packet.source.packed + packet.destination.packed
    pseudo += len(packet.payload).to_bytes(4, "big") + bytes((0, 0, 0, packet.protocol))
    if checksum(pseudo + packet.payload):
        raise ChecksumError(f"{what}: wrong checksum")
