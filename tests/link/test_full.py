"""A packet socket that is fuller than it can be emptied: what a card would lose is lost."""

from __future__ import annotations

import socket  # noqa: TID251 - its names only: what stands in for a socket opens none
import struct
from typing import Any, cast

import pytest

from pxeclient.link import packet
from pxeclient.link.packet import LATEST, RING, PacketLink

MAC = bytes.fromhex("525400123456")
BEGAN = 1000.0


class Clock:
    """A monotonic clock and a time of day, which tests move."""

    def __init__(self) -> None:
        self.at = BEGAN

    def monotonic(self) -> float:
        """Seconds since any origin."""
        return self.at

    def time(self) -> float:
        """Seconds since 1970."""
        return 1e9 + self.at


class Queue:
    """A packet socket with frames in it, each with the time at which the kernel got it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.waiting: list[float] = []

    def fileno(self) -> int:
        """None that anybody could wait on."""
        return -1

    def getsockopt(self, *_: Any) -> bytes:
        """The kernel itself lost nothing."""
        return bytes(8)

    def recvmsg_into(self, buffers: list[bytearray], *_: int) -> tuple[Any, ...]:
        """The frame that has waited longest: 60 octets, which begin with its number's four."""
        if not self.waiting:
            raise BlockingIOError
        at = 1e9 + self.waiting.pop(0)
        stamp = struct.pack("@ll", int(at), int(at % 1 * 1e9))
        return 60, [(socket.SOL_SOCKET, 35, stamp)], 0, None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The link's own clock; the wait for a frame that is not there has none."""
    found = Clock()
    monkeypatch.setattr(packet, "time", found)
    return found


def link(queue: Queue, *beside: bytes) -> PacketLink:
    """A link that reads from it."""
    return PacketLink("lo", MAC, cast(socket.socket, queue), beside=beside)


def heard(from_: PacketLink, count: int) -> int:
    """How many of so many frames are given; `until` has passed, so that nothing is waited for."""
    return sum(from_.receive(0.0) is not None for _ in range(count))


def test_a_flood_is_not_heard_late(clock: Clock) -> None:
    """After a ring of frames that waited, only what has just come is heard; the rest is counted."""
    queue = Queue(clock)
    found = link(queue)
    queue.waiting = [BEGAN + 1] * (RING + 500) + [BEGAN + 5 - LATEST / 2] * 3
    clock.at = BEGAN + 5
    assert heard(found, RING) == RING
    assert heard(found, 500) == 0
    assert found.lost() == 500
    assert heard(found, 3) == 3
    assert found.lost() == 500


def test_who_had_no_time_hears_what_waited(clock: Clock) -> None:
    """However late, frames are heard as long as no more have come than anybody answers to."""
    queue = Queue(clock)
    found = link(queue)
    for times in range(1, 4):
        clock.at += 60
        queue.waiting = [clock.at - 50] * RING
        assert heard(found, RING) == RING
        assert found.came() == pytest.approx(BEGAN + 60 * times - 50)
        with pytest.raises((ValueError, OSError)):  # empty: there is nothing to wait on here
            found.receive(float("inf"))
    assert found.lost() == 0


def test_a_fast_reader_loses_nothing(clock: Clock) -> None:
    """However many come without a pause, who keeps up hears them all."""
    queue = Queue(clock)
    found = link(queue)
    for _ in range(5 * RING):
        clock.at += 1e-5
        queue.waiting = [clock.at - LATEST / 2]
        assert found.receive(0.0) is not None
    assert found.lost() == 0


def test_many_stations_have_a_ring_each(clock: Clock) -> None:
    """A crowd on one socket has room for what is for each of them."""
    queue = Queue(clock)
    found = link(queue, b"\x52\x54\0\0\0\1", b"\x52\x54\0\0\0\2")
    queue.waiting = [BEGAN + 1] * (3 * RING + 10)
    clock.at = BEGAN + 5
    assert heard(found, 3 * RING + 10) == 3 * RING
    assert found.lost() == 10
