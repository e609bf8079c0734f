"""IPv4 packets and their fragments (RFC 791)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from pxeclient.wire.addresses import ipv4
from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import ChecksumError, WireError

ICMP = 1
IGMP = 2
UDP = 17

ROUTER_ALERT = b"\x94\x04\0\0"
"""The header option that has routers look at a packet that is not for them (RFC 2113)."""

_LAYOUT = struct.Struct("!BBHHHBBH4s4s")


@dataclass(frozen=True, slots=True)
class Packet:
    """One IPv4 packet or fragment."""

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    payload: bytes
    ttl: int = 64
    identification: int = 0
    dont_fragment: bool = False
    more_fragments: bool = False
    fragment_offset: int = 0
    """Where the payload belongs in the whole, in octets (a multiple of 8)."""
    tos: int = 0
    options: bytes = b""
    """Header options, a multiple of 4 octets."""

    @property
    def is_fragment(self) -> bool:
        """This is only a part of a packet."""
        return self.more_fragments or self.fragment_offset > 0


def parse(data: bytes, zero_checksum: bool = False) -> Packet:
    """Read a packet; octets after its total length are Ethernet padding.

    Args:
        data: The packet, from its header on.
        zero_checksum: A header checksum of 0 counts as none, as some hosts take it. RFC 791
            knows no such thing.

    Raises:
        WireError: Not IPv4, lengths that do not fit, or a wrong header checksum.
    """
    if len(data) < _LAYOUT.size:
        raise WireError(f"IPv4: {len(data)} octets, the header alone has {_LAYOUT.size}")
    first, tos, total, ident, fragment, ttl, protocol, check, source, destination = (
        _LAYOUT.unpack_from(data)
    )
    header = (first & 15) * 4
    if first >> 4 != 4:
        raise WireError(f"IPv4: version {first >> 4} at octet 0, not 4")
    if header < _LAYOUT.size or header > total:
        raise WireError(f"IPv4: header length {header} at octet 0 does not fit")
    if total > len(data):
        raise WireError(f"IPv4: total length {total} at octet 2, the frame has {len(data)}")
    if (check or not zero_checksum) and checksum(data[:header]):
        raise ChecksumError("IPv4: wrong header checksum at octet 10")
    return Packet(
        ipv4(source),
        ipv4(destination),
        protocol,
        data[header:total],
        ttl,
        ident,
        bool(fragment & 0x4000),
        bool(fragment & 0x2000),
        (fragment & 0x1FFF) * 8,
        tos,
        data[_LAYOUT.size : header],
    )


def build(packet: Packet) -> bytes:
    """The packet's octets, with its header checksum.

    Raises:
        WireError: The packet is too long, or its options are not whole words.
    """
    header = _LAYOUT.size + len(packet.options)
    total = header + len(packet.payload)
    if header > 60 or header % 4:
        raise WireError(f"IPv4: a header of {header} octets cannot be sent")
    if total > 0xFFFF:
        raise WireError(f"IPv4: {total} octets are more than a packet can have")
    fragment = (
        packet.dont_fragment << 14 | packet.more_fragments << 13 | packet.fragment_offset // 8
    )
    head = _LAYOUT.pack(
        0x40 | header // 4,
        packet.tos,
        total,
        packet.identification,
        fragment,
        packet.ttl,
        packet.protocol,
        0,
        packet.source.packed,
        packet.destination.packed,
    )
    head += packet.options
    return head[:10] + checksum(head).to_bytes(2, "big") + head[12:] + packet.payload


def fragments(packet: Packet, mtu: int) -> tuple[Packet, ...]:
    """The packet in parts of at most `mtu` octets (RFC 791 §2.3); itself if it fits.

    Every part has the header's options, those too that only the first needs (RFC 791 §3.1).
    """
    room = mtu - 20 - len(packet.options)
    size = len(packet.payload)
    if size <= room:
        return (packet,)
    step = max(room // 8, 1) * 8
    return tuple(
        replace(
            packet,
            payload=packet.payload[start : start + step],
            fragment_offset=start,
            more_fragments=start + step < size,
        )
        for start in range(0, size, step)
    )
