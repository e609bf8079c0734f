"""The command line: `python -m tools.record` (what it does is told in `tools.record`)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pxeclient.capture.values import CaptureError
from tools.record import needs
from tools.record.firmwares import FIRMWARES
from tools.record.needs import MissingError
from tools.record.private import HiddenError, NotRootError, check_visible, inside
from tools.record.scenario import ScriptError, read
from tools.record.segment import SegmentError
from tools.record.session import Order, RecordingError, record
from tools.record.shrink import SharedError, shrink
from tools.record.stored import CAPTURES, CARRIED, SHARED, NoScenarioError, recordings
from tools.record.verify import verify

_STORES = Path("~/.cache/pxeclient-record")
_FOLDER = click.Path(path_type=Path, file_okay=False)


class _OwnError(click.ClickException):
    """A sentence for the user, and exit status 2."""

    exit_code = 2


class _Commands(click.Group):
    """A word that is no command is a firmware, and so begins a recording."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["record", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Commands)
def cli() -> None:
    """Recordings of real firmware.

    FIRMWARE SCENARIO --out DIR makes one: `python -m tools.record ipxe-e1000e
    plain-dhcp-bootfile --out out`.
    """


@cli.command("record")
@click.argument("firmware", type=click.Choice(sorted(FIRMWARES)), metavar="FIRMWARE")
@click.argument("scenario")
@click.option("--out", type=_FOLDER, required=True, help="Where DIR/FIRMWARE/SCENARIO is made.")
@click.option("--limit", type=click.FloatRange(min=1), help="Seconds; instead of the scenario's.")
@click.option("--files", type=_FOLDER, help="Boot programs that no package has.")
@click.option("--roms", type=_FOLDER, help="Option ROMs that no package has.")
@click.option("--stores", type=_FOLDER, default=_STORES, help="Keeps prepared variable stores.")
@click.option("--keep-all", is_flag=True, help="Leave other projects' programs in the capture.")
def _record(
    firmware: str,
    scenario: str,
    out: Path,
    limit: float | None,
    files: Path | None,
    roms: Path | None,
    stores: Path,
    keep_all: bool,
) -> None:
    """Boot FIRMWARE on the network of SCENARIO (a file, or the name of a stored one)."""
    needs.extend_path()
    try:
        script = read(_scenario(scenario))
        needs.check(FIRMWARES[firmware], script, roms)
    except (ScriptError, MissingError) as error:
        raise _OwnError(str(error)) from None
    order = Order(
        FIRMWARES[firmware], script, out.absolute(), stores.expanduser().absolute(),
        files and files.absolute(), roms and roms.absolute(), limit, keep_all,
    )  # fmt: skip
    try:
        given = (order.out, order.stores, order.files, order.roms, script.path)
        check_visible(*(path for path in given if path))
        sys.exit(inside(lambda work: _made(order, work)))
    except (HiddenError, NotRootError) as error:
        raise _OwnError(str(error)) from None
    except OSError as error:
        raise _OwnError(f"namespaces cannot be made: {error.strerror}") from None


def _scenario(text: str) -> Path:
    """The file that is meant."""
    path = Path(text)
    if path.suffix == ".json" or path.exists():
        return path.absolute()
    for folder in (CAPTURES / SHARED, CARRIED):
        if (folder / f"{text}.json").is_file():
            return folder / f"{text}.json"
    raise ScriptError(f"{text}: neither a file nor a scenario of {CAPTURES / SHARED} or {CARRIED}")


def _made(order: Order, work: Path) -> int:
    try:
        found = record(order, work)
    except (RecordingError, SegmentError, CaptureError) as error:
        click.echo(f"Error: {error}", err=True)
        return 1
    said = f": {found['error_text']}" if found["error_text"] else ""
    click.echo(f"{order.folder}: {found['result']} after {found['run']['seconds']} s{said}")
    return 0


@cli.command("verify")
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=_FOLDER)
@click.option("-q", "--quiet", is_flag=True, help="Tell of those only that are not in order.")
def _verify(folders: tuple[Path, ...], quiet: bool) -> None:
    """Hold recordings against their scenarios and captures."""
    verdicts = [verify(one) for one in _found(folders)]
    for verdict in verdicts:
        if verdict.faults or not quiet:
            click.echo(verdict.sentence)
    bad = sum(1 for verdict in verdicts if verdict.faults)
    beyond = sum(1 for verdict in verdicts if verdict.beyond)
    click.echo(
        f"{len(verdicts)} recordings, {bad} not in order;"
        f" {beyond} go beyond what the practice network plays"
    )
    sys.exit(1 if bad else 0)


@cli.command("shrink")
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=_FOLDER)
def _shrink(folders: tuple[Path, ...]) -> None:
    """Keep of recordings what is needed, and each scenario once."""
    for recording in _found(folders):
        try:
            done = shrink(recording)
        except (SharedError, NoScenarioError, ValueError, OSError) as error:
            raise _OwnError(f"{recording}: {error}") from None
        click.echo(f"{recording}: {'; '.join(done) or 'nothing to do'}")


def _found(folders: tuple[Path, ...]) -> list[Path]:
    found = [recording for folder in folders for recording in recordings(folder.absolute())]
    if not found:
        raise _OwnError(f"no recordings in {', '.join(map(str, folders))}")
    return found


if __name__ == "__main__":
    cli(prog_name="python -m tools.record")
