"""``pxeclient boot``: one machine, from power-on to boot file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import click

from pxeclient import profile as profile_module
from pxeclient.boot.client import BootClient
from pxeclient.boot.machine import NICS, Machine
from pxeclient.cli import options
from pxeclient.cli.callbacks import ends_as_interrupted, seconds, station_mac
from pxeclient.cli.drawing import STDOUT, format_of
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.json_lines import JsonLines
from pxeclient.cli.keeping import keep
from pxeclient.cli.machine_screen import MachineScreen
from pxeclient.cli.output import EnvironmentProblem, check_folder
from pxeclient.cli.showing import BootScreen, Display, Wishes, print_json
from pxeclient.cli.wire_choice import Wire, WireChoice, open_wire
from pxeclient.link.base import Link, LinkError
from pxeclient.link.wallclock import seconds_since_1970
from pxeclient.profile import Profile, ProfileError
from pxeclient.run import run
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac


def _keys(pressed: tuple[str, ...], item: int | None) -> tuple[str, ...]:
    """The keys to press: those named, or those that lead to an item of the menu."""
    if item is None:
        return pressed
    return (*(pressed or ("F8",)), *("Down",) * (item - 1), "Enter")


def _uuid(ctx: click.Context, param: click.Parameter, text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a UUID") from None


@click.command()
@options.profile
@options.network
@options.interface
@options.tap
@click.option("--mac", callback=station_mac, help="The machine's MAC address.")
@click.option("--uuid", callback=_uuid, help="The machine's UUID (option 97).")
@click.option(
    "--nic",
    type=click.Choice(list(NICS)),
    help="The emulated card, where its PCI id shows on the wire.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    help="Start of the random numbers; equal seeds give equal boots.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the boot file here.",
)
@click.option(
    "--write",
    "-w",
    "capture",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a pcapng capture with the decisions as comments.",
)
@click.option(
    "--ladder",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the boot as a ladder; the name ends in .txt, .mmd (Mermaid), .svg or .html. `-` is"
    " text on standard output, in place of the transcript.",
)
@options.as_json
@click.option(
    "--jsonl", "as_lines", is_flag=True, help="JSON Lines on standard output, as it happens."
)
@click.option(
    "--time-scale",
    type=click.FloatRange(0),
    callback=seconds,
    help="Pace: 1 as the firmware, 0.1 ten times as fast; 0 without waiting (practice network).",
)
@options.deadline
@click.option(
    "--verbose", "-v", is_flag=True, help="Every decision, with rule and source, and all options."
)
@options.keys
@click.option("--menu-item", type=click.IntRange(1), help="Open the boot menu, choose this item.")
@click.option("--quiet", "-q", is_flag=True, help="Only how it ended.")
@click.option(
    "--screen",
    "as_screen",
    is_flag=True,
    help="Only what the machine's own screen shows; with --time-scale 1 as it comes.",
)
@click.pass_context
def boot(
    ctx: click.Context,
    name: str,
    network: str | None,
    interface: str | None,
    tap: str | None,
    mac: Mac | None,
    uuid: UUID | None,
    nic: str | None,
    seed: int | None,
    output: Path | None,
    capture: Path | None,
    ladder: Path | None,
    as_json: bool,
    as_lines: bool,
    time_scale: float | None,
    deadline: float | None,
    keys: tuple[str, ...],
    menu_item: int | None,
    verbose: bool,
    quiet: bool,
    as_screen: bool,
) -> None:
    """Boot one machine, and say why it boots or does not.

    Without -i or --tap it boots on a built-in practice network, in virtual time and without
    any rights. The exit status says how it ended: 0 boot file fetched, 10 no offer, 11 no
    DHCPACK, 12 no boot file, 13 no reply on port 4011, 14 boot-server discovery failed, 15
    local boot or waiting for a key, 20 TFTP silent, 21 TFTP error, 22 transfer broken, 30 not
    emulated, 124 deadline, 130 interrupted; 2 wrong usage, 3 environment.
    """
    choice = WireChoice(network, interface, tap, time_scale)
    choice.check()
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other")
    others = {"--json": as_json, "--verbose": verbose, "--quiet": quiet}
    _check_alone("--screen", as_screen, {**others, "--jsonl": as_lines})
    _check_alone("--jsonl", as_lines, others)
    profile = _profile(name)
    machine = _machine(profile, choice, mac, uuid, nic, seed)
    pressed = _keys(keys, menu_item)
    wishes = Wishes(
        output, capture, ladder, as_json, verbose, quiet, deadline, pressed, as_screen, as_lines
    )
    _check_files({"--output": output, "--write": capture, "--ladder": ladder})
    _check_alone(
        "--ladder -",
        ladder == STDOUT,
        {"--json": as_json, "--jsonl": as_lines, "--screen": as_screen},
    )
    with ends_as_interrupted(), open_wire(choice, machine, profile.traits) as wire:
        started = seconds_since_1970() if choice.is_real else 0.0
        ctx.exit(_boot(profile, machine, wire, wishes, started))


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


def _machine(
    profile: Profile,
    choice: WireChoice,
    mac: Mac | None,
    uuid: UUID | None,
    nic: str | None,
    seed: int | None,
) -> Machine:
    if nic is not None and not profile.shows_nic:
        raise click.UsageError(f"--nic: {profile.name} does not show its card on the wire")
    default = profile.machine
    # On a real wire two boots in a row must not look like one, so chance comes from the clock.
    chance = int(seconds_since_1970() * 1000) if choice.is_real else default.seed
    return replace(
        default,
        mac=mac or default.mac,
        uuid=uuid or default.uuid,
        nic=NICS[nic] if nic else default.nic,
        seed=chance if seed is None else seed,
    )


def _check_files(wanted: dict[str, Path | None]) -> None:
    """The files can be written, as far as that shows before the boot, and are not the same."""
    files = {option: path for option, path in wanted.items() if path not in (None, STDOUT)}
    if (ladder := wanted["--ladder"]) is not None:
        format_of(ladder, "--ladder")
    options: dict[Path, str] = {}
    for option, path in files.items():
        assert path is not None
        if path in options and not path.is_char_device():
            raise click.UsageError(f"{options[path]} and {option} cannot both go to {path}")
        options[path] = option
    for path in options:
        check_folder(path)


def _boot(profile: Profile, machine: Machine, wire: Wire, wishes: Wishes, started: float) -> int:
    client = BootClient(profile.traits, profile.policy, machine)
    trace = Trace(profile.name, profile.title, wire.name)
    columns = profile.traits.screen.columns
    screen = _display(wishes, client, columns)
    screen.begin(trace, wire)
    trouble = _run(client, wire.link, trace, wishes, screen)
    screen.end(trace)
    code = exit_code(trace)
    if wishes.as_json:
        print_json(trace, code)
    problems = [trouble] if trouble else []
    problems += keep(trace, wishes, started)
    if problems:
        raise EnvironmentProblem("; ".join(problems))
    return code


def _display(wishes: Wishes, client: BootClient, columns: int) -> Display:
    if wishes.screen:
        return MachineScreen(columns)
    return JsonLines() if wishes.as_lines else BootScreen(wishes, client)


def _run(client: BootClient, link: Link, trace: Trace, wishes: Wishes, screen: Display) -> str:
    """Boot to the end; what broke the wire on the way, or nothing."""
    trouble = ""
    try:
        run(client, link, trace, wishes.deadline, screen.show, wishes.keys)
    except KeyboardInterrupt:
        trace.stopped = "interrupted"
    except LinkError as error:
        trace.stopped, trouble = "link-error", str(error)
    return trouble
