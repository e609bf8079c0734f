"""A download that is read back is in memory once: in its frames."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest

from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read
from pxeclient.seen.talk import talk_of
from pxeclient.wire import tftp
from tests.seen import ipv6
from tests.seen.frames import OURS, THEIRS, framed, packet

BLOCKS = 200

Framing = Callable[[bytes, bool], bytes]
"""Makes a frame of a datagram's content, the client's or the server's."""


def plainly(payload: bytes, ours: bool) -> bytes:
    """As nearly all servers send."""
    mine, theirs = (OURS, 2070), (THEIRS, 4096)
    return framed(packet(payload, mine, theirs) if ours else packet(payload, theirs, mine), ours)


def without_checksum(payload: bytes, ours: bool) -> bytes:
    """As a capture on the server has it, whose card makes the checksums."""
    octets = plainly(payload, ours)
    return octets if ours else octets[:40] + b"\xde\xad" + octets[42:]


def with_options(payload: bytes, ours: bool) -> bytes:
    """A header with options of IPv4, so that everything is further behind."""
    mine, theirs = (OURS, 2070), (THEIRS, 4096)
    sent = packet(payload, mine, theirs) if ours else packet(payload, theirs, mine)
    return framed(replace(sent, options=b"\x94\4\0\0"), ours)


def by_ipv6(payload: bytes, ours: bool) -> bytes:
    """Over IPv6."""
    one, other = (ipv6.MAC, ipv6.CLIENT, 2070), (ipv6.SERVER_MAC, ipv6.SERVER, 4096)
    (sender, source, port), (receiver, to, to_port) = (one, other) if ours else (other, one)
    return ipv6.datagram(sender, receiver, source, to, (port, to_port), payload)


def download(frame_of: Framing, size: int) -> tuple[list[tuple[bytes, bool]], bytes]:
    """The frames of a transfer in blocks of that size, each with whether the client sent it; and
    the file."""
    options = ((b"blksize", b"%d" % size),)
    request, oack = tftp.Request(b"boot.0", options), tftp.OptionAck(options)
    file = [bytes([at & 255]) * size for at in range(1, BLOCKS)] + [b"end"]
    said: list[tuple[tftp.Message, bool]] = [(request, True), (oack, False), (tftp.Ack(0), True)]
    for at, content in enumerate(file, 1):
        said += [(tftp.Data(at, content), False), (tftp.Ack(at), True)]
    return [(frame_of(tftp.build(one), ours), ours) for one, ours in said], b"".join(file)


def held(frame_of: Framing, size: int) -> int:
    """Octets that the reading of such a transfer takes, beside the frames themselves."""
    octets, file = download(frame_of, size)
    tracemalloc.start()
    try:
        frames = [read(at, at / 100, one, ours) for at, (one, ours) in enumerate(octets, 1)]
        (transfer,) = talk_of(frames).transfers
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert transfer.content == file
    return taken


@pytest.mark.parametrize("frame_of", [plainly, without_checksum, with_options, by_ipv6])
def test_blocks_are_kept_once(frame_of: Framing) -> None:
    """What is read of a block is as long as it is of a short one."""
    short, long = held(frame_of, 64), held(frame_of, 1408)
    assert long - short < BLOCKS * 200, f"{(long - short) / BLOCKS:.0f} octets more for each block"


@pytest.mark.parametrize("frame_of", [plainly, without_checksum, with_options, by_ipv6])
def test_a_block_says_what_it_said(frame_of: Framing) -> None:
    """Wherever its content lies, it equals a DATA packet that has it; and so does the payload."""
    message = tftp.Data(7, b"octets of a file")
    frame = read(1, 0.0, frame_of(tftp.build(message), False))
    assert (frame.said, message) == (message, frame.said)
    assert hash(frame.said) == hash(read(2, 1.0, frame.octets).said)
    assert frame.said != tftp.Data(7, b"other octets")
    assert frame.payload == tftp.build(message)
    match frame.said:
        case tftp.Data(block, content):
            assert (block, content) == (7, b"octets of a file")
        case _:
            pytest.fail(f"{frame.said} is no block")


def test_a_block_that_was_cut_ends_where_the_frame_does() -> None:
    """Its length is that on the wire."""
    octets = plainly(tftp.build(tftp.Data(1, b"x" * 512)), False)
    frame: Frame = read(1, 0.0, octets[:-500], length=len(octets))
    assert frame.said == tftp.Data(1, b"x" * 12)
    assert (len(frame.payload), frame.size) == (16, 516)
