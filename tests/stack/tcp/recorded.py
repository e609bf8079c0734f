"""A recorded connection once more: the same server's segments, and what our TCP makes of them.

Read by scapy, so by other eyes than ours. The recordings' seconds are stretched, so what timers do
is asked for when the recording has it: a repetition, an acknowledgement that waited. When the boot
program read what had come, and when it asked and closed, is taken from the recording too.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from math import inf
from pathlib import Path
from typing import NamedTuple

from scapy.layers.inet import IP, TCP
from scapy.packet import Packet
from scapy.utils import rdpcap

from pxeclient.playbook import arp_reply
from pxeclient.stack.acts import Owner, SendFrame, Timer
from pxeclient.stack.host import Host, SegmentArrived
from pxeclient.stack.tcp.connection import Connection
from pxeclient.stack.tcp.events import Received, Step
from pxeclient.stack.tcp.segments import Place
from pxeclient.stack.tcp.sequence import ahead
from pxeclient.stack.tcp.traits import TcpTraits
from pxeclient.wire import ethernet, ipv4, tcp
from pxeclient.wire.tcp import Flags, Segment
from tests.stack.test_host import CLIENT, DEFAULT, FAR, HELLO, MAC, ROUTER, TRAITS

WEB = Path(__file__).parents[2] / "explain" / "web"
OWN = IPv4Address("10.77.0.50")
TIMER = Timer(Owner.FETCH, "tcp")


class Heard(NamedTuple):
    """A segment of a recording, or of ours."""

    ours: bool
    at: float
    segment: Segment


@dataclass(frozen=True, slots=True)
class Recorded:
    """One connection of a recording."""

    place: Place
    heard: tuple[Heard, ...]


def connections(path: Path) -> tuple[Recorded, ...]:
    """The connections of a recording, in order; a SYN with a new number begins one."""
    found: list[tuple[Place, int, list[Heard]]] = []
    for packet in rdpcap(str(path)):
        if TCP not in packet or IP not in packet:
            continue
        ip, segment = packet[IP], _scapys(packet)
        ours = ip.src == str(OWN)
        one = Heard(ours, float(packet.time), segment)
        if ours and segment.flags == Flags.SYN:
            place = Place(segment.source_port, IPv4Address(ip.dst), segment.destination_port)
            if not any(had[:2] == (place, segment.sequence) for had in found):
                found.append((place, segment.sequence, []))
        if found:
            found[-1][2].append(one)
    return tuple(Recorded(place, tuple(heard)) for place, _, heard in found)


def host_that_knows(server: IPv4Address) -> Host:
    """A host that has asked for that one's card already."""
    host = Host(MAC, TRAITS)
    host.configure(OWN, 24, (DEFAULT,))
    for hop in (str(server), str(ROUTER)):
        list(host.send(HELLO, server if hop == str(server) else FAR, 0.0))
        list(host.receive(arp_reply(hop)(CLIENT), 0.0))
    return host


def _scapys(packet: Packet) -> Segment:
    """A segment, read by scapy; some servers left the checksum to a card that was none."""
    ip, found = packet[IP], packet[TCP]
    options = bytes(found)[20 : found.dataofs * 4]
    size = ip.len - 4 * ip.ihl - 4 * found.dataofs
    return Segment(
        found.sport,
        found.dport,
        found.seq,
        found.ack,
        Flags(int(found.flags)),
        found.window,
        bytes(found.payload)[:size].ljust(size, b"\0"),  # recordings keep how frames begin
        tuple(tcp.parse_options(options)),
    )


class Again:
    """One connection, played once more."""

    def __init__(self, recorded: Recorded, traits: TcpTraits) -> None:
        self.recorded, self.traits = recorded, traits
        self.sent: list[Segment] = []
        self.events: list[Step] = []
        self.received = b""
        self.unread = 0
        host = host_that_knows(recorded.place.server)
        first = recorded.heard[0].segment.sequence
        before = recorded.heard[0].segment.acknowledgement
        self.connection = Connection(host, traits, recorded.place, first, TIMER, before)

    def play(self) -> None:
        """All of it."""
        heard, asked = self._in_their_order(), -1
        for number, (ours, at, segment) in enumerate(heard):
            if not ours:
                self._read_first(segment, heard[number:])
                arrived = SegmentArrived(segment, self.recorded.place.server)
                self._do(self.connection.segment(arrived, at))
                continue
            have = sum(one.ours for one in heard[: number + 1])
            end = tcp_offset(segment.sequence, heard[0].segment.sequence) + len(segment.payload)
            if segment.flags == Flags.SYN and not self.sent:
                self._do(self.connection.open(at))
            elif segment.payload and end > asked:
                asked = end
                self._do(self.connection.send(segment.payload, at))
            elif segment.flags == Flags.RST and not self.connection.is_over:
                self._do(self.connection.close(at))
            elif len(self.sent) < have:
                self._read(self.unread - self.traits.room + segment.window, at)
                if self.connection.due < inf:
                    self._do(self.connection.timer_fired(self.connection.due))

    def _in_their_order(self) -> list[Heard]:
        """As the client took them: what it broke off before was still with its card then."""
        heard = list(self.recorded.heard)
        for end, (ours, _, broken) in enumerate(heard):
            if ours and broken.flags == Flags.RST:
                late = [
                    one
                    for one in heard[:end]
                    if not one.ours and ahead(one.segment.sequence, broken.acknowledgement) >= 0
                ]
                soon = [one for one in heard[:end] if one not in late]
                return [*soon, heard[end], *late, *heard[end + 1 :]]
        return heard

    def _read_first(self, segment: Segment, rest: list[Heard]) -> None:
        """The window of the acknowledgement says how much was not read by then."""
        end = (segment.sequence + segment.length) % (1 << 32)
        answers = [one.segment for one in rest if one.ours and one.segment.acknowledgement == end]
        if not answers or not self.traits.window_shrinks:
            return
        unread = self.traits.room - answers[0].window
        size = self.unread + len(segment.payload) - unread
        at_once = max(0, size - self.unread)
        self._read(size - at_once, rest[0].at)
        if at_once:
            self.unread -= at_once
            self.connection.expect(at_once)

    def _read(self, size: int, at: float) -> None:
        if 0 < size <= self.unread and self.traits.window_shrinks:
            self.unread -= size
            self._do(self.connection.read(size, at))

    def _do(self, steps: list[Step]) -> None:
        for step in steps:
            match step:
                case SendFrame(frame):
                    self.sent.append(_segment(frame))
                case Received(octets):
                    self.received += octets
                    self.unread += len(octets)
                case _:
                    self.events.append(step)


def tcp_offset(sequence: int, first: int) -> int:
    """How far behind the first it is."""
    return (sequence - first) % (1 << 32)


def _segment(frame: bytes) -> Segment:
    packet = ipv4.parse(ethernet.parse(frame).payload)
    return tcp.parse(packet.payload, packet.source, packet.destination)
