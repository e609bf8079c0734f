"""IGMP messages of versions 1 and 2 (RFC 1112 appendix I, RFC 2236).

Version 1 has no maximum response time: its queries carry 0 there, by which they are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.wire.addresses import ANY, ipv4
from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import ChecksumError, WireError

QUERY = 0x11
"""A router asks who is a member: of every group (0.0.0.0), or of one."""
REPORT_V1 = 0x12
REPORT_V2 = 0x16
LEAVE = 0x17

ALL_SYSTEMS = IPv4Address("224.0.0.1")
"""Every host hears this group; general queries go there."""
ALL_ROUTERS = IPv4Address("224.0.0.2")
"""Where a LEAVE goes."""

SIZE = 8


@dataclass(frozen=True, slots=True)
class Igmp:
    """One IGMP message."""

    type: int
    group: IPv4Address = ANY
    """0.0.0.0 in a query for all groups."""
    max_response: int = 0
    """Tenths of a second that a host may wait before it answers a query; 0 in version 1."""
    rest: bytes = b""
    """What follows the eight octets, as in the queries of version 3."""


def parse(data: bytes) -> Igmp:
    """Read a message.

    Raises:
        WireError: Too short, or a wrong checksum.
    """
    if len(data) < SIZE:
        raise WireError(f"IGMP: {len(data)} octets, a message has at least {SIZE}")
    if checksum(data):
        raise ChecksumError("IGMP: wrong checksum at octet 2")
    return Igmp(data[0], ipv4(data[4:SIZE]), data[1], data[SIZE:])


def build(message: Igmp) -> bytes:
    """The message's octets, with its checksum."""
    head = bytes((message.type, message.max_response))
    body = message.group.packed + message.rest
    check = checksum(head + b"\0\0" + body)
    return head + check.to_bytes(2, "big") + body
