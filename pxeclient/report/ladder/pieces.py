"""The pieces of SVG that drawings are made of, and the files that go into them.

All lengths are CSS pixels. Text is set in a fixed-width face, because only so its length is
known before it is drawn.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from importlib.resources import files

from pxeclient.harmless import markup_text

LINE = 17
"""From one line of text to the next."""
LETTER = 7.95
"""The width of a letter of 13 px in the widest of the usual faces, and a little more."""


def text(x: int, y: int, words: str, style: str = "", more: str = "") -> str:
    """A line of text; `more` are further attributes, with a space before each."""
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x}" y="{y}"{kind}{more}>{escaped(words)}</text>'


def behind(x: int, y: int, words: str) -> str:
    """What hides the stations' lines behind a line of text."""
    width = round(len(words) * LETTER) + 6
    return f'<rect class="backdrop" x="{x - 3}" y="{y - 13}" width="{width}" height="{LINE}"/>'


def group(style: str, parts: Iterable[str]) -> str:
    """Pieces that belong together, and how they are to look."""
    return f'<g class="{style}">{"".join(parts)}</g>'


def escaped(words: str) -> str:
    """Text that XML and HTML take for text, in attributes too."""
    return markup_text(html.escape(words, quote=True))


def asset(name: str) -> str:
    """A file of the folder ``assets``."""
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")
