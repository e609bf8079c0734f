"""Where the datagrams go that scapy judges: the frame around them, in our words and in scapy's."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from pxeclient.wire import ethernet, ipv4, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac

CLIENT = Mac.from_text("52:54:00:12:34:56")
SERVER = Mac.from_text("52:54:00:aa:00:01")
FIFTY = IPv4Address("10.77.0.50")
ONE = IPv4Address("10.77.0.1")
FIVE = IPv4Address("10.77.0.5")
GUID = bytes.fromhex("0033221100554477668899aabbccddeeff")


@dataclass(frozen=True, slots=True)
class Path:
    """Where a datagram goes: addresses of all layers, and what IPv4 says besides."""

    source_mac: Mac
    destination_mac: Mac
    source: IPv4Address
    destination: IPv4Address
    source_port: int
    destination_port: int
    ttl: int = 64
    identification: int = 1
    dont_fragment: bool = False
    tos: int = 0

    def ours(self, payload: bytes) -> bytes:
        """The frame as we build it."""
        datagram = udp.Datagram(self.source_port, self.destination_port, payload)
        packet = ipv4.Packet(
            self.source,
            self.destination,
            ipv4.UDP,
            udp.build(datagram, self.source, self.destination),
            ttl=self.ttl,
            identification=self.identification,
            dont_fragment=self.dont_fragment,
            tos=self.tos,
        )
        frame = ethernet.Frame(
            self.destination_mac, self.source_mac, ethernet.IPV4, ipv4.build(packet)
        )
        return ethernet.build(frame)

    def scapys(self) -> Packet:
        """The frame without its payload as scapy builds it."""
        ether = Ether(src=str(self.source_mac), dst=str(self.destination_mac))
        packet = IP(
            src=str(self.source),
            dst=str(self.destination),
            ttl=self.ttl,
            id=self.identification,
            flags="DF" if self.dont_fragment else 0,
            tos=self.tos,
        )
        return ether / packet / UDP(sport=self.source_port, dport=self.destination_port)

    def unwrap(self, data: bytes) -> bytes:
        """Read a frame through our layers down to its payload, checking all on the way."""
        frame = ethernet.parse(data)
        assert (self.destination_mac, self.source_mac) == (frame.destination, frame.source)
        packet = ipv4.parse(frame.payload)
        assert (self.source, self.destination) == (packet.source, packet.destination)
        assert (self.ttl, self.tos) == (packet.ttl, packet.tos)
        assert self.identification == packet.identification
        assert self.dont_fragment == packet.dont_fragment
        datagram = udp.parse(packet.payload, packet.source, packet.destination)
        ports = (datagram.source_port, datagram.destination_port)
        assert (self.source_port, self.destination_port) == ports
        return datagram.payload


CLIENT_TO_ALL = Path(CLIENT, BROADCAST_MAC, ANY, BROADCAST, 68, 67, identification=256)
SERVER_TO_ALL = Path(SERVER, BROADCAST_MAC, ONE, BROADCAST, 67, 68, ttl=128, tos=16)
SERVER_TO_CLIENT = Path(SERVER, CLIENT, ONE, FIFTY, 67, 68, tos=192)
CLIENT_TO_SERVER = Path(CLIENT, SERVER, FIFTY, ONE, 68, 67)
CLIENT_TO_4011 = Path(CLIENT, SERVER, FIFTY, FIVE, 4011, 4011, dont_fragment=True)
FROM_4011 = Path(SERVER, CLIENT, FIVE, FIFTY, 4011, 68)
CLIENT_TO_69 = Path(CLIENT, SERVER, FIFTY, FIVE, 2070, 69)
TFTP_TO_CLIENT = Path(SERVER, CLIENT, FIVE, FIFTY, 50001, 2070)
