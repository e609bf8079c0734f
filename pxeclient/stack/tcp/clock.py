"""The timers of one connection, which is told of only one: the first to run out."""

from __future__ import annotations

from enum import Enum, auto
from math import ceil, floor, inf

_HAIR = 1e-6
"""Less than any wait: two times closer than this are the same."""


class Due(Enum):
    """What is to be done when one runs out."""

    REPEAT = auto()
    """What was sent is sent again."""
    ACKNOWLEDGE = auto()
    KEEP = auto()
    """The other side is reminded that we are there."""


class Clock:
    """When what is due."""

    def __init__(self, tick: float, phase: float) -> None:
        """`tick`: how far apart this firmware's ticks are, 0 for none; `phase`: when one was."""
        self._tick, self._phase = tick, phase
        self._due: dict[Due, float] = {}

    @property
    def next_at(self) -> float:
        """When the first runs out; never (infinity) if none runs."""
        return min(self._due.values(), default=inf)

    def set(self, what: Due, now: float, wait: float) -> None:
        """In `wait` seconds, at a tick if there are ticks, and then less than a tick sooner."""
        self._due[what] = self._at(now, wait)

    def stop(self, what: Due) -> None:
        """Not any more."""
        self._due.pop(what, None)

    def stop_all(self) -> None:
        """Nothing any more."""
        self._due.clear()

    def runs(self, what: Due) -> bool:
        """It is to be done some time."""
        return what in self._due

    def expired(self, now: float) -> tuple[Due, ...]:
        """What is due now; none of it any more after this."""
        found = tuple(what for what in Due if self._due.get(what, inf) <= now + _HAIR)
        for what in found:
            del self._due[what]
        return found

    def _at(self, now: float, wait: float) -> float:
        if not self._tick:
            return now + wait
        passed = floor((now + _HAIR - self._phase) / self._tick)
        return self._phase + (passed + max(1, ceil(wait / self._tick - _HAIR))) * self._tick
