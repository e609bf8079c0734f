"""``pxeclient lab run``: a server on a private network, and machines that boot from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from math import isinf
from typing import Any, Final

import click

from pxeclient import profile as profile_module
from pxeclient import prose
from pxeclient.advice import Server
from pxeclient.boot.machine import Machine
from pxeclient.boots.apart import numbered, stranger
from pxeclient.boots.boot import Wire, boot
from pxeclient.cli import artifacts, coloring, old, options
from pxeclient.cli import reports as reporting
from pxeclient.cli.callbacks import check_waits, ends_as_interrupted, station_mac
from pxeclient.cli.coloring import paint, wants_color
from pxeclient.cli.drawing import STDOUT, draw, format_of
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.heading import now_headed
from pxeclient.cli.keeping import captured
from pxeclient.cli.lab_kept import Keeping, Made
from pxeclient.cli.live import silences, ticking
from pxeclient.cli.options import BootOptions
from pxeclient.cli.output import (
    EnvironmentProblem,
    check_files,
    stderr_line,
    tell_pace,
    write_whole,
    written_later,
)
from pxeclient.cli.overdue import Overdue, cut_off, if_in_time, in_time, write_in_time
from pxeclient.cli.reports import Reports
from pxeclient.cli.rights import give_up
from pxeclient.cli.showing import boot_object, steps, tell_end, tell_lost
from pxeclient.cli.wire_choice import LONGEST, paced, told_limit
from pxeclient.diagnose import Finding, diagnose_beside
from pxeclient.endings import End, end_of
from pxeclient.harmless import json_text
from pxeclient.lab import Lab, LabError, Program, open_lab
from pxeclient.lab.host import SERVER_INTERFACE, Plug, parse
from pxeclient.lab.lab import ADDRESS
from pxeclient.link.base import LinkError
from pxeclient.link.wallclock import seconds_since_1970
from pxeclient.profile import Profile, ProfileError
from pxeclient.report.heading import headed
from pxeclient.report.transcript import fitted
from pxeclient.trace import Trace

SCHEMA: Final = "pxeclient-lab/2"


@click.group(epilog=options.examples("pxeclient lab run -p ipxe -- ./my-server {interface}"))
def lab() -> None:
    """Real servers on a private network that nobody else can see.

    Root may make one anywhere, an ordinary user where the kernel allows user namespaces. No
    interface of this machine is touched, and nothing is left behind.
    """


def _address(ctx: click.Context, param: click.Parameter, text: str) -> str:
    try:
        parse(text)
    except LabError as error:
        raise click.BadParameter(str(error)) from None
    return text


def _interface(ctx: click.Context, param: click.Parameter, name: str) -> str:
    try:
        Plug(None, name).wanted()
    except LabError as error:
        raise click.BadParameter(str(error)) from None
    return name


@lab.command(
    context_settings={"allow_interspersed_args": False},
    epilog=options.examples(
        "pxeclient lab run -p ipxe -p vmware-e1000e -- dnsmasq -d --port=0 \\",
        "    --interface={interface} --dhcp-range=10.77.0.50,10.77.0.99 \\",
        "    --dhcp-boot=pxelinux.0 --enable-tftp --tftp-root=/srv/tftp",
    ),
)
@options.profile(many=True, more="Several boot in turn.")
@click.option(
    "--plug",
    type=click.Choice(("veth", "tap")),
    default="veth",
    show_default=True,
    help="What machines are plugged in by: a pair of Ethernet interfaces, or a TAP, as virtual"
    " machines are.",
)
@old.option("--tap", into="plug", new="--plug tap", is_flag=True, becomes=lambda _: "tap")
@click.option(
    "--address",
    default=ADDRESS,
    callback=_address,
    show_default=True,
    help="The servers' address with the length of its prefix.",
)
@click.option(
    "--server-interface",
    "interface",
    default=SERVER_INTERFACE,
    callback=_interface,
    show_default=True,
    metavar="NAME",
    help="The name of the server's interface, where its configuration expects another one.",
)
@old.option("--interface", into="interface", new="--server-interface NAME")
@click.option(
    "--mtu",
    type=click.IntRange(68, 65535),
    help="The longest datagram that the server may send, in octets.  [default: 1500]",
)
@click.option(
    "--tftp",
    type=click.Path(exists=True, file_okay=False),
    metavar="FOLDER",
    help="A TFTP server of pxeclient's hands out the files of this folder; for who has none.",
)
@options.ready("Else it is when it has opened port 67, 69 or 4011, or has run for a second.")
@options.mac(station_mac, "The others count up from the first one's.")
@options.time_scale()
@options.deadline
@options.keys
@options.seed("Those of each machine that follows are one on.")
@options.ladder("One or two machines, side by side.")
@options.capture("Boots one after the other, decisions as comments.")
@artifacts.options
@reporting.option("json", "html")
@options.as_json
@options.server_kind
@options.verbose()
@options.quiet("How each boot ended, why, and what to change.")
@click.option("--log", "show_log", is_flag=True, help="What the server printed, on standard error.")
@coloring.option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def run(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    plug: str,
    address: str,
    interface: str,
    mtu: int | None,
    tftp: str | None,
    ready: str | None,
    show_log: bool,
    reports: Reports,
    as_json: bool,
    command: tuple[str, ...],
    **given: Any,
) -> None:
    """Start COMMAND on a private network, and boot machines against it.

    In COMMAND, {interface}, {address} and {folder} become its interface, its address and an empty
    folder that vanishes. The exit status is that of the first boot that failed, as of `pxeclient
    boot`; 0 if all booted.
    """
    profiles = [_profile(name) for name in names]
    wanted = artifacts.Wanted.of(given)
    reports = reports.also("json", as_json)
    reports.check()
    asked = BootOptions.of({**given, "reports": reports, "as_json": reports.shown == "json"})
    _check(asked, len(profiles))
    tell_pace(asked.time_scale)
    tap = plug == "tap"
    keeping = Keeping(wanted, _words(tap, address, interface, mtu, tftp, ready, asked), command)
    if asked.deadline is None:
        asked = replace(asked, deadline=LONGEST)
    try:
        with (
            ends_as_interrupted(),
            written_later(asked.ladder, asked.written, *reports.paths, into=wanted.folder),
            open_lab(address, tap, interface=interface, mtu=mtu) as opened,
        ):
            if tftp is not None:
                opened.tftp(tftp)
            program = opened.start(command, ready)
            give_up()  # the keeper has what the lab needs
            kind = asked.server_kind or Server.of_command(program.name)
            asked = replace(asked, server_kind=kind)
            code = _boots(opened, list(zip(names, profiles, strict=True)), asked, keeping)
            where, title = f"a private network ({program.name})", f"Boots from {program.name}"
            made = {
                "json": lambda: _as_json(opened, program, keeping, code, asked.deadline),
                "html": lambda: keeping.page(where, title),
            }
            if reports.shown:
                click.echo(made[reports.shown](), nl=False)
            _tell_server(opened, program, show_log)

            def keep() -> None:
                reports.write(made)
                _write_files(asked, keeping.boots)
                keeping.write(where, title, opened.logs())

            code = write_in_time(asked.deadline, keep) or code
    except (LabError, LinkError) as error:
        raise EnvironmentProblem(str(error)) from None
    ctx.exit(code)


def _check(asked: BootOptions, machines: int) -> None:
    """What is wrong is said before the boots, not after them."""
    options.check_loudness(asked.verbose, asked.quiet)
    check_waits(asked.time_scale)
    if asked.ladder == STDOUT:
        raise click.UsageError("--ladder: standard output is for the verdict; name a file")
    if asked.ladder is not None:
        format_of(asked.ladder, "--ladder")
        if machines > 2:
            raise click.UsageError(
                f"--ladder: {machines} machines do not fit side by side; choose one or two with -p"
            )
    files = [("--ladder", asked.ladder), ("--write", asked.written), *asked.reports.options]
    check_files(files)


def _write_files(asked: BootOptions, boots: list[Made]) -> None:
    traces = [one.trace for one in boots]
    if asked.written is not None:
        write_whole(asked.written, captured([(one.trace, one.started) for one in boots]))
    if asked.ladder is not None:
        draw(traces, asked.ladder, format_of(asked.ladder, "--ladder"), every=asked.verbose)


def _words(
    tap: bool,
    address: str,
    interface: str,
    mtu: int | None,
    tftp: str | None,
    ready: str | None,
    asked: BootOptions,
) -> list[str]:
    """The options that say what the lab is like, and how machines boot in it."""
    given = {
        "--address": None if address == ADDRESS else address,
        "--server-interface": None if interface == SERVER_INTERFACE else interface,
        "--mtu": mtu,
        "--tftp": None if tftp is None else os.path.abspath(tftp),
        "--ready": ready,
        "--time-scale": None if asked.time_scale in (None, 1.0) else f"{asked.time_scale:g}",
        "--deadline": None if asked.deadline is None else _number(asked.deadline),
    }
    words = ["--plug", "tap"] if tap else []
    for option, value in given.items():
        words += [] if value is None else [option, str(value)]
    return [*words, *(word for key in asked.keys for word in ("--key", key))]


def _number(seconds: float) -> str:
    return "none" if isinf(seconds) else f"{seconds:g}"


def _boots(
    opened: Lab,
    profiles: list[tuple[str, Profile]],
    asked: BootOptions,
    keeping: Keeping,
) -> int:
    """Boot them all; the exit status."""
    codes: list[int] = []
    for number, (name, profile) in enumerate(profiles):
        first = profile.machine.seed if asked.seed is None else asked.seed
        machine = replace(profile.machine, seed=first + number)
        if asked.mac is not None:
            machine = numbered(replace(machine, mac=asked.mac), number, machine.seed)
        started = seconds_since_1970()
        trace = _boot(opened, profile, machine, asked)
        beside = _asked_again(opened, profile, machine, trace, asked)
        codes.append(exit_code(trace))
        mac = None if asked.mac is None else machine.mac
        keeping.boots.append(Made(name, machine.seed, mac, trace, started, codes[-1], beside))
        if not asked.reports.shown:
            _show(trace, asked, beside)
    if len(codes) > 1 and not asked.reports.shown:
        click.echo(f"{codes.count(0)} of {len(profiles)} booted.")
    return next((code for code in codes if code), 0)


def _as_json(
    opened: Lab, program: Program, keeping: Keeping, code: int, deadline: float | None
) -> str:
    told = []
    for one in keeping.boots:
        with in_time(deadline):
            boot = boot_object(one.trace, one.exit_code, one.beside)
            told.append(headed(boot, one.started))
    return json_text(now_headed(_whole(opened, program, told, code)), indent=2) + "\n"


def _asked_again(
    opened: Lab, profile: Profile, machine: Machine, trace: Trace, asked: BootOptions
) -> list[Finding]:
    """Of a file that the machine cannot run: is it named to every machine of the kind?"""
    if end_of(trace) is not End.WRONG_FILE:
        return []
    both = [trace, _boot(opened, profile, stranger(machine), asked)]
    found = if_in_time(asked.deadline, lambda: diagnose_beside(both)[0])
    if found is None:
        stderr_line(cut_off(Overdue()))
    return found or []


def _boot(opened: Lab, profile: Profile, machine: Machine, asked: BootOptions) -> Trace:
    # Two boots in a row must not look like one: the random numbers of their machines differ.
    with opened.link(machine.mac) as link:
        told = None if asked.quiet else silences()
        slow = ticking(paced(link, asked.time_scale), told, asked.time_scale)
        wire = Wire(slow, f"private network of {opened.address}")
        return boot(profile, machine, wire, keys=asked.keys, deadline=asked.deadline, watch=told)


def _show(trace: Trace, asked: BootOptions, beside: list[Finding]) -> None:
    color = wants_color(sys.stdout)

    def tell(line: str) -> None:
        for part in fitted(line, prose.room()):
            click.echo(paint(part, color), color=color)

    for line in () if asked.quiet else _lines(trace, asked):
        tell(line)
    with in_time(asked.deadline):
        tell_end(trace, asked, tell, beside)
    tell_lost(trace, asked.quiet)


def _lines(trace: Trace, asked: BootOptions) -> Iterator[str]:
    yield f"{trace.profile}: {trace.title}"
    if asked.deadline is not None and not isinf(asked.deadline):
        yield f"on {trace.where}{told_limit(asked.deadline)}"
    if asked.verbose:
        yield from steps(trace)


def _whole(opened: Lab, program: Program, boots: list[dict[str, Any]], code: int) -> dict[str, Any]:
    """All of it, for ``--json`` (``docs/reference/lab.md``)."""
    return {
        "schema": SCHEMA,
        "lab": {"kind": opened.kind, "address": opened.address},
        "program": {"name": program.name, "exit_code": program.returncode, "log": program.log},
        "boots": boots,
        "exit_code": code,
    }


def _tell_server(opened: Lab, program: Program, show_log: bool) -> None:
    if program.returncode:  # 0: it went into the background
        stderr_line(f"{program.name} did not last: it ended with status {program.returncode}.")
    if not show_log:
        return
    for title, log in opened.logs():
        stderr_line(f"── {title} ──")
        stderr_line("".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in log))


def _profile(name: str) -> Profile:
    try:
        return profile_module.load(name)
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
