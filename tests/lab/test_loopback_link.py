"""Frames of a machine, datagrams of servers on the loopback interface."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface

import pytest

from pxeclient.link.base import LinkError
from pxeclient.link.loopback import WELL_KNOWN, LoopbackLink, Ports, segment_of
from pxeclient.wire import arp, dhcp, ethernet, fragments, icmp, igmp, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, ZERO_MAC, Mac
from pxeclient.wire.onestep import Peer, read_udp, udp_frame

pytestmark = pytest.mark.live

MAC = Mac(bytes.fromhex("525400000001"))
SERVER, OTHER, LEASE, RELAY = map(
    IPv4Address, ("127.0.0.1", "127.0.0.2", "127.0.0.130", "127.0.0.127")
)
SOON = 60.0
"""Seconds that a datagram may take on the loopback interface."""
SILENCE = 0.05


def opened(address: IPv4Address, port: int = 0) -> socket.socket:
    """A server's socket, on that port or any."""
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((str(address), port))
    one.settimeout(SOON)
    return one


class Wire:
    """A machine's link and the sockets of a server."""

    def __init__(self, stack: contextlib.ExitStack, *more: IPv4Address) -> None:
        self.dhcp, self.tftp, self.proxy = three = [
            stack.enter_context(opened(SERVER)) for _ in range(3)
        ]
        self.ports = Ports(*(one.getsockname()[1] for one in three))
        segment = segment_of(IPv4Interface("127.0.0.1/24"), [SERVER, *more], self.ports)
        self.link = stack.enter_context(contextlib.closing(LoopbackLink(MAC, segment)))

    def hears(self) -> bytes:
        """The next frame for the machine."""
        frame = self.link.receive(self.link.now() + SOON)
        assert frame is not None
        return frame

    def is_silent(self) -> bool:
        """There is none."""
        return self.link.receive(self.link.now() + SILENCE) is None

    def says(
        self, payload: bytes, source: IPv4Address, port: int, to: IPv4Address, to_port: int
    ) -> None:
        """The machine sends a datagram."""
        mac = BROADCAST_MAC if to == BROADCAST else ZERO_MAC
        frame = udp_frame(MAC, port, Peer(mac, to.packed, to_port, source.packed), 1, payload)
        assert frame is not None
        self.link.send(frame)

    def discovers(self, message: dhcp.Message) -> tuple[dhcp.Message, tuple[str, int]]:
        """It broadcasts a message: what the server gets, and from where."""
        self.says(dhcp.build(message), ANY, 68, BROADCAST, 67)
        payload, peer = self.dhcp.recvfrom(2048)
        return dhcp.parse(payload), peer


@pytest.fixture
def wire() -> Iterator[Wire]:
    """With one server."""
    with contextlib.ExitStack() as stack:
        yield Wire(stack)


def message(flags: int = 0x8000) -> dhcp.Message:
    """A DHCPDISCOVER."""
    options = (dhcp.Option(53, b"\x01"), dhcp.Option(60, b"PXEClient"))
    return dhcp.Message(op=1, xid=7, flags=flags, chaddr=MAC.ljust(16, b"\0"), options=options)


def test_a_message_is_relayed(wire: Wire) -> None:
    """It names the relay agent, from whose address it comes, and is the same otherwise."""
    got, peer = wire.discovers(message())
    assert peer == (str(RELAY), wire.ports.dhcp)
    assert got.giaddr == RELAY
    assert replace(got, giaddr=ANY) == message()


