"""Names that were misspelt: which is meant?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SHORTEST = 3
"""Of a part by which a name is found."""


def close(name: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> str:
    """``did you mean 'ESC'?`` for ``Esc``; nothing if no known name is like this one.

    Args:
        name: What was written; upper and lower case do not matter.
        known: The names there are.
        most: How many of them are told at most.
        cutoff: How alike they must be, from 0 to 1.

    One that differs in its capitals alone is the only one that is told; where none is alike, those
    that have the name in them are.
    """
    folded = {each.casefold(): each for each in known}
    wanted = name.casefold()
    alike = [wanted] if wanted in folded else []
    alike = alike or get_close_matches(wanted, folded, n=most, cutoff=cutoff)
    if not alike and len(wanted) >= _SHORTEST:
        alike = [each for each in folded if wanted in each][:most]
    return f"did you mean {' or '.join(repr(folded[each]) for each in alike)}?" if alike else ""


def close_or_all(name: str, known: Iterable[str], most: int = 1) -> str:
    """As `close`; if no name is like this one, all there are."""
    every = list(known)
    return close(name, every, most) or f"there are {', '.join(every)}"
