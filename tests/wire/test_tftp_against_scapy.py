"""TFTP before an independent judge: scapy reads what we build, and we what scapy builds."""

from __future__ import annotations

import pytest
from scapy.layers.tftp import (
    TFTP,
    TFTP_ACK,
    TFTP_DATA,
    TFTP_ERROR,
    TFTP_OACK,
    TFTP_RRQ,
    TFTP_WRQ,
    TFTP_Option,
    TFTP_Options,
)
from scapy.packet import Packet, Raw

from pxeclient.wire import tftp
from pxeclient.wire.tftp import Ack, Data, Error, OptionAck, Request
from tests.wire.scapy_paths import CLIENT_TO_69, TFTP_TO_CLIENT, Path


def scapys_options(*options: tuple[str, str]) -> Packet:
    """Options of a request or an acknowledgement."""
    return TFTP_Options(options=[TFTP_Option(oname=name, value=value) for name, value in options])


TFTP_CASES: dict[str, tuple[Path, tftp.Message, Packet]] = {
    "RRQ": (CLIENT_TO_69, Request(b"a.0"), TFTP() / TFTP_RRQ(filename="a.0", mode="octet")),
    "RRQ with options": (
        CLIENT_TO_69,
        Request(b"dir/a b.0", ((b"tsize", b"0"), (b"blksize", b"1468"))),
        TFTP(op=1)
        / TFTP_RRQ(filename="dir/a b.0", mode="octet")
        / scapys_options(("tsize", "0"), ("blksize", "1468")),
    ),
    "WRQ": (
        CLIENT_TO_69,
        Request(b"log", mode=b"netascii", write=True),
        TFTP(op=2) / TFTP_WRQ(filename="log", mode="netascii"),
    ),
    "OACK": (
        TFTP_TO_CLIENT,
        OptionAck(((b"tsize", b"4096"), (b"blksize", b"1432"))),
        TFTP(op=6) / TFTP_OACK() / scapys_options(("tsize", "4096"), ("blksize", "1432")),
    ),
    "DATA": (
        TFTP_TO_CLIENT,
        Data(65535, bytes(range(256)) * 2),
        TFTP(op=3) / TFTP_DATA(block=65535) / Raw(bytes(range(256)) * 2),
    ),
    "empty DATA": (TFTP_TO_CLIENT, Data(9, b""), TFTP(op=3) / TFTP_DATA(block=9)),
    "ACK": (CLIENT_TO_69, Ack(258), TFTP(op=4) / TFTP_ACK(block=258)),
    "ERROR": (
        TFTP_TO_CLIENT,
        Error(1, b"File not found"),
        TFTP(op=5) / TFTP_ERROR(errorcode=1, errormsg="File not found"),
    ),
    "ERROR of a client that wanted only the size": (
        CLIENT_TO_69,
        Error(8, b"User aborted the transfer"),
        TFTP(op=5) / TFTP_ERROR(errorcode=8, errormsg="User aborted the transfer"),
    ),
}
each_tftp = pytest.mark.parametrize(
    ("path", "message", "judge"), TFTP_CASES.values(), ids=TFTP_CASES
)


@each_tftp
def test_scapy_builds_the_same_tftp_frame(path: Path, message: tftp.Message, judge: Packet) -> None:
    """scapy's frame is ours octet by octet, and we read the packet back from it."""
    theirs = bytes(path.scapys() / judge)
    assert theirs == path.ours(tftp.build(message))
    assert message == tftp.parse(path.unwrap(theirs))


@each_tftp
def test_scapy_reads_our_tftp_packet(path: Path, message: tftp.Message, judge: Packet) -> None:
    """scapy finds our operation, names, numbers and content."""
    data = tftp.build(message)
    read = TFTP(data)
    assert data == bytes(read)
    found: tftp.Message
    match read.op:
        case 1 | 2:
            body = read.payload
            found = Request(body.filename, pairs_of(read), body.mode, read.op == 2)
        case 3:
            found = Data(read.block, bytes(read[TFTP_DATA].payload))
        case 4:
            found = Ack(read.block)
        case 5:
            found = Error(read.errorcode, read.errormsg)
        case _:
            found = OptionAck(pairs_of(read))
    assert message == found


def pairs_of(packet: Packet) -> tuple[tuple[bytes, bytes], ...]:
    """The TFTP options that scapy found."""
    if TFTP_Options not in packet:
        return ()
    return tuple((option.oname, option.value) for option in packet[TFTP_Options].options)
