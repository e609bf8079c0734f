"""How wide what is printed may be, and sentences in lines of that width.

One place asks the terminal. Prose takes its width, within bounds; where there is no terminal, as
in a file or a pipe, it takes what it has always taken, so that what is kept does not change.
"""

from __future__ import annotations

import shutil
import textwrap

NARROWEST, WIDEST = 40, 100
"""Columns of prose: below, words stand one a line; above, the eye loses the line."""


class Verbatim(str):
    """A line that is to be copied as it is, such as one of a configuration: it is never broken."""

    __slots__ = ()


def width(most: int = WIDEST) -> int:
    """Columns for prose on standard output: the terminal's (or COLUMNS), 40 to `most`."""
    return max(NARROWEST, min(most, _terminal(WIDEST)))


def room() -> int | None:
    """Columns for what is no prose, 40 and more; None where there is no terminal, nor COLUMNS."""
    found = _terminal(0)
    return max(NARROWEST, found) if found else None


def _terminal(otherwise: int) -> int:
    return shutil.get_terminal_size((otherwise, 24)).columns


def wrapped(
    text: str, first: str = "", rest: str | None = None, columns: int | None = None
) -> list[str]:
    """A sentence in lines; names, options and addresses stay whole, even where they do not fit.

    Args:
        text: The sentence.
        first: What its first line begins with.
        rest: What the others begin with; as many spaces as `first` has, if it is not given.
        columns: Of a line; `width()` if it is not given.
    """
    return textwrap.wrap(
        text,
        width() if columns is None else columns,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
