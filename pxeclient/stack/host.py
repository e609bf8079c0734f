"""The small IPv4 host under the firmware: its own MAC and address, nothing of the kernel's.

It answers ARP, ping and IGMP queries, finds the next hop by mask and router option, joins
multicast groups, puts fragments together and takes UDP. Everything it does not take it drops
with an `Ignore` that says why. The client above it sees only UDP datagrams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from math import inf
from typing import TypeAlias

from msgspec import Struct

from pxeclient.stack.acts import Act, Ignore, Owner, SendFrame, Timer
from pxeclient.stack.arp import Neighbours, is_usable
from pxeclient.stack.chance import Counts, Dice
from pxeclient.stack.igmp import Groups, Tell
from pxeclient.stack.intake import Intake, describe
from pxeclient.stack.lane import Hop, Lane
from pxeclient.stack.state import Route, StackState
from pxeclient.stack.traits import IpTraits
from pxeclient.wire import arp, ethernet, icmp, icmpv6, igmp, ipv4, onestep, tcp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac, multicast_mac
from pxeclient.wire.addresses import ipv4 as ipv4_address
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame
from pxeclient.wire.flow import Flow
from pxeclient.wire.icmp import Icmp
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.onestep import MTU, Peer
from pxeclient.wire.tcp import Segment
from pxeclient.wire.udp import Datagram

_EVERYONE = BROADCAST.packed
_NO_OPTIONS = 0x45
"""How an IPv4 header begins that has no options."""
_TOO_LONG = "it does not fit one Ethernet frame, and this host sends no fragments"


class Arrived(Struct, frozen=True):
    """A UDP datagram for this host."""

    datagram: Datagram
    source: IPv4Address
    destination: IPv4Address


@dataclass(frozen=True, slots=True)
class IcmpError:
    """A host or router says that it could not deliver a packet."""

    source: IPv4Address
    message: Icmp

    @property
    def words(self) -> str:
        """What came."""
        return f"an ICMP error: {icmp.words(self.message, self.source)}"


@dataclass(frozen=True, slots=True)
class RouterAdvertised:
    """An IPv6 router has made itself known. The host does not speak IPv6 otherwise."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nobody answered ARP for this address."""

    hop: IPv4Address


class SegmentArrived(Struct, frozen=True):
    """A TCP segment for this host."""

    segment: Segment
    source: IPv4Address


Happened: TypeAlias = Arrived | RouterAdvertised | IcmpError | SegmentArrived
"""What a frame can mean to the client above."""


