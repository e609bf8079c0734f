"""How many examples a test looks at: in "thorough" runs more, or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")

IS_THOROUGH = settings().max_examples > settings.get_profile("default").max_examples
"""This is a "thorough" run."""


def examples(share: float) -> int:
    """So many times the number of the profile that was chosen: 100, in "thorough" 1000."""
    return round(settings().max_examples * share)


def some(cases: Iterable[T], each: int, turn: int) -> Sequence[T]:
    """Each third, say, of the cases; which ones, takes turns. In "thorough" all.

    For what is about the same in several tables: what one leaves out the next has.
    """
    found = list(cases)
    return found if IS_THOROUGH else found[turn % each :: each]
