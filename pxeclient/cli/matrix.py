"""``pxeclient matrix``: the same servers, every firmware."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import inf, isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from pxeclient import profile as profiles
from pxeclient import prose
from pxeclient.advice import Server
from pxeclient.architectures import ARCHITECTURES
from pxeclient.cli import artifacts, coloring, old, options
from pxeclient.cli import reports as reporting
from pxeclient.cli.callbacks import OWN, ends_as_interrupted, own_or_mac, seconds
from pxeclient.cli.coloring import paint, wants_color
from pxeclient.cli.drawing import STDOUT, draw, format_of
from pxeclient.cli.exit_codes import DEADLINE, INTERRUPTED, OK
from pxeclient.cli.heading import now_headed
from pxeclient.cli.keeping import captured
from pxeclient.cli.live import Silences, silences, ticking
from pxeclient.cli.matrix_kept import Repeat, page, write
from pxeclient.cli.matrix_wires import Servers, servers
from pxeclient.cli.output import (
    EnvironmentProblem,
    check_files,
    stderr_line,
    write_whole,
    written_later,
)
from pxeclient.cli.overdue import cut_off, in_parts, in_time, write_in_time
from pxeclient.cli.reports import Reports
from pxeclient.cli.rights import give_up
from pxeclient.cli.showing import steps
from pxeclient.cli.wire_choice import WireChoice, own_mac, tell_what_hinders, told_limit
from pxeclient.harmless import json_text
from pxeclient.link.wallclock import seconds_since_1970
from pxeclient.matrix import advice, table, verdict
from pxeclient.matrix.as_json import as_json as object_of
from pxeclient.matrix.boots import Boots, LentWire, Limits, Opener
from pxeclient.matrix.entries import Entry, entries
from pxeclient.matrix.row import Cell, Row
from pxeclient.profile import Profile, ProfileError
from pxeclient.report.transcript import fitted
from pxeclient.wire.addresses import Mac

if TYPE_CHECKING:
    from pxeclient.schemas import matrix as shapes

SOME_DO_NOT = 1


def _codes(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> tuple[int, ...]:
    found: list[int] = []
    for text in (part.strip() for whole in texts for part in whole.split(",")):
        if text == "all":
            found += ARCHITECTURES
        elif text.isdecimal() and int(text) in range(1 << 16):
            found.append(int(text))
        else:
            raise click.BadParameter(f"{text!r} is no code of an architecture: a number, or all")
    return tuple(dict.fromkeys(found))


@click.command(
    epilog=options.examples(
        "pxeclient matrix --network proxy-60-file-4011-dead",
        "sudo $(which pxeclient) matrix -i eth0 --report html=boots.html",
        "pxeclient matrix --capture customer.pcap -p ipxe -p vmware-e1000e+port-68",
    )
)
@options.profile(
    many=True,
    required=False,
    more="Variants follow it, as in vmware-e1000e+port-68; again for another. Without it all.",
)
@click.option(
    "--arch",
    "codes",
    multiple=True,
    callback=_codes,
    metavar="CODES",
    help="Claim these architectures (option 93), such as 0,7,11, or all; a claim is inferred.",
)
@options.network()
@options.interface("network", "tap", "capture", more="The machines boot there.")
@options.tap()
@click.option(
    "--capture",
    type=options.FILE,
    metavar="FILE",
    help="Meet the servers of a capture (pcap, pcapng), as far as it shows them.",
)
@options.mac(
    own_or_mac,
    "The others count up from the first one's; with one machine, `own` is that of the interface;"
    " with --capture, the recorded client's.",
)
@options.time_scale("For a real wire only.")
@options.deadline
@click.option(
    "--total-deadline",
    type=click.FloatRange(0, min_open=True),
    callback=seconds,
    metavar="SECONDS",
    help="Stop altogether after so many seconds, as they pass on that wire.",
)
@options.ladder("One or two machines, side by side.")
@options.capture("Boots one after the other, decisions as comments.")
@reporting.option("json", "html", "markdown")
@old.option("--html", into="reports", new="--report html=FILE", becomes=lambda file: f"html={file}")
@artifacts.options
@options.as_json
@click.option("--markdown", is_flag=True, help="As a table in Markdown.")
@options.verbose()
@options.quiet("Who boots and what to change, without the table.")
@options.server_kind
@coloring.option
@click.pass_context
def matrix(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    codes: tuple[int, ...],
    network: str | None,
    interface: str | None,
    tap: str | None,
    capture: Path | None,
    mac: Mac | Literal["own"] | None,
    time_scale: float | None,
    deadline: float | None,
    total_deadline: float | None,
    ladder: Path | None,
    written: Path | None,
    reports: Reports,
    as_json: bool,
    markdown: bool,
    **given: Any,
) -> None:
    """The same servers, every firmware: who boots, from what, and who does not.

    Without -i, --tap or --capture the servers are those of a built-in practice network. On a
    real wire the machines boot one after another, each with an address of its own. Below the table
    stands what is wrong with the servers, and what to change. Exit status:
    0 all boot, 1 some do not (or get a file that they cannot run), 124 the total deadline
    passed, 130 interrupted, 2 wrong usage, 3 environment.
    """
    choice = WireChoice(network, interface, tap, time_scale, mac == OWN)
    _check(choice, capture)
    reports = reports.also("json", as_json).also("markdown", markdown)
    reports.check()
    telling = _Telling(given["verbose"], given["quiet"], given["server_kind"], reports.shown)
    options.check_loudness(telling.verbose, telling.quiet)
    try:
        named = [name for name in names or profiles.names() for _ in codes or (None,)]
        boots = entries([_profile(name) for name in names or profiles.names()], codes)
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    format = _format(ladder, len(boots))
    if choice.is_own and len(boots) > 1:
        raise click.UsageError("--mac own is one address, for one machine: choose it with -p")
    address = own_mac(choice) if mac == "own" else mac
    seed = int(seconds_since_1970() * 1000) if choice.is_real else 1
    pace = time_scale if choice.is_real and time_scale else 1.0
    tell_what_hinders(choice)
    asked, deadline = deadline, choice.limit(deadline)
    limits = Limits(deadline, inf if total_deadline is None else total_deadline, pace)
    kept = artifacts.Wanted.of(given)
    check_files([("--ladder", ladder), ("--write", written), *reports.options])
    files = written_later(ladder, written, *reports.paths, into=kept.folder)
    with ends_as_interrupted(), files:
        if capture is not None:
            give_up(capture)
        with servers(choice, capture, boots, address, seed) as found:
            give_up(network)
            told = None if telling.quiet else silences()
            lend = _heard(found.open_wire, told, choice)
            whole = Boots(found.entries, lend, limits, watch=told)
            if choice.is_real:
                whole.now = seconds_since_1970
            limit = _told(choice, deadline)
            rows = (
                list(whole.rows()) if reports.shown else _as_it_goes(found, whole, limit, telling)
            )
        made = _reports(found, whole, rows, limit)
        if reports.shown:
            click.echo(made[reports.shown](), nl=False)
        repeat = Repeat(choice, capture, None if choice.is_own else address, asked, named)

        def keep() -> None:
            reports.write(made)
            if written is not None:
                traces = [(one.trace, one.started) for one in whole.made if one.trace is not None]
                write_whole(written, captured(traces))
            write(kept, repeat, found.notice, rows, whole.made)
            if ladder is not None and whole.traces:
                draw(whole.traces, ladder, format)

        cut = write_in_time(deadline if choice.is_real else None, keep)
        if whole.trouble:
            raise EnvironmentProblem(whole.trouble)
    ctx.exit(cut or _status(whole, rows))


def _heard(lend: Opener, told: Silences | None, choice: WireChoice) -> Opener:
    """The wires, on which silences are told of, if they take any time."""
    if told is None or not (choice.is_real or choice.time_scale):
        return lend

    @contextmanager
    def heard(entry: Entry) -> Iterator[LentWire]:
        with lend(entry) as wire:
            yield wire._replace(link=ticking(wire.link, told, choice.time_scale))

    return heard


class _Telling(NamedTuple):
    """How the boots are to be told to people."""

    verbose: bool
    quiet: bool
    kind: Server | None
    """Whose settings cures are shown for."""
    shown: str
    """The report that standard output has in place of that; empty if none."""


def _told(choice: WireChoice, deadline: float | None) -> str:
    """How long each boot may take, where the servers may take for ever."""
    if not choice.is_real or deadline is None or isinf(deadline):
        return ""
    return f", each boot{told_limit(deadline).removeprefix(',')}"


def _format(ladder: Path | None, machines: int) -> str:
    """Said before the boots, not after them."""
    if ladder is None:
        return ""
    if ladder == STDOUT:
        raise click.UsageError("--ladder: standard output is for the table; name a file")
    if machines > 2:
        raise click.UsageError(
            f"--ladder: {machines} machines do not fit side by side; choose one or two with -p"
        )
    return format_of(ladder, "--ladder")


def _check(choice: WireChoice, capture: Path | None) -> None:
    choice.check()
    if capture is not None and (choice.network or choice.is_real):
        raise click.UsageError("--capture excludes --network, --interface and --tap")
    if choice.time_scale is not None and capture is not None:
        raise click.UsageError("--time-scale is for servers that take time, not for recorded ones")


def _profile(name: str) -> Profile:
    return profiles.load(name)


def _reports(
    found: Servers, boots: Boots, rows: Sequence[Row], limit: str
) -> dict[str, Callable[[], str]]:
    """What makes each of the reports."""

    def as_json() -> str:
        status = _status(boots, rows)
        with in_time(boots.limits.each if limit else None):
            cited = in_parts(lambda without: _findings(boots, without), "findings")
        whole = object_of(rows, found.where, found.notice, boots.ended, status, cited)
        return json_text(now_headed(whole), indent=2) + "\n"

    def as_markdown() -> str:
        lines = table.markdown(rows, f"On {found.notice}{limit}")
        return "\n".join([*lines, f"{verdict.sentence(rows)}.", ""])

    return {
        "json": as_json,
        "markdown": as_markdown,
        "html": lambda: page(found.notice, rows, boots.made),
    }


def _findings(boots: Boots, without: Sequence[str]) -> shapes.Cited:
    """What is wrong with the servers, for programs, and whether that is told."""
    return {"findings": [] if without else advice.as_json(boots.cited), "left_out": list(without)}


def _as_it_goes(found: Servers, boots: Boots, limit: str, telling: _Telling) -> list[Row]:
    """The table for people, each row as soon as it is known."""
    color = wants_color(sys.stdout)
    rows = list(boots.rows()) if telling.quiet else _table(found, boots, limit, telling, color)
    last = f"■ {verdict.sentence(rows)}"
    fg = coloring.GREEN if verdict.all_boot(rows) else coloring.RED
    click.echo(coloring.signed(last, fg, True) if color else last, color=color)
    try:
        with in_time(boots.limits.each if limit else None):
            _advise(boots, color, telling.kind)
    except KeyboardInterrupt as end:
        # What came of the boots stands there, and so does the status.
        stderr_line(cut_off(end))
    return rows


def _table(found: Servers, boots: Boots, limit: str, telling: _Telling, color: bool) -> list[Row]:
    shown = table.Table(found.entries)
    for line in table.wrapped(f"on {found.notice}{limit}"):
        click.echo(line)
    click.echo(click.style(shown.head(), bold=True) if color else shown.head(), color=color)
    rows = []
    for row in boots.rows():
        rows.append(row)
        for line in shown.lines(row):
            click.echo(_painted(line, row) if color else line, color=color)
        trace = boots.made[-1].trace
        if telling.verbose and trace is not None:
            _print(steps(trace), color)
    for note in table.notes(rows):
        for line in table.wrapped(note):
            click.echo(line)
    return rows


def _advise(boots: Boots, color: bool, kind: Server | None) -> None:
    """What is wrong with the servers, and what to change."""
    _print(advice.lines(boots.cited, kind), color)


def _print(lines: Iterable[str], color: bool) -> None:
    room = prose.room()
    for line in (part for whole in lines for part in fitted(whole, room)):
        click.echo(paint(line, color), color=color)


_COLORS = {
    Cell.BOOTED: coloring.GREEN,
    Cell.WRONG_FILE: coloring.RED,
    Cell.NOT_JUDGED: coloring.YELLOW,
    Cell.FAILED: coloring.RED,
    Cell.STOPPED: coloring.YELLOW,
    Cell.CANNOT_TELL: coloring.YELLOW,
    Cell.NOT_RUN: coloring.YELLOW,
}


def _painted(line: str, row: Row) -> str:
    """The result in colour, where it stands in the line."""
    word = table.result(row)
    before, found, after = line.partition(word)
    return before + click.style(found, fg=_COLORS[row.result], bold=True) + after if found else line


def _status(boots: Boots, rows: Sequence[Row]) -> int:
    ends = {"interrupted": INTERRUPTED, "deadline": DEADLINE}
    return ends.get(boots.ended, OK if verdict.all_boot(rows) else SOME_DO_NOT)
