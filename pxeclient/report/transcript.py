"""The handshake as text: frames as arrows, decisions with their reasons, the machine's screen.

Made record by record, so it can be shown while the boot goes on. Long downloads are folded:
the first blocks are shown, then only how many followed.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from pxeclient.boot.actions import AwaitKey, BeginStage, Decide, Enter, Finish, Highlight, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.boot.screen.terminal import Terminal
from pxeclient.endings import End, end_of, judge
from pxeclient.outcome import Booted, Exited, Failed
from pxeclient.prose import Verbatim, width
from pxeclient.report import stages
from pxeclient.report.folding import Repeats, Whose
from pxeclient.report.frames import option_lines, words
from pxeclient.seen.exchanges import Ask
from pxeclient.seen.frame import Frame
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Record, Trace
from pxeclient.wire import dhcp, tftp

TOLD = 3
"""How often a packet that is dropped again and again for one reason is told of."""

TELLING = frozenset(
    {"select-offer", "no-lease", "after-ack", "proxy-server", "proxy-silent", "boot-from",
     "fetch-by", "tftp-error", "menu-prompt", "menu-choice", "discover-by", "program-next"}
)  # fmt: skip
"""The questions whose answers are shown without being asked for."""

_INDENT = " " * 10
_DETAIL = 54
"""The column at which a line tells what a frame says."""
_FURTHER = 4
"""Columns by which the rest of any other long line stands further right."""


@dataclass(slots=True)
class Transcript:
    """Turns records into lines."""

    verbose: bool = False
    """All decisions, dropped packets' rules and DHCP options."""
    rules: bool = False
    """Rule and source under every decision that is shown, in lines that fit a page."""
    questions: frozenset[str] = TELLING
    """Whose decisions are shown, if not `verbose`."""
    columns: int = field(default_factory=width)
    """Of a sentence."""
    folds: bool = True
    """Later blocks of a download are only counted, if not `verbose`."""
    _folded: Counter[str] = field(default_factory=Counter)
    """What was only counted since the last line, by kind."""
    _last: str = ""
    _others: int = 0
    """Frames of others since the last line."""
    _hidden: int = 0
    """The number of the latest of these: what was decided about it is not told either."""
    _whose: Whose = field(default_factory=Whose)
    _repeats: Repeats = field(default_factory=Repeats)
    _screen: Terminal = field(default_factory=Terminal)
    _told: str = ""
    """The line on the screen that was told before it was complete."""
    _ignored: dict[str, int] = field(default_factory=dict)
    _ended: Finish | None = None
    """How the latest stage has ended."""

    def lines(self, record: Record) -> Iterator[str]:
        """The lines that a record adds."""
        if self._hidden and record.frame == self._hidden and isinstance(record.item, Ignore):
            return
        match record.item:
            case SendFrame() | FrameReceived():
                yield from self._frame(record)
            case Enter(state):
                yield from self._unfold()
                yield f"{record.at:9.3f} ── {state} ──"
            case Decide():
                yield from self._decision(record.item)
            case Ignore():
                yield from self._dropped(record.item)
            case Print():
                for line in self._screen.write(record.item):
                    if not self._told or not self._told.startswith(line):
                        yield from self._screen_line(line)
                    self._told = ""
            case Finish():
                yield from self._unfold()
                yield from self.rest()
                self._ended = record.item
            case BeginStage(name, kind, resumes):
                if self._ended is not None:
                    yield f"{record.at:9.3f} ■ {stages.came_to(self._ended.outcome)}"
                yield f"{record.at:9.3f} ══ {stages.begins(name, kind, resumes)} ══"
            case AwaitKey(shows):
                yield from self.rest()
                yield f"{record.at:9.3f} ⌨ {shows}"
            case PowerOn() | Highlight():
                pass
            case KeyPressed(key):
                yield from self._unfold()
                yield f"{record.at:9.3f}  key {key}"
            case _:
                assert_never(record.item)

    def rest(self) -> Iterator[str]:
        """The line on the screen that is not complete, as it stands now."""
        line = self._screen.line
        if line and line != self._told:
            yield from self._screen_line(line)
            self._told = line

    def _screen_line(self, line: str) -> Iterator[str]:
        yield from self._unfold()
        yield f"{_INDENT}│ {line}".rstrip()

    def _frame(self, record: Record) -> Iterator[str]:
        frame = record.seen()
        assert frame is not None
        summary = words(frame)
        if self._whose.is_of_others(frame) and not self.verbose and self.folds:
            self._others += 1
            self._hidden = record.frame
            return
        if self._folds(frame):
            self._folded[summary.kind] += 1
            self._last = f"{summary.kind} {summary.detail}"
            return
        yield from self._unfold()
        arrow, peer = ("──▶", summary.destination) if frame.ours else ("◀──", summary.source)
        detail = summary.detail
        if _tells_port(frame):
            detail = f"from port {frame.source_port}, {detail}"
        if not frame.ours and summary.group:
            detail = f"{detail}, to the group {summary.group}"
        yield f"{record.at:9.3f} {arrow} {peer:22} {summary.kind:16} {detail}".rstrip()
        if self.verbose and summary.message is not None:
            for line in option_lines(summary.message):
                yield f"{_INDENT}      {line}"

    def _folds(self, frame: Frame) -> bool:
        if self.verbose or not self.folds or frame.fault is not None:
            return False
        return self._repeats.folds(frame, bool(self._folded))

    def _unfold(self) -> Iterator[str]:
        if self._folded:
            count, kinds = self._folded.total(), _kinds(self._folded)
            yield f"{_INDENT}  … {count} more {kinds}, the last: {self._last}"
            self._folded.clear()
        if self._others:
            frames = "1 frame" if self._others == 1 else f"{self._others} frames"
            yield f"{_INDENT}  … {frames} of others (-v shows them)"
            self._others = 0

    def _decision(self, decide: Decide) -> Iterator[str]:
        decision = decide.decision
        if not self.verbose and decision.question not in self.questions:
            return
        yield from self._unfold()
        about = f": {decide.about}" if decide.about else ""
        yield f"{_INDENT}◆ {decision.question}: {decision.answer}{about}"
        yield from wrapped(decision.because, f"{_INDENT}    ", self.columns)
        if self.verbose:
            yield f"{_INDENT}    rule {decision.rule}; {decision.source}"
        elif self.rules:
            source = f"rule {decision.rule}; {decision.source}"
            yield from wrapped(source, f"{_INDENT}    ", self.columns)

    def _dropped(self, ignore: Ignore) -> Iterator[str]:
        """A packet that keeps coming and is dropped for the same reason is told three times."""
        key = story(ignore)
        self._ignored[key] = self._ignored.get(key, 0) + 1
        if self._ignored[key] > TOLD and not self.verbose:
            return
        yield from self._unfold()
        again = " (not told again)" if self._ignored[key] == TOLD and not self.verbose else ""
        yield f"{_INDENT}✗ ignored {ignore.what}: {ignore.because}{again}"
        if self.verbose and ignore.source is not None:
            yield f"{_INDENT}    rule {ignore.rule}; {ignore.source}"


