"""Odd packets of scripted servers: what a scenario asks for is on the wire, and scapy reads it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether

from pxeclient.practice import model
from pxeclient.practice.oddities import Carriage, parts
from pxeclient.practice.scenario import ScenarioError, by_name, load
from pxeclient.wire import ethernet, ipv4, tftp, udp
from tests.practice.client import DHCP, Talk, discover, mac_of, rrq, scenario, sound, tftp_packet

CLIENT = IPv4Address("10.77.0.50")
DATAGRAM = udp.build(udp.Datagram(67, 68, bytes(range(200))), DHCP, CLIENT)
PACKET = ipv4.Packet(DHCP, CLIENT, ipv4.UDP, DATAGRAM, identification=7)


def seen(wire: Carriage) -> list[Ether]:
    """The frames, as scapy reads them."""
    here = mac_of(DHCP)
    return [
        Ether(ethernet.join(here, here, part.ethertype, part.octets))
        for part in parts(PACKET, wire)
    ]


def test_nothing_odd() -> None:
    """One frame with a sound packet."""
    ((after, ethertype, octets),) = parts(PACKET, Carriage())
    assert (after, ethertype) == (0.0, ethernet.IPV4)
    assert ipv4.parse(octets) == PACKET


def test_fragments() -> None:
    """Multiples of eight octets, the last one first, each twice, half a second apart."""
    sent = parts(PACKET, Carriage(mtu=100, backwards=True, twice=True, gap=0.5))
    packets = [ipv4.parse(part.octets) for part in sent]
    assert [part.after for part in sent] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    assert [packet.fragment_offset for packet in packets] == [160, 160, 80, 80, 0, 0]
    assert [packet.more_fragments for packet in packets] == [False, False, True, True, True, True]
    frames = [ethernet.join(bytes(6), bytes(6), ethernet.IPV4, part.octets) for part in sent]
    (whole,) = sound(frames[1::2])
    assert ipv4.parse(whole[14:]) == PACKET


def test_headers() -> None:
    """Options, the bit DF, a length that says too much, octets behind."""
    (frame,) = seen(Carriage(ip_options="94040000", dont_fragment=True, excess=3, trailer=9))
    ip = frame[IP]
    assert (ip.ihl, ip.flags.DF, ip.len) == (6, True, 24 + len(DATAGRAM) + 3)
    assert bytes(ip.options[0]) == bytes.fromhex("94040000")
    assert len(frame) == 14 + 24 + len(DATAGRAM) + 9


@pytest.mark.parametrize(
    ("wire", "ip_is_right", "udp_is_right"),
    [
        (Carriage(), True, True),
        (Carriage(ip_checksum="none"), False, True),
        (Carriage(ip_checksum="bad"), False, True),
        (Carriage(udp_checksum="none"), True, False),
        (Carriage(udp_checksum="bad"), True, False),
    ],
)
def test_checksums(wire: Carriage, ip_is_right: bool, udp_is_right: bool) -> None:
    """Right, none or wrong; a wrong one is never 0."""
    (frame,) = seen(wire)
    fixed = frame.copy()
    del fixed[IP].chksum, fixed[UDP].chksum
    fixed = Ether(bytes(fixed))
    assert (frame[IP].chksum == fixed[IP].chksum) == ip_is_right
    assert (frame[UDP].chksum == fixed[UDP].chksum) == udp_is_right
    assert (frame[IP].chksum == 0) == (wire.ip_checksum == "none")
    assert (frame[UDP].chksum == 0) == (wire.udp_checksum == "none")


def test_tags() -> None:
    """One is 802.1Q, of two the outer one is a provider's."""
    (one,) = seen(Carriage(vlan=(7,)))
    assert one[Dot1Q].vlan == 7
    assert one[UDP].dport == 68
    (two,) = seen(Carriage(vlan=(9, 0)))
    assert (two[Dot1AD].vlan, two[Dot1Q].vlan) == (9, 0)
    assert two[UDP].dport == 68


def test_a_reply_is_as_odd_as_its_scenario_says() -> None:
    """``odd-fragments-slow``: the second part 0.7 s after the first."""
    talk = Talk(by_name("odd-fragments-slow"))
    talk.network.receive(discover(), 0.0)
    heard = talk.wait(2)
    assert [at for at, _ in heard] == [0.0, pytest.approx(0.7)]
    assert [ipv4.parse(frame[14:]).fragment_offset for _, frame in heard] == [0, 280]


def test_a_tftp_server_may_be_odd_too() -> None:
    """OACK and blocks alike."""
    tagging = model.Tftp(wire=Carriage(vlan=(3,), mtu=576))
    server = model.Server(name="tftp", ip=DHCP, mac=mac_of(DHCP), tftp=tagging)
    talk = Talk(scenario(server))
    talk.say(rrq(b"boot.0", (b"blksize", b"1432"), server=DHCP))
    frames = talk.say(tftp_packet(tftp.Ack(0), 50001, DHCP))
    assert {frame[12:16] for frame in frames} == {b"\x81\x00\x00\x03"}
    (block,) = sound(frames)
    assert isinstance(tftp.parse(block[42:]), tftp.Data)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("mtu = 20", "mtu: expected int >= 68"),
        ('ip_options = "010101"', "ip_options: 3 octets are not up to ten whole words"),
        (f'ip_options = "{"01" * 44}"', "ip_options: 44 octets are not up to ten whole words"),
        ('ip_options = "zz"', "ip_options: not hexadecimal octets"),
        ("vlan = [4095]", "expected int <= 4094"),
        ('udp_checksum = "wrong"', "udp_checksum"),
        ("shape = 1", "shape: is no key of a scenario"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, wrong: str, words: str) -> None:
    """With the place in the file."""
    file = tmp_path / "odd.toml"
    file.write_text(
        "[[servers]]\nname = 's'\nip = '10.77.0.1'\nmac = '52:54:00:aa:00:01'\n"
        f"[servers.tftp]\nwire = {{ {wrong} }}\n"
    )
    with pytest.raises(ScenarioError) as refused:
        load(file)
    assert words in str(refused.value)
    assert "servers[0].tftp.wire" in str(refused.value)


def test_an_odd_wire_carries_a_packet_of_any_size() -> None:
    """The longest one too, with options in every fragment."""
    longest = replace(PACKET, payload=bytes(65515))
    sent = parts(longest, Carriage(ip_options="01" * 40, mtu=68))
    assert sum(len(ipv4.parse(part.octets).payload) for part in sent) == 65515
