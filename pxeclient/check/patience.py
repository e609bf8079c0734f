"""How long judging may take. What could not be judged in time is neither met nor not met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

LATE = "there was no time left to judge it"
"""What happened, where an expectation was not judged for that."""


class Patience(Protocol):
    """Judges, as long as there is time for it."""

    def __call__(self, judge: Callable[[], T], /) -> T | None:
        """What comes of it; None if the time was over before."""
        ...


def endless(judge: Callable[[], T]) -> T:
    """There is time for all of it."""
    return judge()
