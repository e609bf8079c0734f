"""Names that were misspelt: which is meant?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def close(name: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> str:
    """``did you mean 'ESC'?`` for ``Esc``; nothing if no known name is like this one.

    Args:
        name: What was written; upper and lower case do not matter.
        known: The names there are.
        most: How many of them are told at most.
        cutoff: How alike they must be, from 0 to 1.
    """
    folded = {each.casefold(): each for each in known}
    alike = get_close_matches(name.casefold(), folded, n=most, cutoff=cutoff)
    return f"did you mean {' or '.join(repr(folded[each]) for each in alike)}?" if alike else ""


def close_or_all(name: str, known: Iterable[str], most: int = 1) -> str:
    """As `close`; if no name is like this one, all there are."""
    every = list(known)
    return close(name, every, most) or f"there are {', '.join(every)}"
