"""When to repeat a packet: the two ways in which firmwares count their waits."""

from __future__ import annotations

from typing import Protocol


class Retry(Protocol):
    """The waits of one exchange."""

    def wait(self, now: float) -> float:
        """Seconds to wait after a transmission made at `now`."""
        ...

    def expired(self) -> bool:
        """A wait ran out; True when it was the last."""
        ...

    def answered(self, now: float) -> None:
        """An answer came in time: waits start over."""
        ...


class Listed:
    """Waits as listed, from the first after every answer."""

    def __init__(self, waits: tuple[float, ...]) -> None:
        self._waits = waits
        self._used = 0

    def wait(self, now: float) -> float:
        """The next of the list."""
        seconds = self._waits[self._used]
        self._used += 1
        return seconds

    def expired(self) -> bool:
        """The list is used up."""
        return self._used >= len(self._waits)

    def answered(self, now: float) -> None:
        """Back to the first."""
        self._used = 0


class Smoothed:
    """Waits that double when they run out, and follow the round-trip time when they do not.

    Source: iPXE ``src/net/retry.c:94-192``. The stored wait moves by 7/8 of itself plus half
    the round-trip time at each answer, is never used below `floor`, and the exchange is over
    when doubling takes it past `limit`. An answer after repeats pays off one repeat first.
    """

    def __init__(self, floor: float, limit: float) -> None:
        self._floor = floor
        self._limit = limit
        self._stored = 0.0
        self._repeats = 0
        self._since = 0.0

    def wait(self, now: float) -> float:
        """The stored wait, at least the floor."""
        self._stored = max(self._stored, self._floor)
        self._since = now
        return self._stored

    def expired(self) -> bool:
        """Double; True when that passes the limit."""
        self._stored *= 2
        self._repeats += 1
        return self._stored > self._limit

    def answered(self, now: float) -> None:
        """Smooth."""
        if self._repeats:
            self._repeats -= 1
        else:
            self._stored += (now - self._since) / 2 - self._stored / 8
