"""UDP datagrams (RFC 768)."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

from msgspec import Struct

from pxeclient.wire.checksum import udp_checksum
from pxeclient.wire.errors import ChecksumError, WireError

_LAYOUT = struct.Struct("!HHHH")


class Datagram(Struct, frozen=True):
    """One UDP datagram."""

    source_port: int
    destination_port: int
    payload: bytes


def parse(data: bytes, source: IPv4Address, destination: IPv4Address) -> Datagram:
    """Read a datagram sent from `source` to `destination`.

    A checksum of 0 means that the sender computed none.

    Raises:
        WireError: Lengths that do not fit, or a wrong checksum.
    """
    if len(data) < _LAYOUT.size:
        raise WireError(f"UDP: {len(data)} octets, the header alone has {_LAYOUT.size}")
    source_port, destination_port, length, check = _LAYOUT.unpack_from(data)
    if length < _LAYOUT.size or length > len(data):
        raise WireError(f"UDP: length {length} at octet 4, the packet has {len(data)}")
    if check:
        # With its checksum in place a good datagram sums to zero, which is sent as 0xffff.
        total = udp_checksum(source.packed, destination.packed, data[:length])
        if total != 0xFFFF:
            raise ChecksumError("UDP: wrong checksum at octet 6")
    return Datagram(source_port, destination_port, data[_LAYOUT.size : length])


def build(datagram: Datagram, source: IPv4Address, destination: IPv4Address) -> bytes:
    """The datagram's octets, with its checksum.

    Raises:
        WireError: The payload is too long for a datagram.
    """
    length = _LAYOUT.size + len(datagram.payload)
    if length > 0xFFFF:
        raise WireError(f"UDP: {length} octets are more than a datagram can have")
    head = _LAYOUT.pack(datagram.source_port, datagram.destination_port, length, 0)
    check = udp_checksum(source.packed, destination.packed, head + datagram.payload)
    return head[:6] + check.to_bytes(2, "big") + datagram.payload
