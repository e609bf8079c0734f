"""``pxeclient check``: a suite of expectations against servers."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from pxeclient.advice import Server
from pxeclient.check.as_json import as_json as object_of
from pxeclient.check.as_tap import as_tap
from pxeclient.check.as_text import case_lines, last_lines
from pxeclient.check.probes import PROBES
from pxeclient.check.reading import STARTER
from pxeclient.check.results import Result, tally
from pxeclient.check.running import DEADLINE, Running
from pxeclient.check.suite import Suite
from pxeclient.check.wires import Wires, open_wires
from pxeclient.cli import annotations as annotating
from pxeclient.cli import artifacts, coloring, options
from pxeclient.cli.annotations import Annotations
from pxeclient.cli.annotations import wanted as annotations_wanted
from pxeclient.cli.callbacks import ends_as_interrupted, pace
from pxeclient.cli.check_kept import Elsewhere, Repeat, again, check_files
from pxeclient.cli.coloring import wants_color
from pxeclient.cli.exit_codes import DEADLINE as LATE
from pxeclient.cli.output import EnvironmentProblem, stderr_line, tell_pace, written_later
from pxeclient.cli.overdue import if_in_time, write_in_time
from pxeclient.cli.rights import give_up
from pxeclient.cli.suite_choice import chosen_suite, matching, where
from pxeclient.cli.suite_trust import tell_commands
from pxeclient.cli.summary import Summary
from pxeclient.cli.wire_choice import tell_doubled
from pxeclient.harmless import json_text
from pxeclient.lab import LabError
from pxeclient.link.base import LinkError
from pxeclient.link.wallclock import seconds_since_1970
from pxeclient.practice.scenario import ScenarioError
from pxeclient.report.markdown import one_line


class _Shown(NamedTuple):
    """How the results are to be shown."""

    tap: bool
    as_json: bool
    kind: Server | None
    """Whose settings cures are shown for."""
    elsewhere: Elsewhere

    @property
    def is_data(self) -> bool:
        """Standard output is for programs."""
        return self.tap or self.as_json


@click.command()
@click.argument("suite", type=click.Path(path_type=Path), required=False)
@click.option("--starter", is_flag=True, help="The built-in suite; without servers, print it.")
@click.option("--interface", "-i", metavar="IFACE", help="The servers are behind this interface.")
@options.network
@click.option(
    "--server",
    "servers",
    multiple=True,
    metavar="COMMAND",
    help="Start this server in a private network; {interface}, {address} and {folder} are filled"
    " in. May be given more than once.",
)
@click.option(
    "--allow-commands",
    is_flag=True,
    help="Let a suite that somebody else may have written start the servers that it names.",
)
@click.option(
    "--time-scale",
    type=click.FloatRange(0, min_open=True),
    callback=pace,
    help="Pace of boots on a wire: 1 as the firmware, 0.1 ten times as fast.  [default: 1]",
)
@click.option("--case", "patterns", multiple=True, metavar="NAME", help="Only this case; `A-*`.")
@click.option("--profile", "-p", "names", multiple=True, help="Who boots where a case names none.")
@click.option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML here."
)
@artifacts.html
@artifacts.options
@annotating.option
@click.option("--tap", is_flag=True, help="TAP 13 on standard output.")
@options.as_json
@options.server_kind
@click.option("--probes", is_flag=True, help="List the probes, and end.")
@coloring.option
@click.pass_context
def check(
    ctx: click.Context,
    /,
    suite: Path | None,
    starter: bool,
    interface: str | None,
    network: str | None,
    servers: tuple[str, ...],
    allow_commands: bool,
    time_scale: float | None,
    patterns: tuple[str, ...],
    names: tuple[str, ...],
    junit: Path | None,
    html: Path | None,
    annotations: bool | None,
    tap: bool,
    as_json: bool,
    server_kind: Server | None,
    probes: bool,
    **given: Any,
) -> None:
    """Try a suite of expectations against servers, and say which are not met.

    SUITE is a TOML file (`pxeclient help testing`); one that names servers starts them, and is
    as much to be trusted as a script. Exit status: 0 all expectations are met, 1 some are
    not, or nothing could be told; 124 there was no time to judge some; 2 wrong usage, 3
    environment.
    """
    if probes:
        _list_probes()
        return
    if (suite is None) is not starter:
        raise click.UsageError("give a suite, or --starter for the built-in one")
    if tap and as_json:
        raise click.UsageError("--tap and --json exclude each other")
    place = where(interface, network, servers)
    if starter and place is None:
        click.echo(STARTER.read_text(encoding="utf-8"), nl=False)
        return
    kept = artifacts.Wanted.of(given)
    check_files(junit, html)
    kind = server_kind or _kind_of(servers)
    wanted = chosen_suite(suite or STARTER, place, time_scale, names)
    cases = matching(wanted, patterns)
    if suite is not None and place is None and wanted.network is not None:
        tell_commands(suite, wanted.network, allow_commands)
    folder = Path() if place is not None or suite is None else suite.parent
    assert wanted.network is not None, "somebody says where"
    given_again = again(suite, interface, network, servers, time_scale, names)
    elsewhere = Elsewhere(
        junit,
        html,
        kept,
        # Read while we have the right to.
        Annotations(suite, wanted.cases) if annotations_wanted(annotations) else None,
        Summary(),
        Repeat(given_again, wanted.network, folder),
    )
    shown = _Shown(tap, as_json, kind, elsewhere)
    with written_later(junit, html, into=kept.folder):
        ctx.exit(_check(msgspec.structs.replace(wanted, cases=cases), folder, shown))


def _kind_of(commands: Sequence[str]) -> Server | None:
    """The server that these commands start, if it is one that there are cures for."""
    names = {shlex.split(command)[0] for command in commands}
    return Server.of_command(Path(names.pop()).name) if len(names) == 1 else None


def _list_probes() -> None:
    width = max(map(len, PROBES))
    for name, probe in PROBES.items():
        click.echo(f"{name:{width}}  {probe.__doc__}")


def _check(suite: Suite, folder: Path, shown: _Shown) -> int:
    assert suite.network is not None
    if suite.network.practice is None:
        tell_pace(suite.network.time_scale)
    try:
        with ends_as_interrupted(), open_wires(suite.network, folder) as wires:
            give_up(*_read_later(suite, folder), profiles=_profiles(suite))
            limit = DEADLINE if wires.is_real else None
            running = _running(suite, wires, limit)
            results = _results(running, shown)
            where, logs = wires.where, wires.logs()
            tell_doubled(wires.is_doubled())
    except ScenarioError as error:
        raise click.UsageError(str(error)) from None
    except (LinkError, LabError) as error:
        raise EnvironmentProblem(str(error)) from None
    code = 0 if tally(results).all_met else 1
    if running.not_judged:
        stderr_line(f"Out of time: {_count(running.not_judged)} not judged.")
        code = code or LATE
    _show(suite.title, where, results, code, shown)

    def write() -> None:
        shown.elsewhere.write(suite.title, where, results, logs, shown.kind, shown.is_data)

    return write_in_time(limit, write) or code


def _count(results: int) -> str:
    return "one result is" if results == 1 else f"{results} results are"


def _running(suite: Suite, wires: Wires, limit: float | None) -> Running:
    chance = int(seconds_since_1970() * 1000) if wires.is_real else 1
    return Running(suite, wires, chance, lambda judge: if_in_time(limit, judge))


def _results(running: Running, shown: _Shown) -> list[Result]:
    """What came of it; told case by case, unless standard output is for programs."""
    suite, wires = running.suite, running.wires
    results: list[Result] = []
    color = wants_color(sys.stdout)
    if not shown.is_data:
        limit = f", each boot for {DEADLINE:g} s at most" if wires.is_real else ""
        click.echo(f"{one_line(suite.title)}, on {one_line(wires.where)}{limit}")
    width = max(len(case.name) for case in suite.cases)
    for _, of_case in groupby(running.results(), lambda one: one.case):
        found = list(of_case)
        # What nobody wants to see again is not held till the end: in a flood it is much.
        results += found if shown.elsewhere.needs_boots else [one.without_boot for one in found]
        if not shown.is_data:
            for line in case_lines(found, width):
                click.echo(_painted(line, color), color=color)
    return results


def _painted(line: str, color: bool) -> str:
    colors = {"✓": coloring.GREEN, "✗": coloring.RED, "?": coloring.YELLOW}
    return coloring.signed(line, colors[line[0]]) if color and line[:1] in colors else line


def _show(title: str, where: str, results: list[Result], code: int, shown: _Shown) -> None:
    if shown.as_json:
        click.echo(json_text(object_of(title, where, results, code), indent=2, ascii_only=False))
    elif shown.tap:
        click.echo("\n".join(as_tap(results)))
    else:
        color = wants_color(sys.stdout)
        first, *rest = last_lines(results, shown.kind)
        sign = coloring.RED if code else coloring.GREEN
        click.echo(coloring.signed(first, sign, True) if color else first, color=color)
        for line in rest:
            click.echo(line)


def _profiles(suite: Suite) -> tuple[str, ...]:
    return (*suite.profiles, *(name for case in suite.cases for name in case.profiles))


def _read_later(suite: Suite, folder: Path) -> tuple[Path, ...]:
    """The scenario file, which each boot reads."""
    name = suite.network.practice if suite.network is not None else None
    return () if name is None else (folder / name,)
