"""ICMP messages."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, UDP, IPerror, UDPerror

from pxeclient.wire import ethernet, icmp, ipv4, udp
from pxeclient.wire.errors import WireError
from pxeclient.wire.icmp import Icmp
from tests.wire.octets import cut_short, flipped, reads_or_refuses, small

FIFTY = IPv4Address("10.77.0.50")
TWO = IPv4Address("10.77.0.2")

CASES = {
    "echo request": (
        Icmp(icmp.ECHO_REQUEST, 0, bytes.fromhex("1234 0001") + b"abc"),
        bytes.fromhex("08 00 2168 1234 0001 616263"),
    ),
    "echo reply": (
        Icmp(icmp.ECHO_REPLY, 0, bytes.fromhex("1234 0001") + b"abc"),
        bytes.fromhex("00 00 2968 1234 0001 616263"),
    ),
    "empty echo request": (
        Icmp(icmp.ECHO_REQUEST, 0, bytes(4)),
        bytes.fromhex("08 00 f7ff 0000 0000"),
    ),
    "all zeros": (Icmp(0, 0, bytes(4)), bytes.fromhex("00 00 ffff 0000 0000")),
    # From a host on which nobody listens on port 4011, about an iPXE request.
    "port unreachable": (
        Icmp(
            icmp.UNREACHABLE,
            icmp.PORT_UNREACHABLE,
            bytes.fromhex(
                "00000000450001b2030300004011616b0a4d00320a4d000200440fab019ec78f",
            ),
        ),
        bytes.fromhex(
            "03 03 23e0 00000000450001b2030300004011616b0a4d00320a4d000200440fab019ec78f"
        ),
    ),
}
each_case = pytest.mark.parametrize(("message", "data"), CASES.values(), ids=CASES)

messages = st.builds(Icmp, small, small, st.binary(min_size=4, max_size=100))


@each_case
def test_a_message_reads_and_writes(message: Icmp, data: bytes) -> None:
    """Each message of the table is built to its octets and read back from them."""
    assert data == icmp.build(message)
    assert message == icmp.parse(data)


@each_case
def test_a_message_cut_short_is_read_or_refused(message: Icmp, data: bytes) -> None:
    """Without its last octets a message is too short, or its checksum is wrong, or both."""
    for part in cut_short(data):
        reads_or_refuses(icmp.parse, part)
    with pytest.raises(WireError, match="7 octets, a message has at least 8"):
        icmp.parse(data[:7])


@each_case
def test_what_trails_belongs_to_the_checksum(message: Icmp, data: bytes) -> None:
    """A message has no length of its own: octets that were added are noticed."""
    with pytest.raises(WireError, match="wrong checksum"):
        icmp.parse(data + b"\x01")


@each_case
def test_any_wrong_bit_is_noticed(message: Icmp, data: bytes) -> None:
    """No message with a flipped bit is read."""
    for other in flipped(data):
        with pytest.raises(WireError, match="ICMP: wrong checksum at octet 2"):
            icmp.parse(other)


@given(messages)
def test_any_message_reads_back(message: Icmp) -> None:
    """What was built is what is read, odd lengths included."""
    assert message == icmp.parse(icmp.build(message))


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """No octets make anything but a message or a WireError."""
    reads_or_refuses(icmp.parse, data)


@given(st.sampled_from([0, 8]), st.integers(0, 65535), st.integers(0, 65535), st.binary())
def test_scapy_agrees_on_echoes(kind: int, ident: int, number: int, data: bytes) -> None:
    """scapy's echo requests and replies are ours, octet by octet, and read the same."""
    body = ident.to_bytes(2, "big") + number.to_bytes(2, "big") + data
    message = Icmp(kind, 0, body)
    ours = icmp.build(message)
    assert bytes(ICMP(type=kind, id=ident, seq=number) / data) == ours
    judge = ICMP(ours)
    assert (kind, 0, ident, number) == (judge.type, judge.code, judge.id, judge.seq)
    assert data == bytes(judge.payload)


