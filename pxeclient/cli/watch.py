"""``pxeclient watch``: every machine's boot on a live network, as it happens."""

from __future__ import annotations

import sys
from math import inf
from pathlib import Path

import click

from pxeclient import profile as profiles
from pxeclient.advice import Server
from pxeclient.capture.values import Capture, CaptureError
from pxeclient.cli import coloring, old, options
from pxeclient.cli.callbacks import any_mac, ends_as_interrupted
from pxeclient.cli.exit_codes import INTERRUPTED, OK
from pxeclient.cli.output import EnvironmentProblem, stderr_line, written_later
from pxeclient.cli.rights import Heir, give_up, hand_over, heir, stays
from pxeclient.cli.watch_codes import of_attempt
from pxeclient.cli.watch_operations import Operations, wanted
from pxeclient.cli.watch_operations import options as operations
from pxeclient.cli.watch_screen import (
    BoardShow,
    JsonShow,
    LinesShow,
    Show,
    Telling,
    at_clock,
    since_begin,
)
from pxeclient.cli.watch_sources import Ended as NoMore
from pxeclient.cli.watch_sources import Interfaces, Practice, Source, Stream
from pxeclient.explain.story import Explanation, Surroundings, explain_capture
from pxeclient.link.base import LinkError
from pxeclient.practice.scenario import ScenarioError
from pxeclient.watch.board import Board
from pxeclient.watch.events import Ended, Event
from pxeclient.watch.room import Room
from pxeclient.wire.addresses import Mac

_TICK = 0.25
"""Seconds between two looks at the clock while no frame comes."""
NEXT = "next"


def _once(ctx: click.Context, param: click.Parameter, text: str | None) -> Mac | str | None:
    return text if text == NEXT else any_mac(ctx, param, text)


@click.command(
    epilog=options.examples(
        "sudo $(which pxeclient) watch -i eth1",
        "sudo $(which pxeclient) watch -i eth1 --once next --keep boots",
    )
)
@click.argument("capture", required=False, type=click.Path(path_type=Path, dir_okay=False))
@options.interface(
    "capture",
    "network",
    more="The server's own, or one at a mirror port. May be given more than once; root is given up"
    " as soon as it listens.",
    many=True,
)
@options.network("One machine of each profile boots there, in virtual time.")
@click.option("--follow", is_flag=True, help="Wait for more at the end of the file.")
@click.option(
    "--once",
    callback=_once,
    metavar="MAC|next",
    help="End with the verdict of this machine, or of the next one that boots; the exit status is"
    " that of `pxeclient boot`, 24 if how it ended cannot be told.",
)
@operations
@options.as_lines
@old.option("--json", into="as_lines", new="--jsonl", is_flag=True)
@coloring.option
@options.verbose("That is every stage of every boot.")
@options.quiet("A line for each end, why, and what to change; on a terminal, too.")
@options.server_kind
@click.pass_context
def watch(
    ctx: click.Context,
    capture: Path | None,
    interfaces: tuple[str, ...],
    network: str | None,
    follow: bool,
    once: Mac | str | None,
    keep: Path | None,
    keep_files: int | None,
    keep_size: int | None,
    command: str | None,
    textfile: Path | None,
    syslog: bool,
    as_lines: bool,
    verbose: bool,
    quiet: bool,
    server_kind: Server | None,
) -> None:
    """Tell every machine's boot on a live network, as it happens.

    It listens and sends nothing. Frames come from an interface (-i), from a CAPTURE that is being
    written (`tcpdump -i eth1 -U -w - | pxeclient watch -`, or a file with --follow), or from a
    practice network. On a terminal there is a line for each machine, the newest trouble on top, and
    below it the verdict of each boot that failed; elsewhere there is a line for each event that
    matters. Ctrl-C ends it with a table of all machines.
    """
    given = [one for one in (capture, interfaces or None, network) if one is not None]
    if len(given) != 1:
        raise click.UsageError("name one thing to watch: an interface (-i), a capture, a --network")
    options.check_loudness(verbose, quiet)
    if follow and (capture is None or str(capture) == "-"):
        raise click.UsageError("--follow is for a capture file that grows")
    asked = wanted(keep, keep_files, keep_size, command, textfile, syslog)
    board = Board()
    with written_later(textfile), ends_as_interrupted():
        next_user, who = _heir(network), ""
        deeds = Operations(asked, next_user, board)
        if network is not None:
            give_up(network)  # machines boot there by anybody's file
        source = _source(capture, interfaces, network, follow)
        if network is None:
            who = hand_over(next_user)
        deeds.require_rights()
        source.start()
        show = _show(source, board, as_lines, Telling(verbose, quiet, server_kind), who)
        status = _Watching(source, board, show, deeds, once).run()
    ctx.exit(status)


