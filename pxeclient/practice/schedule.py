"""What the servers are going to do, and when: frames to send and timers to run."""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace
from typing import Protocol


class Sleeper(Protocol):
    """Something that wants to be woken, and may change its mind about when."""

    wake_at: float | None
    """When to call `wake`; None is never again. It may be moved later at any time."""

    def wake(self, now: float) -> None:
        """Do what is due, and move `wake_at`."""
        ...


class Schedule:
    """Entries in order of time; those of equal time in the order they came in."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, bytes | Sleeper]] = []
        self._count = 0

    def send(self, frame: bytes, at: float) -> None:
        """Have `frame` sent at that time."""
        self._count += 1
        heappush(self._entries, (at, self._count, frame))

    def watch(self, sleeper: Sleeper) -> None:
        """Have `sleeper` woken whenever it wants, until it wants no more. Once per sleeper."""
        if sleeper.wake_at is not None:
            self._count += 1
            heappush(self._entries, (sleeper.wake_at, self._count, sleeper))

    def next_at(self) -> float | None:
        """When `poll` next has something to do; None when there is nothing."""
        # A sleeper's entry keeps its place while the sleeper moves `wake_at`, which it does
        # with each block of a file: far cheaper than an entry for every move.
        while self._entries:
            at, _, item = self._entries[0]
            if isinstance(item, bytes) or item.wake_at == at:
                return at
            if item.wake_at is None:
                heappop(self._entries)
            else:
                self._count += 1
                heapreplace(self._entries, (item.wake_at, self._count, item))
        return None

    def poll(self, now: float) -> list[bytes]:
        """Run what is due and return the frames to send, in order."""
        frames: list[bytes] = []
        entries = self._entries
        while entries and entries[0][0] <= now:
            if type(frame := entries[0][2]) is bytes:  # nearly all
                heappop(entries)
                frames.append(frame)
                continue
            at = self.next_at()
            if at is None or at > now:
                break
            _, _, item = heappop(entries)
            if isinstance(item, bytes):
                frames.append(item)
            else:
                item.wake(now)
                self.watch(item)
        return frames
