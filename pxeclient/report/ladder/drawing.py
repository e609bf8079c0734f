"""What each event of a ladder looks like: pieces of SVG, from which picture and page are made."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from pxeclient.report.ladder.model import (
    Decided,
    Dropped,
    Ended,
    Entered,
    Event,
    Folded,
    Keyboard,
    Ladder,
    Lifeline,
    Message,
    Shown,
)
from pxeclient.report.ladder.pieces import LETTER, LINE, behind, escaped, group, text
from pxeclient.report.ladder.rows import Row


@dataclass(frozen=True, slots=True)
class Measure:
    """How much room there is."""

    width: int
    """Of a drawing with few stations."""
    client: int
    """Where the client's line stands; times and frame numbers are left of it."""
    pitch: int
    """From one station's line to the next, at least."""
    box: int
    """The width of the client's box, and the most that another's may have."""
    letter: float
    """The width of a letter of a name in it."""
    small: float
    """The width of a letter of an address."""


WIDE = Measure(640, 72, 140, 128, LETTER, 7.3)
"""For desks and paper."""
SLIM = Measure(376, 56, 66, 92, 6.1, 6.1)
"""For telephones, and for two beside each other."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One event, drawn: its top is at 0."""

    height: int
    body: str


class Lane:
    """Where things stand in the drawing of one ladder."""

    def __init__(self, ladder: Ladder, width: int = 0, measure: Measure = WIDE) -> None:
        """Lay out a ladder, at least `width` wide."""
        self.ladder, self._measure = ladder, measure
        gaps = len(ladder.stations) - 1
        self.client = measure.client
        room = measure.width - self.client - measure.box // 2 - 8
        pitch = max(measure.pitch, room // gaps if gaps else 0)
        self.x = {
            station.id: self.client + at * pitch for at, station in enumerate(ladder.stations)
        }
        self._box = min(measure.box, pitch - 4)
        self.width = max(width, measure.width, max(self.x.values()) + self._box // 2 + 8)

    @property
    def text(self) -> int:
        """Where sentences begin."""
        return self.client + 16

    def lives(self, height: float, top: float = 0) -> str:
        """The stations' lines."""
        return "".join(
            f'<line class="life" x1="{x}" x2="{x}" y1="{top}" y2="{height}"/>'
            for x in self.x.values()
        )

    def names(self) -> Cell:
        """The stations' boxes."""
        measure = self._measure
        room = int((self._box - 6) / measure.letter), int((self._box - 2) / measure.small)
        labels = {station.id: _label(station, *room) for station in self.ladder.stations}
        height = max(map(len, labels.values())) * LINE + 12
        body = []
        for station, lines in labels.items():
            x = self.x[station]
            body.append(
                f'<rect class="station" x="{x - self._box // 2}" y="1" width="{self._box}"'
                f' height="{height}" rx="4"/>'
            )
            for at, (line, style) in enumerate(lines):
                body.append(text(x, 19 + at * LINE, line, style, ' text-anchor="middle"'))
        return Cell(height + 2, group("names-of", body))

    def cell(self, event: Event) -> Cell:
        """An event."""
        match event:
            case Message():
                return self._message(event)
            case Decided():
                return self._decided(event)
            case Entered():
                return self._band("stage", event.at, (event.stage,), "stage")
            case Ended():
                style = "good" if event.booted else "bad"
                return self._band("ended", event.at, event.lines, style)
            case Shown():
                return self._shown(event)
            case Dropped():
                return self._dropped(event)
            case Keyboard():
                return self._lines("keyboard", [("kind", f"⌨ {event.words}")], event.at)
            case Folded():
                return self._folded(event)
            case _:
                assert_never(event)

    def _wrap(self, words: str, less: int = 0) -> list[str]:
        return textwrap.wrap(words, int((self.width - self.text - less - 12) / LETTER))

    def _time(self, at: float, y: int) -> str:
        return self._left(y, f"{at:.3f}")

    def _left(self, y: int, words: str) -> str:
        return text(self.client - 14, y, words, "small", ' text-anchor="end"')

    def _message(self, event: Message) -> Cell:
        first, *more = self._wrap(f"{event.kind}  {event.detail}".rstrip())
        rest = first.removeprefix(event.kind)
        kind = first.removesuffix(rest) if rest else first
        parts = [
            self._time(event.at, 16),
            behind(self.text, 16, first),
            f'<text x="{self.text}" y="16" xml:space="preserve"><tspan class="kind">'
            f"{escaped(kind)}</tspan>{escaped(rest)}</text>",
        ]
        parts += [self._line(16 + at * LINE, line) for at, line in enumerate(more, 1)]
        y = 10 + LINE * (len(more) + 1)
        parts += [
            self._left(y + 4, f"#{event.frame}"),
            self._arrow(event.source, event.target, y),
        ]
        return Cell(y + 12, group("sent" if event.sent else "heard", parts))

    def _line(self, y: int, words: str, style: str = "") -> str:
        """A line of a sentence, which hides the stations' lines behind it."""
        return behind(self.text, y, words) + text(self.text, y, words, style)

    def _arrow(self, source: str, target: str, y: int) -> str:
        start, stop = self.x[source], self.x[target]
        back = -9 if stop > start else 9
        passed = (
            f'<circle class="pass" cx="{x}" cy="{y}" r="3"/>'
            for station, x in self.x.items()
            if target == "broadcast" and station.startswith("s")
        )
        neck = stop + back
        return (
            f'<line class="arrow" x1="{start}" x2="{stop + back // 2}" y1="{y}" y2="{y}"/>'
            f'<polygon class="head" points="{stop},{y} {neck},{y - 5} {neck},{y + 5}"/>'
            + "".join(passed)
        )

    def _decided(self, event: Decided) -> Cell:
        about = f": {event.about}" if event.about else ""
        lines = [("kind", line) for line in self._wrap(f"{event.question}: {event.answer}{about}")]
        size = 6
        if event.telling:
            size = 10
            lines += [("", line) for line in self._wrap(event.because)]
            known = f"{event.rule} - {event.evidence}: {event.source}"
            lines += [("small", line) for line in self._wrap(known)]
        else:
            lines = [("small", line) for _, line in lines]
        x, y = self.client, 12
        diamond = (
            f'<polygon class="diamond" points="{x},{y - size} {x + size},{y}'
            f' {x},{y + size} {x - size},{y}"/>'
        )
        return self._lines("decided", lines, None, diamond)

    def _lines(
        self, style: str, lines: list[tuple[str, str]], at: float | None, sign: str = ""
    ) -> Cell:
        """Sentences beside the client's line, each line with its own style."""
        parts = [sign] if at is None else [sign, self._time(at, 16)]
        parts += [
            self._line(16 + number * LINE, line, kind) for number, (kind, line) in enumerate(lines)
        ]
        return Cell(len(lines) * LINE + 8, group(style, parts))

    def _band(self, style: str, at: float, sentences: tuple[str, ...], fill: str) -> Cell:
        lines = [line for sentence in sentences for line in self._wrap(sentence)]
        height = len(lines) * LINE + 8
        left = self.client - 8
        parts = [
            f'<rect class="{fill}" x="{left}" y="8" width="{self.width - left - 4}"'
            f' height="{height}" rx="3"/>',
            self._time(at, 8 + 17),
        ]
        parts += [
            text(self.text, 25 + number * LINE, line, "" if number else "name")
            for number, line in enumerate(lines)
        ]
        return Cell(height + 14, group(style, parts))

    def _shown(self, event: Shown) -> Cell:
        lines = [part for line in event.lines for part in self._wrap(line, 16) or [""]]
        height = len(lines) * LINE + 10
        parts = [
            f'<rect class="screen" x="{self.text}" y="5" rx="3"'
            f' width="{self.width - self.text - 6}" height="{height}"/>'
        ]
        parts += [
            text(self.text + 10, 22 + number * LINE, line, "", ' xml:space="preserve"')
            for number, line in enumerate(lines)
        ]
        return Cell(height + 10, group("shown", parts))

    def _dropped(self, event: Dropped) -> Cell:
        again = " (not told again)" if event.last_told else ""
        lines = self._wrap(f"ignored {event.what}: {event.because}{again}")
        x = self.client
        cross = f'<path class="cross" d="M{x - 5} 7l10 10m0 -10l-10 10"/>'
        return self._lines("dropped", [("", line) for line in lines], None, cross)

    def _folded(self, event: Folded) -> Cell:
        words = f"… {event.count} more {event.kinds}, the last: {event.last}"
        lines = [("small", line) for line in self._wrap(words)]
        y = len(lines) * LINE + 10
        dots = (
            f'<line class="arrow" x1="{self.client}" x2="{self.x[event.peer]}" y1="{y}" y2="{y}"/>'
        )
        return Cell(y + 10, self._lines("folded", lines, event.at, dots).body)


def cells(lanes: Sequence[Lane], drawn: Sequence[Row]) -> list[tuple[int, tuple[Cell, ...]]]:
    """Every row with its height, which is that of its highest cell; nothing draws as nothing."""
    found = []
    for row in drawn:
        made = tuple(
            lane.cell(event) if event is not None else Cell(0, "")
            for lane, event in zip(lanes, row, strict=True)
        )
        found.append((max(cell.height for cell in made), made))
    return found


def _label(station: Lifeline, letters: int, signs: int) -> list[tuple[str, str]]:
    """Lines of its box, and how each looks: so many letters of a name, so many of an address."""
    name = [(line, "name") for line in textwrap.wrap(station.name, letters)]
    return [*name, *((line, "small") for line in _address(station.address, signs))]


def _address(address: str, width: int) -> list[str]:
    """An address in lines of much the same length, none of which ends within a number."""
    fair = -(-len(address) // max(1, -(-len(address) // width)))
    lines = [""]
    for part in re.findall("[^.:]+[.:]?|[.:]", address):
        if (lines[-1] and len(lines[-1]) >= fair) or len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return [line for whole in lines for line in textwrap.wrap(whole, width)]
