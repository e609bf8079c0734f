"""Stations beside the servers, that ask a client what no server of a practice network asks.

A client answers ARP, pings and IGMP queries only where somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.practice.network import PracticeNetwork
from pxeclient.seen.reading import read
from pxeclient.wire import arp, ethernet, icmp, igmp, ipv4
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, ZERO_MAC, Mac, multicast_mac
from pxeclient.wire.arp import Arp
from pxeclient.wire.igmp import Igmp

MAC = Mac.from_text("52:54:00:aa:00:fe")
ADDRESS = IPv4Address("10.77.0.254")
PAUSE = 0.0001
"""Seconds between a frame of the client and what it moves the neighbour to ask."""
_PING = b"\x00\x01\x00\x01" + bytes(range(56))
"""Identifier, sequence number, and as much data as ping sends."""
_WITHIN = 10
"""Tenths of a second that a query of IGMP version 2 leaves for answers."""


class Neighbourhood:
    """A practice network, a neighbour and a router: a `Stations` for the simulated link."""

    def __init__(self, network: PracticeNetwork, asks: bool, queries: int) -> None:
        """Put stations beside the servers.

        Args:
            network: The servers.
            asks: A neighbour asks for the client's MAC, and pings it, once it has an address.
            queries: The IGMP version that a router asks in, at the client's first frame and at
                its first report; 0: there is no such router.
        """
        self._network = network
        self._asks = asks
        self._heard = False
        """The neighbour has asked, and so is there to be answered."""
        self._queries = queries
        self._occasions = {"frame", "report"} if queries else set()
        self._due: list[tuple[float, bytes]] = []

    def receive(self, frame: bytes, now: float) -> None:
        """A client's frame reaches the servers and the neighbours."""
        self._network.receive(frame, now)
        for question in self._questions(frame, now):
            self._due.append((now + PAUSE, question))

    def next_at(self) -> float | None:
        """When one of them next has something to do."""
        times = [at for at, _ in self._due[:1]]
        if (at := self._network.next_at()) is not None:
            times.append(at)
        return min(times, default=None)

    def poll(self, now: float) -> list[bytes]:
        """Do what is due; the servers' frames first."""
        sent = self._network.poll(now)
        sent += [frame for at, frame in self._due if at <= now]
        self._due = [(at, frame) for at, frame in self._due if at > now]
        return sent

    def _questions(self, frame: bytes, now: float) -> Iterator[bytes]:
        seen = read(1, now, frame)
        if isinstance(seen.said, Igmp):
            yield from self._query("report")
        yield from self._query("frame")
        message = seen.said if isinstance(seen.said, Arp) else None
        if message is not None and message.target == ADDRESS and self._heard:
            yield _answered(message)
        # A client tells its address in all that it sends once it has one.
        address = message.sender if message is not None else seen.source_address
        if self._asks and isinstance(address, IPv4Address) and address != ANY and seen.sender:
            self._asks, self._heard = False, True
            yield from _asked(seen.sender, address)

    def _query(self, occasion: str) -> Iterator[bytes]:
        if occasion in self._occasions:
            self._occasions.remove(occasion)
            within = 0 if self._queries == 1 else _WITHIN
            message = igmp.build(Igmp(igmp.QUERY, max_response=within))
            packet = ipv4.Packet(ADDRESS, igmp.ALL_SYSTEMS, ipv4.IGMP, message, ttl=1)
            to = multicast_mac(igmp.ALL_SYSTEMS)
            yield ethernet.join(to, MAC, ethernet.IPV4, ipv4.build(packet), ethernet.MINIMUM)


def _asked(mac: Mac, address: IPv4Address) -> Iterator[bytes]:
    question = arp.build(Arp(arp.REQUEST, MAC, ADDRESS, ZERO_MAC, address))
    yield ethernet.join(BROADCAST_MAC, MAC, ethernet.ARP, question, ethernet.MINIMUM)
    echo = icmp.build(icmp.Icmp(icmp.ECHO_REQUEST, 0, _PING))
    packet = ipv4.Packet(ADDRESS, address, ipv4.ICMP, echo)
    yield ethernet.join(mac, MAC, ethernet.IPV4, ipv4.build(packet))


def _answered(question: Arp) -> bytes:
    reply = arp.build(Arp(arp.REPLY, MAC, ADDRESS, question.sender_mac, question.sender))
    return ethernet.join(question.sender_mac, MAC, ethernet.ARP, reply, ethernet.MINIMUM)
