"""Whole UDP datagrams to and from octets in one step.

`ethernet`, `ipv4` and `udp` do the same a layer at a time, with an object for every header,
and say what is wrong with what they cannot read. Most of the work of a boot is whole and good
datagrams, so for these there are functions that touch every frame once and keep addresses as
octets; what they do not take is for the layers. Tests hold them against these.
"""

from __future__ import annotations

import struct

from msgspec import Struct

from pxeclient.wire.checksum import word_sum
from pxeclient.wire.ethernet import HEADER, IPV4
from pxeclient.wire.ipv4 import UDP

MTU = 1500
"""Octets in an IPv4 packet; longer ones need fragments."""

_IP = struct.Struct("!BBHHHBBH4s4s")
_UDP = struct.Struct("!HHHH")
_IP_HEADER, _UDP_HEADER = _IP.size, _UDP.size
_BOTH = struct.Struct("!HHHHBBH4s4sHHHH")
_AFTER_IP = HEADER + _IP_HEADER
"""Where what an IPv4 packet carries begins, if it has no options."""
_ADDRESSES = _AFTER_IP - 8
_LEAST = HEADER + _BOTH.size
"""Octets of a frame with an empty datagram."""
_ETHERTYPE = IPV4.to_bytes(2, "big")
_TTL = 64
_SHORT = 400
"""Octets of a datagram up to which its sum is one division."""
_FIRST = 0x4500
"""The first word of a header: version 4, no options, no type of service."""
_FRAGMENTED = 0x3FFF
"""The bits of the fragment field that are 0 in a whole packet: all but "reserved" and DF."""


class Peer(Struct, frozen=True):
    """The other end of a conversation: its port, and how to reach it."""

    mac: bytes
    address: bytes
    """Four octets."""
    port: int
    local: bytes
    """Which of our addresses it talks to."""


class Datagram(Struct, frozen=True):
    """A UDP datagram as it came in."""

    peer: Peer
    """Who sent it; `Peer.local` is its destination, which may be a broadcast or multicast."""
    port: int
    """The destination port."""
    payload: bytes
    start: bytes
    """The packet's header and the 8 octets after it, as ICMP errors quote them (RFC 792)."""


def read_udp(frame: bytes) -> Datagram | None:
    """The datagram in a frame; None for any other frame, a fragment, or a broken packet."""
    if len(frame) < _LEAST or frame[12:14] != _ETHERTYPE:
        return None
    (first, total, _, fragment, _, protocol, _, source, destination,
     source_port, port, length, check) = _BOTH.unpack_from(frame, HEADER)  # fmt: skip
    at = _AFTER_IP
    if first & 0xFF00 != _FIRST:
        at = HEADER + (first >> 8 & 15) * 4
        if first >> 12 != 4 or at < _AFTER_IP or at + _UDP_HEADER > len(frame):
            return None
        source_port, port, length, check = _UDP.unpack_from(frame, at)
    end = HEADER + total
    if protocol != UDP or fragment & _FRAGMENTED or end > len(frame):
        return None
    stop = at + length
    if length < _UDP_HEADER or stop > end:
        return None
    # With its checksum in place a good header, and a good datagram, sums to a multiple of 0xffff.
    if int.from_bytes(frame[HEADER:at], "big") % 0xFFFF:
        return None
    # The addresses of the pseudo header stand right before the datagram, or before the options.
    summed = frame[_ADDRESSES:stop] if at == _AFTER_IP else source + destination + frame[at:stop]
    # Short ones are summed here, where that is no call (`word_sum` says why it is right).
    is_short = length < _SHORT and not length & 1
    total = int.from_bytes(summed, "big") if is_short else word_sum(summed)
    if check and (total + UDP + length) % 0xFFFF:
        return None
    payload = at + _UDP_HEADER
    peer = Peer(frame[6:12], source, source_port, destination)
    return Datagram(peer, port, frame[payload:stop], frame[HEADER:payload])


def udp_packet(
    source: bytes,
    source_port: int,
    destination: bytes,
    port: int,
    payload: bytes,
    ident: int,
    ttl: int = _TTL,
    dont_fragment: bool = False,
) -> bytes:
    """The IPv4 packet that carries `payload` from one address to another, four octets each."""
    length = _UDP_HEADER + len(payload)
    total = _IP_HEADER + length
    fragment = dont_fragment << 14
    # Both checksums are sums of words, so they need not wait for the octets to be put together.
    addresses = int.from_bytes(source + destination, "big")
    ip_sum = _FIRST + total + ident + fragment + (ttl << 8) + UDP + addresses
    udp_sum = addresses + UDP + length + source_port + port + length + word_sum(payload)
    head = _BOTH.pack(
        _FIRST, total, ident, fragment, ttl, UDP, -ip_sum % 0xFFFF, source, destination,
        source_port, port, length, 0xFFFF - udp_sum % 0xFFFF,
    )  # fmt: skip
    return head + payload


def udp_frame(mac: bytes, source_port: int, to: Peer, ident: int, payload: bytes) -> bytes | None:
    """The frame that carries `payload` from our `mac` to a peer.

    None when it exceeds the MTU: the layers and fragments have to do it.
    """
    if _BOTH.size + len(payload) > MTU:
        return None
    packet = udp_packet(to.local, source_port, to.address, to.port, payload, ident)
    return b"".join((to.mac, mac, _ETHERTYPE, packet))
