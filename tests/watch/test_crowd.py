"""Many machines on one segment, a third of which fail: each is named with its reason."""

from __future__ import annotations

from functools import cache

from pxeclient.boots.many import boot_all
from pxeclient.diagnose import diagnose
from pxeclient.endings import End, end_of
from pxeclient.link.base import Link
from pxeclient.link.simulated import SimulatedLink
from pxeclient.link.wrapped import WrappedLink
from pxeclient.report.closing import main
from pxeclient.trace import Trace
from pxeclient.watch.board import Board, Standing
from pxeclient.watch.events import Ended
from pxeclient.watch.facts import Facts, facts
from pxeclient.watch.room import Room
from tests.crowds import FIRMWARES, NOT_FOR_SURE, Segment, Traces, crowd, mac, network_of
from tests.watch.boots import explained

MANY = 120


class Mirror(WrappedLink):
    """A mirror port: all that goes over the cable, either way, at its time."""

    def __init__(self, inner: Link) -> None:
        super().__init__(inner)
        self.frames: list[tuple[float, bytes]] = []

    def send(self, frame: bytes) -> None:
        """As the link inside."""
        self.frames.append((self.now(), frame))
        super().send(frame)

    def receive(self, until: float) -> bytes | None:
        """As the link inside."""
        frame = super().receive(until)
        if frame is not None:
            self.frames.append((self.now(), frame))
        return frame


@cache
def together() -> tuple[dict[bytes, Trace], list[tuple[float, bytes]]]:
    """The traces of all boots, and what a mirror port showed of them."""
    who, traces = crowd(MANY), Traces()
    mirror = Mirror(SimulatedLink(Segment(who)))
    boot_all(who, mirror, traces)
    return traces.of, mirror.frames


@cache
def watched() -> tuple[Board, dict[str, Facts]]:
    """What is told of them, first of all of each boot."""
    room, board, told = Room("here", explained), Board(), dict[str, Facts]()
    _, frames = together()
    for number, (at, frame) in enumerate(frames, 1):
        for event in room.add(number, at, frame):
            board.take(event)
            if isinstance(event, Ended):
                told.setdefault(str(event.mac), facts(event))
    for event in room.end(frames[-1][0] + 200.0):
        board.take(event)
        if isinstance(event, Ended):
            told.setdefault(str(event.mac), facts(event))
    return board, told


def reason(trace: Trace) -> str:
    """The finding that a boot itself names; empty if there is none."""
    found = main(diagnose(trace), end_of(trace))
    return "" if found is None else found.id


def fails(trace: Trace) -> bool:
    """It did not boot."""
    return end_of(trace) in (End.FAILED, End.WRONG_FILE)


def test_a_third_fails_in_twelve_ways_and_more() -> None:
    """So the crowd is one that is worth watching."""
    traces, _ = together()
    failed = [number for number in range(MANY) if fails(traces[mac(number)])]
    assert len(failed) >= MANY / 4
    assert len({network_of(number) for number in failed}) >= 14
    assert len({traces[mac(number)].profile for number in failed}) == len(FIRMWARES)


def test_each_that_failed_is_named_with_what_its_boot_says() -> None:
    """And each that booted with nothing."""
    traces, _ = together()
    _, told = watched()
    assert set(told) == {str(mac(number)) for number in range(MANY)}
    for number in range(MANY):
        trace, found = traces[mac(number)], told[str(mac(number))]
        name = f"{number}: {trace.profile} on {network_of(number)}"
        assert fails(trace) == found.is_trouble or found.result == "cannot-tell", name
        if network_of(number) in NOT_FOR_SURE:
            continue
        assert found.finding == reason(trace), name
        assert found.result != "cannot-tell", name


def test_the_table_has_them_all() -> None:
    """A row for each; the trouble stands on top."""
    traces, _ = together()
    board, told = watched()
    lines = board.lines()
    assert len(lines) == MANY
    trouble = [line for line in lines if line.standing is Standing.TROUBLE]
    assert lines[: len(trouble)] == trouble
    assert {str(line.mac) for line in trouble} == {
        name for name, one in told.items() if one.is_trouble
    }
    assert all(fails(traces[line.mac]) for line in trouble)
