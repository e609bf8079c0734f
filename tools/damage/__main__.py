"""The command line: `python -m tools.damage` (what it does is told in `tools.damage`)."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from pxeclient.capture.reading import read
from pxeclient.capture.values import CaptureError
from pxeclient.capture.writing import Written, write
from tools.damage import others
from tools.damage.changes import damaged
from tools.damage.trying import NOBODY, Tally, Told, attempt

CAPTURES = Path(__file__).parents[2] / "tests" / "captures"
_LARGEST = 64 * 1024
"""Octets of a capture that is damaged: what is longer only takes longer."""
_SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".xz")
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


class _Commands(click.Group):
    """A word that is no command is a folder, and so damages its captures."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["damage", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Commands)
def main() -> None:
    """Captures as nobody should make them, through every command that reads one."""


@main.command()
@click.argument("folders", nargs=-1, type=_FOLDER)
@click.option("--count", default=5000, show_default=True, help="How many files.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--keep", type=_FOLDER, help="Where files with faults are kept.")
def damage(folders: tuple[Path, ...], count: int, seed: int, keep: Path | None) -> None:
    """Damage stored captures."""
    chance, tally = Random(seed), Tally()
    sources = [path for path in _captures(folders or (CAPTURES,)) if path.stat().st_size < _LARGEST]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.pcap"
        for number in range(count):
            source = chance.choice(sources)
            is_ng = chance.random() < 0.4
            octets, done = damaged(_as_pcapng(source) if is_ng else source.read_bytes(), chance)
            what = f"file {number} ({source.parent.parent.name}/{source.parent.name}, {done})"
            path.write_bytes(octets)
            before = len(tally.faults)
            whole, told = _whole(source), attempt(path, what, tally)
            if told.boots and not whole.boots:
                tally.faults.append(f"{what}: explain tells of a boot of {', '.join(told.boots)}")
            if told.fetched and not whole.fetched:
                tally.faults.append(f"{what}: explain tells of a file that never came whole")
            if keep is not None and len(tally.faults) > before:
                (keep / f"{seed}-{number}.pcap").write_bytes(octets)
    _report(count, tally)


@cache
def _as_pcapng(source: Path) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "whole.pcapng"
        try:
            frames = [Written(1000 + one.at, one.data, ours=False) for one in read(source).frames]
        except CaptureError:
            return source.read_bytes()
        write(path, frames)
        return path.read_bytes()


@cache
def _whole(source: Path) -> Told:
    return attempt(source, str(source), Tally())


@main.command("others")
@click.argument("folder", type=_FOLDER)
def _others(folder: Path) -> None:
    """Captures in which nobody boots from the network."""
    tally = Tally()
    found = list(_captures((folder,)))
    if not found:
        raise click.UsageError(f"there is no capture in {folder}")
    for path in found:
        told = attempt(path, path.name, tally)
        if told != NOBODY:
            tally.faults.append(f"{path.name}: explain tells of a boot of {', '.join(told.boots)}")
    _report(len(found), tally)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=2026, show_default=True)
def make(folder: Path, seed: int) -> None:
    """Captures of other protocols."""
    folder.mkdir(parents=True, exist_ok=True)
    click.echo(f"{others.make(folder, Random(seed))} captures")


def _captures(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)


def _report(count: int, tally: Tally) -> None:
    for fault in tally.faults:
        click.echo(fault)
    for (command, status), times in sorted(tally.statuses.items()):
        click.echo(f"{command}: status {status}: {times}")
    click.echo(f"slowest: {tally.slowest:.2f} s, {tally.slowest_of}")
    seconds = time.process_time()
    click.echo(f"{count} files, {len(tally.faults)} faults, {seconds:.0f} s of processor time")
    if tally.faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
