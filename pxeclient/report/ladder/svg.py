"""A ladder as one SVG picture that needs nothing else: no font, no script, no other file."""

from __future__ import annotations

from collections.abc import Sequence

from pxeclient.report.ladder.drawing import Lane, cells
from pxeclient.report.ladder.model import Ladder
from pxeclient.report.ladder.pieces import asset, escaped
from pxeclient.report.ladder.rows import Align, rows

_GAP, _MARGIN, _TITLE = 36, 12, 52


def draw(ladders: Sequence[Ladder], align: Align) -> str:
    """The picture of one boot, or of two side by side."""
    style = f"<style>{asset('drawing.css')}</style>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{picture(ladders, align, style)}\n'


def picture(ladders: Sequence[Ladder], align: Align, style: str = "") -> str:
    """The same as an element of a page, which has the style of `assets/drawing.css` already."""
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
    return _element(left - _GAP + _MARGIN, bottom + 2 * _MARGIN, ladders, parts, style)


def _title(lane: Lane) -> str:
    ladder = lane.ladder
    return (
        f'<text class="title" x="8" y="18">{escaped(ladder.profile)}</text>'
        f'<text class="small" x="8" y="38">{escaped(ladder.title)}, on'
        f" {escaped(ladder.where)}</text>"
    )


def _element(
    width: int, height: int, ladders: Sequence[Ladder], parts: list[str], style: str
) -> str:
    words = " and ".join(f"{ladder.profile} on {ladder.where}" for ladder in ladders)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ladder" role="img"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"<title>{escaped(f'PXE boot of {words}')}</title>\n"
        f'{style}<rect class="backdrop" width="{width}" height="{height}"/>\n'
        + "\n".join(parts)
        + "\n</svg>"
    )
