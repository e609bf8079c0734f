"""TFTP packets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.tftp import Ack, Data, Error, Message, OptionAck, Request
from tests.wire.octets import cut_short, reads_or_refuses, words

CASES: dict[str, tuple[Message, bytes]] = {
    "RRQ": (Request(b"undionly.kpxe"), b"\0\1undionly.kpxe\0octet\0"),
    "RRQ with options": (
        Request(b"bs5.0", ((b"tsize", b"0"), (b"blksize", b"1468"), (b"windowsize", b"4"))),
        b"\0\1bs5.0\0octet\0tsize\x000\0blksize\x001468\0windowsize\x004\0",
    ),
    "RRQ with other letters and repeats": (
        Request(b"\xe4\\B.0", ((b"BlkSize", b""), (b"BlkSize", b"x")), b"OCTET"),
        b"\0\1\xe4\\B.0\0OCTET\0BlkSize\0\0BlkSize\0x\0",
    ),
    "RRQ for nothing": (Request(b"", mode=b""), b"\0\1\0\0"),
    "WRQ": (Request(b"log", mode=b"netascii", write=True), b"\0\2log\0netascii\0"),
    "DATA": (Data(1, b"\0\1\2"), b"\0\3\0\1\0\1\2"),
    "empty DATA": (Data(0xFFFF, b""), b"\0\3\xff\xff"),
    "ACK": (Ack(0x0102), b"\0\4\1\2"),
    "ERROR": (Error(tftp.FILE_NOT_FOUND, b"File not found"), b"\0\5\0\1File not found\0"),
    "ERROR without text": (Error(tftp.OPTION_REFUSED, b""), b"\0\5\0\x08\0"),
    "OACK": (
        OptionAck(((b"blksize", b"1432"), (b"tsize", b"4096"))),
        b"\0\6blksize\x001432\0tsize\x004096\0",
    ),
    "OACK without a value": (
        OptionAck(((b"blksize", b"1432"),), b"tsize\0"),
        b"\0\6blksize\x001432\0tsize\0",
    ),
    "OACK without its last NUL": (
        OptionAck(((b"blksize", b"1432"),), b"tsize\x004096"),
        b"\0\6blksize\x001432\0tsize\x004096",
    ),
}
each_case = pytest.mark.parametrize(("message", "data"), CASES.values(), ids=CASES)

names = st.binary(max_size=30).map(lambda text: text.replace(b"\0", b""))
pairs = st.lists(st.tuples(names, names), max_size=6).map(tuple)
tails = names | st.tuples(names, names).map(b"\0".join)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(Request, names, pairs, names, st.booleans()),
    st.builds(Data, words, st.binary(max_size=1500)),
    st.builds(Ack, words),
    st.builds(Error, words, names),
    st.builds(OptionAck, pairs, tails).filter(lambda oack: len(tftp.build(oack)) >= 4),
)


@each_case
def test_a_packet_reads_and_writes(message: Message, data: bytes) -> None:
    """Each packet of the table is built to its octets and read back from them."""
    assert data == tftp.build(message)
    assert message == tftp.parse(data)


@each_case
def test_a_packet_cut_short_is_read_or_refused(message: Message, data: bytes) -> None:
    """A packet that lost its end is the same kind of packet, or none."""
    for part in cut_short(data):
        try:
            read = tftp.parse(part)
        except WireError:
            continue
        assert type(message) is type(read)


def test_a_request_cut_short_is_never_read_as_a_whole_one() -> None:
    """A request that lost octets is refused, or has lost just whole options."""
    data = CASES["RRQ with options"][1]
    read = []
    for part in cut_short(data):
        try:
            read.append(tftp.parse(part))
        except WireError:
            continue
    all_options = ((b"tsize", b"0"), (b"blksize", b"1468"))
    assert [Request(b"bs5.0", all_options[:count]) for count in (2, 1, 0)] == read


@pytest.mark.parametrize(
    ("case", "trailer", "expected"),
    [
        ("DATA", b"\0more", Data(1, b"\0\1\2\0more")),
        ("ACK", b"\0more", Ack(0x0102)),
        ("ERROR", b"more\0", Error(1, b"File not found")),
        ("OACK", b"more\0", OptionAck(((b"blksize", b"1432"), (b"tsize", b"4096")), b"more\0")),
        ("OACK", b"x\0y\0", OptionAck(((b"blksize", b"1432"), (b"tsize", b"4096"), (b"x", b"y")))),
        ("RRQ", b"x\0y\0", Request(b"undionly.kpxe", ((b"x", b"y"),))),
    ],
)
def test_what_trails(case: str, trailer: bytes, expected: Message) -> None:
    """More octets are more content, more options, a malformed tail, or nothing."""
    assert expected == tftp.parse(CASES[case][1] + trailer)


@pytest.mark.parametrize("case", ["RRQ", "RRQ with options", "WRQ"])
@pytest.mark.parametrize("trailer", [b"more", b"more\0", b"\0", b"a\0b\0c"])
def test_a_request_with_half_an_option_more_is_refused(case: str, trailer: bytes) -> None:
    """A request whose last option lacks its value or its NUL is none."""
    with pytest.raises(WireError, match="whose last option is cut off"):
        tftp.parse(CASES[case][1] + trailer)


def test_an_error_may_lack_its_last_nul() -> None:
    """Servers forget it; the text is read all the same."""
    assert Error(2, b"Access violation") == tftp.parse(b"\0\5\0\2Access violation")
    assert Error(2, b"") == tftp.parse(b"\0\5\0\2")


@pytest.mark.parametrize("operation", [0, 7, 256, 0xFFFF])
def test_unknown_operations_are_refused(operation: int) -> None:
    """Only the six operations of RFC 1350 and RFC 2347 are known."""
    with pytest.raises(WireError, match=f"unknown operation {operation} at octet 0"):
        tftp.parse(operation.to_bytes(2, "big") + b"\0\0")


@given(messages)
def test_any_packet_reads_back(message: Message) -> None:
    """What was built is what is read."""
    assert message == tftp.parse(tftp.build(message))


def test_an_option_acknowledgement_may_be_empty() -> None:
    """An OACK that grants no option at all has two octets, and reads back."""
    assert tftp.build(OptionAck(())) == b"\0\6"
    assert OptionAck(()) == tftp.parse(b"\0\6")


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """No octets make anything but a packet or a WireError."""
    reads_or_refuses(tftp.parse, data)
    for operation in range(8):
        reads_or_refuses(tftp.parse, bytes((0, operation)) + data)


@given(st.sampled_from([1, 2, 3, 6]), st.binary(max_size=60))
def test_requests_data_and_option_acknowledgements_are_exact(operation: int, body: bytes) -> None:
    """What was read is written back octet by octet, malformed tails included."""
    data = bytes((0, operation)) + body
    try:
        message = tftp.parse(data)
    except WireError:
        return
    assert data == tftp.build(message)


def test_names_of_options_are_found_in_any_case() -> None:
    """A server may answer BLKSIZE to blksize (RFC 2347); the first of repeats counts."""
    oack = OptionAck(((b"BlkSize", b"1432"), (b"blksize", b"512"), (b"tsize", b"")))
    assert oack.get(b"blksize") == b"1432"
    assert oack.get(b"tsize") == b""
    assert oack.get(b"windowsize") is None
