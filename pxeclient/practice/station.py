"""One scripted host: its addresses, and what it does with the packets that reach it."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address

from pxeclient.practice.boot_files import Kind
from pxeclient.practice.dhcp_server import DhcpServer
from pxeclient.practice.model import Server
from pxeclient.practice.mtftp_server import MtftpServer
from pxeclient.practice.oddities import Carriage, parts
from pxeclient.practice.request import Request
from pxeclient.practice.schedule import Schedule
from pxeclient.practice.tftp_server import TftpServer
from pxeclient.practice.web_server import WebServer
from pxeclient.wire import arp, ethernet, icmp, igmp, ipv4, tcp, tftp, udp
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC, Mac, multicast_mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.flow import Flow
from pxeclient.wire.onestep import Datagram, Peer, udp_frame

_PLAIN = Carriage()
"""Nothing odd."""


class ScriptedHost:
    """A host with one MAC address, some IP addresses, and maybe servers on some ports."""

    def __init__(self, server: Server, kind: Kind, schedule: Schedule) -> None:
        self._server, self._schedule = server, schedule
        own = (server.ip, *server.aliases)
        groups = (*server.groups, server.mtftp.group) if server.mtftp else server.groups
        self._addresses, self._shared, self._macs = _hearing(server.mac, own, groups)
        self._dhcp = DhcpServer(server)
        self._tftp = (
            TftpServer(server.tftp, kind, schedule, self._send_block) if server.tftp else None
        )
        self._refusal = server.icmp_error
        if server.icmp_unreach and self._refusal is None:
            self._refusal = (icmp.UNREACHABLE, icmp.PORT_UNREACHABLE)
        self._mtftp = (
            MtftpServer(server.mtftp, server.ip.packed, kind, schedule, self._send_udp)
            if server.mtftp
            else None
        )
        self._web = WebServer(server.web, kind) if server.web else None
        self._identification = 0
        self._flow_to: Peer | None = None
        """The client that the latest block went to, and from which port."""
        self._flow_from = 0

    def hears(self, destination: bytes) -> bool:
        """Frames to that MAC address are taken in."""
        return destination in self._macs

    def arp_received(self, message: arp.Arp, now: float) -> None:
        """Answer who asks for one of our addresses (RFC 826)."""
        if message.operation != arp.REQUEST or self._server.no_arp:
            return
        if message.target.packed in self._addresses:
            mac = self._server.mac
            answer = arp.Arp(arp.REPLY, mac, message.target, message.sender_mac, message.sender)
            frame = ethernet.Frame(message.sender_mac, mac, ethernet.ARP, arp.build(answer))
            self._schedule.send(ethernet.build(frame), now)

    def icmp_received(self, mac: Mac, packet: ipv4.Packet, message: icmp.Icmp, now: float) -> None:
        """Answer an echo request (RFC 792)."""
        if message.type == icmp.ECHO_REQUEST and packet.destination.packed in self._addresses:
            data = icmp.build(icmp.Icmp(icmp.ECHO_REPLY, 0, message.body))
            self._send(mac, packet.destination, packet.source, ipv4.ICMP, data, now)

    def tcp_received(self, mac: Mac, packet: ipv4.Packet, segment: tcp.Segment, now: float) -> None:
        """Give a segment to the web server."""
        if self._web is None or packet.destination.packed not in self._addresses:
            return
        for answer in self._web.received(packet.source, segment):
            octets = tcp.build(answer, packet.destination, packet.source)
            self._send(mac, packet.destination, packet.source, tcp.PROTOCOL, octets, now)

    def igmp_received(self, message: igmp.Igmp, now: float) -> None:
        """A client tells about a multicast group."""
        if self._mtftp is not None:
            self._mtftp.reported(message, now)

    def udp_received(self, datagram: Datagram, request: Request | None, now: float) -> None:
        """Give a datagram, and the DHCP message read from it, to the server on its port."""
        client, port = datagram.peer, datagram.port
        mine = client.local in self._addresses
        if not mine and client.local not in self._shared:
            return
        if port in self._dhcp.ports:
            if request is not None:
                self._dhcp_received(client, port, request, now)
        elif mine and not self._tftp_received(datagram, now) and self._refusal is not None:
            self._refuse(datagram, *self._refusal, now)

    def _dhcp_received(self, client: Peer, port: int, request: Request, now: float) -> None:
        if client.local not in self._addresses:
            client = Peer(client.mac, client.address, client.port, self._server.ip.packed)
        for sending in self._dhcp.answer(request, client, port, now):
            self._send_udp(
                sending.to, sending.source_port, sending.payload, sending.at, sending.wire
            )

    def _tftp_received(self, datagram: Datagram, now: float) -> bool:
        """Give a datagram to a TFTP server; False when the port is closed."""
        if self._mtftp is not None and datagram.port == self._mtftp.script.server_port:
            self._mtftp.received(datagram.peer, datagram.payload, now)
            return True
        if self._tftp is None:
            return False
        if datagram.port == tftp.PORT:
            self._tftp.requested(datagram.peer, datagram.payload, now)
            return True
        return self._tftp.continued(datagram.peer, datagram.port, datagram.payload, now)

    def _refuse(self, datagram: Datagram, type: int, code: int, now: float) -> None:
        body = bytes(4) + self._quotation(datagram.start)
        data = icmp.build(icmp.Icmp(type, code, body))
        client = datagram.peer
        source, destination = IPv4Address(client.local), IPv4Address(client.address)
        self._send(Mac(client.mac), source, destination, ipv4.ICMP, data, now)

    def _quotation(self, start: bytes) -> bytes:
        """The beginning of a packet, as an error quotes it."""
        port = self._server.icmp_quotes_port
        if port is None:
            return start
        at = (start[0] & 15) * 4
        return start[:at] + port.to_bytes(2, "big") + start[at + 2 :]

    def _send_block(
        self, to: Peer, source_port: int, payload: bytes, at: float, summed: int | None = None
    ) -> None:
        assert self._server.tftp is not None
        odd = self._server.tftp.wire
        if odd is not None:
            self._send_udp(to, source_port, payload, at, odd)
            return
        if self._flow_to is not to or self._flow_from != source_port:
            self._flow_to, self._flow_from = to, source_port
            self._flow = Flow(self._server.mac, source_port, to)
        ident = (self._identification + 1) & 0xFFFF
        frame = self._flow.frame(ident, payload, summed)
        if frame is None:
            self._send_udp(to, source_port, payload, at)
            return
        self._identification = ident
        self._schedule.send(frame, at)

    def _send_udp(
        self, to: Peer, source_port: int, payload: bytes, at: float, wire: Carriage | None = None
    ) -> None:
        self._identification = (self._identification + 1) & 0xFFFF
        frame = udp_frame(self._server.mac, source_port, to, self._identification, payload)
        if frame is not None and wire is None:
            self._schedule.send(frame, at)
            return
        source, destination = IPv4Address(to.local), IPv4Address(to.address)
        try:
            data = udp.build(udp.Datagram(source_port, to.port, payload), source, destination)
        except WireError:
            return  # a request made an option echo more than a datagram holds
        self._send(Mac(to.mac), source, destination, ipv4.UDP, data, at, wire or _PLAIN)

    def _send(
        self,
        mac: Mac,
        source: IPv4Address,
        destination: IPv4Address,
        protocol: int,
        payload: bytes,
        at: float,
        wire: Carriage = _PLAIN,
    ) -> None:
        self._identification = (self._identification + 1) & 0xFFFF
        packet = ipv4.Packet(
            source, destination, protocol, payload, identification=self._identification
        )
        for part in parts(packet, wire):
            frame = ethernet.join(mac, self._server.mac, part.ethertype, part.octets)
            self._schedule.send(frame, at + part.after)


@lru_cache(maxsize=1024)
def _hearing(
    mac: Mac, own: tuple[IPv4Address, ...], groups: tuple[IPv4Address, ...]
) -> tuple[frozenset[bytes], frozenset[bytes], frozenset[bytes]]:
    """A host's own addresses, those that it shares with others, and the MACs it listens to."""
    shared = (BROADCAST, _subnet_broadcast(own[0]), *groups)
    return (
        frozenset(address.packed for address in own),
        frozenset(address.packed for address in shared),
        frozenset((mac, BROADCAST_MAC, *map(multicast_mac, groups))),
    )


def _subnet_broadcast(address: IPv4Address) -> IPv4Address:
    """The broadcast address of the /24 around `address`; scenarios name no masks of servers."""
    return IPv4Address(int(address) | 0xFF)
