"""A lesson taken with a profile: its boot, and the moment of the trace for every step."""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient import profile as profiles
from pxeclient.boot.actions import Decide, Enter, Finish, Print
from pxeclient.boot.events import FrameReceived, KeyPressed
from pxeclient.boots import boot as boots
from pxeclient.boots.networks import network
from pxeclient.endings import end_of
from pxeclient.outcome import Booted, Failed
from pxeclient.profile import Profile
from pxeclient.prose import WIDEST
from pxeclient.report.frames import summarise
from pxeclient.report.ladder.cutting import Cut
from pxeclient.report.transcript import TELLING, Transcript, ending, fitted
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.teach.fields import Shown, show
from pxeclient.teach.lesson import Expected, Lesson, LessonError, Match, Step
from pxeclient.trace import Record, Trace
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Moment:
    """A step with what it points at."""

    step: Step
    lines: tuple[str, ...] = ()
    """The transcript since the step before, up to the moment and what it leads to at once."""
    mark: range = range(0)
    """Which of the lines are the moment itself; none if it has none, such as the end."""
    fields: tuple[Shown, ...] = ()
    """The fields of its frame that matter."""
    claimed: tuple[Shown, ...] = ()
    """The fields that the text says something about."""
    cut: Cut | None = None
    """Which part of the trace that is."""
    frame: bytes = b""
    """The frame that it is about, if it is one."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson, taken."""

    lesson: Lesson
    profile: Profile
    trace: Trace
    moments: tuple[Moment, ...]
    rest: tuple[str, ...]
    """The transcript after the last step."""
    ending: tuple[str, ...]
    """How the boot ended."""
    last: Cut
    """What is after the last step, of the trace."""


def take(lesson: Lesson, name: str | None = None, columns: int = WIDEST) -> Taught:
    """Take the lesson with a profile, or with its own, for a page of so many columns.

    Raises:
        LessonError: It is not written for that profile, or one of its steps points at nothing.
    """
    wanted = name or lesson.profiles[0]
    if wanted not in lesson.profiles:
        raise LessonError(
            f"the words of {lesson.name!r} are written for {' and '.join(lesson.profiles)}; to see"
            f" what {wanted} does there: pxeclient boot -p {wanted} --network {lesson.network}"
        )
    profile = profiles.load(wanted)
    trace = boot(lesson, profile)
    return _told(lesson, profile, trace, columns)


def boot(lesson: Lesson, profile: Profile) -> Trace:
    """The lesson's boot, in virtual time."""
    wire = network(lesson.network).wire(profile.traits)
    return boots.boot(profile, profile.machine, wire, keys=lesson.keys)


def _told(lesson: Lesson, profile: Profile, trace: Trace, columns: int) -> Taught:
    transcript = Transcript(rules=True, columns=columns)
    at, moments = 0, []
    for step in steps_of(lesson, profile.name):
        if step.match is None:
            moments.append(Moment(step))
            continue
        found = _find(lesson, profile, trace, step, step.match, at)
        after = _consequences(trace, found, step)
        cut = Cut(range(at, after), found, TELLING | {*step.think, step.match.decision or ""})
        transcript.questions = cut.questions
        before = _lines(transcript, trace.records[at:found])
        transcript.folds = False
        here = _lines(transcript, trace.records[found : found + 1])
        transcript.folds = True
        lines = [*before, *here, *_lines(transcript, trace.records[found + 1 : after])]
        # What was folded before is told with the line itself, ahead of it.
        folded = sum("…" in line[:16] for line in here)
        mark = range(len(before) + folded, len(before) + len(here))
        fields = _fields(trace.records[found], step.show)
        claimed = _fields(trace.records[found], tuple(step.claims))
        frame = _frame(trace.records[found])
        moments.append(Moment(step, tuple(lines), mark, fields, claimed, cut, frame))
        at = after
    transcript.questions = TELLING
    rest = tuple(_lines(transcript, trace.records[at:]))
    ending = tuple(part for line in _ending(trace, columns) for part in fitted(line, columns))
    last = Cut(range(at, len(trace.records)))
    return Taught(lesson, profile, trace, tuple(moments), rest, ending, last)


def _lines(transcript: Transcript, records: list[Record]) -> list[str]:
    lines = (line for record in records for line in transcript.lines(record))
    return [part for line in lines for part in fitted(line, transcript.columns)]


