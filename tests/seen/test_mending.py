"""Packets in parts, and how many parts are kept."""

from __future__ import annotations

from dataclasses import replace

from pxeclient.seen.mending import MOST_PARTS, Reader
from pxeclient.seen.said import Fragment
from pxeclient.wire import ipv4, tftp
from pxeclient.wire.fragments import LIFETIME, MOST
from tests.seen.frames import OURS, THEIRS, framed, packet

LONG = packet(tftp.build(tftp.Data(1, bytes(3000))), (THEIRS, 4096), (OURS, 2070), 5)
PARTS = [framed(one, False) for one in ipv4.fragments(LONG, 1500)]


def test_the_last_part_has_the_whole() -> None:
    """In any order; what the frame itself holds can still be told."""
    reader = Reader()
    for at, part in enumerate(reversed(PARTS[1:])):
        assert isinstance(reader.read(at, 0.0, part).said, Fragment)
    frame = reader.read(9, 0.1, PARTS[0])
    assert frame.said == tftp.Data(1, bytes(3000))
    assert [part.number for part in frame.frames] == [0, 1, 9]
    assert frame.fragment == Fragment(0, 1480, True)
    assert frame.packet == LONG
    assert reader.waiting == 0


def test_a_part_that_was_cut_completes_nothing() -> None:
    """Its packet stays open."""
    reader = Reader()
    reader.read(1, 0.0, PARTS[0])
    reader.read(2, 0.0, PARTS[1])
    cut = reader.read(3, 0.0, PARTS[2][:-10], length=len(PARTS[2]))
    assert isinstance(cut.said, Fragment)


def test_a_fault_of_any_part_is_the_wholes() -> None:
    """A host drops that part, and so never has the packet."""
    reader = Reader()
    reader.read(1, 0.0, PARTS[0][:24] + b"\1\2" + PARTS[0][26:])
    reader.read(2, 0.0, PARTS[1])
    frame = reader.read(3, 0.0, PARTS[2])
    assert frame.said == tftp.Data(1, bytes(3000))
    assert frame.fault is not None


def test_memory_is_bounded() -> None:
    """By packets, by parts of one, and by time."""
    reader = Reader()
    for at in range(10 * MOST):
        reader.read(at, 0.0, framed(replace(ipv4.fragments(LONG, 1500)[0], identification=at)))
    assert reader.waiting == MOST
    tiny = packet(bytes(60_000), identification=60_000)
    for at, part in enumerate(ipv4.fragments(tiny, 28)[:1000]):
        reader.read(at, 0.0, framed(part))
    assert reader.waiting <= MOST - 1 + MOST_PARTS
    reader.read(1, LIFETIME + 1, PARTS[0])
    assert reader.waiting == 1