class Host:
    """One station's ARP, IPv4, ICMP and UDP.

    It is the machine's: it may outlive who uses it, with its address, its neighbours, its groups
    and the timers that run (`timers`).
    """

    def __init__(self, mac: Mac, traits: IpTraits, dice: Dice | None = None) -> None:
        """A host without an address.

        Args:
            mac: Its card's.
            traits: What it is made of.
            dice: The machine's chance, which whoever uses the host draws from too; one of its own
                if None.
        """
        self.mac = mac
        self.dice = dice or Dice(1)
        self.address = ANY
        self._own = ANY.packed
        """Its octets."""
        self.mask = ANY
        """Its netmask; 0.0.0.0 before it has an address."""
        self._network: int | None = None
        """The bits of its network's address."""
        self._routes: tuple[Route, ...] = ()
        self._traits = traits
        self._neighbours = Neighbours(mac, traits.arp_waits, traits.pad_to)
        self._intake = Intake(traits)
        self._groups = Groups(traits.igmp, self.dice.next)
        self.speaks_tcp = False
        """Whoever is above it takes TCP segments; firmwares here do not."""
        first_id = traits.first_id + (self.dice.next() & 0xFFFF if traits.random_id else 0)
        self._counts = Counts(traits, first_id)
        self._latest = b""
        """The frame of the latest datagram that was plainly ours."""

    def configure(self, address: IPv4Address, mask: int, routes: tuple[Route, ...]) -> None:
        """Take an address with a prefix of `mask` bits, and the routes beyond its network."""
        self.address, self._own = address, address.packed
        bits = 0xFFFFFFFF << (32 - mask) & 0xFFFFFFFF
        self.mask = IPv4Address(bits)
        self._network = int(address) & bits
        self._routes = tuple(sorted(routes, key=lambda route: -route[0].prefixlen))

    def unconfigure(self) -> None:
        """Have no address any more; neighbours and groups stay."""
        self.address, self._own, self.mask = ANY, ANY.packed, ANY
        self._network, self._routes = None, ()

    def fetches(self, by_tftp: bool) -> None:
        """From now on a file is being fetched by TFTP, or it is not."""
        self._intake.fetches(by_tftp)

    def state(self) -> StackState:
        """What it knows of its network."""
        return StackState(self.address, int(self.mask).bit_count(), self._routes)

    def take(self, state: StackState) -> None:
        """Have the address and the routes of another stack of this machine."""
        if state.address != ANY:
            self.configure(state.address, state.prefix, state.routes)

    def announce(self) -> Iterator[Act]:
        """Tell the segment about the address, if this firmware does."""
        if self._traits.gratuitous_arp:
            yield self._neighbours.announce(self.address)

    def join(self, group: IPv4Address, now: float) -> Iterator[Act]:
        """Become a member of a multicast group."""
        yield from self._tell(self._groups.join(group, now))

    def leave(self, group: IPv4Address, now: float) -> Iterator[Act]:
        """Leave a multicast group; harmless if it is no member."""
        yield from self._tell(self._groups.leave(group, now))

    def send(
        self, datagram: Datagram, to: IPv4Address, now: float, dont_fragment: bool = False
    ) -> Iterable[Act]:
        """Send a datagram from our address."""
        if len(datagram.payload) > MTU - 28:
            return (Ignore(f"our datagram to {to}", _TOO_LONG),)
        traits, octets = self._traits, to.packed
        packet = onestep.udp_packet(
            self._own,
            datagram.source_port,
            octets,
            datagram.destination_port,
            datagram.payload,
            self._counts.next_id(),
            traits.ttl,
            dont_fragment,
        )
        if octets == _EVERYONE:
            return (self._frame(BROADCAST_MAC, packet),)
        if octets[0] >> 4 == 0xE:  # what `to.is_multicast` says, in a fraction of the time
            return (self._frame(multicast_mac(to), packet),)
        return self._route(packet, to, now)

    def send_segment(self, segment: Segment, to: IPv4Address, now: float) -> Iterable[Act]:
        """Send a TCP segment from our address."""
        octets = tcp.build(segment, self.address, to)
        packet = Packet(
            self.address, to, tcp.PROTOCOL, octets, self._traits.ttl, self._counts.next_id()
        )
        return self._route(ipv4.build(packet), to, now)

    def lane(self) -> Lane | None:
        """The conversation that the latest datagram belongs to; None if it is no plain one."""
        found = onestep.read_udp(self._latest)
        if found is None or self._latest[:6] != self.mac or found.peer.local != self._own:
            return None
        hop = self._next_hop(ipv4_address(found.peer.address))
        mac = None if hop is None else self._neighbours.known.get(hop.packed)
        if hop is None or mac is None:
            return None
        back = Peer(mac, found.peer.address, found.peer.port, found.peer.local)
        flow = Flow(self.mac, found.port, back, self._traits.ttl)
        way = Hop(self._neighbours.known, hop.packed, mac)
        return Lane(self._latest, flow, self._counts, self._traits, way)

    def receive(self, data: bytes, now: float) -> Iterable[Act | Happened]:
        """Take a frame; yields what to do, and at most one datagram."""
        found = onestep.read_udp(data)
        if found is not None and self._is_plainly_ours(data, found.peer):
            self._counts.received += 1
            self._latest = data
            return (_arrived(found),)
        return self._receive_by_layers(data, now)

    def _is_plainly_ours(self, data: bytes, peer: Peer) -> bool:
        """No doubt about it: what this does not take, the layers take or say why not."""
        if (
            peer.mac == self.mac
            or data[ethernet.HEADER] != _NO_OPTIONS
            or len(data) > self._traits.most_frame
        ):
            return False
        to = data[:6]
        if to == BROADCAST_MAC or to in self._groups.macs:
            return True
        return to == self.mac and (self.address is ANY or peer.local == self._own)

    def _receive_by_layers(self, data: bytes, now: float) -> Iterator[Act | Happened]:
        try:
            frame = self._intake.frame(data)
            if not self._is_for_us(frame):
                return
            self._counts.received += 1
            taken = self._intake.untagged(frame)
            if isinstance(taken, Ignore):
                yield taken
                return
            match taken.ethertype:
                case ethernet.ARP:
                    yield from self._on_arp(taken, now)
                case ethernet.IPV4:
                    yield from self._on_packet(taken, now)
                case ethernet.IPV6 if icmpv6.is_router_advertisement(taken.payload):
                    yield RouterAdvertised()
                case other:
                    what = f"a frame of type 0x{other:04x} from {taken.source}"
                    yield Ignore(what, "this host speaks only ARP and IPv4")
        except WireError as error:
            yield Ignore("a malformed frame", str(error))

    def minds(self, message: arp.Arp) -> bool:
        """It asks for our address, or its sender is one that we look for or know otherwise.

        All other ARP messages change nothing here.
        """
        is_ours = message.target == self.address != ANY
        return is_ours or self._neighbours.would_learn(message.sender, message.sender_mac)

    def timer_fired(self, timer: Timer, now: float) -> Iterator[Act | Unreachable]:
        """Go on with an ARP search, or report a group."""
        if timer.owner is Owner.IGMP:
            yield from self._tell(self._groups.timer_fired(timer, now))
            return
        hop = self._neighbours.failed(timer)
        if hop is not None:
            yield Unreachable(hop)
        else:
            yield from self._neighbours.timer_fired(timer, self.address, now)

    def timers(self) -> Iterator[tuple[Timer, float]]:
        """The timers that run, and when each runs out: for who takes the host over."""
        yield from self._neighbours.timers()
        yield from self._groups.timers()

    def next_at(self) -> float:
        """When its next timer runs out; never (infinity) if none runs."""
        return min((due for _, due in self.timers()), default=inf)

    def _is_for_us(self, frame: Frame) -> bool:
        # Frames to other stations never reach a card that is not promiscuous: no trace of them.
        if frame.destination == self.mac or frame.destination == BROADCAST_MAC:
            return frame.source != self.mac
        if frame.destination in self._groups.macs:
            return frame.source != self.mac
        return frame.destination.is_group and self._traits.multicast_receive

    def _on_arp(self, frame: Frame, now: float) -> Iterator[Act]:
        message = arp.parse(frame.payload)
        if is_usable(message.sender_mac, message.sender):
            yield from self._neighbours.learn(message.sender, message.sender_mac, now)
        ours = message.target == self.address != ANY
        if message.operation == arp.REQUEST and ours and not message.sender_mac.is_group:
            yield self._answer(message, frame.payload)

    def _answer(self, request: arp.Arp, payload: bytes) -> Act:
        if not self._traits.arp_reply_in_place:
            return self._neighbours.answer(request)
        # What is shorter on a virtual wire, a card pads as a real wire would have.
        padding = payload[arp.SIZE :].ljust(ethernet.MINIMUM - ethernet.HEADER - arp.SIZE, b"\0")
        return self._neighbours.answer(request, padding)

    def _on_packet(self, frame: Frame, now: float) -> Iterator[Act | Happened]:
        packet = self._intake.packet(frame)
        if isinstance(packet, Ignore):
            yield packet
            return
        unwanted = self._unwanted(frame, packet)
        whole = Ignore(describe(packet), unwanted) if unwanted else self._intake.whole(packet, now)
        match whole:
            case Packet():
                yield from self._on_whole(whole, now)
            case Ignore():
                yield whole

    def _on_whole(self, packet: Packet, now: float) -> Iterator[Act | Happened]:
        match packet.protocol:
            case ipv4.UDP:
                datagram = udp.parse(packet.payload, packet.source, packet.destination)
                yield Arrived(datagram, packet.source, packet.destination)
            case ipv4.ICMP:
                yield from self._on_icmp(packet, now)
            case tcp.PROTOCOL if self.speaks_tcp:
                segment = tcp.parse(packet.payload, packet.source, packet.destination)
                yield SegmentArrived(segment, packet.source)
            case ipv4.IGMP if self._groups.speaks:
                yield from self._groups.heard(igmp.parse(packet.payload), now)
            case other:
                yield Ignore(describe(packet), f"this host does not speak IP protocol {other}")

    def _unwanted(self, frame: Frame, packet: Packet) -> str:
        """Why the packet is not taken; empty if it is."""
        # Before it has an address, a host takes any packet that its card was given: so an
        # offer sent to the offered address arrives.
        if frame.destination.is_group or self.address in (ANY, packet.destination):
            return ""
        if packet.destination == BROADCAST:
            return ""
        return f"it is for {packet.destination}, not for {self.address}"

    def _on_icmp(self, packet: Packet, now: float) -> Iterator[Act | Happened]:
        message = icmp.parse(packet.payload)
        if message.type in icmp.ERRORS:
            yield IcmpError(packet.source, message)
            return
        if message.type != icmp.ECHO_REQUEST:
            yield Ignore(
                f"ICMP type {message.type} code {message.code} from {packet.source}",
                "this host answers only echo requests",
            )
            return
        if self.address == ANY or packet.destination != self.address:
            yield Ignore(f"ICMP echo request from {packet.source}", "it is not to our address")
            return
        if len(packet.payload) > MTU - 20:
            yield Ignore(f"ICMP echo request from {packet.source}", _TOO_LONG)
            return
        reply = icmp.build(replace(message, type=icmp.ECHO_REPLY))
        own, to, ttl = self.address, packet.source, self._traits.ttl
        out = ipv4.build(Packet(own, to, ipv4.ICMP, reply, ttl, self._counts.next_id()))
        yield from self._route(out, to, now, answers=True)

    def _tell(self, happened: Iterable[Act | Tell]) -> Iterator[Act]:
        """Put IGMP messages into packets, which go no further than this segment asks for."""
        for item in happened:
            if not isinstance(item, Tell):
                yield item
                continue
            packet = Packet(
                self.address,
                item.to,
                ipv4.IGMP,
                igmp.build(item.message),
                self._traits.igmp.ttl,
                self._counts.next_id(),
                options=ipv4.ROUTER_ALERT,
            )
            yield self._frame(multicast_mac(item.to), ipv4.build(packet))

    def _route(
        self, packet: bytes, to: IPv4Address, now: float, answers: bool = False
    ) -> Iterable[Act]:
        hop = self._next_hop(to)
        if hop is None:
            because = "there is no route: not our network, no router"
            return (Ignore(f"our packet to {to}", because),)
        return self._neighbours.deliver(packet, hop, self.address, now, answers)

    def _next_hop(self, to: IPv4Address) -> IPv4Address | None:
        if self._network is not None and int(to) & int(self.mask) == self._network:
            return to
        for network, router in self._routes:
            if to in network:
                return router if router != ANY else to
        return None

    def _frame(self, to: Mac, packet: bytes) -> SendFrame:
        return SendFrame(ethernet.join(to, self.mac, ethernet.IPV4, packet, self._traits.pad_to))


def _arrived(found: onestep.Datagram) -> Arrived:
    peer = found.peer
    return Arrived(
        Datagram(peer.port, found.port, found.payload),
        ipv4_address(peer.address),
        ipv4_address(peer.local),
    )


def classful_mask(address: IPv4Address) -> int:
    """The prefix that an address has where no mask is given (RFC 791's classes)."""
    first = address.packed[0]
    return 8 if first < 128 else 16 if first < 192 else 24