def test_scapy_agrees_on_unreachable_ports() -> None:
    """The complaint about a datagram to port 4011 is the same, built by scapy or by us."""
    request = udp.build(udp.Datagram(68, 4011, b"is anybody there?"), FIFTY, TWO)
    about = ipv4.build(ipv4.Packet(FIFTY, TWO, ipv4.UDP, request, identification=0x0303))
    ours = icmp.build(Icmp(icmp.UNREACHABLE, icmp.PORT_UNREACHABLE, bytes(4) + about))
    original = IP(src=str(FIFTY), dst=str(TWO), id=0x0303) / UDP(sport=68, dport=4011)
    assert bytes(ICMP(type=3, code=3) / original / b"is anybody there?") == ours
    judge = ICMP(ours)
    assert judge.sprintf("%ICMP.type%") == "dest-unreach"
    assert judge.sprintf("%ICMP.code%") == "port-unreachable"
    assert (str(FIFTY), str(TWO)) == (judge[IPerror].src, judge[IPerror].dst)
    assert (judge[UDPerror].sport, judge[UDPerror].dport) == (68, 4011)


def test_a_captured_complaint_reads_and_writes() -> None:
    """A port-unreachable as iPXE met it is read through all layers and rebuilt."""
    data = bytes.fromhex(
        "525400123456525400aa000208004500003800040000400165f40a4d00020a4d0032"
        "030323e000000000450001b2030300004011616b0a4d00320a4d000200440fab019ec78f"
    )
    frame = ethernet.parse(data)
    packet = ipv4.parse(frame.payload)
    message = icmp.parse(packet.payload)
    assert CASES["port unreachable"][0] == message
    assert packet.payload == icmp.build(message)
    assert frame.payload == ipv4.build(packet)
    assert data == ethernet.build(frame)


# --- what an error quotes -----------------------------------------------------------------
def test_an_error_quotes_the_ends_of_a_packet() -> None:
    """As scapy reads them, of a datagram of iPXE's to a closed port."""
    message, octets = CASES["port unreachable"]
    theirs = ICMP(octets)
    assert icmp.quoted(message) == icmp.Quoted(
        IPv4Address(theirs[IPerror].src),
        IPv4Address(theirs[IPerror].dst),
        ipv4.UDP,
        theirs[UDPerror].sport,
        theirs[UDPerror].dport,
    )


@pytest.mark.parametrize(
    ("kept", "ports"), [(20, (None, None)), (21, (None, None)), (22, (68, None)), (24, (68, 4011))]
)
def test_a_quotation_may_be_short(kept: int, ports: tuple[int | None, int | None]) -> None:
    """What it lacks is not known; without a header nothing is."""
    message, _ = CASES["port unreachable"]
    short = Icmp(message.type, message.code, message.body[: 4 + kept])
    found = icmp.quoted(short)
    assert found is not None
    assert (found.source_port, found.destination_port) == ports
    assert icmp.quoted(Icmp(message.type, message.code, message.body[:23])) is None


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=90))
def test_anything_may_be_quoted(kind: int, code: int, body: bytes) -> None:
    """Only errors quote, and nothing raises."""
    found = icmp.quoted(Icmp(kind, code, body))
    assert found is None or kind in icmp.ERRORS


FROM, WHOM = IPv4Address("10.77.0.1"), IPv4Address("10.77.0.9")


@pytest.mark.parametrize(
    ("source", "kind", "code", "port", "words"),
    [
        (WHOM, 3, 3, 4011, "port 4011 is closed on 10.77.0.9"),
        (FROM, 3, 3, 69, "port 69 is closed on 10.77.0.9, says 10.77.0.1"),
        (WHOM, 3, 2, 4011, "10.77.0.9 does not speak IP protocol 17"),
        (FROM, 3, 1, 4011, "10.77.0.1 cannot reach the host 10.77.0.9"),
        (FROM, 3, 13, 4011, "10.77.0.1 forbids packets to 10.77.0.9:4011 (ICMP: filtered"),
        (FROM, 3, 5, 69, "10.77.0.9:69 cannot be reached, says 10.77.0.1 (ICMP type 3"),
        (FROM, 11, 0, 69, "10.77.0.1 drops it (TTL)"),
    ],
)
def test_errors_in_words(source: IPv4Address, kind: int, code: int, port: int, words: str) -> None:
    """What a person would say: which port is closed, and where."""
    original = bytes(IP(src=str(FROM), dst=str(WHOM)) / UDP(sport=68, dport=port) / b"x")
    assert words in icmp.words(Icmp(kind, code, bytes(4) + original), source)
    cut = icmp.words(Icmp(kind, code, bytes(4) + original[:19]), source)
    assert cut == f"{source} says by ICMP that a packet was not delivered (type {kind} code {code})"
