"""A clock at another pace, on a link that has a clock of its own."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pxeclient.link.base import Link
from pxeclient.link.paced import PacedLink


class ClockLink(Link):
    """A link on which nothing happens but the time, and one frame at an instant."""

    def __init__(self, start: float = 0.0, frame_at: float = math.inf) -> None:
        self.time = start
        self.frame_at = frame_at
        self.sent: list[bytes] = []
        self.closed = 0

    def now(self) -> float:
        return self.time

    def send(self, frame: bytes) -> None:
        self.sent.append(frame)

    def receive(self, until: float) -> bytes | None:
        self.time = max(self.time, min(until, self.frame_at))
        if self.frame_at > until:
            return None
        self.frame_at = math.inf
        return b"frame"

    def close(self) -> None:
        self.closed += 1


def test_clock_starts_at_zero_and_runs_faster() -> None:
    """At a scale of 0.1 one second inside is ten outside, counted from construction."""
    inner = ClockLink(start=1000.0)
    link: Link = PacedLink(inner, 0.1)
    assert link.now() == 0.0
    inner.time += 1.0
    assert link.now() == pytest.approx(10.0)


def test_wait_is_shortened() -> None:
    """A wait of four seconds takes 0.4 inside, and is then over on the outer clock."""
    inner = ClockLink(start=1000.0)
    link = PacedLink(inner, 0.1)
    assert link.receive(4.0) is None
    assert inner.time == pytest.approx(1000.4)
    assert link.now() >= 4.0


def test_frame_ends_the_wait_at_its_own_time() -> None:
    """A frame that comes half a second late inside is five seconds late outside."""
    link = PacedLink(ClockLink(start=1000.0, frame_at=1000.5), 0.1)
    assert link.receive(30.0) == b"frame"
    assert link.now() == pytest.approx(5.0)


@given(
    start=st.floats(0, 1e7),
    scale=st.floats(1e-3, 1e3),
    waits=st.lists(st.floats(1e-3, 60), max_size=8),
)
@example(start=12345.678, scale=0.1, waits=[4.0, 8.0, 16.0, 32.0])
def test_time_never_falls_short_of_a_deadline(
    start: float, scale: float, waits: list[float]
) -> None:
    """After a wait without a frame its deadline is reached, however the numbers round."""
    link = PacedLink(ClockLink(start=start), scale)
    for wait in waits:
        before = link.now()
        assert link.receive(before + wait) is None
        assert link.now() >= before + wait


def test_sending_and_closing_pass_through() -> None:
    """Frames and the end of the link are the inner link's."""
    inner = ClockLink()
    link = PacedLink(inner, 2.0)
    link.send(b"frame")
    link.close()
    link.close()
    assert inner.sent == [b"frame"]
    assert inner.closed == 2


@pytest.mark.parametrize("scale", [0.0, -1.0, math.inf, math.nan])
def test_impossible_scale(scale: float) -> None:
    """A clock neither stands still nor runs backwards."""
    with pytest.raises(ValueError, match="give a number above 0"):
        PacedLink(ClockLink(), scale)


class LosingLink(ClockLink):
    """One whose queue is too short."""

    def lost(self) -> int:
        return 3


def test_losses_and_pace_of_the_link_inside_are_told() -> None:
    """What a link has to say of itself is heard through any number of others."""
    link = PacedLink(PacedLink(LosingLink(), 0.5), 0.1)
    assert link.lost() == 3
    assert link.pace == pytest.approx(0.05)
    assert (PacedLink(ClockLink(), 1.0).lost(), ClockLink().pace) == (0, 1.0)
