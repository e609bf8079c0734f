"""Which of many numbers have been seen, in little room: what comes in order takes one pair."""

from __future__ import annotations

from bisect import bisect_right

MOST_GAPS = 4096
"""Gaps that are remembered; a transfer that lost more of its blocks is not worth telling of."""


class Ranges:
    """A set of natural numbers, kept as the ranges that they form."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.count = 0
        """How many numbers there are."""

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._starts, number) - 1
        return at >= 0 and number <= self._ends[at]

    def add(self, number: int) -> bool:
        """Take a number; False if it was there, or there are too many gaps to remember it."""
        at = bisect_right(self._starts, number)
        if at and number <= self._ends[at - 1]:
            return False
        follows = at > 0 and self._ends[at - 1] == number - 1
        leads = at < len(self._starts) and self._starts[at] == number + 1
        if follows and leads:
            self._ends[at - 1] = self._ends[at]
            del self._starts[at], self._ends[at]
        elif follows:
            self._ends[at - 1] = number
        elif leads:
            self._starts[at] = number
        elif len(self._starts) > MOST_GAPS:
            return False
        else:
            self._starts.insert(at, number)
            self._ends.insert(at, number)
        self.count += 1
        return True

    def up_to(self, last: int) -> int:
        """How many of the numbers are not above `last`."""
        return sum(
            min(end, last) - start + 1
            for start, end in zip(self._starts, self._ends, strict=True)
            if start <= last
        )
