"""The blocks of a multicast transfer, heard in passes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pxeclient.fetch.mtftp.gathering import Gathering, Heard


def file_of(count: int) -> list[bytes]:
    """A file of so many blocks, each other octets, the last one short."""
    return [bytes((number % 251,)) * 8 for number in range(1, count)] + [b"end"]


@given(st.integers(2, 30), st.lists(st.sets(st.integers(1, 30)), max_size=6))
def test_a_file_heard_in_any_passes_is_the_file(count: int, losses: list[set[int]]) -> None:
    """Whatever is lost in each pass: once all has been heard, the file is what was sent."""
    sent = file_of(count)
    gathering = Gathering()
    for lost in [*losses, set()]:
        gathering.begin()
        for number, content in enumerate(sent, 1):
            if number in lost:
                continue
            assert gathering.take(number, content) is Heard.KEPT
            if gathering.over:
                break
        if gathering.over and gathering.is_whole():
            break
    assert gathering.over
    assert gathering.content == b"".join(sent)
    assert gathering.held == len(gathering.content)


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=9)), max_size=40))
def test_any_blocks_are_taken_or_refused(blocks: list[tuple[int, bytes]]) -> None:
    """A server may send what it likes; what is whole has all its blocks."""
    gathering = Gathering()
    gathering.begin()
    for number, content in blocks:
        if gathering.take(number, content) in (Heard.BACKWARDS, Heard.TOO_LONG):
            gathering.begin()
        if gathering.over:
            if gathering.is_whole():
                assert len(gathering.content) <= gathering.held
                return
            gathering.begin()


def test_the_next_pass_needs_what_lies_before_the_last_gap() -> None:
    """Blocks 2 and 4 lost: 1 to 4 are needed, and the pass is over with 4."""
    sent = file_of(6)
    gathering = Gathering()
    gathering.begin()
    for number in (1, 3, 5, 6):
        gathering.take(number, sent[number - 1])
    assert (gathering.over, gathering.missed, gathering.is_whole()) == (True, 2, False)
    gathering.begin()
    for number in (1, 2, 3, 4):
        assert not gathering.over
        gathering.take(number, sent[number - 1])
    assert gathering.over
    assert gathering.is_whole()
    assert gathering.content == b"".join(sent)


def test_a_pass_can_begin_behind_what_is_there() -> None:
    """Blocks 1 and 2 came with the read request."""
    sent = file_of(4)
    gathering = Gathering()
    gathering.store(1, sent[0])
    gathering.store(2, sent[1])
    gathering.begin(2)
    assert gathering.take(2, sent[1]) is Heard.REPEATED
    assert gathering.take(1, sent[0]) is Heard.BACKWARDS
    gathering.take(3, sent[2])
    assert gathering.take(4, bytes(9)) is Heard.TOO_LONG
    gathering.take(4, sent[3])
    assert gathering.is_whole()
    assert gathering.content == b"".join(sent)


def test_an_end_with_holes_before_it_is_not_whole() -> None:
    """A server that changes its mind about the file's length does not crash anything."""
    gathering = Gathering()
    gathering.begin()
    for number, content in ((5, bytes(8)), (6, b"end")):
        gathering.take(number, content)
    assert not gathering.is_whole()
    gathering.begin()
    for number, content in ((1, bytes(8)), (2, b"new")):
        gathering.take(number, content)
    assert gathering.over
    assert not gathering.is_whole()
