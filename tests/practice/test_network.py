"""The segment: ARP, ICMP, fragments, and all that a client may send by mistake."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.boot_files import Kind
from pxeclient.practice.model import FileSpec, Reply, Rule, Server, Tftp
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.option_spec import OptionSpec
from pxeclient.practice.scenario import by_name
from pxeclient.wire import arp, dhcp, ethernet, icmp, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, ZERO_MAC, Mac
from pxeclient.wire.fragments import Reassembler
from pxeclient.wire.onestep import MTU
from tests.practice.client import (
    CLIENT,
    CLIENT_MAC,
    DHCP,
    TFTP,
    Talk,
    datagram,
    dhcp_request,
    discover,
    mac_of,
    parse_udp,
    proxy_request,
    request,
    rrq,
    scenario,
    tftp_packet,
)

ALIAS = IPv4Address("10.77.0.9")


def talk(**keys: Any) -> Talk:
    """A conversation with one host."""
    return Talk(scenario(Server(name="host", ip=DHCP, mac=mac_of(DHCP), aliases=(ALIAS,), **keys)))


def arp_frame(
    target: IPv4Address, operation: int = arp.REQUEST, sender: IPv4Address = CLIENT
) -> bytes:
    """A broadcast ARP message."""
    message = arp.build(arp.Arp(operation, CLIENT_MAC, sender, ZERO_MAC, target))
    return ethernet.build(ethernet.Frame(BROADCAST_MAC, CLIENT_MAC, ethernet.ARP, message))


def icmp_frame(message: icmp.Icmp, to: IPv4Address = DHCP, mac: Mac | None = None) -> bytes:
    """An ICMP message to the host."""
    packet = ipv4.build(ipv4.Packet(CLIENT, to, ipv4.ICMP, icmp.build(message)))
    return ethernet.build(ethernet.Frame(mac or mac_of(DHCP), CLIENT_MAC, ethernet.IPV4, packet))


@pytest.mark.parametrize("address", [DHCP, ALIAS])
@pytest.mark.parametrize("sender", [CLIENT, ANY])
def test_arp_is_answered_for_every_address(address: IPv4Address, sender: IPv4Address) -> None:
    """Addresses and aliases are at the host's MAC, for probes from 0.0.0.0 too."""
    [answer] = talk().say(arp_frame(address, sender=sender))
    frame = ethernet.parse(answer)
    assert frame.destination == CLIENT_MAC
    expected = arp.Arp(arp.REPLY, mac_of(DHCP), address, CLIENT_MAC, sender)
    assert expected == arp.parse(frame.payload)


def test_arp_that_is_not_for_us_is_ignored() -> None:
    """Replies, other addresses, announcements, and hosts that do not do ARP get nothing."""
    assert talk().say(arp_frame(CLIENT)) == []
    assert talk().say(arp_frame(DHCP, arp.REPLY)) == []
    assert talk(no_arp=True).say(arp_frame(DHCP)) == []


def test_echo_is_answered() -> None:
    """A ping comes back with its data, from the address that was asked."""
    [answer] = talk().say(icmp_frame(icmp.Icmp(icmp.ECHO_REQUEST, 0, b"\1\2\3\4data"), ALIAS))
    packet = ipv4.parse(ethernet.parse(answer).payload)
    assert (packet.source, packet.destination) == (ALIAS, CLIENT)
    assert icmp.Icmp(icmp.ECHO_REPLY, 0, b"\1\2\3\4data") == icmp.parse(packet.payload)


def test_other_icmp_is_ignored() -> None:
    """Replies, and pings of other addresses or hosts, get nothing."""
    echo = icmp.Icmp(icmp.ECHO_REQUEST, 0, bytes(4))
    assert talk().say(icmp_frame(icmp.Icmp(icmp.ECHO_REPLY, 0, bytes(4)))) == []
    assert talk().say(icmp_frame(echo, TFTP)) == []
    assert talk().say(icmp_frame(echo, DHCP, mac_of(TFTP))) == []