@pytest.mark.parametrize(
    ("flags", "to", "mac"), [(0x8000, BROADCAST, BROADCAST_MAC), (0, LEASE, MAC)]
)
def test_a_reply_reaches_a_machine_without_address(
    wire: Wire, flags: int, to: IPv4Address, mac: Mac
) -> None:
    """As a broadcast if it wants that; from the server, as if no relay agent were there."""
    got, peer = wire.discovers(message(flags))
    wire.dhcp.sendto(dhcp.build(replace(got, op=2, yiaddr=LEASE)), peer)
    frame = wire.hears()
    datagram = read_udp(frame)
    assert datagram is not None
    assert (frame[:6], IPv4Address(datagram.peer.local), datagram.port) == (mac, to, 68)
    assert (IPv4Address(datagram.peer.address), datagram.peer.port) == (SERVER, 67)
    reply = dhcp.parse(datagram.payload)
    assert (reply.giaddr, reply.yiaddr) == (ANY, LEASE)


def test_replies_for_others_and_of_others(wire: Wire) -> None:
    """Another machine's, a scrap, and what some other process sends: none becomes a frame."""
    got, peer = wire.discovers(message())
    wire.dhcp.sendto(dhcp.build(replace(got, op=2, chaddr=b"\x02" * 16)), peer)
    wire.dhcp.sendto(b"scrap", peer)
    with opened(OTHER) as stranger:
        stranger.sendto(dhcp.build(replace(got, op=2, yiaddr=LEASE)), peer)
    assert wire.is_silent()


def test_arp() -> None:
    """The hosts of the segment answer, nobody else."""
    with contextlib.ExitStack() as stack:
        wire = Wire(stack, OTHER)
        for target, there in [(SERVER, True), (OTHER, True), (LEASE, False), (RELAY, False)]:
            ask = arp.Arp(arp.REQUEST, MAC, LEASE, ZERO_MAC, target)
            frame = ethernet.Frame(BROADCAST_MAC, MAC, ethernet.ARP, arp.build(ask))
            wire.link.send(ethernet.build(frame))
            if not there:
                assert wire.is_silent()
                continue
            outer = ethernet.parse(wire.hears())
            answer = arp.parse(outer.payload)
            assert (answer.operation, answer.sender, answer.target) == (arp.REPLY, target, LEASE)
            assert outer.destination == MAC


def test_tftp(wire: Wire) -> None:
    """Well-known ports in the frames, real ones behind them; the transfer's are what they are."""
    request = tftp.Request(b"boot.0")
    wire.says(tftp.build(request), LEASE, 2070, SERVER, 69)
    payload, peer = wire.tftp.recvfrom(600)
    assert (tftp.parse(payload), peer) == (request, (str(LEASE), 2070))
    wire.tftp.sendto(b"from the first port", peer)
    first = read_udp(wire.hears())
    assert first is not None
    assert (first.peer.port, first.port, first.payload) == (69, 2070, b"from the first port")
    with opened(SERVER) as transfer:
        transfer.sendto(b"from its own", peer)
        own = transfer.getsockname()[1]
        second = read_udp(wire.hears())
        assert second is not None
        assert (second.peer.port, second.peer.address) == (own, SERVER.packed)
        wire.says(b"ack", LEASE, 2070, SERVER, own)
        assert transfer.recvfrom(600) == (b"ack", (str(LEASE), 2070))


def test_a_long_reply_comes_in_fragments(wire: Wire) -> None:
    """As a host would cut it for an Ethernet."""
    wire.says(b"?", LEASE, 3000, SERVER, 69)
    long = bytes(range(250)) * 12
    wire.tftp.sendto(long, wire.tftp.recvfrom(600)[1])
    parts = [ipv4.parse(ethernet.parse(wire.hears()).payload) for _ in range(3)]
    assert wire.is_silent()
    assembler = fragments.Reassembler()
    whole = [each for part in parts if (each := assembler.add(part, 0.0)) is not None]
    assert udp.parse(whole[0].payload, SERVER, LEASE) == udp.Datagram(69, 3000, long)


