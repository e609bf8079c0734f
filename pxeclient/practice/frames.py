"""UDP datagrams to and from Ethernet frames in one step.

`pxeclient.wire` does the same a layer at a time, with an object for every header. A practice
network often plays thousands of boots, in which these two functions are most of the work, so
they keep addresses as octets and touch every frame once. Tests hold them against `wire`.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from pxeclient.wire.checksum import checksum, udp_checksum
from pxeclient.wire.ethernet import HEADER, IPV4
from pxeclient.wire.ipv4 import UDP

MTU = 1500
"""Octets in an IPv4 packet; longer ones need fragments."""

_IP = struct.Struct("!BBHHHBBH4s4s")
_UDP = struct.Struct("!HHHH")
_ETHERTYPE = IPV4.to_bytes(2, "big")
_TTL = 64
_FRAGMENTED = 0x3FFF
"""The bits of the fragment field that are 0 in a whole packet: all but "reserved" and DF."""


class Peer(NamedTuple):
    """The other end of a conversation: a client's port, and how to reach it."""

    mac: bytes
    address: bytes
    """Four octets."""
    port: int
    local: bytes
    """Which of our addresses it talks to."""


class Datagram(NamedTuple):
    """A UDP datagram as it came in."""

    client: Peer
    """Who sent it; `Peer.local` is its destination, which may be a broadcast or multicast."""
    port: int
    """The destination port."""
    payload: bytes
    start: bytes
    """The packet's header and the 8 octets after it, as ICMP errors quote them (RFC 792)."""


def read_udp(frame: bytes) -> Datagram | None:
    """The datagram in a frame; None for any other frame, a fragment, or a broken packet."""
    if len(frame) < HEADER + _IP.size + _UDP.size or frame[12:14] != _ETHERTYPE:
        return None
    first, _, total, _, fragment, _, protocol, _, source, destination = _IP.unpack_from(
        frame, HEADER
    )
    header = (first & 15) * 4
    end = HEADER + total
    if first >> 4 != 4 or header < _IP.size or end > len(frame) or total < header + _UDP.size:
        return None
    if protocol != UDP or fragment & _FRAGMENTED:
        return None
    at = HEADER + header
    if checksum(frame[HEADER:at]):
        return None
    source_port, port, length, check = _UDP.unpack_from(frame, at)
    if length < _UDP.size or at + length > end:
        return None
    data = frame[at : at + length]
    # With its checksum in place a good datagram sums to zero, which is sent as 0xffff.
    if check and udp_checksum(source, destination, data) != 0xFFFF:
        return None
    client = Peer(frame[6:12], source, source_port, destination)
    return Datagram(client, port, data[_UDP.size :], frame[HEADER : at + _UDP.size])


def udp_frame(mac: bytes, source_port: int, to: Peer, ident: int, payload: bytes) -> bytes | None:
    """The frame that carries `payload` from our `mac` to a peer.

    None when it exceeds the MTU: `wire` and fragments have to do it.
    """
    length = _UDP.size + len(payload)
    total = _IP.size + length
    if total > MTU:
        return None
    head = _IP.pack(0x45, 0, total, ident, 0, _TTL, UDP, 0, to.local, to.address)
    data = _UDP.pack(source_port, to.port, length, 0) + payload
    return b"".join(
        (
            to.mac,
            mac,
            _ETHERTYPE,
            head[:10],
            checksum(head).to_bytes(2, "big"),
            head[12:],
            data[:6],
            udp_checksum(to.local, to.address, data).to_bytes(2, "big"),
            payload,
        )
    )
