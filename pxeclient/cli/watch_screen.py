"""What `pxeclient watch` shows: a board on a terminal, lines in a pipe, or JSON lines."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import click

from pxeclient.advice import Server
from pxeclient.cli.coloring import paint, wants_color
from pxeclient.cli.heading import now_headed
from pxeclient.cli.output import stderr_line
from pxeclient.cli.streams import control
from pxeclient.harmless import clean, json_text
from pxeclient.link.wallclock import steady_seconds
from pxeclient.report.transcript import fitted
from pxeclient.watch.as_json import as_json
from pxeclient.watch.board import Board, table, told_lines
from pxeclient.watch.events import Ended, Event

_PERIOD = 0.25
"""Seconds between two pictures of the board."""
_STORIES = 200
"""Lines of the latest stories that are kept for the lower part of a terminal."""


class Show(Protocol):
    """Shows what happens."""

    is_quiet: bool
    """Others may not write to the terminal meanwhile."""

    def show(self, event: Event, kept: Path | None = None) -> None:
        """Something happened, and is kept in that file."""
        ...

    def note(self, text: str) -> None:
        """Something is to be said of the watching itself."""
        ...

    def tick(self, now: float) -> None:
        """Time has passed."""
        ...

    def end(self, now: float) -> None:
        """Nothing more comes."""
        ...


def at_clock(at: float) -> str:
    """The time of day of a moment."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def since_begin(at: float) -> str:
    """Seconds of a simulation."""
    return f"{at:9.3f}"


def _shown(kept: Path | None) -> str:
    return "" if kept is None else clean(str(kept))


class JsonShow:
    """A JSON object in a line for each event."""

    is_quiet = False

    def show(self, event: Event, kept: Path | None = None) -> None:
        """Write it."""
        click.echo(json_text(now_headed(as_json(event, None if kept is None else str(kept)))))
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """On standard error."""
        stderr_line(text)

    def tick(self, now: float) -> None:
        """Nothing is shown meanwhile."""

    def end(self, now: float) -> None:
        """There is nothing to sum up."""


class Telling(NamedTuple):
    """How events are to be told to people."""

    verbose: bool = False
    quiet: bool = False
    """Only ends, and no table after them."""
    kind: Server | None = None
    """Whose settings cures are shown for."""


class LinesShow:
    """A line for each event that matters, and the table at the end."""

    is_quiet = False

    def __init__(self, when: Callable[[float], str], board: Board, telling: Telling) -> None:
        """Show times by `when`."""
        self._when, self._board, self._telling = when, board, telling
        self._color = wants_color(sys.stdout)

    def show(self, event: Event, kept: Path | None = None) -> None:
        """Write it, and do not keep it waiting."""
        verbose, quiet, kind = self._telling
        if quiet and not isinstance(event, Ended):
            return
        width = shutil.get_terminal_size((100, 24)).columns
        for line in told_lines(event, self._when, verbose, _shown(kept), kind):
            for part in fitted(line, width):
                click.echo(paint(part, self._color), color=self._color)
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """On standard error."""
        stderr_line(text)

    def tick(self, now: float) -> None:
        """Nothing is shown meanwhile."""

    def end(self, now: float) -> None:
        """All machines in a table."""
        if self._telling.quiet:
            return
        click.echo()
        for line in table(self._board, now, 1000, shutil.get_terminal_size((100, 24)).columns):
            click.echo(line)


class BoardShow:
    """The board, made anew in place, and the latest stories below it."""

    is_quiet = True

    def __init__(
        self,
        when: Callable[[float], str],
        board: Board,
        where: str,
        who: str,
        kind: Server | None = None,
    ) -> None:
        """Take the whole terminal until `end`; say what is watched, and as whom."""
        self._when, self._board, self._where, self._who = when, board, where, who
        self._kind = kind
        self._stories: deque[str] = deque(maxlen=_STORIES)
        self._notes: deque[str] = deque(maxlen=_STORIES)
        self._drawn = 0.0
        self._dirty = True
        self._is_over = False
        self._color = wants_color(sys.stdout)
        # The alternate screen: what stood there comes back at the end (xterm, ctlseqs: 1049).
        control("\x1b[?1049h\x1b[?25l")

    def show(self, event: Event, kept: Path | None = None) -> None:
        """Keep it for the next picture."""
        self._dirty = True
        if isinstance(event, Ended):
            lines = list(told_lines(event, self._when, kept=_shown(kept), kind=self._kind))
            self._stories.extendleft(reversed(["", *lines]))

    def note(self, text: str) -> None:
        """Among the stories, and on standard error when the terminal is given back."""
        if self._is_over:
            stderr_line(text)
            return
        self._dirty = True
        self._stories.extendleft(reversed(["", text]))
        self._notes.append(text)

    def tick(self, now: float) -> None:
        """Draw, if it is time."""
        passed = steady_seconds() - self._drawn
        if passed >= 1.0 or (self._dirty and passed >= _PERIOD):
            self._draw(now)

    def end(self, now: float) -> None:
        """Give the terminal back, and leave the table on it."""
        control("\x1b[?25h\x1b[?1049l")
        columns = shutil.get_terminal_size((80, 24)).columns
        for line in table(self._board, now, 1000, columns):
            click.echo(self._painted(line), color=self._color)
        while self._notes:
            stderr_line(self._notes.popleft())
        self._is_over = True

    def _draw(self, now: float) -> None:
        self._drawn, self._dirty = steady_seconds(), False
        size = shutil.get_terminal_size((80, 24))
        who = f"; {self._who}" if self._who else ""
        lines = [f"{self._where}: Ctrl-C ends{who}"[: size.columns]]
        room = size.lines - 1
        upper = max(room // 2, room - len(self._stories) - 1) if self._stories else room
        lines += table(self._board, now, upper - 1, size.columns)
        if self._stories:
            parts = [part for line in self._stories for part in fitted(line, size.columns)]
            lines += parts[: room - len(lines)]
        control("\x1b[H")
        sys.stdout.write("\r\n".join(f"{self._painted(line)}\x1b[K" for line in lines[:room]))
        control("\x1b[J")
        sys.stdout.flush()

    def _painted(self, line: str) -> str:
        return paint(line, self._color)
