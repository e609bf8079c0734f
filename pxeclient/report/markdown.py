"""Text for Markdown pages: what a server, a suite or a profile says must not format them."""

from __future__ import annotations

from collections.abc import Iterable

_MARKUP = frozenset("\\`*_[]<>|~#!&")
"""Signs that mean something to CommonMark or GitHub wherever they stand; all may be escaped."""


def plain(text: str) -> str:
    """The text as it is to be read, on one line, in a paragraph or a cell of a table."""
    return "".join(f"\\{sign}" if sign in _MARKUP else sign for sign in one_line(text))


def code(text: str) -> str:
    """The text as code, in a paragraph or a cell; a backtick, which ends code, becomes a quote."""
    # In code a backslash escapes nothing, but for a bar in a table.
    inner = one_line(text).replace("`", "'").replace("|", "\\|")
    return f"`{inner}`"


def row(cells: Iterable[str]) -> str:
    """A row of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def one_line(text: str) -> str:
    """The text without line ends and control characters, which a suite's own words may have."""
    spaced = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in spaced)
