"""Frames and timers in order of time."""

from __future__ import annotations

from pxeclient.practice.schedule import Schedule


class Bell:
    """A sleeper that sends a frame whenever it is woken, so many times."""

    def __init__(self, schedule: Schedule, at: float, times: int) -> None:
        self.wake_at: float | None = at
        self.schedule = schedule
        self.times = times

    def wake(self, now: float) -> None:
        """Ring, and go on a second later or not at all."""
        self.schedule.send(b"ding", now)
        self.times -= 1
        self.wake_at = now + 1 if self.times else None


def test_equal_times_keep_their_order() -> None:
    """Frames leave by time, then in the order they were given."""
    schedule = Schedule()
    for frame, at in ((b"c", 2.0), (b"a", 1.0), (b"d", 2.0), (b"b", 1.0), (b"e", 3.0)):
        schedule.send(frame, at)
    assert schedule.next_at() == 1.0
    assert schedule.poll(0.5) == []
    assert schedule.poll(2.0) == [b"a", b"b", b"c", b"d"]
    assert schedule.next_at() == 3.0


def test_sleeper_is_woken_until_it_is_done() -> None:
    """Each waking says when the next is; what it sends leaves at once."""
    schedule = Schedule()
    schedule.watch(Bell(schedule, 1.0, 2))
    assert [(at, schedule.poll(at)) for at in (schedule.next_at(), 2.0) if at is not None] == [
        (1.0, [b"ding"]),
        (2.0, [b"ding"]),
    ]
    assert schedule.next_at() is None


def test_sleeper_may_move_its_time() -> None:
    """A moved or cancelled waking is what `next_at` says, without being told."""
    schedule = Schedule()
    bell = Bell(schedule, 1.0, 1)
    schedule.watch(bell)
    bell.wake_at = 5.0
    schedule.send(b"x", 4.0)
    assert schedule.next_at() == 4.0
    assert schedule.poll(4.5) == [b"x"]
    assert schedule.next_at() == 5.0
    bell.wake_at = None
    assert schedule.next_at() is None


def test_late_poll_runs_all_that_is_due() -> None:
    """A poll that comes late wakes and sends in order, each sleeper once per time it set."""
    schedule = Schedule()
    schedule.watch(Bell(schedule, 1.0, 3))
    assert schedule.poll(10.0) == [b"ding"]
    assert schedule.next_at() == 11.0


def test_sleeper_without_a_time_is_not_watched() -> None:
    """Something that has ended before it was watched costs nothing."""
    schedule = Schedule()
    bell = Bell(schedule, 1.0, 1)
    bell.wake_at = None
    schedule.watch(bell)
    assert schedule.next_at() is None
