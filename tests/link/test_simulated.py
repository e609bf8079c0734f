"""The simulated link: a clock that jumps, and frames that take their time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.link.base import Link, LinkError
from pxeclient.link.simulated import SimulatedLink

LATENCY = 0.25


class Echo:
    """Stations that send every frame back after its first octet's worth of seconds, twice."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, bytes]] = []
        self.due: list[tuple[float, bytes]] = []

    def receive(self, frame: bytes, now: float) -> None:
        """Take a frame."""
        self.heard.append((now, frame))
        self.due += [(now + frame[0], frame), (now + frame[0], frame.upper())]
        self.due.sort(key=lambda entry: entry[0])

    def next_at(self) -> float | None:
        """When the next frame leaves."""
        return self.due[0][0] if self.due else None

    def poll(self, now: float) -> list[bytes]:
        """What leaves now."""
        frames = [frame for at, frame in self.due if at <= now]
        self.due = [entry for entry in self.due if entry[0] > now]
        return frames


def connected(latency: float = LATENCY) -> tuple[SimulatedLink, Echo]:
    """A link and its other end."""
    stations = Echo()
    return SimulatedLink(stations, latency), stations


def test_frames_take_the_latency_both_ways() -> None:
    """Out, a station's own delay, and back: the clock jumps to the arrival."""
    link: Link
    link, stations = connected()
    link.send(b"\x02x")
    assert link.receive(10.0) == b"\x02x"
    assert link.now() == 2.5
    assert stations.heard == [(0.25, b"\x02x")]


def test_nothing_jumps_to_the_end_of_the_wait() -> None:
    """Silence costs the whole wait, and no frame is lost by it."""
    link, _ = connected()
    assert link.receive(3.0) is None
    assert link.now() == 3.0
    link.send(b"\x02x")
    assert link.receive(5.0) is None
    assert link.now() == 5.0
    assert link.receive(5.5) == b"\x02x"
    assert link.now() == 5.5


def test_order_of_equal_times_is_order_of_sending() -> None:
    """Frames that arrive together arrive as they were sent, both ways."""
    link, stations = connected()
    for frame in (b"\0a", b"\0b", b"\0c"):
        link.send(frame)
    got = [link.receive(1.0) for _ in range(7)]
    assert got == [b"\0a", b"\0A", b"\0b", b"\0B", b"\0c", b"\0C", None]
    assert [frame for _, frame in stations.heard] == [b"\0a", b"\0b", b"\0c"]


def test_clock_never_goes_back() -> None:
    """A wait that is already over takes what has arrived, and no time."""
    link, _ = connected(0.0)
    link.receive(5.0)
    link.send(b"\0a")
    assert link.receive(1.0) == b"\0a"
    assert link.receive(1.0) == b"\0A"
    assert link.receive(1.0) is None
    assert link.now() == 5.0


@given(
    st.lists(
        st.one_of(st.integers(0, 3).map(lambda n: bytes((n, 97))), st.floats(0, 3)), max_size=12
    )
)
def test_every_frame_comes_back_in_time(steps: list[bytes | float]) -> None:
    """Under any mix of sending and waiting: in order of time, none early, none lost."""
    link, _ = connected()
    expected, arrivals = [], []
    for step in [*steps, 20.0]:
        if isinstance(step, bytes):
            expected += [link.now() + LATENCY + step[0] + LATENCY] * 2
            link.send(step)
            continue
        until = link.now() + step
        while link.receive(until) is not None:
            arrivals.append(link.now())
        assert link.now() == until
    assert sorted(expected) == pytest.approx(arrivals)


def test_closed_link_says_so() -> None:
    """Closing twice is harmless; using the link afterwards is a `LinkError`."""
    link, _ = connected()
    link.send(b"\0a")
    link.close()
    link.close()
    with pytest.raises(LinkError, match="closed"):
        link.send(b"\0a")
    with pytest.raises(LinkError, match="closed"):
        link.receive(1.0)
    assert link.now() == 0.0


def test_negative_latency_is_a_mistake() -> None:
    """Time cannot be saved by sending."""
    with pytest.raises(ValueError, match="latency"):
        SimulatedLink(Echo(), -1.0)