def test_closed_port_is_refused_only_by_script() -> None:
    """ICMP port unreachable quotes the packet's start; without the script there is silence."""
    question = proxy_request(DHCP)
    assert talk().say(question) == []
    [answer] = talk(icmp_unreach=True).say(question)
    packet = ipv4.parse(ethernet.parse(answer).payload)
    message = icmp.parse(packet.payload)
    assert (message.type, message.code) == (icmp.UNREACHABLE, icmp.PORT_UNREACHABLE)
    assert bytes(4) + question[14 : 14 + 28] == message.body
    assert talk(icmp_unreach=True).say(discover()) == []


def test_closed_port_can_be_answered_with_another_error() -> None:
    """Any ICMP error that tells of a packet not delivered, and no other ICMP message."""
    question = rrq(b"x", server=DHCP)
    [answer] = talk(icmp_error=(11, 0)).say(question)
    message = icmp.parse(ipv4.parse(ethernet.parse(answer).payload).payload)
    assert (message.type, message.code) == (11, 0)
    assert bytes(4) + question[14 : 14 + 28] == message.body
    with pytest.raises(ValueError, match="icmp_error"):
        talk(icmp_error=(8, 0))


def test_an_error_may_quote_another_port() -> None:
    """As behind an address translation that leaves quotations alone; all else is as it was."""
    question = rrq(b"x", server=DHCP)
    [answer] = talk(icmp_unreach=True, icmp_quotes_port=61000).say(question)
    message = icmp.parse(ipv4.parse(ethernet.parse(answer).payload).payload)
    sent = question[14 : 14 + 28]
    assert message.body == bytes(4) + sent[:20] + (61000).to_bytes(2, "big") + sent[22:]


def test_closed_port_beside_open_ones_is_refused() -> None:
    """Port 67, 69 and a running transfer are open; the rest is not."""
    host = talk(icmp_unreach=True, tftp=Tftp(), bootp=(Rule(port=67),))
    assert host.say(discover()) == []
    host.say(rrq(b"x", server=DHCP))
    assert parse_udp(host.say(tftp_packet(tftp.Ack(1), 50001, DHCP))[0])
    for port in (4011, 50002):
        [answer] = host.say(tftp_packet(tftp.Ack(1), port, DHCP))
        assert ipv4.parse(ethernet.parse(answer).payload).protocol == ipv4.ICMP


def test_large_blocks_come_in_fragments() -> None:
    """Packets beyond the MTU are fragmented, and make a whole again."""
    host = talk(tftp=Tftp(files={"*": FileSpec(size=20_000)}))
    host.say(rrq(b"x", (b"blksize", b"8192"), server=DHCP))
    frames = host.say(tftp_packet(tftp.Ack(0), 50001, DHCP))
    assert [len(frame) for frame in frames] == [1514, 1514, 1514, 1514, 1514, 838]
    assert all(len(frame) <= 14 + MTU for frame in frames)
    whole, reassembler = None, Reassembler()
    for frame in frames:
        whole = reassembler.add(ipv4.parse(ethernet.parse(frame).payload), 0.0)
    assert whole is not None
    data = udp.parse(whole.payload, whole.source, whole.destination)
    block = tftp.parse(data.payload)
    assert isinstance(block, tftp.Data)
    assert len(block.content) == 8192


def test_the_kind_of_boot_file_is_chosen_with_the_network() -> None:
    """Where the scenario names no kind, the network's is served."""
    for kind, begins in ((Kind.BIOS, b"\x31\xc0"), (Kind.EFI, b"MZ"), (Kind.SCRIPT, b"#!ipxe")):
        [block] = Talk(by_name("plain-dhcp"), kind).transfer(rrq(b"boot.0"))
        assert isinstance(block, tftp.Data)
        assert block.content.startswith(begins)


def test_echo_too_long_for_a_datagram_is_not_sent() -> None:
    """What only a mad client can bring about ends in silence."""
    echo_twice = (OptionSpec(12, "echo"), OptionSpec(12, "echo"))
    host = talk(bootp=(Rule(port=67, replies=(Reply(options=echo_twice),)),))
    long = dhcp_request(dhcp.DISCOVER, *(dhcp.Option(12, bytes(255)) for _ in range(200)))
    assert host.say(datagram(long, 67)) == []


