"""What the commands share in writing to terminals and files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from pxeclient.cli import placing
from pxeclient.cli.exit_codes import ENVIRONMENT
from pxeclient.cli.placing import Fill
from pxeclient.cli.rights import are_to_go
from pxeclient.link import rights

if TYPE_CHECKING:
    from pxeclient.cli.scribe import Scribe


class EnvironmentProblem(click.ClickException):
    """Something outside is not as needed; one sentence, exit status 3."""

    exit_code = ENVIRONMENT


def tell_pace(scale: float | None) -> None:
    """Say what a quicker clock does to what is seen of real servers."""
    if scale is not None and 0 < scale < 1:
        stderr_line(
            f"Clock x{1 / scale:.4g}: a server that pings an address before it offers it (dnsmasq:"
            " 3 s) looks silent or late. At pace 1, the default, it is heard."
        )


def check_folder(path: Path) -> None:
    """Say before the boot, not after it, that a file cannot be written.

    Raises:
        EnvironmentProblem: There is no folder for it, it has no name, or it is a stranger's link.
    """
    if not path.name:
        raise EnvironmentProblem("cannot write a file without a name")
    try:
        path.exists()
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror}") from None
    if not path.parent.is_dir():
        raise EnvironmentProblem(f"cannot write {path}: there is no folder {path.parent}")
    try:
        placing.check(path)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror}") from None


def check_files(wanted: Iterable[tuple[str, Path | None]]) -> None:
    """Say before the boots, not after them, that files cannot be written, or that two are one.

    Args:
        wanted: An option as the user knows it, and the file that it names; standard output and
            none are left alone.

    Raises:
        click.UsageError: Two options name one file.
        EnvironmentProblem: As of `check_folder`.
    """
    options: dict[Path, str] = {}
    for option, path in wanted:
        if path is None or path == Path("-"):
            continue
        if path in options and not path.is_char_device():
            raise click.UsageError(f"{options[path]} and {option} cannot both go to {path}")
        options[path] = option
    for path in options:
        check_folder(path)


def check_into(folder: Path) -> None:
    """Say before the boots, not after them, that nothing can be written into a folder.

    Raises:
        EnvironmentProblem: It is no folder, or there is none that it could be made in.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise EnvironmentProblem(f"cannot write into {folder}: it is no folder")
        if not folder.parent.is_dir():
            raise EnvironmentProblem(f"cannot make {folder}: there is no folder {folder.parent}")
    except OSError as error:
        raise EnvironmentProblem(f"cannot use {folder}: {error.strerror}") from None


def write_whole(path: Path, fill: Fill) -> None:
    """Let `fill` make a file, which takes its name only when it is complete.

    The one way in which commands write files (`placing` says how), whoever has the right to it now.

    Raises:
        EnvironmentProblem: It cannot be written; names the file and says why.
    """
    try:
        if _scribes:
            _scribes[-1].place(path, fill)
        else:
            placing.place(path, fill)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror or error}") from None


def write_text(path: Path, text: str) -> None:
    """`write_whole` for a text.

    Raises:
        EnvironmentProblem: It cannot be written.
    """

    def fill(file: BinaryIO) -> None:
        file.write(text.encode("utf-8", "replace"))

    write_whole(path, fill)


def write_into(folder: Path, name: str, fill: Fill) -> None:
    """`write_whole` in a folder, which is made if need be; `name` may have one folder in it.

    Raises:
        EnvironmentProblem: It cannot be written; names the file and says why.
    """
    try:
        if _scribes:
            _scribes[-1].place_in(folder, name, fill)
        else:
            placing.place_in(folder, name, fill)
    except OSError as error:
        why = error.strerror or error
        raise EnvironmentProblem(f"cannot write {folder / name}: {why}") from None


_scribes: list[Scribe] = []
"""Who writes for us; nobody as long as we have all our rights."""


@contextmanager
def written_later(*paths: Path | None, into: Path | None = None) -> Iterator[None]:
    """These files can be written to the end of the context even if rights are given up in it.

    So can files in the folder `into`, whose names are not known yet.

    Raises:
        EnvironmentProblem: There is no room for another process.
    """
    named = [path for path in paths if path is not None and path != Path("-")]
    if not (named or into) or not are_to_go() or not rights.held() & rights.FILES:
        yield
        return
    from pxeclient.cli.scribe import Scribe

    try:
        scribe = Scribe(named, into)
    except OSError as error:
        raise EnvironmentProblem(f"cannot start another process: {error.strerror}") from None
    _scribes.append(scribe)
    try:
        yield
    finally:
        _scribes.pop()
        scribe.close()


def stderr_line(text: str) -> None:
    """A message for people, not data."""
    click.echo(text, file=sys.stderr)