def _tells_port(frame: Frame) -> bool:
    """The port that the client sends from is worth a word: answers come to it."""
    return frame.ours and (
        frame.source_port == dhcp.PROXY_PORT or isinstance(frame.said, tftp.Request)
    )


def _kinds(folded: Counter[str]) -> str:
    """Such as ``DATA and ACK``."""
    known = {"DATA": "DATA", "ACK": "ACK", "OACK": "OACK", "IPv4 fragment": "fragments"}
    if set(folded) <= {"DATA", "ACK"}:
        return "DATA and ACK"
    named = [word for kind, word in known.items() if kind in folded]
    named += ["TCP segments"] if any(kind.startswith("TCP") for kind in folded) else []
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def story(ignore: Ignore) -> str:
    """What makes two dropped packets the same story: whichever block of a transfer it is."""
    return re.sub(r"\bblock \d+", "block", f"{ignore.what}: {ignore.because}")


def wrapped(text: str, indent: str, columns: int | None = None) -> list[str]:
    """A sentence in lines that fit a page, all indented."""
    return textwrap.wrap(
        text,
        width() if columns is None else columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
    )


def fitted(line: str, columns: int | None) -> list[str]:
    """A line of the transcript in as many as that takes; what goes on stands further right."""
    if columns is None or len(line) <= columns or isinstance(line, Verbatim):
        return [line]
    is_frame = any(arrow in line[:16] for arrow in ("▶", "◀"))
    indent = _DETAIL if is_frame else len(line) - len(line.lstrip()) + _FURTHER
    return textwrap.wrap(
        line,
        columns,
        subsequent_indent=" " * min(indent, columns * 54 // 100),
        break_long_words=False,
        break_on_hyphens=False,
    )


def ending(trace: Trace, columns: int | None = None) -> list[str]:
    """How the boot ended: the firmware's own words, then one sentence; or where it was stopped.

    Of more than one stage, the last one's, and then what each came to.
    """
    own = last_words(trace, columns)
    return [*own, *(f"  {line}" for line in stages.lines(trace))] if trace.has_stages else own


def last_words(trace: Trace, columns: int | None = None) -> list[str]:
    """How its last stage ended, be it the only one."""
    match trace.ended_as:
        case Booted() as booted if trace.has_stages:
            words = stages.came_to(booted)
            shown = [f"■ {words[0].upper()}{words[1:]}"]
            return [*shown, *([f"  with {booted.arguments}"] if booted.arguments else [])]
        case Exited(_, _, text, because):
            return [f"■ {text or because}", *(wrapped(because, "  ", columns) if text else [])]
        case Booted() as booted:
            return _fetched(trace, booted)
        case Failed(_, _, text, because):
            more = [] if because in text else wrapped(because, "  ", columns)
            return [f"■ {text}", *more]
        case None:
            words = _STOPS.get(trace.stopped, "Stopped")
            shown = [f"■ {words} after {trace.ended:.3f} s"]
            waits = _waiting(trace) if trace.stopped in ("deadline", "interrupted") else ""
            return [*shown, *(wrapped(waits, "  ", columns) if waits else [])]


def _waiting(trace: Trace) -> str:
    """What the machine was waiting for when it was stopped; nothing where that does not show."""
    asked = trace.talk().exchanges
    if not asked:
        return ""
    latest = max(reversed(asked), key=lambda one: one.last)
    match latest.question.kind, bool(latest.answers):
        case Ask.FILE, True:
            return f"It was fetching {latest.question.words}."
        case Ask.DISCOVER, True:
            return f"It was waiting for more offers; {len(latest.answers)} had come."
        case _, True:
            return ""
    # A firmware that asks with another transaction id asks the same.
    same = [one for one in asked if one.question == latest.question and not one.answers]
    times = sum(len(one.asked) for one in same)
    sent = "sent once" if times == 1 else f"sent {times} times"
    ago = trace.ended - latest.asked[-1].at
    last = f"{ago:.1f} s before" if times == 1 else f"the last {ago:.1f} s before"
    return f"It was waiting for an answer to {latest.question.words}, {sent}, {last}."


_STOPS = {
    "deadline": "Deadline passed",
    "interrupted": "Interrupted",
    "waiting": "The machine waits for a key (--key, --menu-item): stopped",
}


def _fetched(trace: Trace, booted: Booted) -> list[str]:
    """A file came. That it is one for another machine goes before all else about it."""
    file = booted.boot_file
    judged = judge(trace)
    assert judged is not None, "what was fetched is judged"
    source = f"from {file.server}, named by {file.named_by}"
    what = f"{booted.size} octets, {judged.kind.words}, SHA-256 {booted.sha256}"
    if end_of(trace) is End.BOOTED:
        return [f"■ Booted {judged.name} {source}", f"  {what}"]
    return [f"■ Fetched {judged.name}{judged.cannot}", f"  F{source[1:]}", f"  {what}"]
