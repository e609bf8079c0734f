"""A line at the bottom of a terminal that comes, changes, and goes before anything else is said.

It is written to standard error, through the guard that all output goes through (`streams`).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from math import inf

from pxeclient.boots.boot import Wire
from pxeclient.boots.booting import Client
from pxeclient.cli.streams import control
from pxeclient.link.base import Link
from pxeclient.link.wallclock import steady_seconds
from pxeclient.link.wrapped import WrappedLink
from pxeclient.report.waiting import Waiting
from pxeclient.trace import Record, Trace

_ERASE = "\x1b[K"
PERIOD = 1.0
"""Seconds between two looks at the clock."""


def can_show() -> bool:
    """Somebody looks at standard error, on a terminal that can take a line away."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class LiveLine:
    """The line."""

    def __init__(self) -> None:
        self._is_shown = False

    def show(self, text: str) -> None:
        """Put a text in place of what is there; what does not fit is left out."""
        room = shutil.get_terminal_size().columns - 1
        short = text if len(text) <= room else f"{text[: room - 1]}…"
        self._write(short)
        self._is_shown = True

    def hide(self) -> None:
        """Take the line away, before something else is written."""
        if self._is_shown:
            self._write("")
            self._is_shown = False

    @staticmethod
    def _write(text: str) -> None:
        # The row is empty before it is written, so that the guard knows where a line begins.
        sys.stderr.write("\r")
        control(_ERASE, sys.stderr)
        sys.stderr.write(text)
        sys.stderr.flush()


class Silences:
    """Says in silences what a boot waits for. It watches it (`boots.boot.Watcher`)."""

    def __init__(self, line: LiveLine, is_named: bool = False) -> None:
        """Nothing is shown yet.

        Args:
            line: Where it is said.
            is_named: Of which machine it is said, too.
        """
        self._line, self._is_named = line, is_named
        self._before = ""
        self._waiting = Waiting()
        self._link: Link | None = None
        self._origin = 0.0
        self._last = -inf

    def begin(self, trace: Trace, wire: Wire, client: Client) -> None:
        """The machine is switched on now."""
        self._link, self._origin = wire.link, wire.link.now()
        self._waiting = Waiting()
        self._before = f"{trace.profile}: " if self._is_named else ""

    def show(self, record: Record) -> None:
        """A record has come."""
        self._waiting.take(record)

    def end(self, trace: Trace) -> None:
        """It is over."""
        self._line.hide()
        self._link = None

    def said(self) -> None:
        """Something else was shown: that is no silence."""
        self._last = steady_seconds()

    def tick(self) -> None:
        """Time has passed."""
        if self._link is None or steady_seconds() - self._last < PERIOD / 2:
            return
        if text := self._waiting.told(self._link.now() - self._origin):
            self._line.show(f"{self._before}{text}")


class Ticking(WrappedLink):
    """A link that looks at the clock now and then while somebody waits on it."""

    def __init__(self, link: Link, tick: Callable[[], None], scale: float = 1.0) -> None:
        """Take a link whose second takes `scale` seconds."""
        super().__init__(link)
        self._tick = tick
        self._period = PERIOD / scale
        self._due = link.now() + self._period

    def receive(self, until: float) -> bytes | None:
        """As the link inside.

        Raises:
            LinkError: As the link inside.
        """
        while True:
            now = self._link.now()
            if now >= self._due:
                self._tick()
                self._due = now + self._period
            step = min(until, self._due)
            frame = self._link.receive(step)
            if frame is not None or step >= until:
                return frame


def silences() -> Silences | None:
    """For boots of which nothing else is told while they go on; None if nobody looks."""
    return Silences(LiveLine(), is_named=True) if can_show() else None


def ticking(link: Link, told: Silences | None, scale: float | None = None) -> Link:
    """The link, on which silences are told of if there is somebody to tell."""
    return link if told is None else Ticking(link, told.tick, scale or 1.0)
