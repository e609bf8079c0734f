"""A client to talk to a practice network with: frames in, frames out, time in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address

from pxeclient.practice import model
from pxeclient.practice.boot_files import Kind
from pxeclient.practice.network import PracticeNetwork
from pxeclient.wire import dhcp, ethernet, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.fragments import Reassembler

CLIENT_MAC = Mac.from_text("52:54:00:12:34:56")
CLIENT = IPv4Address("10.77.0.50")
DHCP = IPv4Address("10.77.0.1")
PROXY = IPv4Address("10.77.0.2")
TFTP = IPv4Address("10.77.0.3")
UUID = bytes.fromhex("00 00112233445566778899aabbccddeeff")
XID = 0x12345678


def mac_of(address: IPv4Address) -> Mac:
    """The MAC address of a practice network's server."""
    return Mac.from_text(f"52:54:00:aa:00:{address.packed[3]:02x}")


def datagram(
    payload: bytes,
    port: int,
    to: IPv4Address = BROADCAST,
    source: IPv4Address = ANY,
    source_port: int = 68,
    mac: Mac | None = None,
) -> bytes:
    """A frame from the client with that UDP payload."""
    if mac is None:
        mac = BROADCAST_MAC if to == BROADCAST else mac_of(to)
    data = udp.build(udp.Datagram(source_port, port, payload), source, to)
    packet = ipv4.build(ipv4.Packet(source, to, ipv4.UDP, data))
    return ethernet.build(ethernet.Frame(mac, CLIENT_MAC, ethernet.IPV4, packet))


def dhcp_request(
    kind: int,
    *options: dhcp.Option,
    flags: int = 0,
    ciaddr: IPv4Address = ANY,
    vendor: bytes = b"PXEClient:Arch:00000:UNDI:002001",
) -> bytes:
    """A client's DHCP message, as a UDP payload."""
    head = (
        dhcp.Option(53, bytes((kind,))),
        dhcp.Option(60, vendor),
        dhcp.Option(93, b"\0\0"),
        dhcp.Option(97, UUID),
    )
    message = dhcp.Message(
        dhcp.BOOTREQUEST,
        XID,
        dhcp.chaddr_of(CLIENT_MAC),
        flags=flags,
        ciaddr=ciaddr,
        options=(*head, *options, dhcp.Option(dhcp.END)),
    )
    return dhcp.build(message)


def discover() -> bytes:
    """The frame of a DISCOVER."""
    return datagram(dhcp_request(dhcp.DISCOVER), 67)


def request(server: IPv4Address = DHCP) -> bytes:
    """The frame of a REQUEST for the offer of `server`."""
    chosen = dhcp.Option(54, server.packed), dhcp.Option(50, CLIENT.packed)
    return datagram(dhcp_request(dhcp.REQUEST, *chosen), 67)


def proxy_request(server: IPv4Address, source_port: int = 4011) -> bytes:
    """The frame of a REQUEST to port 4011."""
    payload = dhcp_request(dhcp.REQUEST, ciaddr=CLIENT)
    return datagram(payload, 4011, server, CLIENT, source_port)


def rrq(
    name: bytes,
    *options: tuple[bytes, bytes],
    server: IPv4Address = TFTP,
    source_port: int = 2000,
) -> bytes:
    """The frame of a TFTP read request."""
    payload = tftp.build(tftp.Request(name, options))
    return datagram(payload, 69, server, CLIENT, source_port)


def tftp_packet(
    packet: tftp.Message, port: int, server: IPv4Address = TFTP, source_port: int = 2000
) -> bytes:
    """The frame of another TFTP packet."""
    return datagram(tftp.build(packet), port, server, CLIENT, source_port)


def scenario(*servers: model.Server) -> model.Scenario:
    """A scenario with those servers."""
    return model.Scenario(name="test", servers=servers)


class Talk:
    """A conversation with a practice network, from time 0."""

    def __init__(self, script: model.Scenario, kind: Kind = Kind.BIOS) -> None:
        self.network = PracticeNetwork(script, kind)
        self.now = 0.0

    def say(self, frame: bytes) -> list[bytes]:
        """Send a frame; the frames that come back at once."""
        self.network.receive(frame, self.now)
        return [answer for _, answer in self.wait(0)]

    def wait(self, seconds: float) -> list[tuple[float, bytes]]:
        """Let time pass; the frames that come meanwhile, each with the time it came."""
        heard: list[tuple[float, bytes]] = []
        end = self.now + seconds
        while (at := self.network.next_at()) is not None and at <= end:
            heard += [(at, frame) for frame in self.network.poll(at)]
        self.now = end
        return heard

    def ask(self, frame: bytes) -> list[dhcp.Message]:
        """Send a DHCP message; all replies of the next two seconds."""
        self.network.receive(frame, self.now)
        answers = sound(answer for _, answer in self.wait(2))
        return [dhcp.parse(parse_udp(answer)[1].payload) for answer in answers]

    def transfer(self, frame: bytes) -> list[tftp.Message]:
        """Send a TFTP packet; the packets that come back at once."""
        return [tftp.parse(parse_udp(answer)[1].payload) for answer in self.say(frame)]


def sound(frames: Iterable[bytes]) -> list[bytes]:
    """The frames without VLAN tags, fragments put together."""
    reassembler, found = Reassembler(), []
    for data in frames:
        frame = ethernet.parse(data)
        while frame.ethertype in (ethernet.VLAN, ethernet.PROVIDER_VLAN):
            frame = ethernet.untag(frame)[1]
        if frame.ethertype == ethernet.IPV4 and (packet := ipv4.parse(frame.payload)).is_fragment:
            whole = reassembler.add(packet, 0.0)
            if whole is None:
                continue
            frame = replace(frame, payload=ipv4.build(whole))
        found.append(ethernet.build(frame))
    return found


def parse_udp(frame: bytes) -> tuple[ipv4.Packet, udp.Datagram]:
    """The packet and datagram in a frame, all checksums verified."""
    packet = ipv4.parse(ethernet.parse(frame).payload)
    return packet, udp.parse(packet.payload, packet.source, packet.destination)
