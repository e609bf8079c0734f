"""Segments that belong to no open connection: the SYN, and the answer to what is not expected."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.stack.tcp import options
from pxeclient.stack.tcp.sequence import plus
from pxeclient.stack.tcp.traits import Ends, TcpTraits
from pxeclient.wire.tcp import Flags, Segment

FULL = 0xFFFF


@dataclass(frozen=True, slots=True)
class Place:
    """Between which ends a connection is."""

    port: int
    """Ours."""
    server: IPv4Address
    server_port: int


def syn(
    place: Place, traits: TcpTraits, sequence: int, left_over: int, stamps: bytes | None
) -> Segment:
    """What opens a connection; `left_over` is where an acknowledgement would be."""
    return Segment(
        place.port,
        place.server_port,
        sequence,
        left_over,
        Flags.SYN,
        traits.syn_window,
        options=options.of_syn(traits, stamps),
    )


def answer(place: Place, traits: TcpTraits, segment: Segment) -> Segment:
    """The RST to a segment that belongs to no connection (RFC 9293 §3.10.7.1)."""
    window = FULL if traits.ends is Ends.RESET else 0
    if segment.flags & Flags.ACK:
        return Segment(place.port, place.server_port, segment.acknowledgement, 0, Flags.RST, window)
    end = plus(segment.sequence, segment.length)
    return Segment(place.port, place.server_port, 0, end, Flags.RST | Flags.ACK, window)
