"""The practice network: all stations of a scenario on one segment."""

from __future__ import annotations

from pxeclient.practice.boot_files import Kind
from pxeclient.practice.model import Scenario
from pxeclient.practice.request import read
from pxeclient.practice.schedule import Schedule
from pxeclient.practice.station import ScriptedHost
from pxeclient.wire import arp, dhcp, ethernet, icmp, igmp, ipv4, tcp
from pxeclient.wire.errors import WireError
from pxeclient.wire.onestep import read_udp


class PracticeNetwork:
    """Takes a client's frames and gives the servers' frames back.

    Pure state: time is an argument, in seconds from any origin, and never goes backwards.
    Equal frames at equal times get equal answers. What is not understood gets none.
    """

    def __init__(self, scenario: Scenario, kind: Kind = Kind.BIOS) -> None:
        """Set up the scenario's servers.

        Args:
            scenario: What the servers do.
            kind: The kind of boot file served where the scenario names none.
        """
        self._schedule = Schedule()
        self._stations = [ScriptedHost(server, kind, self._schedule) for server in scenario.servers]
        self._hearing: dict[bytes, list[ScriptedHost]] = {}
        """The stations that take in frames to a MAC address."""
        # The schedule's own: they are asked with every frame, and a call less is much there.
        self.next_at = self._schedule.next_at
        """When a station next has something to do; None when all are waiting for the client."""
        self.poll = self._schedule.poll
        """Do what is due at `now`; the frames that the stations send, in order.

        Afterwards `next_at` is later than `now`, or None.
        """

    def receive(self, frame: bytes, now: float) -> None:
        """A client's frame reaches all stations. Never raises, whatever the frame is."""
        to = frame[:6]
        listening = self._hearing.get(to)
        if listening is None:
            listening = self._who_hears(to)
        if not listening:
            return
        datagram = read_udp(frame)
        if datagram is None:
            _other_received(listening, frame, now)
            return
        # A broadcast is for several servers, so its DHCP message is read before they see it.
        request = read(datagram.payload) if datagram.port in dhcp.ASKED_PORTS else None
        for station in listening:
            station.udp_received(datagram, request, now)

    def _who_hears(self, to: bytes) -> list[ScriptedHost]:
        listening = [station for station in self._stations if station.hears(to)]
        if listening:  # so there are never more than the stations listen to
            self._hearing[to] = listening
        return listening


def _other_received(listening: list[ScriptedHost], data: bytes, now: float) -> None:
    """ARP, ICMP, IGMP and TCP. No firmware sends messages so long that they come in fragments."""
    try:
        frame = ethernet.parse(data)
        if frame.ethertype == ethernet.ARP:
            question = arp.parse(frame.payload)
            for station in listening:
                station.arp_received(question, now)
        elif frame.ethertype == ethernet.IPV4:
            packet = ipv4.parse(frame.payload)
            if packet.protocol == ipv4.ICMP and not packet.is_fragment:
                message = icmp.parse(packet.payload)
                for station in listening:
                    station.icmp_received(frame.source, packet, message, now)
            elif packet.protocol == tcp.PROTOCOL and not packet.is_fragment:
                segment = tcp.parse(packet.payload, packet.source, packet.destination)
                for station in listening:
                    station.tcp_received(frame.source, packet, segment, now)
            elif packet.protocol == ipv4.IGMP:
                told = igmp.parse(packet.payload)
                for station in listening:
                    station.igmp_received(told, now)
    except WireError:
        return
