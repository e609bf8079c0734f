"""A ladder as one HTML page to click through, with nothing outside of it.

The page holds its own style, script and data, and forbids itself everything else: the policy
in its head names the two by their hashes. The script makes text of data and nothing but text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pxeclient.report import web
from pxeclient.report.ladder.details import details, label
from pxeclient.report.ladder.drawing import SLIM, WIDE, Lane, Measure, cells
from pxeclient.report.ladder.model import Ended, Event, Ladder
from pxeclient.report.ladder.pieces import asset, escaped
from pxeclient.report.ladder.rows import Align, rows

_SCRIPTS = ("making.js", "octets.js", "cures.js", "page.js")


def draw(ladders: Sequence[Ladder], align: Align) -> str:
    """The page of one boot, or of two side by side."""
    drawn = rows(ladders, align)
    shapes = [_Shape(style, measure, ladders, drawn) for style, measure in _MEASURES.items()]
    alike = len({ladder.where for ladder in ladders}) == 1
    columns = [
        _Column(at, ladder, [row[at] for row in drawn], shapes) for at, ladder in enumerate(ladders)
    ]
    told = {key: value for column in columns for key, value in column.details().items()}
    style = asset("drawing.css") + asset("page.css")
    script = f'"use strict";\n{{\n{"".join(map(asset, _SCRIPTS))}}}\n'
    names = " and ".join(ladder.profile for ladder in ladders)
    return _PAGE.format(
        head="\n".join(web.head(f"PXE boot: {names}", style, script)),
        title=escaped(names),
        where=escaped(" and ".join(dict.fromkeys(ladder.where for ladder in ladders))),
        verdicts="\n".join(column.verdict(len(ladders) > 1) for column in columns),
        other=" <kbd>←</kbd> <kbd>→</kbd> the other boot," if len(ladders) > 1 else "",
        count="two" if len(ladders) > 1 else "one",
        lanes="\n".join(column.section(alike) for column in columns),
        data=_as_data(told),
        script=script,
    )


def _as_data(told: dict[str, object]) -> str:
    """JSON in which nothing can end the element around it."""
    text = json.dumps(told, ensure_ascii=True, separators=(",", ":")).replace("##", "#\\u0023")
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


_MEASURES = {"wide": WIDE, "slim": SLIM}
"""All is drawn twice; the style shows what the window has room for."""


class _Shape:
    """All boots of a page, drawn in one measure."""

    def __init__(
        self,
        style: str,
        measure: Measure,
        ladders: Sequence[Ladder],
        drawn: Sequence[tuple[Event | None, ...]],
    ) -> None:
        widest = max(Lane(ladder, measure=measure).width for ladder in ladders)
        self.lanes = [Lane(ladder, widest, measure) for ladder in ladders]
        self._style = style
        self._top = max(lane.names().height for lane in self.lanes)
        self._rows = cells(self.lanes, drawn)

    def names(self, column: int) -> str:
        """The stations of a boot."""
        return self._svg(column, self._top, self.lanes[column].names().body)

    def row(self, column: int, at: int) -> str:
        """A row of a boot, with the stations' lines."""
        height, row = self._rows[at]
        return self._svg(
            column, height, self.lanes[column].lives(height + 1, -1) + row[column].body
        )

    def _svg(self, column: int, height: int, body: str) -> str:
        width = self.lanes[column].width
        return (
            f'<svg class="{self._style}" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">{body}</svg>'
        )


class _Column:
    """One boot on the page: a list of options, each a row of its ladder."""

    def __init__(
        self, number: int, ladder: Ladder, events: list[Event | None], shapes: Sequence[_Shape]
    ) -> None:
        self._number, self._ladder, self._events, self._shapes = number, ladder, events, shapes
        places = (row for row, event in enumerate(events) if event is not None)
        self._ids = {at: f"e{number}-{row}" for at, row in enumerate(places)}

    def details(self) -> dict[str, object]:
        """What the script shows of each event."""
        return details(self._ladder, self._ids)

    def verdict(self, is_one_of_two: bool) -> str:
        """How the boot ended, why, and what to change, for the head of the page."""
        last = len(self._ladder.events) - 1
        end = self._ladder.events[last]
        assert isinstance(end, Ended), "a ladder ends with the end"
        return "\n".join(_verdict(end, self._ids[last], self._ladder, is_one_of_two))

    def section(self, alike: bool) -> str:
        """The column; `alike` says that all are on one network."""
        ladder = self._ladder
        words = ladder.title if alike else f"{ladder.title}, on {ladder.where}"
        names = "".join(shape.names(self._number) for shape in self._shapes)
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
        for at, event in enumerate(self._events):
            picture = "".join(shape.row(self._number, at) for shape in self._shapes)
            if event is None:
                yield f'<div class="gap" role="presentation">{picture}</div>'
                continue
            words = escaped(label(self._ladder, event))
            yield (
                f'<div role="option" id="e{self._number}-{at}" data-row="{at}" tabindex="-1"'
                f' aria-selected="false" aria-label="{words}">{picture}</div>'
            )


def _verdict(end: Ended, id: str, ladder: Ladder, is_one_of_two: bool) -> Iterator[str]:
    look = "good" if end.booted else "bad" if end.failed else "open"
    whose = f"<span>{escaped(ladder.profile)}</span>" if is_one_of_two else ""
    yield f'<section class="verdict {look}">'
    yield f"<h2>{whose}■ {escaped(end.lines[0])}</h2>"
    yield from (f"<p>{escaped(line)}</p>" for line in end.came)
    problem = end.problems[0] if end.cause else None
    if problem is None:
        yield f"<p>{escaped(end.reason)}</p>" if end.reason and not end.booted else ""
    else:
        yield (
            f"<p><b>{end.cause}</b> {escaped(' '.join(problem.seen))}"
            f' <span class="id">{escaped(problem.id)}</span></p>'
        )
        yield f"<p><b>Cure</b> {escaped(problem.remedies[0].do)}</p>"
    more = [one.server for one in problem.remedies[0].settings[:-1]] if problem else []
    if more:
        lines = f"Lines for {', '.join(more)}"
        yield f'<p><button type="button" class="to" data-to="{id}">{escaped(lines)}</button></p>'
    yield "</section>"


_PAGE = """{head}
<body>
<header>
<div class="bar">
<h1>PXE boot: {title}</h1>
<p>on {where}</p>
<p class="keys"><kbd>↑</kbd> <kbd>↓</kbd> or <kbd>k</kbd> <kbd>j</kbd> step,
<kbd>Home</kbd> <kbd>End</kbd>,{other} <kbd>Enter</kbd> its fields, <kbd>Esc</kbd> back</p>
<button type="button" id="theme">Dark theme</button>
</div>
<div class="verdicts">
{verdicts}
</div>
</header>
<main class="{count}">
<div class="lanes">
{lanes}
</div>
<aside id="details" aria-label="Details" tabindex="-1">
<p class="hint">Choose a message for its octets, or a decision for its reason.</p>
</aside>
</main>
<p id="said" class="unseen" role="status"></p>
<script type="application/json" id="boots">{data}</script>
<script>{script}</script>
</body>
</html>
"""
