"""Make and try what a release is made of.

python -m tools.release build [FOLDER]   wheel, sdist, corpus, web pages, Debian package
python -m tools.release try [FOLDER]     each of them on a fresh Debian 12 of its own
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from tools.release import building, trying
from tools.release.root import RootError

ROOT = Path(__file__).parents[2]
folder = click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "dist"
)


@click.group()
def main() -> None:
    """What a release is made of."""


@main.command()
@folder
def build(folder: Path) -> None:
    """Make all of it, with a file of checksums."""
    for path in building.build(ROOT, folder):
        click.echo(f"{path.stat().st_size:>10,}  {path.name}")


@main.command("try")
@folder
@click.option("--only", help="The ways whose name has this in it.")
def try_(folder: Path, only: str | None) -> None:
    """Install each, without a network, and boot with it."""
    # Whoever ends it finds nothing left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        bad = list(trying.tried(ROOT, folder, only or ""))
    except RootError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(3)
    sys.exit(1 if any(bad) else 0)


if __name__ == "__main__":
    main()
