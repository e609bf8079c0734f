"""``pxeclient boot``: one machine, from power-on to boot file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from pxeclient import profile as profile_module
from pxeclient.boot.machine import NICS, Machine, Nic, nic_of
from pxeclient.boots import boot as boots
from pxeclient.boots.boot import Watcher, Wire
from pxeclient.cli import coloring, old, options, reports
from pxeclient.cli.callbacks import OWN, ends_as_interrupted, own_or_mac
from pxeclient.cli.drawing import STDOUT, format_of
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.json_lines import JsonLines
from pxeclient.cli.keeping import keep
from pxeclient.cli.machine_screen import MachineScreen
from pxeclient.cli.options import BootOptions
from pxeclient.cli.output import EnvironmentProblem, check_files, written_later
from pxeclient.cli.overdue import not_written, reports_end
from pxeclient.cli.rights import give_up
from pxeclient.cli.showing import BootScreen, print_json
from pxeclient.cli.wire_choice import (
    WireChoice,
    open_wire,
    own_mac,
    tell_doubled,
    tell_what_hinders,
)
from pxeclient.link.wallclock import seconds_since_1970
from pxeclient.profile import Profile, ProfileError


def _keys(pressed: tuple[str, ...], item: int | None) -> tuple[str, ...]:
    """The keys to press: those named, or those that lead to an item of the menu."""
    if item is None:
        return pressed
    return (*(pressed or ("F8",)), *("Down",) * (item - 1), "Enter")


def _nic(ctx: click.Context, param: click.Parameter, text: str | None) -> Nic | None:
    try:
        return None if text is None else nic_of(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(
    epilog=options.examples(
        "pxeclient boot -p vmware-e1000e --network proxy-60-file-4011-dead",
        "sudo $(which pxeclient) boot -p vmware-e1000e -i eth0 -w boot.pcapng",
    )
)
@options.profile()
@options.network()
@options.interface("network", "tap", more="The machine boots there.")
@options.tap()
@options.mac(
    own_or_mac, "`own` is that of the interface (-i), for guests and guarded switch ports."
)
@options.uuid
@click.option(
    "--nic",
    callback=_nic,
    help=f"The card, where its PCI id shows on the wire: {', '.join(NICS)}, or the id (1af4:1041).",
)
@options.seed()
@click.option(
    "--save-file",
    "output",
    type=options.FILE,
    metavar="FILE",
    help="Keep the boot file here.",
)
@old.option("--output", "-o", into="output", new="--save-file FILE")
@options.capture("A pcapng, with the decisions as comments.")
@options.ladder("`-` is text on standard output, in place of the transcript.")
@reports.option("json")
@options.as_json
@options.as_lines
@options.time_scale("0 without waiting, on a practice network, where that is the default.")
@options.deadline
@options.verbose("And all options of each message.")
@options.keys
@click.option("--menu-item", type=click.IntRange(1), help="Open the boot menu, choose this item.")
@options.quiet("How it ended, why, and what to change.")
@options.server_kind
@click.option(
    "--screen",
    "as_screen",
    is_flag=True,
    help="Only what the machine's own screen shows; with --time-scale 1 as it comes.",
)
@coloring.option
@click.pass_context
def boot(
    ctx: click.Context,
    /,
    name: str,
    network: str | None,
    interface: str | None,
    tap: str | None,
    menu_item: int | None,
    **given: Any,
) -> None:
    """Boot one machine, and say why it boots or does not.

    Without -i or --tap it boots on a built-in practice network, in virtual time and without
    any rights. The exit status says how it ended: 0 boot file fetched, 10 no offer, 11 no
    DHCPACK, 12 no boot file, 13 no reply on port 4011, 14 boot-server discovery failed, 15
    local boot or waiting for a key, 20 TFTP silent, 21 TFTP error, 22 transfer broken, 23 the
    file is none that the machine can run, 30 not emulated, 124 deadline, 130 interrupted; 2
    wrong usage, 3 environment.
    """
    choice = WireChoice(network, interface, tap, given["time_scale"], given["mac"] == OWN)
    choice.check()
    mac = own_mac(choice) if choice.is_own else given["mac"]
    wanted = given["reports"].also("json", given.pop("as_json"))
    wanted.check()
    as_json = wanted.shown == "json"
    keys = _keys(given["keys"], menu_item)
    asked = BootOptions.of(
        {**given, "mac": mac, "keys": keys, "reports": wanted, "as_json": as_json}
    )
    _check_shown(asked)
    profile = _profile(name)
    machine = _machine(profile, choice, asked)
    _check_files(asked)
    tell_what_hinders(choice)
    asked = replace(asked, deadline=choice.limit(asked.deadline))
    with (
        ends_as_interrupted(),
        written_later(asked.output, asked.written, asked.ladder, *asked.reports.paths),
        open_wire(choice, machine, profile.traits) as wire,
    ):
        give_up()
        tell_doubled(wire.link.doubled)
        started = seconds_since_1970() if choice.is_real else 0.0
        ctx.exit(_boot(profile, machine, choice.told(wire, asked.deadline), asked, started))


def _check_shown(asked: BootOptions) -> None:
    """What is shown in one way is not shown in another."""
    options.check_loudness(asked.verbose, asked.quiet)
    others = {"--json": asked.as_json, "--verbose": asked.verbose, "--quiet": asked.quiet}
    _check_alone("--screen", asked.as_screen, {**others, "--jsonl": asked.as_lines})
    _check_alone("--jsonl", asked.as_lines, others)


def _check_alone(option: str, wanted: bool, others: dict[str, bool]) -> None:
    """What this option shows is all there is to see, or it is not wanted."""
    for other, given in others.items():
        if wanted and given:
            raise click.UsageError(f"{option} and {other} exclude each other")


def _profile(name: str) -> Profile:
    try:
        return profile_module.load(name)
    except ProfileError as error:
        raise click.UsageError(str(error)) from None


def _machine(profile: Profile, choice: WireChoice, asked: BootOptions) -> Machine:
    if asked.nic is not None and not profile.shows_nic:
        raise click.UsageError(f"--nic: {profile.name} does not show its card on the wire")
    default = profile.machine
    # On a real wire two boots in a row must not look like one, so chance comes from the clock.
    chance = int(seconds_since_1970() * 1000) if choice.is_real else default.seed
    return replace(
        default,
        mac=asked.mac or default.mac,
        uuid=asked.uuid or default.uuid,
        nic=asked.nic or default.nic,
        seed=chance if asked.seed is None else asked.seed,
    )


def _check_files(asked: BootOptions) -> None:
    """The files can be written, as far as that shows before the boot, and are not the same."""
    if asked.ladder is not None:
        format_of(asked.ladder, "--ladder")
    check_files(
        [
            ("--save-file", asked.output),
            ("--write", asked.written),
            ("--ladder", asked.ladder),
            *asked.reports.options,
        ]
    )
    others = {"--json": asked.as_json, "--jsonl": asked.as_lines, "--screen": asked.as_screen}
    _check_alone("--ladder -", asked.ladder == STDOUT, others)


def _boot(
    profile: Profile, machine: Machine, wire: Wire, asked: BootOptions, started: float
) -> int:
    # A link that takes no time has all the time in the world.
    limit = asked.deadline if started else None
    display = _display(asked, profile.traits.screen.columns)
    if isinstance(display, BootScreen):
        scale = asked.time_scale if asked.time_scale is not None else float(bool(started))
        wire = display.watched(wire, scale)
    with reports_end(display, limit) as watch:
        trace = boots.boot(
            profile,
            machine,
            wire,
            deadline=asked.deadline,
            keys=asked.keys,
            watch=watch,
            partial=True,
        )
        code = exit_code(trace)
        problems = [trace.trouble] if trace.trouble else []
        try:
            if asked.as_json:
                print_json(trace, code)
            problems += keep(trace, asked, started)
        except KeyboardInterrupt as end:
            # The boot ended as it ended, and what was said of that stands there.
            code = not_written(end)
    if problems:
        raise EnvironmentProblem("; ".join(problems))
    return code


def _display(asked: BootOptions, columns: int) -> Watcher:
    if asked.as_screen:
        return MachineScreen(columns)
    return JsonLines() if asked.as_lines else BootScreen(asked)
