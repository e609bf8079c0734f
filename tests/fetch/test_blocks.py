"""Putting a file together from TFTP blocks, in lock step and in any order."""

from __future__ import annotations

import pytest

from pxeclient.fetch.content import Content
from pxeclient.fetch.tftp.blocks import AnyOrder, Blocks, LockStep, blocks
from pxeclient.fetch.tftp.traits import Collect

BOTH = [LockStep, AnyOrder]


def kept(file: Blocks) -> bytes:
    """The file as far as it is there without a gap."""
    assert isinstance(file.content, Content)
    return bytes(file.content.kept)


def feed(file: Blocks, content: bytes, blksize: int) -> None:
    """All blocks of a file, in order."""
    for at in range(0, len(content) + 1, blksize):
        number = (at // blksize + 1) % 0x10000
        assert file.store(number, content[at : at + blksize]) == ""
        assert file.acknowledged == number


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("size", [1, 7, 8, 9, 100])
def test_a_short_block_ends_the_file(kind: type[Blocks], size: int) -> None:
    """After a whole last block an empty one must come."""
    file, content = kind(Content()), bytes(range(size))
    file.agree(8, None)
    assert not file.complete or isinstance(file, AnyOrder)
    feed(file, content, 8)
    assert file.complete
    assert kept(file) == content
    assert file.held == size


@pytest.mark.parametrize("kind", BOTH)
def test_numbers_wrap_to_zero(kind: type[Blocks]) -> None:
    """Block 65536 has number 0, and the file is whole all the same."""
    file = kind(Content())
    file.agree(8, None)
    content = b"8 octets" * 65540 + b"end"
    feed(file, content, 8)
    assert file.complete
    assert kept(file) == content


def test_any_order_means_any_order() -> None:
    """The acknowledgement is the end of the gapless beginning."""
    file = AnyOrder(Content())
    file.agree(4, 10)
    acknowledged = []
    for number, content in ((3, b"89"), (1, b"0123"), (1, b"0123"), (2, b"4567")):
        file.store(number, content)
        acknowledged.append(file.acknowledged)
    assert acknowledged == [0, 1, 1, 3]
    assert kept(file) == b"0123456789"
    assert file.complete


def test_any_order_says_what_it_has() -> None:
    """Blocks held beyond a gap count, repeats do not."""
    file = AnyOrder(Content())
    file.agree(4, None)
    assert file.store(2, b"4567") == ""
    assert file.store(2, b"4567") == "this block is here already"
    assert file.held == 4
    assert not file.complete


def test_any_order_waits_for_the_promised_size() -> None:
    """A short block before the end of tsize completes nothing."""
    file = AnyOrder(Content())
    file.agree(4, 100)
    file.store(1, b"01")
    assert not file.complete


def test_any_order_believes_the_farthest_block_over_the_promise() -> None:
    """The file may be longer than tsize said."""
    file = AnyOrder(Content())
    file.agree(4, 2)
    complete = []
    for number, content in ((1, b"0123"), (2, b"45")):
        file.store(number, content)
        complete.append(file.complete)
    assert complete == [False, True]
    assert kept(file) == b"012345"


def test_block_0_is_impossible_before_the_numbers_wrap() -> None:
    """An error of its own, not a block to ignore."""
    with pytest.raises(ValueError, match="Block 0"):
        AnyOrder(Content()).store(0, b"x")


def test_lock_step_takes_only_the_next() -> None:
    """Repeats and later blocks change nothing."""
    file = LockStep(Content())
    assert file.store(2, bytes(512)) == "block 1 is next"
    assert file.store(1, bytes(512)) == ""
    assert file.store(1, bytes(512)) == "block 2 is next"
    assert file.acknowledged == 1
    assert file.held == 512


@pytest.mark.parametrize(
    ("collect", "kind"), [(Collect.LOCK_STEP, LockStep), (Collect.ANY_ORDER, AnyOrder)]
)
def test_a_profile_chooses(collect: Collect, kind: type[Blocks]) -> None:
    """By the name of the way."""
    assert type(blocks(collect, Content())) is kind
