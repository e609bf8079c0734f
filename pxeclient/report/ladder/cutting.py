"""A ladder in parts, one for each thing that there is to say about it: for lessons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pxeclient.boot.actions import Finish
from pxeclient.report.ladder.building import Events, screens_joined
from pxeclient.report.ladder.ending import ended
from pxeclient.report.ladder.model import Decided, Event, Folded, Ladder, clean
from pxeclient.report.ladder.stations import cast
from pxeclient.report.transcript import TELLING
from pxeclient.trace import Trace


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a trace."""

    records: range
    moment: int | None = None
    """The record that the part is about: it is drawn whatever would be left out else."""
    questions: frozenset[str] = TELLING
    """Whose decisions are drawn."""


@dataclass(frozen=True, slots=True)
class Part:
    """What happened in it."""

    ladder: Ladder
    """With all stations of the trace, and the part's own events."""
    marked: range
    """The events that the part is about."""


def parts(trace: Trace, cuts: Sequence[Cut]) -> list[Part]:
    """The parts, which follow each other; with the last record comes the end."""
    events = Events(cast(trace), every=False, unfolded=False)
    whole = Ladder(
        clean(trace.profile), clean(trace.title), clean(trace.where), events.cast.stations, ()
    )
    return [_part(trace, events, whole, cut) for cut in cuts]


def _part(trace: Trace, events: Events, whole: Ladder, cut: Cut) -> Part:
    events.questions = cut.questions
    before: list[Event] = []
    here: list[Event] = []
    after: list[Event] = []
    for at in cut.records:
        events.unfolded = at == cut.moment
        made = list(_made(trace, events, at))
        if at != cut.moment:
            (before if not here else after).extend(made)
            continue
        # What was left out before it is told with it, and ahead of it.
        folded = [event for event in made if isinstance(event, Folded)]
        before += folded
        here += made[len(folded) :]
    events.unfolded = False
    after += events.unfold()
    if cut.moment is None:
        before, after = [*before, *after], []
    start, middle, rest = (list(screens_joined(some)) for some in (before, here, after))
    ladder = replace(whole, events=(*start, *middle, *rest))
    return Part(ladder, range(len(start), len(start) + len(middle)))


def _made(trace: Trace, events: Events, at: int) -> Iterator[Event]:
    record = trace.records[at]
    for event in events.of(record):
        if not isinstance(event, Decided) or event.telling:
            yield event
    if at == len(trace.records) - 1 or isinstance(record.item, Finish):
        yield from events.unfold()
        yield from events.rest(trace.ended)
        yield ended(trace)
