"""``pxeclient compare``: a capture of a real boot, held against a profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pxeclient import profile as profiles
from pxeclient.capture.values import CaptureError
from pxeclient.cli import options
from pxeclient.cli import reports as reporting
from pxeclient.cli.callbacks import any_mac
from pxeclient.cli.heading import now_headed
from pxeclient.cli.output import EnvironmentProblem, check_files, written_later
from pxeclient.cli.reports import Reports
from pxeclient.cli.rights import give_up
from pxeclient.compare.fields import MASK
from pxeclient.compare.verdict import Comparison, Settings
from pxeclient.compare.verdict import compare as compare_with
from pxeclient.harmless import json_text
from pxeclient.profile import ProfileError
from pxeclient.replay.tolerance import Tolerance
from pxeclient.wire.addresses import Mac

if TYPE_CHECKING:
    from pxeclient.schemas import compare as shapes

EQUAL, DIFFERENT = 0, 1
SCHEMA: Final = "pxeclient-compare/2"


@click.command(epilog=options.examples("pxeclient compare boot.pcap -p vmware-e1000e"))
@click.argument("capture", type=click.Path(path_type=Path, dir_okay=False))
@options.profile()
@options.mac(any_mac, "It says which one, where the capture has several.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0),
    default=Tolerance().seconds,
    show_default=True,
    metavar="SECONDS",
    help="How far two waits may differ, besides 12 % of the wait.",
)
@click.option(
    "--deaf",
    type=click.FloatRange(0),
    multiple=True,
    metavar="SECONDS",
    help="The recorded card heard nothing for so long after power-on, and then all at once."
    " Given more than once, the value that fits best counts.",
)
@reporting.option("json")
@options.as_json
@options.quiet("Without the differences.")
@click.pass_context
def compare(
    ctx: click.Context,
    capture: Path,
    name: str,
    mac: Mac | None,
    tolerance: float,
    deaf: tuple[float, ...],
    reports: Reports,
    as_json: bool,
    quiet: bool,
) -> None:
    """Is the client of a CAPTURE the firmware that a profile says?

    The servers' frames of the capture (pcap or pcapng) are played to our client in virtual
    time, each as long after the frame that it answered as it was recorded, and what our client
    sends is held against what the recorded one sent: every octet but transaction ids, IP
    identifications, ephemeral ports and checksums. MAC address, UUID and network card are the
    recorded ones. The exit status is 0 if the two are equal, 1 if they differ, 2 or 3 if the
    comparison was not possible.
    """
    reports = reports.also("json", as_json)
    reports.check()
    check_files(reports.options)
    settings = Settings(Tolerance(tolerance), deaf or (0.0,), mac)
    with written_later(*reports.paths):
        found, version = _compared(capture, name, settings)
        told = json_text(now_headed(object_of(found, version)), indent=2) + "\n"
        if reports.shown:
            click.echo(told, nl=False)
        else:
            for line in _lines(found)[-1 if quiet else 0 :]:
                click.echo(line)
        reports.write({"json": lambda: told})
    ctx.exit(EQUAL if found.is_equal else DIFFERENT)


def _compared(capture: Path, name: str, settings: Settings) -> tuple[Comparison, str]:
    """The comparison, and the profile's version."""
    try:
        known = profiles.load(name)
        give_up(capture)
        return compare_with(capture, known, settings), known.version
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    except CaptureError as error:
        raise EnvironmentProblem(str(error)) from None


def _lines(found: Comparison) -> list[str]:
    play = found.play
    lines = [
        f"{found.capture}: {play.client.mac} sends {len(play.said)} frames in"
        f" {play.ends:.3f} s; the comparison ends there: {play.ended}."
    ]
    lines += found.remarks
    if play.lost:
        lines.append(f"The capture lost {play.lost} frames of a download; they were filled in.")
    lines += [one.sentence for one in found.differences]
    if found.is_equal:
        lines.append(f"■ Equal to {found.profile}, waits within {_tolerance(found)}.")
    else:
        count = len(found.differences)
        noun = "difference" if count == 1 else "differences"
        lines.append(f"■ Not {found.profile}: {count} {noun} (waits within {_tolerance(found)}).")
    return lines


def _tolerance(found: Comparison) -> str:
    return found.settings.tolerance.words()


def object_of(found: Comparison, version: str) -> shapes.Compare:
    """The comparison, for ``--json``; `version` is the profile's."""
    play = found.play
    return {
        "schema": SCHEMA,
        "capture": str(found.capture),
        "profile": found.profile,
        "profile_version": version,
        "mac": str(play.client.mac),
        "equal": found.is_equal,
        "bytes_equal": found.bytes_equal,
        "timing_equal": found.timing_equal,
        "frame_count": len(play.said),
        "seconds": round(play.ends, 6),
        "ended": play.ended,
        "frames_filled_in": play.lost,
        "remarks": list(found.remarks),
        "tolerance": {
            "seconds": found.settings.tolerance.seconds,
            "share": found.settings.tolerance.share,
        },
        "deaf": found.deaf,
        "masked": list(MASK),
        "differences": [
            {
                "aspect": one.aspect.value,
                "frame": one.frame,
                "field": one.field,
                "sentence": one.sentence,
            }
            for one in found.differences
        ],
    }
