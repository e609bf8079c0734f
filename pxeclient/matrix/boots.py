"""The boots of a table, one after another, each on a wire that its opener lends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from pxeclient.boots import boot as boots
from pxeclient.link.base import Link, LinkError
from pxeclient.matrix.entries import Entry
from pxeclient.matrix.row import Row, not_run, row
from pxeclient.replay.verdict import Foretold
from pxeclient.trace import Trace


class LentWire(NamedTuple):
    """What one boot runs on."""

    link: Link
    where: str
    """What it is called in the trace."""
    foretold: Callable[[Trace], Foretold] | None = None
    """Of recorded servers, after the boot: what it is worth."""


Opener = Callable[[Entry], AbstractContextManager[LentWire]]
"""Lends the wire for one boot, and takes it back.

It may raise LinkError, and KeyboardInterrupt as everything may.
"""


@dataclass(slots=True)
class Limits:
    """How long it may take."""

    each: float | None = None
    """Of the firmware's seconds, for one boot."""
    all: float = inf
    """Of real seconds, for all boots together."""
    pace: float = 1.0
    """Real seconds for each of the firmware's."""


class Made(NamedTuple):
    """What a row was read from: what it takes to keep and repeat the boot."""

    entry: Entry
    trace: Trace | None = None
    """None where no boot was made, or its servers are not known to have answered as they would."""
    cited: Trace | None = None
    """The same, with the frame numbers of the capture where the servers are recorded ones."""
    started: float = 0.0
    """When it began, in seconds since 1970; 0 where the wire has no date."""


@dataclass(slots=True)
class Boots:
    """The boots of a table. Iterate over `rows` once."""

    entries: Sequence[Entry]
    open_wire: Opener
    limits: Limits
    ended: str = ""
    """Why the table ended before all had their turn: ``interrupted``, ``deadline``,
    ``link-error``, or empty."""
    trouble: str = ""
    """What broke the wire."""
    traces: list[Trace] = field(default_factory=list)
    """The boots whose servers are known to have answered as they would, in order."""
    cited: list[Trace] = field(default_factory=list)
    """The same, with the frame numbers of the capture where the servers are recorded ones."""
    made: list[Made] = field(default_factory=list)
    """One for each row so far."""
    now: Callable[[], float] = float
    """Seconds since 1970, on a wire whose time is everybody's."""
    watch: boots.Watcher | None = None
    """Watches each boot, one after the other."""
    _spent: float = 0.0

    def rows(self) -> Iterator[Row]:
        """A row for every entry, in order, each as soon as its boot is over."""
        for entry in self.entries:
            if not self.ended and self._left() <= 0:
                self.ended = "deadline"
            self.made.append(Made(entry))
            if self.ended:
                yield not_run(entry, _WHY[self.ended])
            else:
                yield self._boot(entry)

    def _left(self) -> float:
        """Of the firmware's seconds, for all boots that are to come."""
        return (self.limits.all - self._spent) / self.limits.pace

    def _boot(self, entry: Entry) -> Row:
        try:
            with self.open_wire(entry) as wire:
                started = self.now()
                trace = self._trace(entry, wire)
                self._spent += trace.ended * self.limits.pace
                told = None if wire.foretold is None else wire.foretold(trace)
                if told is None or told.verdict.question is None:
                    self.traces.append(trace)
                    self.cited.append(trace if told is None else told.trace)
                    self.made[-1] = Made(entry, trace, self.cited[-1], started)
                return row(entry, trace, told and told.verdict)
        except KeyboardInterrupt:
            self.ended = "interrupted"
        except LinkError as error:
            self.ended, self.trouble = "link-error", str(error)
        return not_run(entry, _WHY[self.ended])

    def _trace(self, entry: Entry, wire: LentWire) -> Trace:
        left, each = self._left(), self.limits.each
        deadline = min(left, inf if each is None else each)
        on = boots.Wire(wire.link, wire.where)
        trace = boots.boot(
            entry.profile, entry.machine, on, deadline=deadline, watch=self.watch, partial=True
        )
        if trace.stopped in ("interrupted", "link-error"):
            self.ended, self.trouble = trace.stopped, trace.trouble
        elif trace.stopped == "deadline" and deadline == left:
            self.ended = "deadline"
        return trace


_WHY = {
    "interrupted": "interrupted before its turn",
    "deadline": "the time for all boots was over before its turn",
    "link-error": "the wire broke before its turn",
}