@pytest.mark.parametrize("port", [4011, 69])
def test_a_port_that_is_closed(wire: Wire, port: int) -> None:
    """The host says so, as it would have to the machine, and what follows goes out all the same."""
    {4011: wire.proxy, 69: wire.tftp}[port].close()
    wire.says(b"?", LEASE, 3001, SERVER, port)
    packet = ipv4.parse(ethernet.parse(wire.hears()).payload)
    found = icmp.parse(packet.payload)
    assert (packet.source, packet.destination) == (SERVER, LEASE)
    assert (found.type, found.code) == (icmp.UNREACHABLE, icmp.PORT_UNREACHABLE)
    about = found.body[4:]
    assert about[12:20] == LEASE.packed + SERVER.packed
    assert about[20:24] == (3001).to_bytes(2, "big") + port.to_bytes(2, "big")
    wire.says(b"again", LEASE, 3001, SERVER, wire.ports.dhcp)
    assert wire.dhcp.recv(600) == b"again"


def test_an_address_from_elsewhere(wire: Wire) -> None:
    """Nothing of it may leave the loopback interface; the sentence says what to lease."""
    with pytest.raises(LinkError, match=r"address 10\.0\.0\.9: .* from 127\.0\.0\.0/24"):
        wire.says(b"?", IPv4Address("10.0.0.9"), 2070, SERVER, 69)
    got, peer = wire.discovers(message())
    wire.dhcp.sendto(dhcp.build(replace(got, op=2, yiaddr=IPv4Address("10.0.0.8"))), peer)
    with pytest.raises(LinkError, match=r"address 10\.0\.0\.8: .* from 127\.0\.0\.0/24"):
        wire.hears()


def test_what_goes_nowhere(wire: Wire) -> None:
    """Other hosts, multicast, a datagram that nobody could answer, what is no frame."""
    wire.says(b"?", LEASE, 2070, IPv4Address("8.8.8.8"), 69)
    wire.says(b"?", LEASE, 2070, OTHER, 69)
    wire.says(b"?", LEASE, 2070, IPv4Address("239.1.1.1"), 4011)
    wire.says(b"?", ANY, 68, BROADCAST, 4011)
    report = igmp.build(igmp.Igmp(igmp.REPORT_V2, IPv4Address("239.1.1.1")))
    packet = ipv4.Packet(LEASE, IPv4Address("239.1.1.1"), ipv4.IGMP, report)
    wire.link.send(ethernet.join(BROADCAST_MAC, MAC, ethernet.IPV4, ipv4.build(packet)))
    wire.link.send(b"short")
    wire.link.send(ethernet.join(BROADCAST_MAC, MAC, ethernet.ARP, b"scrap"))
    assert wire.is_silent()
    for one in (wire.tftp, wire.proxy):
        one.settimeout(SILENCE)
        with pytest.raises(TimeoutError):
            one.recv(600)


def test_a_relay_port_that_is_taken() -> None:
    """A server on all addresses has it: answers to the sender still arrive."""
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(opened(RELAY)).getsockname()[1]
        segment = segment_of(IPv4Interface("127.0.0.1/24"), [SERVER], Ports(port, 1, 2))
        link = stack.enter_context(contextlib.closing(LoopbackLink(MAC, segment)))
        server = stack.enter_context(opened(SERVER, port))
        frame = udp_frame(
            MAC, 68, Peer(BROADCAST_MAC, BROADCAST.packed, 67, ANY.packed), 1,
            dhcp.build(message()),
        )  # fmt: skip
        assert frame is not None
        link.send(frame)
        payload, peer = server.recvfrom(2048)
        assert peer != (str(RELAY), port)
        server.sendto(dhcp.build(replace(dhcp.parse(payload), op=2, yiaddr=LEASE)), peer)
        assert link.receive(link.now() + SOON) is not None


def test_a_link_that_is_closed_twice(wire: Wire) -> None:
    """Harmless."""
    wire.link.close()
    wire.link.close()


@pytest.mark.parametrize("address", ["10.0.0.1/24", "128.0.0.1/8"])
def test_segments_elsewhere(address: str) -> None:
    """They are refused."""
    with pytest.raises(ValueError, match="no address of the loopback interface"):
        segment_of(IPv4Interface(address), [], WELL_KNOWN)
