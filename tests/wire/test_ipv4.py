"""IPv4 packets."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP

from pxeclient.wire import ipv4
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv4 import Packet
from tests.wire.octets import (
    addresses,
    cut_short,
    flipped,
    reads_or_refuses,
    small,
    words,
)

FIFTY = IPv4Address("10.77.0.50")
ONE = IPv4Address("10.77.0.1")

CASES = {
    "broadcast": (
        Packet(ANY, BROADCAST, ipv4.UDP, b"\xde\xad", identification=0x0100),
        bytes.fromhex("4500 0016 0100 0000 40 11 79d8 00000000 ffffffff dead"),
    ),
    # As EDK II asks port 4011: not to be fragmented.
    "not to be fragmented": (
        Packet(FIFTY, ONE, ipv4.UDP, b"", identification=0xD56E, dont_fragment=True),
        bytes.fromhex("4500 0014 d56e 4000 40 11 509e 0a4d0032 0a4d0001"),
    ),
    # As dnsmasq and ISC dhcpd answer: with a type of service and another time to live.
    "TTL 128 and TOS 16": (
        Packet(ONE, FIFTY, ipv4.UDP, b"\x01", ttl=128, tos=16),
        bytes.fromhex("4510 0015 0000 0000 80 11 25fc 0a4d0001 0a4d0032 01"),
    ),
    "first fragment": (
        Packet(ONE, FIFTY, ipv4.UDP, b"12345678", identification=7, more_fragments=True),
        bytes.fromhex("4500 001c 0007 2000 40 11 45fe 0a4d0001 0a4d0032 3132333435363738"),
    ),
    "last fragment": (
        Packet(ONE, FIFTY, ipv4.UDP, b"123", identification=7, fragment_offset=1480),
        bytes.fromhex("4500 0017 0007 00b9 40 11 654a 0a4d0001 0a4d0032 313233"),
    ),
    "last possible offset": (
        Packet(ONE, FIFTY, ipv4.UDP, b"", identification=7, fragment_offset=65528),
        bytes.fromhex("4500 0014 0007 1fff 40 11 4607 0a4d0001 0a4d0032"),
    ),
    # A membership report carries the router alert option (RFC 2236 §2).
    "router alert": (
        Packet(
            FIFTY,
            IPv4Address("239.77.0.1"),
            ipv4.IGMP,
            bytes.fromhex("1600f9b0ef4d0001"),
            ttl=1,
            options=bytes.fromhex("94040000"),
        ),
        bytes.fromhex("4600 0020 0000 0000 01 02 2b0b 0a4d0032 ef4d0001 94040000 1600f9b0ef4d0001"),
    ),
}
"""Packets and their octets; the checksums are scapy's, see below."""
each_case = pytest.mark.parametrize(("packet", "data"), CASES.values(), ids=CASES)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    """Any packet that can be sent."""
    return Packet(
        draw(addresses),
        draw(addresses),
        draw(small),
        draw(st.binary(max_size=100)),
        draw(small),
        draw(words),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.integers(0, 0x1FFF)) * 8,
        draw(small),
        draw(st.integers(0, 10).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n))),
    )


@each_case
def test_a_packet_reads_and_writes(packet: Packet, data: bytes) -> None:
    """Each packet of the table is built to its octets and read back from them."""
    assert data == ipv4.build(packet)
    assert packet == ipv4.parse(data)


@each_case
def test_a_packet_cut_short_is_refused(packet: Packet, data: bytes) -> None:
    """A packet has the length that it says."""
    for part in cut_short(data):
        with pytest.raises(WireError, match=r"^IPv4: "):
            ipv4.parse(part)


@each_case
@pytest.mark.parametrize("trailer", [b"\0", bytes(26), b"\xff" * 5])
def test_padding_is_ignored(packet: Packet, data: bytes, trailer: bytes) -> None:
    """What follows the total length is Ethernet's, not the packet's."""
    assert packet == ipv4.parse(data + trailer)


