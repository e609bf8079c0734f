"""Waiting for frames, without waiting."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator

import pytest

from pxeclient.link.waiting import next_frame

PAST = -1.0


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A reading and a writing end; reading does not block."""
    reader, writer = os.pipe2(os.O_NONBLOCK)
    yield reader, writer
    os.close(reader)
    os.close(writer)


def reading(descriptor: int) -> Callable[[], bytes | None]:
    """Take one octet at a time; `-` stands for a frame of somebody else."""

    def take() -> bytes | None:
        frame = os.read(descriptor, 1)
        return None if frame == b"-" else frame

    return take


def test_queued_frame_comes_even_late(pipe: tuple[int, int]) -> None:
    """A frame that is there is given although the deadline has passed."""
    reader, writer = pipe
    os.write(writer, b"a")
    assert next_frame(reader, PAST, reading(reader)) == b"a"


def test_nothing_until_the_deadline(pipe: tuple[int, int]) -> None:
    """With nothing queued and the deadline passed the answer is None."""
    reader, _ = pipe
    assert next_frame(reader, PAST, reading(reader)) is None


def test_frames_of_others_are_passed_over(pipe: tuple[int, int]) -> None:
    """With time left, frames of others do not end the wait."""
    reader, writer = pipe
    os.write(writer, b"--a")
    assert next_frame(reader, math.inf, reading(reader)) == b"a"


def test_flood_of_others_does_not_hold_up_the_deadline(pipe: tuple[int, int]) -> None:
    """After the deadline one frame of another is read, and not the whole queue of them."""
    reader, writer = pipe
    os.write(writer, b"-" * 5)
    assert next_frame(reader, PAST, reading(reader)) is None
    assert os.read(reader, 10) == b"-" * 4


def test_sleep_ends_when_a_frame_comes(pipe: tuple[int, int]) -> None:
    """An idle queue is waited on, for ever if need be, and read again when it has something."""
    reader, writer = pipe
    answers = iter([b""])

    def take() -> bytes | None:
        if next(answers, None) is not None:
            os.write(writer, b"a")  # comes after we looked, so only the wait can notice it
            raise BlockingIOError
        return os.read(reader, 1)

    assert next_frame(reader, math.inf, take) == b"a"
