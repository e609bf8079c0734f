"""The end of all that is told of a boot, in real time: a deadline is for the reports, too.

Whoever gives a boot so many seconds wants the command to be over some time after that. What is
told grows about as what was heard does, and what is kept of that has an end (`boots.repeats`), so
that this is a last resort: for a machine that is busy, a disk that is slow.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isinf
from types import FrameType
from typing import TypeVar

from pxeclient.boots.boot import Watcher, Wire
from pxeclient.boots.booting import Client
from pxeclient.cli.exit_codes import DEADLINE, INTERRUPTED
from pxeclient.cli.output import stderr_line
from pxeclient.trace import Record, Trace

T = TypeVar("T")

REPORTS = 120.0
"""Seconds after the deadline that telling and writing may take, and each further part of it when
the one before was cut off. What is kept of the longest boot is told and written in a quarter."""


class Overdue(KeyboardInterrupt):
    """The time for the reports is over: the same as if somebody had lost patience."""


def why(end: KeyboardInterrupt) -> str:
    """What cut off the telling."""
    return "Out of time" if isinstance(end, Overdue) else "Interrupted"


def cut_off(end: KeyboardInterrupt) -> str:
    """That the telling was cut off, in a sentence."""
    return f"{why(end)}: not all that was found is told."


def in_parts(make: Callable[[Sequence[str]], T], *parts: str) -> T:
    """What programs are told: whole; or, each time that the telling is cut off, without one part
    more.

    Raises:
        KeyboardInterrupt: Not even what is left of it was made.
    """
    for left_out in range(len(parts)):
        try:
            return make(parts[:left_out])
        except KeyboardInterrupt as end:
            stderr_line(cut_off(end))
    return make(parts)


class Timed:
    """Watches a boot for another, and starts the clock of the reports when it ends."""

    def __init__(self, watch: Watcher, deadline: float) -> None:
        """`deadline`: the firmware's seconds that the boot may take."""
        self._watch = watch
        self._deadline = deadline

    def begin(self, trace: Trace, wire: Wire, client: Client) -> None:
        """Pass it on."""
        self._watch.begin(trace, wire, client)

    def show(self, record: Record) -> None:
        """Pass it on."""
        self._watch.show(record)

    def end(self, trace: Trace) -> None:
        """From now on there is an end."""
        left = max(self._deadline - trace.ended, 0.0) * trace.pace
        signal.setitimer(signal.ITIMER_REAL, left + REPORTS, REPORTS)
        self._watch.end(trace)


@contextmanager
def reports_end(watch: Watcher, deadline: float | None) -> Iterator[Watcher]:
    """Who is to watch the boot, so that what is told of it ends; None or infinity: it need not.

    What is told within this raises `Overdue` when its time is over.
    """
    if deadline is None or isinf(deadline):
        yield watch
        return
    with _alarm():
        yield Timed(watch, deadline)


@contextmanager
def in_time(deadline: float | None) -> Iterator[None]:
    """The same of what is told when the boots are over, each of which had so many seconds."""
    if deadline is None or isinf(deadline):
        yield
        return
    with _alarm():
        signal.setitimer(signal.ITIMER_REAL, REPORTS, REPORTS)
        yield


def if_in_time(deadline: float | None, make: Callable[[], T]) -> T | None:
    """What is made, or None if its time is over before; somebody who loses patience ends all."""
    try:
        with in_time(deadline):
            return make()
    except Overdue:
        return None


def write_in_time(deadline: float | None, write: Callable[[], None]) -> int:
    """Write what was asked for beside what is told; the status that says that it is not all there,
    or 0."""
    try:
        with in_time(deadline):
            write()
    except KeyboardInterrupt as end:
        return not_written(end)
    return 0


def not_written(end: KeyboardInterrupt) -> int:
    """Who asked for files has to see by the status that they are not all there."""
    stderr_line(f"{why(end)}: not all that was asked for is written.")
    return DEADLINE if isinstance(end, Overdue) else INTERRUPTED


@contextmanager
def _alarm() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _over)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _over(number: int, frame: FrameType | None) -> None:
    raise Overdue
