"""IPv6 and ICMPv6 as octets (RFC 8200, RFC 4443): what the package's wire room does not have."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv6Address

from pxeclient.wire import ethernet
from pxeclient.wire.addresses import Mac, mac
from pxeclient.wire.checksum import checksum

TCP, UDP, ICMPV6 = 6, 17, 58
_FRAGMENT = 44
_EXTENSIONS = (0, 43, 60)
"""Hop-by-hop options, routing, destination options."""
_HEADER = struct.Struct("!IHBB16s16s")

ALL_NODES = IPv6Address("ff02::1")
ALL_DHCP_SERVERS = IPv6Address("ff02::1:2")

ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT = 133, 134
NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT = 135, 136
ECHO_REQUEST, ECHO_REPLY = 128, 129


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, its extension headers skipped."""

    source: IPv6Address
    destination: IPv6Address
    protocol: int
    payload: bytes
    hops: int = 64
    is_fragment: bool = False
    """The payload is a part, and perhaps not the first."""


def parse(data: bytes) -> Packet | None:
    """Read a packet; None for what is cut off."""
    if len(data) < _HEADER.size or data[0] >> 4 != 6:
        return None
    _, length, following, hops, source, destination = _HEADER.unpack_from(data)
    rest = data[_HEADER.size : _HEADER.size + length]
    while following in _EXTENSIONS and len(rest) >= 8:
        following, size = rest[0], (rest[1] + 1) * 8
        rest = rest[size:]
    is_fragment = following == _FRAGMENT and len(rest) >= 8
    if is_fragment:
        following, rest = rest[0], rest[8:]
    addresses = IPv6Address(source), IPv6Address(destination)
    return Packet(*addresses, following, rest, hops, is_fragment)


def build(packet: Packet) -> bytes:
    """The packet's octets; its payload has its checksum already."""
    addresses = packet.source.packed, packet.destination.packed
    head = 0x60000000, len(packet.payload), packet.protocol, packet.hops
    return _HEADER.pack(*head, *addresses) + packet.payload


def upper_checksum(source: bytes, destination: bytes, protocol: int, data: bytes) -> int:
    """The checksum of what a packet carries, over its pseudo header too (RFC 8200 §8.1)."""
    return checksum(source + destination + struct.pack("!II", len(data), protocol) + data)


def udp(
    source: IPv6Address, port: int, destination: IPv6Address, to: int, payload: bytes
) -> Packet:
    """A datagram."""
    head = struct.pack("!HHH", port, to, 8 + len(payload))
    data = head + b"\0\0" + payload
    check = upper_checksum(source.packed, destination.packed, UDP, data) or 0xFFFF
    return Packet(source, destination, UDP, head + struct.pack("!H", check) + payload)


def icmp(
    source: IPv6Address,
    destination: IPv6Address,
    kind: int,
    code: int,
    body: bytes,
    hops: int = 255,
) -> Packet:
    """An ICMPv6 message; neighbour discovery is heard with 255 hops only (RFC 4861 §7.1)."""
    head = bytes((kind, code))
    data = head + b"\0\0" + body
    check = upper_checksum(source.packed, destination.packed, ICMPV6, data)
    message = head + struct.pack("!H", check) + body
    return Packet(source, destination, ICMPV6, message, hops)


def frame(source: Mac, destination: bytes, packet: Packet) -> bytes:
    """The frame that carries a packet."""
    return ethernet.join(destination, source, ethernet.IPV6, build(packet))


def group_mac(group: IPv6Address) -> Mac:
    """The Ethernet group that carries a multicast address (RFC 2464 §7)."""
    return mac(b"\x33\x33" + group.packed[12:])
