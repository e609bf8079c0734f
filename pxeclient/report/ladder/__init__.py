"""Ladder diagrams of boots: as text, Mermaid, SVG, and a page to click through.

`render` is all that other parts of the package need. Each format is a module that draws the
one model (`model.py`), imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pxeclient.advice import Server
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.rows import Align
from pxeclient.trace import Trace

__all__ = ["Align", "Format", "Style", "render"]


class Format(StrEnum):
    """What a ladder can be drawn as; the value is also the suffix of its files."""

    TEXT = "txt"
    MERMAID = "mmd"
    SVG = "svg"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Style:
    """How it is to be drawn, where a format leaves the choice."""

    every: bool = False
    """Every decision in full; in text every packet of a download too. A picture of thousands of
    packets would help nobody."""
    ascii: bool = False
    """Text only: no sign beyond ASCII."""
    width: int = 100
    """Text only: columns of a line."""
    align: Align = Align.STATE
    """How two boots stand beside each other."""
    kind: Server | None = None
    """Page only: the server program whose lines come first; else the one that its replies show."""


def render(traces: Sequence[Trace], format: Format, style: Style | None = None) -> str:
    """Draw one boot, or two side by side (in text: one below the other).

    Raises:
        ValueError: There are no traces, or more than two.
    """
    if not 1 <= len(traces) <= 2:
        raise ValueError(f"a ladder shows one boot or two, not {len(traces)}")
    wanted = style or Style()
    unfolded = wanted.every and format is Format.TEXT
    ladders = [build(trace, wanted.every, unfolded, wanted.kind) for trace in traces]
    match format:
        case Format.TEXT:
            from pxeclient.report.ladder import text

            return text.draw(ladders, wanted.width, wanted.ascii)
        case Format.MERMAID:
            from pxeclient.report.ladder import mermaid

            return mermaid.draw(ladders, wanted.align)
        case Format.SVG:
            from pxeclient.report.ladder import svg

            return svg.draw(ladders, wanted.align)
        case Format.HTML:
            from pxeclient.report.ladder import html

            return html.draw(ladders, wanted.align)
