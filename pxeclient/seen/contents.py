"""What an IP packet or a UDP datagram carries, read strictly, and leniently where that fails."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TypeAlias

from pxeclient.seen.said import Said, Tftp, Unread
from pxeclient.wire import dhcp, icmp, icmpv6, igmp, tftp
from pxeclient.wire.dhcp import Message
from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv6 import Packet6

LEAST_OF_DHCP = 44
"""Octets of a cut DHCP message below which nothing is made of it: its hardware address ends
there."""

Found: TypeAlias = tuple[Said, WireError | None]
"""What is there, and what a strict reading says of it; `Unread` where nothing can be made of it."""


def icmp_of(data: bytes) -> Found:
    """The ICMP message of an IPv4 packet."""
    try:
        return icmp.parse(data), None
    except WireError as error:
        if len(data) < 8:
            return Unread(str(error)), error
        return icmp.Icmp(data[0], data[1], data[4:]), error


def igmp_of(data: bytes) -> Found:
    """The IGMP message of an IPv4 packet."""
    try:
        return igmp.parse(data), None
    except WireError as error:
        if len(data) < igmp.SIZE:
            return Unread(str(error)), error
        return igmp.Igmp(data[0], IPv4Address(data[4:8]), data[1], data[8:]), error


def icmpv6_of(packet: Packet6) -> Found:
    """The ICMPv6 message of an IPv6 packet."""
    try:
        return icmpv6.parse(packet), None
    except WireError as error:
        data = packet.payload
        if len(data) < 4:
            return Unread(str(error)), error
        return icmpv6.Icmpv6(data[0], data[1], data[4:]), error


def message_of(payload: bytes, is_cut: bool) -> Message:
    """The DHCP message of a datagram; of one that was cut, with zeros for what is lacking.

    Raises:
        WireError: There is too little of it.
    """
    if is_cut and len(payload) >= LEAST_OF_DHCP:
        payload = payload.ljust(dhcp.FIXED, b"\0")
    return dhcp.parse(payload)


def tftp_of(payload: bytes, is_cut: bool) -> Tftp:
    """The TFTP packet of a datagram; of a read request that was cut, as much as there is.

    Raises:
        WireError: It does not read as TFTP.
    """
    if not is_cut or payload[:2] != tftp.RRQ.to_bytes(2, "big"):
        return tftp.parse(payload)
    name, _, rest = payload[2:].partition(b"\0")
    fields = rest.split(b"\0")
    whole = fields[1:-1] if len(fields) % 2 == 0 else fields[1:-2]
    return tftp.Request(name, tuple(zip(whole[::2], whole[1::2], strict=False)), fields[0])