def steps_of(lesson: Lesson, profile: str) -> list[Step]:
    """The steps that the lesson has with that profile."""
    return [step for step in lesson.steps if not step.profiles or profile in step.profiles]


def _consequences(trace: Trace, found: int, step: Step) -> int:
    """Where the step ends: after the decisions on its frame that it wants to show."""
    end = found + 1
    for index, record in enumerate(trace.records[end:], end):
        if not isinstance(record.item, Decide):
            break
        if record.item.decision.question in step.think:
            end = index + 1
    return end


def _find(
    lesson: Lesson, profile: Profile, trace: Trace, step: Step, match: Match, start: int
) -> int:
    for index, record in enumerate(trace.records[start:], start):
        if is_it(match, record):
            return index
    raise LessonError(
        f"{lesson.name}: step {step.title!r}: nothing in the boot of {profile.name} on"
        f" {lesson.network} is {match.words}, after the steps before it"
    )


def is_it(match: Match, record: Record) -> bool:
    """The record is what the matcher describes."""
    match record.item:
        case SendFrame(frame) if match.sent is not None:
            return _is_frame(frame, match.sent, match.says, to=match.to or "")
        case FrameReceived(frame) if match.received is not None:
            return _is_frame(frame, match.received, match.says, of=match.of or "")
        case Decide(decision) if match.decision is not None:
            return decision.question == match.decision and match.rule in (None, decision.rule)
        case Enter(state) if match.state is not None:
            return state.value == match.state
        case Print(line) if match.screen is not None:
            return match.screen in line
        case Ignore(what, because) if match.ignored is not None:
            return match.ignored in f"{what}: {because}"
        case KeyPressed(key) if match.key is not None:
            return key == match.key
        case Finish():
            return match.end
        case _:
            return False


def _is_frame(frame: bytes, kind: str, says: str | None, to: str = "", of: str = "") -> bool:
    found = summarise(frame)
    return (
        found.kind == kind
        and found.destination.startswith(to)
        and found.source.startswith(of)
        and (says is None or says in found.detail)
    )


def _fields(record: Record, names: tuple[str, ...]) -> tuple[Shown, ...]:
    frame = _frame(record)
    return tuple(show(frame, names)) if frame else ()


def _frame(record: Record) -> bytes:
    match record.item:
        case SendFrame(frame) | FrameReceived(frame):
            return frame
        case _:
            return b""


def _ending(trace: Trace, columns: int) -> list[str]:
    if trace.outcome is None:
        return [f"■ The machine waits for a key, after {trace.ended:.3f} s"]
    return ending(trace, columns)


def broken_claims(taught: Taught) -> list[str]:
    """What the lesson says of its boot that is not so, a sentence each."""
    expected = taught.lesson.expects[taught.profile.name]
    actual = _actual(taught.trace)
    found = [
        f"{name} is {getattr(actual, name)!r}, not {getattr(expected, name)!r}"
        for name in ("ends", "code", "file", "asked")
        if getattr(actual, name) != getattr(expected, name)
    ]
    found += [f"no rule {rule} decided" for rule in expected.rules if rule not in actual.rules]
    for moment in taught.moments:
        found += [
            f"step {moment.step.title!r}: {field.name} is {field.value!r}, not {claimed!r}"
            for field in moment.claimed
            if field.value != (claimed := moment.step.claims[field.name])
        ]
    return found


def _actual(trace: Trace) -> Expected:
    rules = tuple(
        f"{record.item.decision.question}/{record.item.decision.rule}"
        for record in trace.records
        if isinstance(record.item, Decide)
    )
    asked = dict.fromkeys(
        found.destination.removesuffix(":4011")
        for _, frame, ours in trace.frames()
        if ours and (found := summarise(frame)).message and found.destination.endswith(":4011")
    )
    match trace.outcome:
        case Booted(file):
            name = f"{printable(file.name)} from {file.server}"
            return Expected(ends=end_of(trace).value, file=name, asked=tuple(asked), rules=rules)
        case Failed(failure, code):
            return Expected(ends=failure.value, code=code, asked=tuple(asked), rules=rules)
        case None:
            return Expected(ends=trace.stopped, asked=tuple(asked), rules=rules)
