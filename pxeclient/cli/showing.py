"""What ``pxeclient boot`` shows: the transcript while it goes on, the end, the JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click

from pxeclient.boot.client import BootClient
from pxeclient.boot.outcome import Failed
from pxeclient.cli.drawing import STDOUT
from pxeclient.cli.output import paint, stderr_line, wants_color
from pxeclient.cli.progress import Progress
from pxeclient.cli.wire_choice import Wire
from pxeclient.report.transcript import Transcript, ending
from pxeclient.trace import Record, Trace


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants to see and keep."""

    output: Path | None
    capture: Path | None
    ladder: Path | None
    as_json: bool
    verbose: bool
    quiet: bool
    deadline: float | None
    keys: tuple[str, ...]
    screen: bool = False
    """Only the machine's own screen."""
    as_lines: bool = False
    """Only JSON Lines."""


class Display(Protocol):
    """Shows a boot while it goes on, in one way or another."""

    def begin(self, trace: Trace, wire: Wire) -> None:
        """The boot is about to begin."""

    def show(self, record: Record) -> None:
        """A record has come."""

    def end(self, trace: Trace) -> None:
        """The boot is over."""


class BootScreen:
    """Shows a boot while it goes on."""

    def __init__(self, wishes: Wishes, client: BootClient) -> None:
        self._wishes = wishes
        self._transcript = Transcript(wishes.verbose)
        # With --json, standard output is for the object; only -v wants the transcript too.
        self._stream = sys.stderr if wishes.as_json else sys.stdout
        self._silent = (
            wishes.quiet or wishes.ladder == STDOUT or (wishes.as_json and not wishes.verbose)
        )
        self._color = wants_color(self._stream)
        self._progress = Progress(client)

    def begin(self, trace: Trace, wire: Wire) -> None:
        """Say what is about to boot, and where."""
        if self._silent:
            return
        self._line(f"{trace.profile}: {trace.title}")
        self._line(f"on {wire.notice}")

    def show(self, record: Record) -> None:
        """A record has come."""
        if not self._silent:
            for line in self._transcript.lines(record):
                self._progress.hide()
                self._line(line)
        if not self._wishes.quiet:
            self._progress.update(record)

    def end(self, trace: Trace) -> None:
        """Say how it ended."""
        self._progress.hide()
        tell_lost(trace)
        if self._wishes.ladder == STDOUT or (self._wishes.as_json and not self._wishes.verbose):
            return
        for line in _ending(trace, self._wishes.quiet):
            self._line(line)
        if not self._wishes.quiet:
            for line in _findings(trace, self._wishes.verbose):
                self._line(line)

    def _line(self, line: str) -> None:
        click.echo(paint(line, self._color), file=self._stream, color=self._color)


def tell_lost(trace: Trace) -> None:
    """Say that frames were lost on our side, if any were."""
    if trace.lost:
        stderr_line(f"Our own receive buffer lost {trace.lost} frames; the servers did not.")


def _ending(trace: Trace, quiet: bool) -> list[str]:
    lines = ending(trace)
    return [line.removeprefix("■ ") for line in lines] if quiet else lines


def _findings(trace: Trace, verbose: bool) -> Iterator[str]:
    from pxeclient.diagnose import diagnose
    from pxeclient.report import findings

    failed = isinstance(trace.outcome, Failed)
    return findings.lines(diagnose(trace), failed, verbose)


def print_json(trace: Trace, code: int) -> None:
    """The boot as one object on standard output (``docs/json.md``)."""
    from pxeclient.report.as_json import as_json

    click.echo(json.dumps(as_json(trace, code), indent=2))
