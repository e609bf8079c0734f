"""The UDP datagrams of recorded frames."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.practice.oddities import Wire
from pxeclient.replay.mending import mended
from pxeclient.wire import ethernet, ipv4, udp
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame
from pxeclient.wire.fragments import Reassembler
from pxeclient.wire.ipv4 import Packet

_MOST_WAITING = 64
"""Packets of which fragments are kept that are not whole yet."""
_LEAST_MTU = 68
"""RFC 791 §3.2."""


class Sent(NamedTuple):
    """A UDP datagram with its addresses."""

    source: IPv4Address
    source_port: int
    destination: IPv4Address
    port: int
    payload: bytes


def datagram(data: bytes) -> Sent | None:
    """The UDP datagram in a frame; None if there is none, or only a fragment of one.

    Raises:
        WireError: The frame is malformed.
    """
    return datagram_in(ethernet.parse(mended(data)))


def datagram_in(frame: Frame) -> Sent | None:
    """The same of a frame that is mended and parsed.

    Raises:
        WireError: What it holds is malformed.
    """
    if frame.ethertype != ethernet.IPV4:
        return None
    packet = ipv4.parse(frame.payload)
    if packet.protocol != ipv4.UDP or packet.is_fragment:
        return None
    found = udp.parse(packet.payload, packet.source, packet.destination)
    ports = found.source_port, found.destination_port
    return Sent(packet.source, ports[0], packet.destination, ports[1], found.payload)


def readable(data: bytes) -> Sent | None:
    """As `datagram`; None, too, if the frame is malformed."""
    try:
        return datagram(data)
    except WireError:
        return None


class Joined(NamedTuple):
    """What a frame completes."""

    datagram: Sent
    frames: tuple[int, ...]
    """The numbers of its frames, in the order in which they came: one, or the fragments."""
    wire: Wire
    """What is odd about the packets that carried it."""


class Joiner:
    """Datagrams of frames in order; of fragments, when the last of them is there."""

    def __init__(self) -> None:
        self._fragments = Reassembler()
        self._waiting: dict[tuple[object, ...], list[tuple[int, Packet]]] = {}

    def read(self, number: int, at: float, data: bytes) -> Joined | None:
        """The datagram that a frame brings or completes; None if it does neither.

        Raises:
            WireError: The frame is malformed, or contradicts other fragments.
        """
        frame = ethernet.parse(mended(data))
        if frame.ethertype != ethernet.IPV4:
            return None
        packet = ipv4.parse(frame.payload)
        parts = [(number, packet)]
        if packet.is_fragment:
            key = packet.source, packet.destination, packet.protocol, packet.identification
            parts = self._waits(key, parts[0])
            whole = self._fragments.add(packet, at)
            if whole is None:
                return None
            packet = whole
            del self._waiting[key]
        if packet.protocol != ipv4.UDP:
            return None
        found = udp.parse(packet.payload, packet.source, packet.destination)
        ports = found.source_port, found.destination_port
        sent = Sent(packet.source, ports[0], packet.destination, ports[1], found.payload)
        return Joined(sent, tuple(one for one, _ in parts), _wire([part for _, part in parts]))

    def _waits(self, key: tuple[object, ...], part: tuple[int, Packet]) -> list[tuple[int, Packet]]:
        """Keep a fragment for the packet that it is of; of packets that never come, a few."""
        if key not in self._waiting and len(self._waiting) >= _MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        waiting = self._waiting.setdefault(key, [])
        waiting.append(part)
        return waiting


def _wire(parts: list[Packet]) -> Wire:
    """How these packets went, to send others so."""
    first = parts[0]
    options = first.options.hex() if len(first.options) % 4 == 0 else ""
    if len(parts) == 1:
        return Wire(ip_options=options)
    longest = max(20 + len(part.options) + len(part.payload) for part in parts)
    backwards = first.fragment_offset > parts[-1].fragment_offset
    return Wire(
        mtu=max(longest, _LEAST_MTU),
        backwards=backwards,
        dont_fragment=first.dont_fragment,
        ip_options=options,
    )
