"""The line that grows on the screen while the machine waits: dots, a percentage, a countdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from pxeclient.boot.actions import Action, Print
from pxeclient.boot.screen.terminal import erase
from pxeclient.boot.screen.traits import GrowingLine
from pxeclient.stack.acts import CancelTimer, Owner, SetTimer, Timer

SCREEN = Timer(Owner.SCREEN)
"""The timer of its growth. It shows the time and nothing hangs on it."""


@dataclass(slots=True)
class Growing:
    """Such a line, and how far it is."""

    traits: GrowingLine
    left: int = 0
    """Seconds of the countdown that are left."""
    _due: float = inf
    _marks: int = 0
    _shown: str = ""
    """What the next step takes back."""

    def begin(self, now: float) -> Sequence[Action]:
        """The first number of a countdown, and the timer."""
        if self.traits.count and self.left:
            return (self._replace(self._count()), *self._go_on(now))
        return self._go_on(now)

    # A machine that waits does this again and again.
    def step(self, now: float, done: int, size: int | None) -> Sequence[Action]:
        """A step's time is over; `done` octets of `size` are there."""
        if self.traits.count:
            self.left -= 1
            shown: Sequence[Action] = (self._replace(self._count()),)
        elif self.traits.percent and size:
            shown = (self._replace(f"{100 * done // size:3d}%"),)
        elif self.traits.marks:
            shown = self._mark()
        else:
            shown = ()
        return (*shown, *self._go_on(now))

    def sent(self) -> Sequence[Action]:
        """Something was transmitted."""
        marks = self.traits.each_send
        return (Print(marks, ends=False),) if marks else ()

    def end(self, now: float, ran_out: bool) -> Iterator[Action]:
        """The wait is over; a countdown may have run out."""
        yield CancelTimer(SCREEN)
        if self.traits.lag and self._due <= now + self.traits.lag:
            yield from self._mark()
        if self._marks and self.traits.marks[0].endswith("\b"):
            yield Print(" \b", ends=False)
        if self._shown and (self.traits.percent or (ran_out and self.traits.erased)):
            yield self._replace("")
        if self.traits.count:
            yield Print("")

    def _go_on(self, now: float) -> Sequence[Action]:
        if self.traits.every and (self.left > 1 or not self.traits.count):
            self._due = now + self.traits.every
            return (SetTimer(SCREEN, self._due),)
        return ()

    def _mark(self) -> Sequence[Action]:
        mark = Print(self.traits.marks[self._marks % len(self.traits.marks)], ends=False)
        self._marks += 1
        return (self._replace(""), mark) if self._shown else (mark,)

    def _count(self) -> str:
        return self.traits.count.format(seconds=self.left)

    def _replace(self, text: str) -> Print:
        taken_back, self._shown = erase(self._shown), text
        return Print(taken_back + text, ends=False)
