"""A practice network at a pace that a person can follow; the real clock is a pretended one."""

from __future__ import annotations

import pytest

from pxeclient.link import slowed
from pxeclient.link.simulated import SimulatedLink
from pxeclient.link.slowed import SlowedLink
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name


class Clock:
    """Passes only while somebody sleeps; an interrupt comes at a set time."""

    def __init__(self, interrupt_at: float | None = None) -> None:
        self.at = 100.0
        self._interrupt_at = interrupt_at

    def monotonic(self) -> float:
        """The time."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Pass, unless somebody interrupts."""
        end = self.at + seconds
        if self._interrupt_at is not None and end > self._interrupt_at:
            self.at = self._interrupt_at
            raise KeyboardInterrupt
        self.at = end


def slow(monkeypatch: pytest.MonkeyPatch, scale: float, clock: Clock) -> SlowedLink:
    """A silent network at that pace."""
    monkeypatch.setattr(slowed, "time", clock)
    return SlowedLink(SimulatedLink(PracticeNetwork(by_name("silence"))), scale)


@pytest.mark.parametrize("scale", [1.0, 0.1, 3.0])
def test_waiting_takes_the_scaled_time(monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    """Twenty virtual seconds, in two waits."""
    clock = Clock()
    link = slow(monkeypatch, scale, clock)
    for until in (5.0, 20.0):
        assert link.receive(until) is None
        assert link.now() == pytest.approx(until)
        assert clock.at - 100.0 == pytest.approx(until * scale)


def test_an_interrupt_stops_the_clock_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at the end of the wait, to which the virtual clock has jumped."""
    link = slow(monkeypatch, 0.5, Clock(interrupt_at=102.0))
    with pytest.raises(KeyboardInterrupt):
        link.receive(18.0)
    assert link.now() == pytest.approx(4.0)


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_a_pace_is_above_nothing(monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    """Zero would stand still."""
    with pytest.raises(ValueError, match="stand still"):
        slow(monkeypatch, scale, Clock())
