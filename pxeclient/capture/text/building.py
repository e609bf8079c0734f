"""Octets of what a text tells in words: as many as it tells of, with the lengths of the wire."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from pxeclient.wire import ethernet, ipv4, ipv6
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC, Mac, multicast_mac
from pxeclient.wire.checksum import checksum

UNTOLD_MAC = bytes(6)
"""In the place of an Ethernet address that a text does not tell (`joining` works it out)."""
_IP_HEADER, _UDP_HEADER = 20, 8
_MOST = 0xFFFF
_NOTHING_FOLLOWS = 59
"""The next header of which none follows (RFC 8200 §4.7)."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an IPv4 packet goes; what is not told has the value of most."""

    source: IPv4Address
    destination: IPv4Address
    ttl: int = 64
    identification: int = 0
    dont_fragment: bool = False
    tos: int = 0

    def packet(self, protocol: int, payload: bytes, size: int | None = None) -> tuple[bytes, int]:
        """The packet's octets, and how many it had on the wire; `size` is the payload's there."""
        total = _IP_HEADER + max(len(payload) if size is None else size, len(payload))
        flags = 0x4000 if self.dont_fragment else 0
        head = struct.pack(
            "!BBHHHBBH4s4s",
            0x45,
            self.tos & 0xFF,
            min(total, _MOST),
            self.identification & _MOST,
            flags,
            self.ttl & 0xFF,
            protocol & 0xFF,
            0,
            self.source.packed,
            self.destination.packed,
        )
        head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
        return (head + payload)[:_MOST], min(total, _MOST)

    def datagram(
        self, ports: tuple[int, int], payload: bytes, size: int | None = None
    ) -> tuple[bytes, int]:
        """The same of a UDP datagram, without a checksum (RFC 768: 0 is none)."""
        size = max(len(payload) if size is None else size, len(payload))
        length = min(_UDP_HEADER + size, _MOST - _IP_HEADER)
        head = struct.pack("!HHHH", ports[0] & _MOST, ports[1] & _MOST, length, 0)
        return self.packet(ipv4.UDP, head + payload, length)


def framed(
    link: tuple[bytes, bytes] | None, ethertype: int, content: bytes, size: int
) -> tuple[bytes, int]:
    """A frame's octets and its length on the wire; `link` is who it goes to, and from whom."""
    destination, source = link or (UNTOLD_MAC, UNTOLD_MAC)
    head = destination + source + ethertype.to_bytes(2, "big")
    return head + content, ethernet.HEADER + max(size, len(content))


def tcp_head(ports: tuple[int, int], flags: int) -> bytes:
    """The header of a TCP segment of which nothing more is told."""
    head = struct.pack("!HH", ports[0] & _MOST, ports[1] & _MOST) + bytes(8)
    return head + bytes((0x50, flags & 0x3F)) + bytes(6)


def packet6(
    ends: tuple[IPv6Address, IPv6Address],
    protocol: int,
    ports: tuple[int, int] | None,
    size: int,
) -> tuple[bytes, int]:
    """The headers of an IPv6 packet, and its length on the wire; what it carries is not read.

    `size` is that of its payload. Of other protocols than UDP and ICMPv6 nothing is told.
    """
    size = min(size, _MOST)
    udp = b""
    if protocol == ipv4.UDP and ports is not None:
        udp = struct.pack("!HHHH", ports[0] & _MOST, ports[1] & _MOST, size, 0)
    shown = protocol if protocol in (ipv4.UDP, ipv6.ICMPV6) else _NOTHING_FOLLOWS
    head = b"\x60\0\0\0" + size.to_bytes(2, "big") + bytes((shown, 64))
    return head + ends[0].packed + ends[1].packed + udp, len(head) + 32 + size


def mac_of(text: str) -> Mac | None:
    """An Ethernet address with colons or dashes between its octets, of one or two digits each."""
    parts = text.replace("-", ":").split(":")
    if len(parts) != 6 or not all(1 <= len(part) <= 2 for part in parts):
        return None
    try:
        return Mac(bytes(int(part, 16) for part in parts))
    except ValueError:
        return None


def group_of(address: IPv4Address) -> bytes | None:
    """The Ethernet address of a broadcast or a multicast group (RFC 1112 §6.4)."""
    if address == BROADCAST:
        return BROADCAST_MAC
    return multicast_mac(address) if address.is_multicast else None
