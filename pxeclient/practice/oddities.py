"""Packets as servers and networks rarely send them: in fragments, tagged, with header options.

A scenario asks for them with the key `wire` of a reply or of a TFTP server, so that everybody
can see what a firmware's host stack makes of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

import msgspec

from pxeclient.wire import ethernet, ipv4
from pxeclient.wire.checksum import checksum

_WRONG = 0x5555
"""What a bad checksum differs by from the right one."""

Sum = Literal["good", "none", "bad"]
"""A checksum: right, 0 for none, or wrong."""


class Carriage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the packets that carry a message go on the wire."""

    mtu: Annotated[int, msgspec.Meta(ge=68, le=0xFFFF)] = 1500
    """Longer packets go in fragments; 68 is the least (RFC 791 §3.2)."""
    backwards: bool = False
    """The last fragment goes first."""
    twice: bool = False
    """Every frame goes twice."""
    gap: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0
    """Seconds between two frames of one message."""
    dont_fragment: bool = False
    """The header says "don't fragment", even in a fragment."""
    ip_options: str = ""
    """Options of the IPv4 header: hexadecimal octets, whole words of four."""
    excess: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    """The IPv4 length says so many octets more than there are."""
    trailer: Annotated[int, msgspec.Meta(ge=0, le=9000)] = 0
    """Octets that follow the IPv4 packet in its frame."""
    ip_checksum: Sum = "good"
    udp_checksum: Sum = "good"
    vlan: tuple[Annotated[int, msgspec.Meta(ge=0, le=4094)], ...] = ()
    """VLANs that the frame is tagged for, the outermost first; 0 gives a priority only."""

    def __post_init__(self) -> None:
        try:
            size = len(self.option_octets)
        except ValueError:
            raise ValueError("not hexadecimal octets - at `$.ip_options`") from None
        if size % 4 or size > 40:
            raise ValueError(f"{size} octets are not up to ten whole words - at `$.ip_options`")

    @property
    def option_octets(self) -> bytes:
        """The header's options."""
        return bytes.fromhex(self.ip_options)


class Part(NamedTuple):
    """One frame of a message, without its addresses."""

    after: float
    """Seconds after the first."""
    ethertype: int
    octets: bytes
    """All that follows the type: the packet, or a tag first."""


def parts(packet: ipv4.Packet, wire: Carriage) -> list[Part]:
    """A packet of any length as it goes out."""
    odd = replace(
        packet,
        payload=_summed(packet, wire.udp_checksum),
        dont_fragment=wire.dont_fragment,
        options=wire.option_octets,
    )
    cut = [_octets(part, wire) for part in ipv4.fragments(odd, wire.mtu)]
    if wire.backwards:
        cut.reverse()
    sent = [each for each in cut for _ in range(2 if wire.twice else 1)]
    return [Part(number * wire.gap, *_tagged(each, wire.vlan)) for number, each in enumerate(sent)]


def _summed(packet: ipv4.Packet, how: Sum) -> bytes:
    """The datagram in a packet with that kind of UDP checksum."""
    payload = packet.payload
    if packet.protocol != ipv4.UDP or len(payload) < 8:
        return payload
    return payload[:6] + _sum(int.from_bytes(payload[6:8], "big"), how) + payload[8:]


def _octets(packet: ipv4.Packet, wire: Carriage) -> bytes:
    octets = ipv4.build(packet)
    size = len(octets) - len(packet.payload)
    total = min(len(octets) + wire.excess, 0xFFFF)
    head = octets[:2] + total.to_bytes(2, "big") + octets[4:10] + b"\0\0" + octets[12:size]
    head = head[:10] + _sum(checksum(head), wire.ip_checksum) + head[12:]
    return head + packet.payload + bytes(wire.trailer)


def _tagged(octets: bytes, vlans: tuple[int, ...]) -> tuple[int, bytes]:
    """The frame's type, and what follows it."""
    ethertype = ethernet.IPV4
    for vlan in reversed(vlans):
        octets = vlan.to_bytes(2, "big") + ethertype.to_bytes(2, "big") + octets
        ethertype = ethernet.VLAN if ethertype == ethernet.IPV4 else ethernet.PROVIDER_VLAN
    return ethertype, octets


def _sum(right: int, how: Sum) -> bytes:
    value = {"good": right, "none": 0, "bad": right ^ _WRONG or _WRONG}[how]
    return value.to_bytes(2, "big")
