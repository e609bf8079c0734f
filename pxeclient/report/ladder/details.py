"""What the page tells of an event beyond what its ladder has room for: data for its script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from pxeclient.report.fields import dissect
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
    Problem,
    Shown,
)

Facts = list[tuple[str, str]]


def details(ladder: Ladder, ids: Mapping[int, str]) -> dict[str, Any]:
    """Of every event, by its id on the page; `ids` has the ids by the event's number."""
    teller = _Teller(ladder, ids)
    return {ids[at]: teller.of(event) for at, event in enumerate(ladder.events)}


def label(ladder: Ladder, event: Event) -> str:
    """The event in one line, for those who listen to the page."""
    return f"{event.at:.3f} s, {_Teller(ladder, {}).words(event)}"


class _Teller:
    def __init__(self, ladder: Ladder, ids: Mapping[int, str]) -> None:
        self._stations = {station.id: _named(station) for station in ladder.stations}
        self._messages: dict[int, str] = {}
        self._followed: dict[int, list[tuple[str, str]]] = {}
        for at, event in enumerate(ladder.events if ids else ()):
            if isinstance(event, Message):
                self._messages[event.frame] = ids[at]
            elif isinstance(event, Decided | Dropped):
                self._followed.setdefault(event.frame, []).append((ids[at], self.words(event)))

    def words(self, event: Event) -> str:
        """What happened, without the time."""
        match event:
            case Message():
                ends = f"{self._stations[event.source]} to {self._stations[event.target]}"
                return f"{ends}: {event.kind} {event.detail}".rstrip()
            case Decided():
                about = f": {event.about}" if event.about else ""
                return f"decision {event.question}: {event.answer}{about}"
            case Entered():
                return f"stage {event.stage}"
            case Shown():
                return f"screen: {' / '.join(filter(None, event.lines))}"
            case Dropped():
                return f"ignored {event.what}: {event.because}"
            case Keyboard():
                return event.words
            case Folded():
                return f"{event.count} more {event.kinds}, the last: {event.last}"
            case Ended():
                return f"the end: {' '.join(event.lines)}"
            case _:
                assert_never(event)

    def of(self, event: Event) -> dict[str, Any]:
        """The event as the script shows it: a heading, facts, and what its kind adds."""
        match event:
            case Message():
                return self._message(event)
            case Decided():
                return self._decided(event)
            case Dropped():
                return self._dropped(event)
            case Entered():
                return _told(event, f"Stage: {event.stage}")
            case Shown():
                return _told(event, "On the machine's screen") | {"screen": event.lines}
            case Keyboard():
                return _told(event, f"Keyboard: {event.words}")
            case Folded():
                facts = [("until", f"{event.until:.3f} s"), ("the last", event.last)]
                return _told(event, f"{event.count} more {event.kinds}, left out", facts)
            case Ended():
                return _told(event, event.lines[0]) | {
                    "text": [event.reason] if event.reason else [],
                    "failed": event.failed,
                    "problems": [_problem(one) for one in event.problems],
                }
            case _:
                assert_never(event)

    def _message(self, event: Message) -> dict[str, Any]:
        facts = [
            ("from", f"{self._stations[event.source]}, {event.sender}"),
            ("to", f"{self._stations[event.target]}, {event.receiver}"),
            ("length", f"{len(event.octets)} octets"),
            ("in words", event.detail),
        ]
        return _told(event, f"#{event.frame} {event.kind}", facts) | {
            "octets": event.octets.hex(),
            "fields": dissect(event.octets),
            "links": self._followed.get(event.frame, []),
        }

    def _decided(self, event: Decided) -> dict[str, Any]:
        facts = [
            ("answer", event.answer),
            ("about", event.about),
            ("reason", event.because),
            ("rule", event.rule),
            ("evidence", event.evidence),
            ("source", event.source),
            ("tried first, did not hold", ", ".join(event.passed_over)),
        ]
        return _told(event, f"◆ {event.question}", facts) | {"links": self._back(event.frame)}

    def _dropped(self, event: Dropped) -> dict[str, Any]:
        facts = [
            ("because", event.because),
            ("rule", event.rule),
            ("evidence", event.evidence),
            ("source", event.source),
            ("repeats", "not told again" if event.last_told else ""),
        ]
        return _told(event, f"✗ ignored {event.what}", facts) | {"links": self._back(event.frame)}

    def _back(self, frame: int) -> list[tuple[str, str]]:
        """The way to the message that an event followed."""
        found = self._messages.get(frame)
        return [(found, f"after message #{frame}")] if found else []


def _named(station: Lifeline) -> str:
    return f"{station.name} {station.address}".rstrip()


def _told(event: Event, heading: str, facts: Facts | None = None) -> dict[str, Any]:
    told = [("time", f"{event.at:.6f} s"), *(facts or [])]
    return {"heading": heading, "facts": [fact for fact in told if fact[1]]}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "id": problem.id,
        "title": problem.title,
        "mark": problem.mark,
        "stops": problem.stops,
        "seen": problem.seen,
        "why": problem.why,
        "basis": problem.basis,
        "remedies": [
            {
                "do": remedy.do,
                "settings": [
                    (one.server, one.is_told_in_words, "\n".join(one.lines))
                    for one in remedy.settings
                ],
            }
            for remedy in problem.remedies
        ],
    }
