"""``pxeclient explain``: what happened in a capture, client by client."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from pxeclient import profile as profiles
from pxeclient import prose
from pxeclient.advice import Server
from pxeclient.capture.values import CaptureError
from pxeclient.cli import coloring, completing, old, options
from pxeclient.cli import reports as reporting
from pxeclient.cli.callbacks import any_mac
from pxeclient.cli.coloring import paint, wants_color
from pxeclient.cli.drawing import STDOUT, draw, format_of
from pxeclient.cli.heading import now_headed
from pxeclient.cli.output import EnvironmentProblem, check_files, written_later
from pxeclient.cli.reports import Reports
from pxeclient.cli.rights import give_up
from pxeclient.explain.as_json import as_json as object_of
from pxeclient.explain.story import Explanation
from pxeclient.explain.story import explain as told_of
from pxeclient.explain.words import lines
from pxeclient.harmless import json_text
from pxeclient.profile import Profile, ProfileError
from pxeclient.report.transcript import fitted
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac


def _profile(ctx: click.Context, param: click.Parameter, name: str | None) -> Profile | None:
    try:
        return None if name is None else profiles.load(name)
    except ProfileError as error:
        raise click.BadParameter(str(error)) from None


@click.command(
    epilog=options.examples(
        "pxeclient explain customer.pcap",
        "pxeclient explain customer.pcap --mac 00:50:56:12:34:56 --ladder boot.html",
        "pxeclient explain customer.pcap --as ipxe",
    )
)
@click.argument("capture", type=click.Path(path_type=Path, dir_okay=False))
@options.mac(any_mac, "Of this one alone is told.")
@old.option("--client", into="mac", new="--mac MAC")
@click.option(
    "--as",
    "instead",
    callback=_profile,
    metavar="PROFILE",
    shell_complete=completing.profiles,
    help="What would this firmware have done with the same offers? A name of `pxeclient"
    " profiles`, with variants after plus signs, or a .toml file.",
)
@options.ladder("`-` is text on standard output, in place of the story.")
@click.option(
    "--attempt",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Which of the client's attempts --ladder draws.",
)
@reporting.option("json")
@options.as_json
@coloring.option
@options.verbose("And every mark of the firmware.")
@options.quiet("That is the table of all machines.")
@options.server_kind
def explain(
    capture: Path,
    mac: Mac | None,
    instead: Profile | None,
    ladder: Path | None,
    attempt: int,
    reports: Reports,
    as_json: bool,
    verbose: bool,
    quiet: bool,
    server_kind: Server | None,
) -> None:
    """What happened in a CAPTURE: who booted, what was offered, where it stopped, and why.

    The capture (pcap or pcapng, gzip too; or text that tells of frames, such as what tcpdump -v,
    tshark or dhcpdump print, hex dumps, and servers' logs; - is standard input) is anybody's: a
    mirror port's, a server's, one of a relay's other side, with several clients and other traffic
    between. Each client's boot attempts are told one by one: which firmware it looks like, who
    offered what, what it did, and where it stopped. Reasons are those of the profile that did the
    same with the same replies; what the wire does not show is said to be unknown.
    """
    reports = reports.also("json", as_json)
    reports.check()
    options.check_loudness(verbose, quiet)
    format = "" if ladder is None else format_of(ladder, "--ladder")
    check_files([("--ladder", ladder), *reports.options])
    known = [profiles.load(name) for name in profiles.names()]
    with written_later(ladder, *reports.paths):
        give_up(capture)
        try:
            found = told_of(capture, known, instead, mac)
        except CaptureError as error:
            raise EnvironmentProblem(str(error)) from None
        trace = None if ladder is None else _attempt(found, attempt)
        if ladder != STDOUT:
            _tell(found, reports, lines(found, verbose, server_kind, quiet))
        reports.write({"json": lambda: _as_json(found)})
        if ladder is not None and trace is not None:
            draw([trace], ladder, format, every=verbose, kind=server_kind)


def _attempt(found: Explanation, number: int) -> Trace:
    """The attempt that is to be drawn."""
    booting = [story for story in found.stories if story.is_network_boot]
    if len(booting) != 1:
        macs = ", ".join(str(story.station.mac) for story in booting)
        raise click.UsageError(
            f"--ladder draws one client: choose one of {macs} with --mac"
            if booting
            else "--ladder: nobody boots from the network in this capture"
        )
    told = booting[0].attempts
    if number > len(told):
        raise click.UsageError(f"--attempt {number}: the client has {len(told)}")
    return told[number - 1].trace


def _as_json(found: Explanation) -> str:
    return json_text(now_headed(object_of(found)), indent=2) + "\n"


def _tell(found: Explanation, reports: Reports, told: Iterable[str]) -> None:
    if reports.shown:
        click.echo(_as_json(found), nl=False)
        return
    color = wants_color(sys.stdout)
    for line in told:
        for part in fitted(line, prose.room()):
            click.echo(paint(part, color), color=color)
