"""``pxeclient real``: the real firmware beside its emulation, on servers of one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from pxeclient import profile as profiles
from pxeclient import prose
from pxeclient.capture.values import CaptureError
from pxeclient.cli import options
from pxeclient.cli import reports as reporting
from pxeclient.cli.callbacks import ends_as_interrupted, station_mac
from pxeclient.cli.compare import DIFFERENT, EQUAL, object_of
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.heading import now_headed
from pxeclient.cli.output import EnvironmentProblem, check_files, write_whole, written_later
from pxeclient.cli.reports import Reports
from pxeclient.cli.wire_choice import LONGEST
from pxeclient.endings import end_of
from pxeclient.explain.story import explain
from pxeclient.explain.summary import rows
from pxeclient.harmless import clean, json_text
from pxeclient.lab import LabError, open_lab
from pxeclient.lab.lab import ADDRESS
from pxeclient.link.base import LinkError
from pxeclient.outcome import Booted, Failed
from pxeclient.profile import ProfileError
from pxeclient.real.console import last_words
from pxeclient.real.proof import Proof, prove, real_machine
from pxeclient.real.running import RealError
from pxeclient.report.as_json import as_json as boot_as_json
from pxeclient.report.transcript import fitted
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac
from pxeclient.wire.options import printable

SCHEMA = "pxeclient-real/1"


@click.command(
    context_settings={"allow_interspersed_args": False},
    epilog=options.examples(
        "pxeclient real -p edk2 -- dnsmasq -d --port=0 --interface={interface} \\",
        "    --dhcp-range=10.77.0.50,10.77.0.99 --dhcp-boot=bootx64.efi \\",
        "    --enable-tftp --tftp-root=/srv/tftp",
    ),
)
@options.profile()
@click.option(
    "--address",
    default=ADDRESS,
    show_default=True,
    help="The servers' address with the length of its prefix.",
)
@options.ready("That is for one which opens none of the usual ports.")
@options.mac(station_mac, "It is the real one's.")
@click.option(
    "--rom",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The card's ROM (of an Intel 82574L), where it is not Debian's that is to be run.",
)
@options.deadline_of(
    "The real one's, by the clock of this one.", default=LONGEST / 2, show_default=True
)
@options.capture("What the real machine's card sent and heard, as a pcap.")
@reporting.option("json")
@options.as_json
@options.quiet("Whether they are the same, without the differences.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def real(
    ctx: click.Context,
    /,
    name: str,
    address: str,
    ready: str | None,
    mac: Mac | None,
    rom: Path | None,
    deadline: float,
    written: Path | None,
    reports: Reports,
    as_json: bool,
    quiet: bool,
    command: tuple[str, ...],
) -> None:
    """Is the emulation right about your servers? The real firmware boots beside it.

    COMMAND is started on a private network, as by `pxeclient lab run`. The real firmware boots from
    it in QEMU, its card is recorded, and the recording is held against the profile: the same
    decisions and the same octets, or where they differ. The emulation boots from the same servers
    as well. It takes QEMU and the firmware's files; what is missing is named with its Debian
    package. The exit status is 0 if decisions and octets are the same, 1 if they differ, 3 if it
    was not possible; a wait that differs is told.
    """
    reports = reports.also("json", as_json)
    reports.check()
    check_files([("--write", written), *reports.options])
    try:
        profile = profiles.load(name)
        real_machine(profile.name, rom)  # before anything is started
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    except RealError as error:
        raise EnvironmentProblem(f"{error}.") from None
    machine = None if mac is None else replace(profile.machine, mac=mac)
    try:
        files = written_later(written, *reports.paths)
        with ends_as_interrupted(), files, open_lab(address) as lab:
            program = lab.start(command, ready)
            proof = prove(lab, profile, machine, rom=rom, deadline=deadline)
            if written is not None:
                write_whole(written, lambda file: _copy(proof.ran.capture, file))
            where = f"a private network ({program.name})"
            made = {"json": lambda: json_text(now_headed(_object(proof, where)), indent=2) + "\n"}
            if reports.shown:
                click.echo(made[reports.shown](), nl=False)
            else:
                for line in _lines(proof, where)[-1 if quiet else 0 :]:
                    for part in fitted(line, prose.room()):
                        click.echo(clean(part))
            reports.write(made)
    except (LabError, LinkError, CaptureError) as error:
        raise EnvironmentProblem(str(error)) from None
    except RealError as error:
        raise EnvironmentProblem(f"{error}.") from None
    ctx.exit(EQUAL if proof.comparison.bytes_equal else DIFFERENT)


def _lines(proof: Proof, where: str) -> list[str]:
    found = proof.comparison
    lines = [f"{proof.profile}: {proof.title}, beside its emulation", f"on {where}"]
    lines.append(f"  real      {_real_end(proof)}")
    lines.append(f"  emulated  {_end(proof.emulated)}")
    if not proof.ran.in_time:
        lines.append(
            "  The real machine had not come to an end by the deadline: what it did until then is"
            " compared."
        )
    lines += [f"  {remark}" for remark in found.remarks]
    lines += [f"  {one.sentence}" for one in found.differences]
    within = found.settings.tolerance.words()
    frames = len(found.play.said)
    if found.is_equal:
        return [
            *lines,
            f"■ Same decisions, same octets: {frames} frames in {found.play.ends:.1f} s, waits"
            f" within {within}.",
        ]
    count = len(found.differences)
    if found.bytes_equal:
        waits = "a wait is" if count == 1 else f"{count} waits are"
        return [
            *lines,
            "  A virtual machine's waits are longer where the machine that runs it is busy.",
            f"■ Same decisions, same octets: {frames} frames; {waits} not within {within}.",
        ]
    return [*lines, f"■ They differ: {count} {'difference' if count == 1 else 'differences'}."]


def _real_end(proof: Proof) -> str:
    """How the real one ended, as far as its card shows."""
    known = [profiles.load(name) for name in profiles.names()]
    told = explain(proof.ran.capture, known, None, proof.ran.machine.mac)
    for row in rows(told.stories):
        return f"{row.ended}: {row.because}"
    return f"it printed: {' / '.join(last_words(proof.ran.console, 1))}"


def _end(trace: Trace) -> str:
    came_to = end_of(trace).value.replace("-", " ")
    match trace.outcome:
        case Booted() as booted:
            name = printable(booted.boot_file.name)
            return f"{came_to}: {name} was fetched, {booted.size} octets"
        case Failed() as failed:
            return f"{failed.code or came_to}: {failed.because}"
        case None:
            return f"stopped: {trace.stopped}"


def _copy(capture: Path, file: BinaryIO) -> None:
    file.write(capture.read_bytes())


def _object(proof: Proof, where: str) -> dict[str, Any]:
    """All of it, for ``--json``."""
    version = proof.emulated.profile_version
    return {
        "schema": SCHEMA,
        "profile": proof.profile,
        "profile_version": version,
        "real_firmware": proof.title,
        "network": where,
        "equal": proof.comparison.bytes_equal,
        "in_time": proof.ran.in_time,
        "console": last_words(proof.ran.console, 8),
        "comparison": now_headed({**object_of(proof.comparison, version), "capture": None}),
        "emulated": now_headed(boot_as_json(proof.emulated, exit_code(proof.emulated))),
    }
