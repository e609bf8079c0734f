"""TCP segments."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6

from pxeclient.wire import tcp
from pxeclient.wire.errors import ChecksumError, WireError
from pxeclient.wire.tcp import Flags, IpAddress, Segment, TcpOption
from tests.wire.octets import addresses, cut_short, flipped, reads_or_refuses, words

FIFTY, SEVEN = IPv4Address("10.77.0.50"), IPv4Address("10.77.0.7")
FIFTY6, SEVEN6 = IPv6Address("fd77::50"), IPv6Address("fd77::7")
MSS_1460 = TcpOption(tcp.MSS, b"\x05\xb4")
NOP = TcpOption(tcp.NOTHING)
IPXE = (
    NOP, NOP, TcpOption(tcp.TIMESTAMPS, bytes(8)), NOP, NOP, TcpOption(tcp.SACK_PERMITTED),
    NOP, TcpOption(tcp.WINDOW_SCALE, b"\x09"), MSS_1460,
)  # fmt: skip
"""The options of iPXE's SYN, in its order (net/tcp.c, tcp_xmit_win)."""

CASES = {
    "EDK II's SYN": Segment(1526, 80, 0x1000, 0, Flags.SYN, 65535, b"", (MSS_1460,)),
    "iPXE's SYN": Segment(30000, 80, 0xFFFFFFFF, 0, Flags.SYN, 65532, b"", IPXE),
    "a reset": Segment(1526, 80, 9, 7, Flags.RST, 65535),
    "data": Segment(80, 1526, 1, 88, Flags.PSH | Flags.ACK, 64153, b"HTTP/1.1 200 OK\r\n"),
    "an odd octet": Segment(80, 1526, 1, 88, Flags.ACK | Flags.FIN, 0, b"x"),
}
each_case = pytest.mark.parametrize("segment", CASES.values(), ids=CASES)
each_family = pytest.mark.parametrize(("source", "to"), [(FIFTY, SEVEN), (FIFTY6, SEVEN6)])

# Of kinds that scapy knows it does not write again what is malformed.
numbers = st.integers(0, 0xFFFFFFFF)
options = st.lists(
    st.one_of(
        st.just(NOP),
        st.builds(TcpOption, st.integers(60, 250), st.binary(max_size=8)),
    ),
    max_size=4,
).map(tuple)
segments = st.builds(
    Segment, words, words, numbers, numbers, st.integers(0, 255).map(Flags), words,
    st.binary(max_size=50), options, words,
)  # fmt: skip


def bare(segment: Segment) -> tuple[TcpOption, ...]:
    """Its options without padding."""
    return tuple(one for one in segment.options if one.kind != tcp.END)


@each_case
@each_family
def test_a_segment_reads_and_writes(segment: Segment, source: IpAddress, to: IpAddress) -> None:
    """What is built is read back, padding aside."""
    found = tcp.parse(tcp.build(segment, source, to), source, to)
    assert bare(found) == segment.options
    assert (found.payload, found.sequence, found.flags, found.mss, found.length) == (
        segment.payload,
        segment.sequence,
        segment.flags,
        segment.mss,
        segment.length,
    )


@each_case
@each_family
def test_scapy_builds_the_same(segment: Segment, source: IpAddress, to: IpAddress) -> None:
    """The octets are scapy's, checksum included."""
    ip = IPv6 if source.version == 6 else IP
    names = {tcp.NOTHING: "NOP", tcp.MSS: "MSS", tcp.TIMESTAMPS: "Timestamp"}
    names |= {tcp.SACK_PERMITTED: "SAckOK", tcp.WINDOW_SCALE: "WScale"}
    values = {tcp.MSS: 1460, tcp.TIMESTAMPS: (0, 0), tcp.WINDOW_SCALE: 9, tcp.SACK_PERMITTED: b""}
    theirs = ip(src=str(source), dst=str(to)) / TCP(
        sport=segment.source_port,
        dport=segment.destination_port,
        seq=segment.sequence,
        ack=segment.acknowledgement,
        flags=int(segment.flags),
        window=segment.window,
        options=[(names[one.kind], values.get(one.kind)) for one in segment.options],
    )
    octets = bytes(theirs / segment.payload)
    assert octets[40 if source.version == 6 else 20 :] == tcp.build(segment, source, to)


@given(segments, addresses, addresses)
def test_scapy_reads_what_is_built(segment: Segment, source: IpAddress, to: IpAddress) -> None:
    """Any segment, as scapy sees it, with a checksum that scapy computes too."""
    octets = tcp.build(segment, source, to)
    theirs = TCP(octets)
    assert (theirs.sport, theirs.dport, theirs.seq, theirs.ack, int(theirs.flags)) == (
        segment.source_port,
        segment.destination_port,
        segment.sequence,
        segment.acknowledgement,
        segment.flags,
    )
    assert bytes(theirs.payload) == segment.payload
    again = theirs.copy()
    del again.chksum
    assert bytes(IP(src=str(source), dst=str(to)) / again)[20:] == octets


@each_case
def test_any_wrong_bit_is_noticed(segment: Segment) -> None:
    """No segment with a flipped bit is read."""
    for other in flipped(tcp.build(segment, FIFTY, SEVEN)):
        with pytest.raises(WireError, match=r"^TCP: "):
            tcp.parse(other, FIFTY, SEVEN)


@each_case
def test_a_segment_cut_short_is_refused(segment: Segment) -> None:
    """Its checksum covers its length."""
    for part in cut_short(tcp.build(segment, FIFTY, SEVEN)):
        with pytest.raises(WireError, match=r"^TCP: "):
            tcp.parse(part, FIFTY, SEVEN)


@given(st.binary(max_size=80))
def test_anything_is_read_or_refused(data: bytes) -> None:
    """No octets do more than that."""
    reads_or_refuses(lambda octets: tcp.parse(octets, FIFTY, SEVEN), data)
    reads_or_refuses(lambda octets: tuple(tcp.parse_options(octets)), data)


def test_it_says_what_is_wrong() -> None:
    """And at which octet."""
    good = tcp.build(CASES["data"], SEVEN, FIFTY)
    with pytest.raises(ChecksumError, match="wrong checksum at octet 16"):
        tcp.parse(good[:-1] + b"x", SEVEN, FIFTY)
    with pytest.raises(WireError, match="data offset 60 at octet 12, the segment has 37"):
        tcp.parse(good[:12] + b"\xf0" + good[13:], SEVEN, FIFTY)
    with pytest.raises(WireError, match="option 2 at octet 20 claims 4 octets"):
        tuple(tcp.parse_options(b"\x02\x04\x05"))
    with pytest.raises(WireError, match="44 octets of options"):
        tcp.build_options((TcpOption(254, bytes(42)),))
