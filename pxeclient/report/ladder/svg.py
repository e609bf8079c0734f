"""A ladder as one SVG picture that needs nothing else: no font, no script, no other file.

As a part of a page it is there twice, wide and slim, of which the page's style shows one.
"""

from __future__ import annotations

from collections.abc import Sequence

from pxeclient.harmless import clean
from pxeclient.report.ladder.drawing import SLIM, WIDE, Lane, Measure, cells
from pxeclient.report.ladder.model import Ladder
from pxeclient.report.ladder.pieces import asset, escaped
from pxeclient.report.ladder.rows import Align, rows

_GAP, _MARGIN, _TITLE = 36, 12, 52


def draw(ladders: Sequence[Ladder], align: Align) -> str:
    """The picture of one boot, or of two side by side."""
    lanes = [Lane(ladder) for ladder in ladders]
    names = [lane.names() for lane in lanes]
    drawn = cells(lanes, rows(ladders, align))
    bottom = _TITLE + max(cell.height for cell in names) + 6
    columns: list[list[str]] = [[] for _ in lanes]
    for height, row in drawn:
        for column, cell in zip(columns, row, strict=True):
            column.append(f'<g transform="translate(0,{bottom})">{cell.body}</g>')
        bottom += height
    parts, left = [], _MARGIN
    for lane, head, column in zip(lanes, names, columns, strict=True):
        parts.append(
            f'<g transform="translate({left},{_MARGIN})">{_title(lane)}'
            f"{lane.lives(bottom, _TITLE + head.height)}"
            f'<g transform="translate(0,{_TITLE})">{head.body}</g>{"".join(column)}</g>'
        )
        left += lane.width + _GAP
    style = f"<style>{asset('drawing.css')}</style>\n"
    size = (left - _GAP + _MARGIN, bottom + 2 * _MARGIN)
    words = " and ".join(f"{ladder.profile} on {ladder.where}" for ladder in ladders)
    drawing = _element(size, f"PXE boot of {words}", "ladder", style, parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}\n'


def part(ladder: Ladder, words: str, marked: range = range(0)) -> str:
    """The picture of a ladder as a part of a page that has the style of `assets/drawing.css`.

    Args:
        ladder: What is to be drawn.
        words: What the picture is, in a sentence.
        marked: The events that it is about; they have another ground.
    """
    sizes = ((WIDE, "wide"), (SLIM, "slim"))
    return "".join(_part(ladder, clean(words), marked, measure, style) for measure, style in sizes)


def _part(ladder: Ladder, words: str, marked: range, measure: Measure, style: str) -> str:
    lane = Lane(ladder, measure=measure)
    names = lane.names()
    bottom = names.height
    parts = []
    grounds = []
    for at, event in enumerate(ladder.events):
        cell = lane.cell(event)
        kind = ' class="marked"' if at in marked else ""
        parts.append(f'<g{kind} transform="translate(0,{bottom})">{cell.body}</g>')
        if kind:
            grounds.append(
                f'<rect class="ground" x="0" y="{bottom}" width="{lane.width}"'
                f' height="{cell.height}" rx="4"/>'
            )
        bottom += cell.height
    below = [*grounds, lane.lives(bottom, names.height), names.body]
    return _element((lane.width, bottom + 2), words, f"ladder {style}", "", [*below, *parts])


def _title(lane: Lane) -> str:
    ladder = lane.ladder
    return (
        f'<text class="title" x="8" y="18">{escaped(ladder.profile)}</text>'
        f'<text class="small" x="8" y="38">{escaped(ladder.title)}, on'
        f" {escaped(ladder.where)}</text>"
    )


def _element(size: tuple[int, int], words: str, kind: str, style: str, parts: list[str]) -> str:
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" role="img"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"<title>{escaped(words)}</title>\n"
        f'{style}<rect class="backdrop" width="{width}" height="{height}"/>\n'
        + "\n".join(parts)
        + "\n</svg>"
    )
