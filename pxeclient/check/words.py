"""Texts made fit for a line."""

from __future__ import annotations

SIGNS = {"met": "✓", "not met": "✗", "cannot tell": "?"}
"""By the value of a `Status`."""


def one_line(text: str) -> str:
    """The text without line ends and control characters, which a suite's own words may have."""
    spaced = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in spaced)
