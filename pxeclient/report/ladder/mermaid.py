"""A ladder as a Mermaid ``sequenceDiagram``, which many wikis and trackers draw by themselves.

Two boots are one diagram: each has a box of its own, and rows that belong together follow
each other.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
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
from pxeclient.report.ladder.rows import Align, rows

_WIDTH = 60
"""Characters after which a note goes on in a new line."""
_PLAIN = re.compile(r"[^A-Za-z0-9 .,()/_=+'\[\]:-]")
"""What means something to Mermaid, HTML or Markdown, and is written as its number."""


def draw(ladders: Sequence[Ladder], align: Align) -> str:
    """The diagram, ready for a file or for a ``mermaid`` code block."""
    several = len(ladders) > 1
    parts = [_Part(ladder, f"{'ab'[at]}_" if several else "") for at, ladder in enumerate(ladders)]
    lines = ["sequenceDiagram"]
    if not several:
        lines.append(f"title {escaped(f'{ladders[0].profile} on {ladders[0].where}')}")
    for part in parts:
        lines += part.participants(boxed=several)
    for row in rows(ladders, align):
        for part, event in zip(parts, row, strict=True):
            if event is not None:
                lines += part.event(event)
    head, *body = lines
    return "\n".join((head, *(f"    {line}" for line in body))) + "\n"


def escaped(text: str) -> str:
    """Text that Mermaid shows as it stands: entities are written ``#NUMBER;``."""
    return _PLAIN.sub(lambda sign: f"#{ord(sign[0])};", text)


def _broken(*sentences: str) -> str:
    """Sentences on lines of their own, wrapped, each escaped."""
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, _WIDTH)]
    return "<br/>".join(map(escaped, lines))


class _Part:
    """Draws one ladder; `prefix` keeps its participants apart from another's."""

    def __init__(self, ladder: Ladder, prefix: str) -> None:
        self._ladder, self._prefix = ladder, prefix
        self._client = f"{prefix}client"
        self._last = f"{prefix}{ladder.stations[-1].id}"

    def participants(self, boxed: bool) -> Iterator[str]:
        """The stations, from left to right."""
        if boxed:
            yield f"box transparent {escaped(f'{self._ladder.profile} on {self._ladder.where}')}"
        for station in self._ladder.stations:
            yield f"participant {self._prefix}{station.id} as {self._name(station)}"
        if boxed:
            yield "end"

    def _name(self, station: Lifeline) -> str:
        name = self._ladder.profile if station.id == "client" else station.name
        return "<br/>".join(escaped(words) for words in (name, station.address) if words)

    def event(self, event: Event) -> Iterator[str]:
        """The lines of one event."""
        match event:
            case Message():
                yield self._message(event)
            case Decided():
                if event.telling:
                    yield self._beside(*_decided(event))
            case Entered():
                yield self._across(f"{event.at:.3f} s: {event.stage}")
            case Shown():
                yield self._beside("On the screen:", *filter(str.strip, event.lines))
            case Dropped():
                again = " (not told again)" if event.last_told else ""
                yield self._beside(f"✗ ignored {event.what}: {event.because}{again}")
            case Keyboard():
                yield self._beside(f"⌨ {event.words}")
            case Folded():
                words = f"… {event.count} more {event.kinds}, the last: {event.last}"
                yield f"Note over {self._client},{self._prefix}{event.peer}: {_broken(words)}"
            case Ended():
                head, *more = event.lines
                yield self._across(f"{event.at:.3f} s: ■ {head}", *more)
            case _:
                assert_never(event)

    def _message(self, event: Message) -> str:
        words = f"{event.at:.3f} {event.kind}"
        ends = f"{self._prefix}{event.source}->>{self._prefix}{event.target}"
        return f"{ends}: {_broken(words, event.detail)}"

    def _beside(self, *sentences: str) -> str:
        return f"Note right of {self._client}: {_broken(*sentences)}"

    def _across(self, *sentences: str) -> str:
        """A note over all stations; Mermaid wants one name where there is but one."""
        ends = self._client if self._last == self._client else f"{self._client},{self._last}"
        return f"Note over {ends}: {_broken(*sentences)}"


def _decided(event: Decided) -> tuple[str, ...]:
    about = f": {event.about}" if event.about else ""
    return (
        f"◆ {event.question}: {event.answer}{about}",
        event.because,
        f"[{event.rule}; {event.evidence}]",
    )