@each_case
def test_any_wrong_bit_in_the_header_is_noticed(packet: Packet, data: bytes) -> None:
    """No header with a flipped bit is read."""
    header = 20 + len(packet.options)
    for other in flipped(data[:header]):
        with pytest.raises(WireError, match=r"^IPv4: "):
            ipv4.parse(other + data[header:])


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({0: 0x65}, "version 6 at octet 0"),
        ({0: 0x44}, "header length 16 at octet 0"),
        ({0: 0x40}, "header length 0 at octet 0"),
        ({0: 0x4F}, "header length 60 at octet 0"),
        ({3: 19}, "header length 20 at octet 0"),
        ({3: 23}, "total length 23 at octet 2, the frame has 22"),
        ({2: 0xFF}, "total length 65302 at octet 2, the frame has 22"),
        ({10: 0}, "wrong header checksum at octet 10"),
    ],
)
def test_an_error_names_the_octet(change: dict[int, int], because: str) -> None:
    """The text of an error says which field is wrong and where it is."""
    data = bytearray(CASES["broadcast"][1])
    for at, octet in change.items():
        data[at] = octet
    with pytest.raises(WireError, match=because):
        ipv4.parse(bytes(data))


@given(packets())
def test_any_packet_reads_back(packet: Packet) -> None:
    """What was built is what is read, fragments and header options included."""
    assert packet == ipv4.parse(ipv4.build(packet))


@given(st.binary(max_size=80))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """No octets make anything but a packet or a WireError."""
    reads_or_refuses(ipv4.parse, data)
    reads_or_refuses(ipv4.parse, b"\x45\x00\x00\x20" + data)


@given(packets().filter(lambda packet: not packet.options))
def test_scapy_builds_the_same(packet: Packet) -> None:
    """scapy's octets of the same packet are ours, checksum included."""
    judge = IP(
        src=str(packet.source),
        dst=str(packet.destination),
        proto=packet.protocol,
        ttl=packet.ttl,
        id=packet.identification,
        flags=packet.dont_fragment << 1 | packet.more_fragments,
        frag=packet.fragment_offset // 8,
        tos=packet.tos,
    )
    assert bytes(judge / packet.payload) == ipv4.build(packet)


@each_case
def test_scapy_reads_the_same(packet: Packet, data: bytes) -> None:
    """scapy finds the same fields in our octets, and would have sent the same checksum."""
    judge = IP(data)
    assert (str(packet.source), str(packet.destination)) == (judge.src, judge.dst)
    assert (packet.protocol, packet.ttl, packet.tos) == (judge.proto, judge.ttl, judge.tos)
    assert packet.identification == judge.id
    assert (packet.dont_fragment, packet.more_fragments) == (judge.flags.DF, judge.flags.MF)
    assert packet.fragment_offset == judge.frag * 8
    assert packet.payload == bytes(judge.payload)
    assert packet.options == b"".join(bytes(option) for option in judge.options)
    sent = judge.chksum
    del judge.chksum
    assert sent == IP(bytes(judge)).chksum


@pytest.mark.parametrize(
    ("packet", "fragment"),
    [
        (CASES["broadcast"][0], False),
        (CASES["not to be fragmented"][0], False),
        (CASES["first fragment"][0], True),
        (CASES["last fragment"][0], True),
        (replace(CASES["last fragment"][0], more_fragments=True), True),
    ],
)
def test_a_part_of_a_packet_is_told_from_a_whole(packet: Packet, fragment: bool) -> None:
    """The first, a middle and the last fragment are fragments; "do not fragment" is none."""
    assert fragment == packet.is_fragment


@pytest.mark.parametrize(
    ("options", "payload"),
    [(b"\x01", b""), (bytes(44), b""), (b"", bytes(65516)), (bytes(4), bytes(65512))],
)
def test_what_does_not_fit_is_not_built(options: bytes, payload: bytes) -> None:
    """Header options of odd sizes, and more octets than the length field can say, are refused."""
    with pytest.raises(WireError, match=r"^IPv4: "):
        ipv4.build(Packet(ONE, FIFTY, ipv4.UDP, payload, options=options))


def test_the_longest_packet_is_built() -> None:
    """65535 octets in all fit."""
    packet = Packet(ONE, FIFTY, ipv4.UDP, bytes(65515))
    assert packet == ipv4.parse(ipv4.build(packet))


def test_a_checksum_of_0_may_count_as_none() -> None:
    """Where the reader says so; any other wrong one is still wrong."""
    data = bytearray(ipv4.build(Packet(ONE, FIFTY, ipv4.UDP, b"x")))
    data[10:12] = b"\0\0"
    with pytest.raises(WireError, match="wrong header checksum"):
        ipv4.parse(bytes(data))
    assert ipv4.parse(bytes(data), zero_checksum=True) == Packet(ONE, FIFTY, ipv4.UDP, b"x")
    data[11] = 1
    with pytest.raises(WireError, match="wrong header checksum"):
        ipv4.parse(bytes(data), zero_checksum=True)
