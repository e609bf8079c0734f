"""``pxeclient check``: a suite of expectations against servers."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec
from click.core import ParameterSource

from pxeclient import prose
from pxeclient.advice import Server
from pxeclient.check.as_text import case_lines, last_lines
from pxeclient.check.probes import PROBES
from pxeclient.check.reading import STARTER
from pxeclient.check.results import Result, Run, tally
from pxeclient.check.running import DEADLINE, Running
from pxeclient.check.suite import Suite
from pxeclient.check.wires import Wires, open_wires
from pxeclient.cli import annotations as annotating
from pxeclient.cli import artifacts, coloring, old, options
from pxeclient.cli import reports as reporting
from pxeclient.cli.annotations import Annotations
from pxeclient.cli.annotations import wanted as annotations_wanted
from pxeclient.cli.callbacks import check_waits, ends_as_interrupted
from pxeclient.cli.check_kept import Elsewhere, Repeat, Told, again
from pxeclient.cli.coloring import wants_color
from pxeclient.cli.exit_codes import DEADLINE as LATE
from pxeclient.cli.output import (
    EnvironmentProblem,
    check_files,
    stderr_line,
    tell_pace,
    written_later,
)
from pxeclient.cli.overdue import if_in_time, write_in_time
from pxeclient.cli.reports import Reports
from pxeclient.cli.rights import give_up
from pxeclient.cli.showing import steps
from pxeclient.cli.suite_choice import chosen_suite, matching, where
from pxeclient.cli.suite_trust import tell_commands
from pxeclient.cli.summary import Summary
from pxeclient.cli.wire_choice import tell_doubled
from pxeclient.lab import LabError
from pxeclient.link.base import LinkError
from pxeclient.link.wallclock import seconds_since_1970, steady_seconds
from pxeclient.practice.scenario import ScenarioError
from pxeclient.report.markdown import one_line
from pxeclient.report.transcript import fitted


class _Shown(NamedTuple):
    """How the results are to be shown."""

    verbose: bool
    quiet: bool
    kind: Server | None
    """Whose settings cures are shown for."""
    elsewhere: Elsewhere

    @property
    def report(self) -> str:
        """The report that standard output has; empty if it is for people."""
        return self.elsewhere.reports.shown

    @property
    def is_terse(self) -> bool:
        """Cases are not told one by one."""
        return self.quiet or bool(self.report)


@click.command(
    epilog=options.examples(
        "pxeclient check --starter > suite.toml",
        "pxeclient check suite.toml -i eth0 --report junit=boots.xml --report html=boots.html",
        "pxeclient check --starter --network plain-dhcp",
    )
)
@click.argument("suite", type=click.Path(path_type=Path), required=False)
@click.option("--starter", is_flag=True, help="The built-in suite; without servers, print it.")
@options.interface("network", "servers", more="The servers are behind it.")
@options.network()
@click.option(
    "--server",
    "servers",
    multiple=True,
    metavar="COMMAND",
    help="Start this server in a private network; {interface}, {address} and {folder} are filled"
    " in. May be given more than once.",
)
@click.option(
    "--loopback/--no-loopback",
    default=None,
    help="Start servers on the loopback interface, without rights, or never there; by default"
    " where no private network can be made and they are told their ports.",
)
@click.option(
    "--allow-commands",
    is_flag=True,
    help="Let a suite that somebody else may have written start the servers that it names.",
)
@options.time_scale("For boots on a wire.")
@click.option("--case", "patterns", multiple=True, metavar="NAME", help="Only this case; `A-*`.")
@options.profile(many=True, required=False, more="It boots where a case names none.")
@options.capture("Boots and probes, one after the other, decisions as comments.")
@reporting.option("tap", "junit", "json", "html", "markdown")
@old.option("--tap", into="reports", new="--report tap=-", is_flag=True, becomes=lambda _: "tap=-")
@old.option(
    "--junit", into="reports", new="--report junit=FILE", becomes=lambda file: f"junit={file}"
)
@old.option("--html", into="reports", new="--report html=FILE", becomes=lambda file: f"html={file}")
@artifacts.options
@annotating.option
@options.as_json
@options.server_kind
@click.option("--probes", is_flag=True, help="List the probes, and end.")
@options.verbose()
@options.quiet("How many are met, the first that is not, and what to change.")
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
    loopback: bool | None,
    allow_commands: bool,
    time_scale: float | None,
    patterns: tuple[str, ...],
    names: tuple[str, ...],
    written: Path | None,
    reports: Reports,
    annotations: bool | None,
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
    reports = reports.also("json", as_json)
    reports.check()
    options.check_loudness(given["verbose"], given["quiet"])
    check_waits(time_scale)
    place, otherwise = where(interface, network, servers), None
    if ctx.get_parameter_source("interface") is ParameterSource.ENVIRONMENT:
        # What the suite says goes before what the environment says.
        place, otherwise = None, place
    if starter and place is None:
        click.echo(STARTER.read_text(encoding="utf-8"), nl=False)
        return
    kept = artifacts.Wanted.of(given)
    check_files([("--write", written), *reports.options])
    kind = server_kind or _kind_of(servers)
    wanted = chosen_suite(suite or STARTER, place, time_scale, names, otherwise, loopback)
    cases = matching(wanted, patterns)
    if suite is not None and place is None and wanted.network is not None:
        tell_commands(suite, wanted.network, allow_commands)
    folder = Path() if place is not None or suite is None else suite.parent
    assert wanted.network is not None, "somebody says where"
    own = wanted.network.interface if interface else None
    given_again = again(suite, own, network, servers, time_scale, names, loopback)
    elsewhere = Elsewhere(
        written,
        reports,
        kept,
        # Read while we have the right to.
        Annotations(suite, wanted.cases) if annotations_wanted(annotations) else None,
        Summary(),
        Repeat(given_again, wanted.network, folder),
    )
    shown = _Shown(given["verbose"], given["quiet"], kind, elsewhere)
    with written_later(written, *reports.paths, into=kept.folder):
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
    began, clock = seconds_since_1970(), steady_seconds()
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
    run = Run(began, steady_seconds() - clock, os.uname().nodename)
    code = 0 if tally(results).all_met else 1
    if running.not_judged:
        stderr_line(f"Out of time: {_count(running.not_judged)} not judged.")
        code = code or LATE
    told = Told(suite.title, where, results, run, code, shown.kind)
    if shown.report:
        click.echo(told.reports[shown.report](), nl=False)
    else:
        _show(results, code, shown)
    return write_in_time(limit, lambda: shown.elsewhere.write(told, logs)) or code


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
    if not shown.is_terse:
        limit = f", each boot for {DEADLINE:g} s at most" if wires.is_real else ""
        click.echo(f"{one_line(suite.title)}, on {one_line(wires.where)}{limit}")
    width = max(len(case.name) for case in suite.cases)
    for _, of_case in groupby(running.results(), lambda one: one.case):
        found = list(of_case)
        # What nobody wants to see again is not held till the end: in a flood it is much.
        results += found if shown.elsewhere.needs_boots else [one.without_boot for one in found]
        if not shown.is_terse:
            for line in case_lines(found, width):
                click.echo(_painted(line, color), color=color)
            if shown.verbose:
                _tell_steps(found, color)
    return results


def _tell_steps(results: Sequence[Result], color: bool) -> None:
    """All of the boots and probes of a case."""
    room = prose.room()
    for made in (result.made for result in results):
        for line in () if made is None else steps(made.trace):
            for part in fitted(line, room):
                click.echo(f"    {coloring.paint(part, color)}", color=color)


def _painted(line: str, color: bool) -> str:
    colors = {"✓": coloring.GREEN, "✗": coloring.RED, "?": coloring.YELLOW}
    return coloring.signed(line, colors[line[0]]) if color and line[:1] in colors else line


def _show(results: list[Result], code: int, shown: _Shown) -> None:
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
