"""What a frame says, and what is wrong with it: one reading for both."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6ND_RS, IPv6, IPv6ExtHdrDestOpt
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Raw

from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Endpoint, What, complaint
from pxeclient.seen.reading import read
from pxeclient.seen.said import Eapol, Fragment, Other, Tagged, Tcp, Udp, Unread
from pxeclient.wire import arp, dhcp, ethernet, icmp, icmpv6, igmp, ipv4, tftp, udp
from pxeclient.wire.errors import WireError
from tests.seen.frames import (
    CLIENT,
    OURS,
    SERVER,
    THEIRS,
    asks,
    framed,
    message,
    packet,
    recorded,
    recordings,
)

BLOCK = framed(packet(tftp.build(tftp.Data(7, b"octets")), (THEIRS, 4096), (OURS, 2070)), False)
DISCOVER = asks(message(dhcp.DISCOVER))


class TestWhatItSays:
    """Values, not words."""

    def test_tftp(self) -> None:
        """A block: ends, content, and nothing wrong."""
        frame = read(3, 1.5, BLOCK)
        assert frame.said == tftp.Data(7, b"octets")
        assert frame.source == Endpoint(THEIRS, 4096)
        assert frame.destination == Endpoint(OURS, 2070)
        assert (frame.number, frame.at, frame.ours) == (3, 1.5, False)
        assert (frame.sender, frame.receiver) == (SERVER, CLIENT)
        assert frame.fault is None
        assert frame.is_udp
        assert not frame.is_cut

    def test_dhcp(self) -> None:
        """A DISCOVER knows which frame it came in."""
        frame = read(1, 0.5, DISCOVER, True)
        assert isinstance(frame.said, Dhcp)
        assert frame.said.type == dhcp.DISCOVER
        assert (frame.said.number, frame.said.at, frame.said.ours) == (1, 0.5, True)
        assert frame.said.port == 67
        assert frame.is_to_all

    def test_arp_has_no_endpoints(self) -> None:
        """None is said as None."""
        octets = bytes(Ether() / ARP(op=1, psrc="10.0.0.1", pdst="10.0.0.2"))
        frame = read(1, 0.0, octets)
        assert isinstance(frame.said, arp.Arp)
        assert frame.source is None
        assert frame.port is None

    def test_tcp(self) -> None:
        """A connection that opens."""
        octets = bytes(Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(dport=80, flags="S"))
        frame = read(1, 0.0, octets)
        assert isinstance(frame.said, Tcp)
        assert frame.said.opens
        assert frame.port == 80
        assert not frame.is_udp

    def test_a_router_solicitation(self) -> None:
        """IPv6 is read as IPv4 is, checksum and all."""
        octets = bytes(Ether() / IPv6(src="fe80::1", dst="ff02::2") / ICMPv6ND_RS())
        frame = read(1, 0.0, octets)
        assert isinstance(frame.said, icmpv6.Icmpv6)
        assert frame.said.type == icmpv6.ROUTER_SOLICITATION
        assert frame.destination == Endpoint(IPv6Address("ff02::2"), None)
        assert frame.fault is None

    def test_our_own_ipv6_frames_are_good(self) -> None:
        """What firmwares send beside the boot has right checksums."""
        for built in (
            icmpv6.router_solicitation(CLIENT),
            icmpv6.listener_report(CLIENT),
            icmpv6.address_probe(CLIENT),
        ):
            octets = ethernet.join(b"\x33" * 6, CLIENT, ethernet.IPV6, built)
            frame = read(1, 0.0, octets)
            assert isinstance(frame.said, icmpv6.Icmpv6)
            assert frame.fault is None

    def test_udp_over_ipv6(self) -> None:
        """A read request over IPv6, behind an extension header."""
        wanted = tftp.Request(b"boot.efi")
        head = IPv6(src="2001:db8::5", dst="2001:db8::1") / IPv6ExtHdrDestOpt()
        octets = bytes(Ether() / head / UDP(sport=2070, dport=69) / Raw(tftp.build(wanted)))
        frame = read(1, 0.0, octets)
        assert frame.said == wanted
        assert frame.destination == Endpoint(IPv6Address("2001:db8::1"), 69)
        assert frame.fault is None

    def test_dhcp_ports_over_ipv6_are_no_dhcp(self) -> None:
        """DHCPv4 goes over IPv4 alone."""
        head = IPv6(src="2001:db8::5", dst="2001:db8::1")
        octets = bytes(Ether() / head / UDP(sport=68, dport=67) / Raw(message(dhcp.DISCOVER)))
        assert isinstance(read(1, 0.0, octets).said, Udp)

    def test_a_tag(self) -> None:
        """The VLAN and what is in it."""
        octets = bytes(Ether() / Dot1Q(vlan=5) / IP())
        assert read(1, 0.0, octets).said == Tagged(5, ethernet.IPV4)

    def test_eapol(self) -> None:
        """An EAPOL-Start."""
        octets = ethernet.join(SERVER, CLIENT, ethernet.EAPOL, b"\1\1\0\0")
        assert read(1, 0.0, octets).said == Eapol(1)

    def test_what_is_not_read(self) -> None:
        """Spanning tree, and an IP protocol that no boot has."""
        assert read(1, 0.0, ethernet.join(SERVER, CLIENT, 38, bytes(38))).said == Other(None)
        assert read(1, 0.0, bytes(Ether() / IP(proto=89) / Raw(b"x"))).said == Other(89)

    def test_igmp(self) -> None:
        """A report."""
        told = igmp.Igmp(igmp.REPORT_V2, THEIRS)
        octets = framed(ipv4.Packet(OURS, THEIRS, ipv4.IGMP, igmp.build(told)))
        assert read(1, 0.0, octets).said == told

    def test_a_complaint_names_what_it_is_about(self) -> None:
        """An ICMP error quotes the packet that was not delivered."""
        inner = IP(src=str(OURS), dst=str(THEIRS)) / UDP(sport=2070, dport=69)
        octets = bytes(
            Ether() / IP(src="10.77.0.1", dst="10.77.0.50") / ICMP(type=3, code=3) / inner
        )
        told = complaint(read(4, 0.0, octets))
        assert told is not None
        assert (told.number, told.about, told.protocol, told.port) == (4, THEIRS, ipv4.UDP, 69)


class TestWhatIsWrong:
    """The strict reading beside the lenient one."""

    def test_a_checksum_that_the_card_was_to_fill_in(self) -> None:
        """It is noted, and the message is there all the same."""
        octets = BLOCK[:40] + b"\1\2" + BLOCK[42:]
        frame = read(1, 0.0, octets)
        assert frame.said == tftp.Data(7, b"octets")
        assert frame.fault is not None
        assert (frame.fault.what, frame.fault.why) == (
            What.CHECKSUM,
            "UDP: wrong checksum at octet 6",
        )

    def test_a_header_checksum(self) -> None:
        """The first thing that is wrong is told."""
        octets = BLOCK[:24] + b"\1\2" + BLOCK[26:40] + b"\1\2" + BLOCK[42:]
        frame = read(1, 0.0, octets)
        assert frame.said == tftp.Data(7, b"octets")
        assert frame.fault is not None
        assert frame.fault.why == "IPv4: wrong header checksum at octet 10"

    def test_a_frame_that_was_cut(self) -> None:
        """What is left of a block, how long it was, and that nobody is to blame."""
        frame = read(1, 0.0, BLOCK[:-3], length=len(BLOCK))
        assert frame.said == tftp.Data(7, b"oct")
        assert (len(frame.payload), frame.size) == (7, 10)
        assert frame.is_cut
        assert frame.fault is not None
        assert frame.fault.what is What.CUT

    def test_a_message_that_was_cut(self) -> None:
        """A DISCOVER of which only the fixed fields are there."""
        frame = read(1, 0.0, DISCOVER[: 42 + 60], length=len(DISCOVER))
        assert isinstance(frame.said, Dhcp)
        assert frame.said.hardware == CLIENT
        assert frame.said.is_cut
        assert frame.message is not None

    def test_a_request_that_was_cut(self) -> None:
        """As much of a read request as there is."""
        sent = tftp.build(tftp.Request(b"boot.0", ((b"blksize", b"1456"), (b"tsize", b"0"))))
        octets = framed(packet(sent))
        frame = read(1, 0.0, octets[:-4], length=len(octets))
        assert frame.said == tftp.Request(b"boot.0", ((b"blksize", b"1456"),))

    def test_malformed(self) -> None:
        """Too short for what it says it is."""
        frame = read(1, 0.0, ethernet.join(SERVER, CLIENT, ethernet.ARP, b"\0\1"))
        assert frame.said == Unread("ARP: 2 octets, a message has 28")
        assert frame.fault is not None
        assert frame.fault.what is What.MALFORMED

    def test_too_short_for_a_header(self) -> None:
        """What it ends before is None."""
        frame = read(1, 0.0, b"\1\2\3\4\5\6\7")
        assert frame.receiver is not None
        assert (frame.sender, frame.ethertype, frame.source) == (None, None, None)
        assert isinstance(frame.said, Unread)

    def test_a_message_that_no_dhcp_client_sends(self) -> None:
        """Without the cookie it is read, and is none that counts."""
        octets = message(dhcp.DISCOVER)
        octets = asks(octets[:236] + b"\0\0\0\0" + octets[240:])
        frame = read(1, 0.0, octets)
        assert frame.dhcp is not None
        assert frame.message is None

    def test_a_fragment(self) -> None:
        """By itself it stays a part."""
        part = ipv4.fragments(packet(bytes(3000)), 1500)[1]
        assert read(1, 0.0, framed(part)).said == Fragment(1480, 1480, True)


@given(st.binary(max_size=400), st.integers(0, 100))
def test_any_octets_are_read(octets: bytes, lost: int) -> None:
    """Nothing raises, whatever it is."""
    frame = read(1, 0.0, octets, length=len(octets) + lost)
    assert frame.octets == octets
    assert frame.of_client(True).ours


@given(
    st.sampled_from([BLOCK, DISCOVER, framed(ipv4.fragments(packet(bytes(3000)), 1500)[0])]),
    st.integers(0, 400),
    st.integers(0, 255),
    st.integers(0, 600),
    st.booleans(),
)
def test_damaged_frames_are_read(
    octets: bytes, at: int, value: int, end: int, was_longer: bool
) -> None:
    """One octet changed and the end cut off: read, and it is said what is wrong."""
    at %= len(octets)
    changed = (octets[:at] + bytes((value,)) + octets[at + 1 :])[:end]
    frame = read(1, 0.0, changed, length=len(octets) if was_longer else None)
    properties = (frame.packet, frame.fragment, frame.is_udp, frame.message, frame.frames)
    assert len(properties) == 5
    if end < 42:
        assert frame.fault is not None


@pytest.mark.parametrize("path", recordings()[::8], ids=lambda path: "/".join(path.parts[-3:-1]))
def test_strict_is_what_the_codecs_say(path: Path) -> None:
    """A frame without a fault is one that every codec takes; one with a fault, one does not."""
    for one in recorded(path):
        frame = read(one.number, one.at, one.data)
        error = None
        try:
            _strictly(one.data)
        except WireError as found:
            error = str(found)
        assert (frame.fault.why if frame.fault else None) == error


def _strictly(octets: bytes) -> None:
    frame = ethernet.parse(octets)
    if frame.ethertype == ethernet.ARP:
        arp.parse(frame.payload)
    if frame.ethertype != ethernet.IPV4:
        return
    whole = ipv4.parse(frame.payload)
    if whole.is_fragment:
        return
    if whole.protocol == ipv4.ICMP:
        icmp.parse(whole.payload)
    if whole.protocol == ipv4.IGMP:
        igmp.parse(whole.payload)
    if whole.protocol == ipv4.UDP:
        datagram = udp.parse(whole.payload, whole.source, whole.destination)
        if {datagram.source_port, datagram.destination_port} & dhcp.DHCP_PORTS:
            dhcp.parse(datagram.payload)


def test_the_packet_of_a_whole_frame_is_the_codecs() -> None:
    """Lenient and strict agree where nothing is wrong."""
    one = replace(packet(b"x" * 50, identification=77), ttl=20, options=b"\x94\x04\0\0", tos=8)
    assert read(1, 0.0, framed(one)).packet == one
