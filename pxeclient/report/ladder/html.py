"""A ladder as one HTML page to click through, with nothing outside of it.

The page holds its own style, script and data, and forbids itself everything else: the policy
in its head names the two by their hashes. The script makes text of data and nothing but text.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256

from pxeclient.report.ladder.details import details, label
from pxeclient.report.ladder.drawing import Cell, Lane, cells
from pxeclient.report.ladder.model import Event, Ladder
from pxeclient.report.ladder.pieces import asset, escaped
from pxeclient.report.ladder.rows import Align, rows


def draw(ladders: Sequence[Ladder], align: Align) -> str:
    """The page of one boot, or of two side by side."""
    widest = max(Lane(ladder).width for ladder in ladders)
    lanes = [Lane(ladder, widest) for ladder in ladders]
    alike = len({ladder.where for ladder in ladders}) == 1
    drawn = rows(ladders, align)
    shown = cells(lanes, drawn)
    columns = [
        _Column(at, lane, [row[at] for row in drawn], [(high, row[at]) for high, row in shown])
        for at, lane in enumerate(lanes)
    ]
    top = max(lane.names().height for lane in lanes)
    told = {key: value for column in columns for key, value in column.details().items()}
    style = asset("drawing.css") + asset("page.css")
    return _PAGE.format(
        policy=_policy(style, asset("page.js")),
        title=escaped(" and ".join(ladder.profile for ladder in ladders)),
        where=escaped(" and ".join(dict.fromkeys(ladder.where for ladder in ladders))),
        style=style,
        other=" <kbd>←</kbd> <kbd>→</kbd> the other boot," if len(ladders) > 1 else "",
        count="two" if len(ladders) > 1 else "one",
        lanes="\n".join(column.section(top, alike) for column in columns),
        data=_as_data(told),
        script=asset("page.js"),
    )


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that lets in this style and this script alone."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _as_data(told: dict[str, object]) -> str:
    """JSON in which nothing can end the element around it."""
    text = json.dumps(told, ensure_ascii=True, separators=(",", ":")).replace("##", "#\\u0023")
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class _Column:
    """One boot on the page: a list of options, each a row of its ladder."""

    def __init__(
        self, number: int, lane: Lane, events: list[Event | None], drawn: list[tuple[int, Cell]]
    ) -> None:
        self._number, self._lane, self._events, self._drawn = number, lane, events, drawn
        places = (row for row, event in enumerate(events) if event is not None)
        self._ids = {at: f"e{number}-{row}" for at, row in enumerate(places)}

    def details(self) -> dict[str, object]:
        """What the script shows of each event."""
        return details(self._lane.ladder, self._ids)

    def section(self, top: int, alike: bool) -> str:
        """The column; `top` is the height of the names, `alike` that all are on one network."""
        ladder = self._lane.ladder
        words = ladder.title if alike else f"{ladder.title}, on {ladder.where}"
        names = self._svg(top, self._lane.names().body)
        return (
            f'<section class="lane ladder" aria-labelledby="t{self._number}">'
            f'<h2 id="t{self._number}">{escaped(ladder.profile)}'
            f" <small>{escaped(words)}</small></h2>"
            f'<div class="names">{names}</div>'
            f'<div role="listbox" aria-labelledby="t{self._number}">\n'
            + "\n".join(self._options())
            + "\n</div></section>"
        )

    def _options(self) -> Iterator[str]:
        for at, (event, (height, cell)) in enumerate(zip(self._events, self._drawn, strict=True)):
            picture = self._svg(height, self._lane.lives(height + 1, -1) + cell.body)
            if event is None:
                yield f'<div class="gap" role="presentation">{picture}</div>'
                continue
            words = escaped(label(self._lane.ladder, event))
            yield (
                f'<div role="option" id="e{self._number}-{at}" data-row="{at}" tabindex="-1"'
                f' aria-selected="false" aria-label="{words}">{picture}</div>'
            )

    def _svg(self, height: int, body: str) -> str:
        width = self._lane.width
        return (
            f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
            f' aria-hidden="true" focusable="false">{body}</svg>'
        )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PXE boot: {title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>PXE boot: {title}</h1>
<p>on {where}</p>
<button type="button" id="theme">Dark theme</button>
<p class="keys"><kbd>↑</kbd> <kbd>↓</kbd> or <kbd>k</kbd> <kbd>j</kbd> step,
<kbd>Home</kbd> <kbd>End</kbd>,{other} <kbd>Enter</kbd> its fields, <kbd>Esc</kbd> back</p>
</header>
<main class="{count}">
<div class="lanes">
{lanes}
</div>
<aside id="details" aria-label="Details" tabindex="-1">
<p class="hint">Choose a message for its octets, or a decision for its reason.</p>
</aside>
</main>
<script type="application/json" id="boots">{data}</script>
<script>{script}</script>
</body>
</html>
"""
