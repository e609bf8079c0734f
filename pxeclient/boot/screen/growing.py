"""The line that grows on the screen while the machine waits: dots, a percentage, a countdown."""

from __future__ import annotations

from collections.abc import Iterator
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

    def begin(self, now: float) -> Iterator[Action]:
        """The first number of a countdown, and the timer."""
        if self.traits.count and self.left:
            yield self._replace(self._count())
        yield from self._go_on(now)

    def step(self, now: float, done: int, size: int | None) -> Iterator[Action]:
        """A step's time is over; `done` octets of `size` are there."""
        if self.traits.count:
            self.left -= 1
            yield self._replace(self._count())
        elif self.traits.percent and size:
            yield self._replace(f"{100 * done // size:3d}%")
        elif self.traits.marks:
            yield from self._mark()
        yield from self._go_on(now)

    def sent(self) -> Iterator[Action]:
        """Something was transmitted."""
        if self.traits.each_send:
            yield Print(self.traits.each_send, ends=False)

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

    def _go_on(self, now: float) -> Iterator[Action]:
        if self.traits.every and (self.left > 1 or not self.traits.count):
            self._due = now + self.traits.every
            yield SetTimer(SCREEN, self._due)

    def _mark(self) -> Iterator[Action]:
        if self._shown:
            yield self._replace("")
        yield Print(self.traits.marks[self._marks % len(self.traits.marks)], ends=False)
        self._marks += 1

    def _count(self) -> str:
        return self.traits.count.format(seconds=self.left)

    def _replace(self, text: str) -> Print:
        taken_back, self._shown = erase(self._shown), text
        return Print(taken_back + text, ends=False)
