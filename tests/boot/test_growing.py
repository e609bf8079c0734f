"""The line that grows while the machine waits."""

from __future__ import annotations

from collections.abc import Iterable

from pxeclient.boot.actions import Action, Print
from pxeclient.boot.screen.growing import Growing
from pxeclient.boot.screen.terminal import Terminal
from pxeclient.boot.screen.traits import GrowingLine
from pxeclient.stack.acts import SetTimer

DOTS = GrowingLine(marks=(".",), every=1.0)


class Watched:
    """A growing line and the screen it is on."""

    def __init__(self, traits: GrowingLine, left: int = 0) -> None:
        self.growing = Growing(traits, left)
        self.screen = Terminal()
        self.done: list[str] = []
        self.due: float | None = None

    def does(self, actions: Iterable[Action]) -> str:
        """Carry the actions out; the line as it stands then."""
        self.due = None
        for action in actions:
            if isinstance(action, Print):
                self.done += self.screen.write(action)
            elif isinstance(action, SetTimer):
                self.due = action.deadline
        return self.screen.line


def test_a_mark_comes_at_every_step() -> None:
    """And the next step's timer is set."""
    line = Watched(DOTS)
    assert (line.does(line.growing.begin(10.0)), line.due) == ("", 11.0)
    assert (line.does(line.growing.step(11.0, 0, None)), line.due) == (".", 12.0)
    assert line.does(line.growing.step(12.0, 0, None)) == ".."
    assert line.does(line.growing.end(12.99, ran_out=False)) == ".."


def test_a_mark_that_is_due_before_the_machine_sees_the_end_still_comes() -> None:
    """The clock's next tick is where both are seen."""
    line = Watched(GrowingLine(marks=(".",), every=1.0, lag=0.055))
    line.does(line.growing.begin(0.0))
    assert line.does(line.growing.end(0.95, ran_out=False)) == "."
    line = Watched(GrowingLine(marks=(".",), every=1.0, lag=0.055))
    line.does(line.growing.begin(0.0))
    assert line.does(line.growing.end(0.94, ran_out=False)) == ""


def test_a_percentage_takes_the_place_of_marks() -> None:
    """Where the size is known; it is gone at the end."""
    line = Watched(GrowingLine(marks=(".",), every=1.0, percent=True))
    line.does(line.growing.begin(0.0))
    assert line.does(line.growing.step(1.0, 0, None)) == "."
    assert line.does(line.growing.step(2.0, 100, 3000)) == ".  3%"
    assert line.does(line.growing.step(3.0, 3000, 3000)) == ".100%"
    assert line.does(line.growing.end(3.5, ran_out=False)) == "."


def test_a_countdown_ends_at_one() -> None:
    """Its own timer stops there; the boot knows when it has run out."""
    line = Watched(GrowingLine(count=" ({seconds})", every=1.0, erased=True), left=2)
    assert (line.does(line.growing.begin(0.0)), line.due) == (" (2)", 1.0)
    assert (line.does(line.growing.step(1.0, 0, None)), line.due) == (" (1)", None)
    line.does(line.growing.end(2.0, ran_out=True))
    assert line.done == [""]


def test_a_key_leaves_the_countdown_where_it_is() -> None:
    """Only one that has run out is erased."""
    line = Watched(GrowingLine(count=" ({seconds})", every=1.0, erased=True), left=2)
    line.does(line.growing.begin(0.0))
    line.does(line.growing.end(0.5, ran_out=False))
    assert line.done == [" (2)"]


def test_marks_that_take_each_others_place_are_gone_at_the_end() -> None:
    """A spinner; what is sent adds a dot before it."""
    line = Watched(GrowingLine(marks=("|\b", "/\b"), every=0.5, each_send="."))
    line.does(line.growing.begin(0.0))
    line.does(line.growing.sent())
    assert line.does(line.growing.step(0.5, 0, None)) == ".|"
    assert line.does(line.growing.step(1.0, 0, None)) == "./"
    assert line.does(line.growing.sent()) == ".."
    line.does(line.growing.step(1.5, 0, None))
    assert line.does(line.growing.end(1.6, ran_out=False)) == ".."
