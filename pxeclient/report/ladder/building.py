"""A trace made into a ladder: the one place where a `Record` becomes something to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from pxeclient.advice import Server
from pxeclient.boot.actions import AwaitKey, BeginStage, Decide, Enter, Finish, Highlight, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.boot.screen.terminal import Terminal
from pxeclient.decisions import Known
from pxeclient.report import stages
from pxeclient.report.folding import SHOWN_BLOCKS
from pxeclient.report.ladder.ending import ended
from pxeclient.report.ladder.model import (
    Decided,
    Dropped,
    Entered,
    Event,
    Folded,
    Keyboard,
    Ladder,
    Message,
    Shown,
    clean,
)
from pxeclient.report.ladder.stations import Cast, cast
from pxeclient.report.transcript import TELLING, TOLD, story
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Record, Trace
from pxeclient.wire import tftp


def build(
    trace: Trace, every: bool = False, unfolded: bool = False, kind: Server | None = None
) -> Ladder:
    """The ladder of a trace.

    Args:
        trace: The boot.
        every: Every decision counts as telling.
        unfolded: Leave nothing out: no packet of a download, no repeat of a dropped one.
        kind: The server program that cures are shown for first; else the one that its replies show.
    """
    events = Events(cast(trace), every, unfolded)
    drawn = [event for record in trace.records for event in events.of(record)]
    drawn += [*events.unfold(), *events.rest(trace.ended), ended(trace, kind)]
    return Ladder(
        clean(trace.profile),
        clean(trace.title),
        clean(trace.where),
        events.cast.stations,
        tuple(screens_joined(drawn)),
    )


class Events:
    """Makes events of records; long downloads and repeated stories are folded on the way."""

    def __init__(self, who: Cast, every: bool, unfolded: bool) -> None:
        self.cast = who
        self.questions = None if every else TELLING
        """Those whose decisions are telling; None for all."""
        self.unfolded = unfolded
        """Nothing is left out, for now."""
        self._folded: list[Message] = []
        self._dropped_before: Counter[str] = Counter()
        self._screen = Terminal()
        self._told = ""
        """The line on the screen that was told before it was complete."""

    def of(self, record: Record) -> Iterator[Event]:
        """The events that a record adds."""
        item = record.item
        match item:
            case SendFrame(frame):
                yield from self._message(record, frame, sent=True)
            case FrameReceived(frame):
                yield from self._message(record, frame, sent=False)
            case Decide():
                telling = self.questions is None or item.decision.question in self.questions
                yield from self.unfold() if telling else ()
                yield _decided(record, item, telling)
            case Ignore():
                yield from self._dropped(record, item)
            case Enter(state):
                yield from self.unfold()
                yield Entered(record.at, str(state))
            case Print():
                for line in self._screen.write(item):
                    if not self._told or not self._told.startswith(line):
                        yield from self.unfold()
                        yield Shown(record.at, (clean(line),))
                    self._told = ""
            case AwaitKey(shows):
                yield from self.unfold()
                yield from self.rest(record.at)
                yield Keyboard(record.at, f"waits for a key: {clean(shows)}")
            case KeyPressed(key):
                yield from self.unfold()
                yield Keyboard(record.at, f"key {clean(key)}")
            case BeginStage(name, kind, resumes):
                yield from self.unfold()
                yield from self.rest(record.at)
                yield Entered(record.at, clean(stages.begins(name, kind, resumes)), begins=True)
            case PowerOn() | Finish() | Highlight():
                pass
            case _:
                assert_never(item)

    def _message(self, record: Record, frame: bytes, sent: bool) -> Iterator[Event]:
        seen = self.cast.seen[record.frame]
        summary = seen.summary
        message = Message(
            record.at,
            record.frame,
            seen.source,
            seen.target,
            sent,
            summary.kind,
            clean(summary.detail),
            summary.source,
            summary.destination,
            frame,
        )
        if self._folds(summary.tftp) or (summary.is_bulk and not self.unfolded):
            self._folded.append(message)
            return
        yield from self.unfold()
        yield message

    def _folds(self, packet: tftp.Message | None) -> bool:
        match packet:
            case tftp.Data(block) | tftp.Ack(block) if not self.unfolded:
                return block > SHOWN_BLOCKS or bool(self._folded)
            case _:
                return False

    def unfold(self) -> Iterator[Event]:
        """Tell of the packets that were folded until now."""
        if not self._folded:
            return
        first, last = self._folded[0], self._folded[-1]
        peer = last.target if last.sent else last.source
        words = f"{last.kind} {last.detail}".rstrip()
        are_segments = all(one.kind.startswith("TCP") for one in self._folded)
        kinds = "TCP segments" if are_segments else "DATA and ACK"
        yield Folded(first.at, last.at, len(self._folded), words, peer, kinds)
        self._folded = []

    def rest(self, at: float) -> Iterator[Event]:
        """Tell of the screen's last line, which is not complete."""
        if self._screen.line and self._screen.line != self._told:
            self._told = self._screen.line
            yield Shown(at, (clean(self._told),))

    def _dropped(self, record: Record, ignore: Ignore) -> Iterator[Event]:
        key = story(ignore)
        self._dropped_before[key] += 1
        if self._dropped_before[key] > TOLD and not self.unfolded:
            return
        yield from self.unfold()
        source, evidence = _source(ignore.source)
        yield Dropped(
            record.at,
            record.frame,
            clean(ignore.what),
            clean(ignore.because),
            ignore.rule,
            source,
            evidence,
            self._dropped_before[key] == TOLD and not self.unfolded,
        )


def _decided(record: Record, item: Decide, telling: bool) -> Decided:
    decision = item.decision
    source, evidence = _source(decision.source)
    return Decided(
        record.at,
        record.frame,
        decision.question,
        str(decision.answer),
        clean(item.about),
        decision.rule,
        clean(decision.because),
        source,
        evidence,
        decision.passed_over,
        telling,
    )


def _source(source: Known | None) -> tuple[str, str]:
    """Where a rule comes from, and how well that is known."""
    return (clean(source.where), source.level.value) if source else ("", "")


def screens_joined(events: Iterable[Event]) -> Iterator[Event]:
    """Lines that the screen shows one after the other are one event."""
    screen: list[Shown] = []
    for event in events:
        if isinstance(event, Shown):
            screen.append(event)
            continue
        yield from _screen(screen)
        screen = []
        yield event
    yield from _screen(screen)


def _screen(shown: list[Shown]) -> Iterator[Shown]:
    if shown:
        yield Shown(shown[0].at, tuple(line for each in shown for line in each.lines))