FRAMES = [
    discover(),
    request(),
    proxy_request(DHCP),
    rrq(b"x", (b"blksize", b"1432"), server=DHCP),
    tftp_packet(tftp.Ack(0), 50001, DHCP),
    arp_frame(DHCP),
    icmp_frame(icmp.Icmp(icmp.ECHO_REQUEST, 0, bytes(8))),
]
ANYTHING = scenario(
    Server(
        name="host",
        ip=DHCP,
        mac=mac_of(DHCP),
        icmp_unreach=True,
        bootp=tuple(
            Rule(port=port, replies=(Reply(options=(OptionSpec(97, "echo"),)),))
            for port in (67, 4011)
        ),
        tftp=Tftp(),
    )
)


@given(st.lists(st.one_of(st.binary(max_size=120), st.sampled_from(FRAMES)), max_size=8))
def test_nothing_raises_and_all_comes_to_rest(frames: list[bytes]) -> None:
    """Whatever comes, the network answers or is silent, twice the same, and falls quiet."""
    twice = []
    for _ in range(2):
        talk = Talk(ANYTHING)
        heard = [talk.say(frame) for frame in frames]
        twice.append((heard, talk.wait(100)))
        assert talk.network.next_at() is None
    assert twice[0] == twice[1]


@given(st.sampled_from(FRAMES), st.integers(0, 700), st.binary(min_size=1, max_size=4))
def test_damaged_frames_do_no_harm(frame: bytes, at: int, octets: bytes) -> None:
    """A frame with octets overwritten, or cut there, is survived."""
    talk = Talk(ANYTHING)
    at %= len(frame)
    talk.say((frame[:at] + octets + frame[at + len(octets) :])[: len(frame)])
    talk.say(frame[:at])
    talk.wait(100)


@given(st.binary(max_size=400), st.sampled_from([67, 69, 4011, 50001]))
def test_any_payload_is_survived(payload: bytes, port: int) -> None:
    """Valid UDP with arbitrary content, alone and behind a valid DHCP header."""
    talk = Talk(ANYTHING)
    talk.say(rrq(b"x", server=DHCP))
    talk.say(datagram(payload, port, DHCP, CLIENT, 2000))
    talk.say(datagram(dhcp_request(dhcp.DISCOVER)[:240] + payload, port, DHCP, CLIENT, 2000))
    talk.wait(100)


def test_quiet_network_has_nothing_to_do() -> None:
    """Without a client there is no next time, and nothing is sent."""
    network = PracticeNetwork(by_name("plain-dhcp"))
    assert network.next_at() is None
    assert network.poll(1000) == []


def test_a_boot_over_the_simulated_link() -> None:
    """DHCP and TFTP from power-on to the last block, every frame 0.2 ms under way."""
    link = SimulatedLink(PracticeNetwork(by_name("plain-dhcp")))

    def ask(frame: bytes) -> bytes:
        """Send, and wait for the one answer."""
        asked_at = link.now()
        link.send(frame)
        answer = link.receive(asked_at + 1)
        assert answer is not None
        assert link.now() == pytest.approx(asked_at + 0.0004)
        return parse_udp(answer)[1].payload

    assert dhcp.parse(ask(discover())).type == dhcp.OFFER
    assert dhcp.parse(ask(request())).type == dhcp.ACK
    assert isinstance(tftp.parse(ask(rrq(b"boot.0", (b"blksize", b"1432")))), tftp.OptionAck)
    blocks = [tftp.parse(ask(tftp_packet(tftp.Ack(number), 50001))) for number in range(3)]
    assert [block.block for block in blocks if isinstance(block, tftp.Data)] == [1, 2, 3]
    link.send(tftp_packet(tftp.Ack(3), 50001))
    assert link.receive(100) is None
    assert link.now() == 100
