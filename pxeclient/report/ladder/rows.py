"""Two boots side by side: which of their events share a row."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import TypeAlias

from pxeclient.boot.actions import StateName
from pxeclient.report.ladder.model import (
    Decided,
    Dropped,
    Ended,
    Entered,
    Event,
    Ladder,
    Message,
)

_END = "end"
_ORDER = {"": 0, **{str(name): at for at, name in enumerate(StateName, 1)}, _END: 99}
"""The order in which stages follow each other, where only one of two boots has them."""

_Staged: TypeAlias = tuple[str, Event]
Row: TypeAlias = tuple[Event | None, ...]
"""One event of each ladder, or None where it has nothing at that height."""


class Align(StrEnum):
    """What makes two events stand beside each other."""

    STATE = "state"
    """The same stage of the boot, and in it the same step."""
    TIME = "time"
    """The same moment."""


def rows(ladders: Sequence[Ladder], align: Align) -> list[Row]:
    """The ladders' events, row by row; each keeps its order."""
    if len(ladders) == 1:
        return [(event,) for event in ladders[0].events]
    left, right = (ladder.events for ladder in ladders)
    return list(_by_time(left, right) if align is Align.TIME else _by_state(left, right))


def _by_state(left: Sequence[Event], right: Sequence[Event]) -> Iterator[Row]:
    """Steps that both boots take share a row. Of what only one does, a stage has its rows alone."""
    mine, yours = _stages(left), _stages(right)
    matcher = SequenceMatcher(None, _steps(mine, left), _steps(yours, right), autojunk=False)
    for _, start, stop, begin, end in matcher.get_opcodes():
        yield from _between(
            list(zip(mine[start:stop], left[start:stop], strict=True)),
            list(zip(yours[begin:end], right[begin:end], strict=True)),
        )


def _steps(stages: list[str], events: Sequence[Event]) -> list[tuple[str, ...]]:
    """What each event is a step of: the stage, and what happens in it, whoever it is with."""
    return [(stage, *_step(event)) for stage, event in zip(stages, events, strict=True)]


def _between(mine: list[_Staged], yours: list[_Staged]) -> Iterator[Row]:
    """Events of the same stage beside each other, those of different stages one after another."""
    while mine or yours:
        stage = min(_ORDER.get(side[0][0], 0) for side in (mine, yours) if side)
        columns = []
        for side in (mine, yours):
            count = next(
                (at for at, (of, _) in enumerate(side) if _ORDER.get(of, 0) != stage), len(side)
            )
            columns.append([event for _, event in side[:count]])
            del side[:count]
        yield from zip_longest(*columns)


def _stages(events: Sequence[Event]) -> list[str]:
    """The stage that each event belongs to; the end belongs to none."""
    found = []
    stage = ""
    for event in events:
        if isinstance(event, Entered):
            stage = event.stage
        found.append(_END if isinstance(event, Ended) else stage)
    return found


def _step(event: Event) -> tuple[str, ...]:
    match event:
        case Message():
            return ("message", "sent" if event.sent else "received", event.kind)
        case Decided():
            return ("decided", event.question)
        case Dropped():
            return ("dropped", event.because)
        case Ended():
            return ("ended",)
        case _:
            return (type(event).__name__,)


def _by_time(left: Sequence[Event], right: Sequence[Event]) -> Iterator[Row]:
    """From top to bottom time goes by for both alike, to the millisecond that is shown."""
    mine, yours = deque(left), deque(right)
    while mine or yours:
        if not yours or (mine and _moment(mine[0]) < _moment(yours[0])):
            yield mine.popleft(), None
        elif not mine or _moment(yours[0]) < _moment(mine[0]):
            yield None, yours.popleft()
        else:
            yield mine.popleft(), yours.popleft()


def _moment(event: Event) -> float:
    return round(event.at, 3)
