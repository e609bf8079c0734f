"""What ``pxeclient boot`` shows: the transcript while it goes on, the end, the JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from pxeclient.boot.client import BootClient
from pxeclient.boot.outcome import Failed
from pxeclient.cli.output import paint, stderr_line, wants_color
from pxeclient.cli.progress import Progress
from pxeclient.cli.wire_choice import Wire
from pxeclient.report.transcript import Transcript, verdict
from pxeclient.trace import Record, Trace


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants to see and keep."""

    output: Path | None
    capture: Path | None
    as_json: bool
    verbose: bool
    quiet: bool
    deadline: float | None
    keys: tuple[str, ...]


class BootScreen:
    """Shows a boot while it goes on."""

    def __init__(self, wishes: Wishes, client: BootClient) -> None:
        self._wishes = wishes
        self._transcript = Transcript(wishes.verbose)
        # With --json, standard output is for the object; only -v wants the transcript too.
        self._stream = sys.stderr if wishes.as_json else sys.stdout
        self._silent = wishes.quiet or (wishes.as_json and not wishes.verbose)
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
        if trace.lost:
            stderr_line(f"Our own receive buffer lost {trace.lost} frames; the servers did not.")
        if self._wishes.as_json and not self._wishes.verbose:
            return
        for line in _ending(trace, self._wishes.quiet):
            self._line(line)
        if not self._wishes.quiet:
            for line in _findings(trace, self._wishes.verbose):
                self._line(line)

    def _line(self, line: str) -> None:
        click.echo(paint(line, self._color), file=self._stream, color=self._color)


def _ending(trace: Trace, quiet: bool) -> list[str]:
    if trace.outcome is None:
        words = {
            "deadline": "Deadline passed",
            "interrupted": "Interrupted",
            "waiting": "The machine waits for a key (--key, --menu-item): stopped",
        }
        lines = [f"■ {words.get(trace.stopped, 'Stopped')} after {trace.ended:.3f} s"]
    else:
        lines = verdict(trace.outcome)
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
