"""A ladder as text, to be pasted where text goes: a mail, an issue, a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
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

NARROWEST = 40
"""Columns below which nothing can be drawn."""
_CLIENT = 16
"""The column of the client's line; times and frame numbers stand left of it."""
_MAC = 17
_WIDEST, _CLOSEST = 26, 4
"""Columns between two lines."""

_ASCII = str.maketrans("│─═┼├┤▶◀◆✗■⌨╌▲", "|-=+||><*x##.^")
"""The drawing's own signs; whatever else is not ASCII in a sentence becomes its nearest."""
_WORDS = {"…": "...", "§": "sec. ", "’": "'", "—": "-", "–": "-", "→": "->", "×": "x"}


def draw(ladders: Sequence[Ladder], width: int, ascii_only: bool) -> str:
    """The ladders, one below the other, in lines of at most `width` columns."""
    drawn = "\n\n".join(
        "\n".join(_Text(ladder, max(width, NARROWEST), ascii_only).lines()) for ladder in ladders
    )
    return (_to_ascii(drawn) if ascii_only else drawn) + "\n"


def _to_ascii(text: str) -> str:
    return text.translate(_ASCII).encode("ascii", "replace").decode()


class _Text:
    """Draws one ladder."""

    def __init__(self, ladder: Ladder, width: int, ascii_only: bool) -> None:
        self._ladder, self._width, self._ascii = ladder, width, ascii_only
        gaps = max(1, len(ladder.stations) - 1)
        # Half a column stays free right of the last line, for its name.
        room = int((width - _CLIENT) / (gaps + 0.5))
        self._pitch = max(_CLOSEST, min(_WIDEST, room))
        self._column = {
            station.id: _CLIENT + at * self._pitch for at, station in enumerate(ladder.stations)
        }

    def lines(self) -> Iterator[str]:
        """The whole ladder."""
        ladder = self._ladder
        yield from self._wrapped(f"{ladder.profile}: {ladder.title}", self._width)
        yield from self._wrapped(f"on {ladder.where}", self._width)
        yield ""
        yield from self._names()
        for event in ladder.events:
            yield from self._event(event)

    def _names(self) -> Iterator[str]:
        labels = [self._label(station) for station in self._ladder.stations]
        for row in zip_longest(*labels, fillvalue=""):
            line = ""
            for column, word in zip(self._column.values(), row, strict=True):
                start = max(column - len(word) // 2, len(line) + bool(line.strip()))
                line = line.ljust(min(start, self._width - len(word))) + word
            yield line.rstrip()
        yield self._rails()

    def _label(self, station: Lifeline) -> list[str]:
        words = textwrap.wrap(station.name, self._pitch - 1) or [""]
        room = self._pitch - 1
        if station.id == "client" and room > _MAC // 2:
            room = _MAC  # left of the client there is nothing
        return [*words, *textwrap.wrap(station.address, room)]

    def _rails(self, over: str = "", start: int = 0) -> str:
        """The stations' lines, with `over` written from column `start` on."""
        last = max(self._column.values())
        row = [" "] * max(last + 1, start + len(over))
        for column in self._column.values():
            row[column] = "│"
        row[start : start + len(over)] = over
        after = start + len(over)
        if over and after in self._column.values():
            row[after] = "│"
        return "".join(row).rstrip()

    def _event(self, event: Event) -> Iterator[str]:
        match event:
            case Message():
                yield from self._message(event)
            case Decided():
                if event.telling:
                    yield from self._decided(event)
            case Entered():
                yield self._rails()
                rule = "═" if event.begins else "─"
                yield self._band(f"{event.at:9.3f}", f" {event.stage} ", rule)
            case Shown():
                for line in event.lines:
                    yield from self._beside("", line, before="| ")
            case Dropped():
                again = " (not told again)" if event.last_told else ""
                yield from self._beside("✗", f"ignored {event.what}: {event.because}{again}")
            case Keyboard():
                yield from self._beside("⌨", event.words)
            case Folded():
                yield from self._folded(event)
            case Ended():
                yield self._rails()
                yield from self._ended(event)
            case _:
                assert_never(event)

    def _band(self, left: str, words: str, rule: str) -> str:
        line = left.ljust(_CLIENT) + f"├{rule}{rule}" + words
        last = max(self._column.values())
        return line[: max(last, self._width - 1)].ljust(last, rule) + "┤"

    def _message(self, event: Message) -> Iterator[str]:
        head = f"{event.at:9.3f} {event.frame:>4}"
        start, stop = self._column[event.source], self._column[event.target]
        arrow = self._arrow(min(start, stop), max(start, stop), forth=start < stop)
        label, detail = f" {event.kind} ", event.detail
        if event.sender.endswith(":4011") and event.sent:
            detail = f"from port 4011, {detail}"
        if len(label) + 4 <= len(arrow):
            at = 2 if start < stop else 3
            arrow = arrow[:at] + label + arrow[at + len(label) :]
        else:
            detail = f"{event.kind} {detail}"
        row = self._rails()
        yield (
            head.ljust(_CLIENT)
            + row[_CLIENT : min(start, stop)]
            + arrow
            + row[max(start, stop) + 1 :]
        )
        if detail:
            yield from self._beside("", detail)

    def _arrow(self, left: int, right: int, forth: bool) -> str:
        row = ["─"] * (right - left + 1)
        for column in self._column.values():
            if left < column < right:
                row[column - left] = "┼"
        row[0], row[-1] = ("├", "│") if forth else ("│", "┤")
        row[-2 if forth else 1] = "▶" if forth else "◀"
        return "".join(row)

    def _decided(self, event: Decided) -> Iterator[str]:
        about = f": {event.about}" if event.about else ""
        yield from self._beside("◆", f"{event.question}: {event.answer}{about}")
        yield from self._beside("", event.because)
        yield from self._beside("", f"[{event.rule}; {event.evidence}: {event.source}]")

    def _beside(self, sign: str, words: str, before: str = "") -> Iterator[str]:
        """Words right of the client's line, over the others', with a `sign` on it."""
        start = _CLIENT + (2 if sign else 4)
        lines = self._wrapped(words, self._width - start - len(before) - 1) or [""]
        for number, line in enumerate(lines):
            drawn = self._rails(f"{before}{line} ", start)
            mark = sign if sign and not number else "│"
            yield (" " * _CLIENT + mark + drawn[_CLIENT + 1 :]).rstrip()

    def _folded(self, event: Folded) -> Iterator[str]:
        words = f"… {event.count} more {event.kinds}, the last: {event.last}"
        yield from self._beside("╌", words)

    def _ended(self, event: Ended) -> Iterator[str]:
        before = f"{event.at:9.3f} ■ "
        for sentence in event.lines:
            for line in self._wrapped(sentence, self._width - len(before)):
                yield before + line
                before = " " * len(before)

    def _say(self, words: str) -> str:
        if self._ascii:
            for sign, instead in _WORDS.items():
                words = words.replace(sign, instead)
        return words

    def _wrapped(self, words: str, width: int) -> list[str]:
        return textwrap.wrap(self._say(words), width)
