"""What ``pxeclient boot`` shows: the transcript while it goes on, the end, the JSON object."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from pxeclient import prose
from pxeclient.advice import Server
from pxeclient.boots.boot import Wire
from pxeclient.boots.booting import Client
from pxeclient.cli.coloring import paint, wants_color
from pxeclient.cli.drawing import STDOUT
from pxeclient.cli.live import LiveLine, Silences, Ticking, can_show
from pxeclient.cli.options import BootOptions
from pxeclient.cli.output import stderr_line
from pxeclient.cli.overdue import cut_off, in_parts
from pxeclient.cli.progress import Progress
from pxeclient.harmless import json_text
from pxeclient.report.transcript import Transcript, fitted
from pxeclient.trace import Record, Trace

if TYPE_CHECKING:
    from pxeclient.diagnose import Finding
    from pxeclient.schemas import boot as shapes


class BootScreen:
    """Shows a boot while it goes on."""

    def __init__(self, asked: BootOptions) -> None:
        self._asked = asked
        self._transcript = Transcript(asked.verbose)
        # With --json, standard output is for the object; only -v wants the transcript too.
        self._stream = sys.stderr if asked.as_json else sys.stdout
        self._silent = (
            asked.quiet or asked.ladder == STDOUT or (asked.as_json and not asked.verbose)
        )
        self._color = wants_color(self._stream)
        self._columns = prose.room()
        self._live = LiveLine()
        self._silences = Silences(self._live)
        self._progress: Progress | None = None

    def watched(self, wire: Wire, scale: float | None) -> Wire:
        """The wire, on which silences are told of if somebody looks and the wire takes time."""
        if scale == 0 or self._asked.quiet or not can_show():
            return wire
        return wire._replace(link=Ticking(wire.link, self._silences.tick, scale or 1.0))

    def begin(self, trace: Trace, wire: Wire, client: Client) -> None:
        """Say what is about to boot, and where."""
        if not self._asked.quiet:
            self._progress = Progress(client, self._live)
        self._silences.begin(trace, wire, client)
        if self._silent:
            return
        self._line(f"{trace.profile}: {trace.title}")
        self._line(f"on {wire.notice or wire.name}")

    def show(self, record: Record) -> None:
        """A record has come."""
        self._silences.show(record)
        if not self._silent:
            for line in self._transcript.lines(record):
                self._live.hide()
                self._line(line)
                self._silences.said()
        if self._progress is not None:
            self._progress.update(record)

    def end(self, trace: Trace) -> None:
        """Say how it ended."""
        self._silences.end(trace)
        tell_lost(trace, self._asked.quiet)
        if self._asked.ladder == STDOUT or (self._asked.as_json and not self._asked.verbose):
            tell_own_losses(trace)
            return
        tell_end(trace, self._asked, self._line)

    def _line(self, line: str) -> None:
        for part in fitted(line, self._columns):
            click.echo(paint(part, self._color), file=self._stream, color=self._color)


def tell_end(
    trace: Trace, asked: BootOptions, tell: Callable[[str], None], beside: Sequence[Finding] = ()
) -> None:
    """Tell what follows the transcript, line by line; the verdict at least, if that is cut off.

    `beside` is as of `last_lines`.
    """
    try:
        for line in last_lines(trace, asked.server_kind, asked.verbose, asked.quiet, beside):
            tell(line)
    except KeyboardInterrupt as end:
        from pxeclient.report import closing

        stderr_line(cut_off(end))
        for line in closing.closing(trace, [], asked.server_kind, asked.verbose):
            tell(line)


def steps(trace: Trace) -> Iterator[str]:
    """All of a boot's transcript, every decision in it."""
    transcript = Transcript(verbose=True)
    for record in trace.records:
        yield from transcript.lines(record)


def tell_lost(trace: Trace, quiet: bool = False) -> None:
    """Say that frames are not told of, if any are not; if `quiet`, only what makes a difference to
    what is told."""
    if trace.repeated and not quiet:
        stderr_line(f"{trace.repeated} frames that repeat what is told are only counted.")
    if trace.not_kept:
        stderr_line(f"{trace.not_kept} frames are only counted: too many are kept already.")


def tell_own_losses(trace: Trace) -> None:
    """Say that frames were lost on our side, where no verdict says so."""
    if trace.lost:
        stderr_line(f"Our own receive buffer lost {trace.lost} frames; the servers did not.")


def last_lines(
    trace: Trace,
    kind: Server | None,
    verbose: bool = False,
    quiet: bool = False,
    beside: Sequence[Finding] = (),
) -> Iterator[str]:
    """What follows the transcript: what else was found, and the verdict.

    `beside` is what was found of the boot beside others.
    """
    from pxeclient.diagnose import diagnose, ranked
    from pxeclient.endings import end_of
    from pxeclient.report import closing

    found = ranked([*beside, *diagnose(trace)])
    if not quiet:
        end = end_of(trace)
        yield from closing.beside(found, closing.main(found, end), end, verbose, kind)
    yield from closing.closing(trace, found, kind, verbose)


def print_json(trace: Trace, code: int) -> None:
    """The boot as one object on standard output (``docs/reference/json.md``)."""
    from pxeclient.cli.heading import now_headed

    click.echo(json_text(now_headed(boot_object(trace, code)), indent=2))


def boot_object(trace: Trace, code: int, beside: Sequence[Finding] = ()) -> shapes.Boot:
    """The boot as an object, as much of it as there is time for; `beside` is as of `last_lines`."""
    from pxeclient.report.as_json import PARTS, as_json

    return in_parts(lambda without: as_json(trace, code, beside, without), *PARTS)