def _heir(network: str | None) -> Heir:
    try:
        return heir() if network is None else stays()
    except OSError as error:
        raise EnvironmentProblem(f"cannot start another process: {error.strerror}") from None


def _source(
    capture: Path | None, interfaces: tuple[str, ...], network: str | None, follow: bool
) -> Source:
    try:
        if capture is not None:
            return Stream(capture, follow)
        if interfaces:
            return Interfaces(interfaces)
        assert network is not None
        return Practice(network)
    except (LinkError, CaptureError) as error:
        raise EnvironmentProblem(str(error)) from None
    except ScenarioError as error:
        raise click.UsageError(str(error)) from None


def _show(source: Source, board: Board, as_lines: bool, telling: Telling, who: str) -> Show:
    when = at_clock if source.is_real else since_begin
    first = f"Watching {source.where}{' ' * bool(who)}{who}."
    if as_lines:
        stderr_line(first)
        return JsonShow()
    if source.is_real and sys.stdout.isatty() and not (telling.verbose or telling.quiet):
        return BoardShow(when, board, f"Watching {source.where}", who, telling.kind)
    if not telling.quiet:
        click.echo(first)
    sys.stdout.flush()
    return LinesShow(when, board, telling)


class _Watching:
    """Takes frames from the source until it ends, or until what was waited for has happened."""

    def __init__(
        self,
        source: Source,
        board: Board,
        show: Show,
        deeds: Operations,
        once: Mac | str | None,
    ) -> None:
        self._source, self._board, self._show, self._once = source, board, show, once
        self._deeds = deeds
        known = [profiles.load(name) for name in profiles.names()]

        def explain(capture: Capture, mac: Mac, beside: Surroundings) -> Explanation:
            return explain_capture(capture, known, None, mac, beside)

        self._room = Room(source.where, explain)
        self._number = 0
        self._lost = 0
        self._status: int | None = None

    def run(self) -> int:
        """Watch; the exit status."""
        trouble, is_told_to_end = "", False
        try:
            self._deeds.begin(self._show.note, not self._show.is_quiet)
            while self._status is None:
                self._step()
        except NoMore:
            self._tell(self._room.end(self._source.now()))
        except (LinkError, CaptureError) as error:
            trouble = str(error)
        except KeyboardInterrupt:
            # The table, and no more: whoever presses Ctrl-C does not wait for stories.
            is_told_to_end = True
        finally:
            self._source.close()
            self._show.end(self._source.now())
            self._deeds.end(self._number, self._lost, is_told_to_end)
        if trouble:
            raise EnvironmentProblem(trouble)
        if self._lost:
            stderr_line(f"{self._lost} frames were lost here: boots may be missing.")
        if self._status is None and self._once is not None:
            return INTERRUPTED
        return self._status or OK

    def _step(self) -> None:
        wait = min(self._room.next_at() - self._source.now(), _TICK)
        heard = self._source.receive(max(wait, 0.0) if self._source.is_real else inf)
        if (lost := self._source.lost()) > self._lost:
            self._lost = lost
            self._room.lost()
        if heard is None:
            self._tell(self._room.pass_time(self._source.now()))
        else:
            self._number += 1
            self._tell(self._room.add(self._number, *heard))
        self._show.tick(self._source.now())
        self._deeds.tick(self._number, self._lost)

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._board.take(event)
            kept = self._deeds.take(event) if isinstance(event, Ended) else None
            self._show.show(event, kept)
            if isinstance(event, Ended) and self._once in (NEXT, event.mac):
                self._status = of_attempt(event.told)
                return
