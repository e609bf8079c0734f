"""What the commands share in writing to terminals and files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import click

from pxeclient.cli.exit_codes import ENVIRONMENT


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
        EnvironmentProblem: There is no folder for it, or it has no name.
    """
    if not path.name:
        raise EnvironmentProblem("cannot write a file without a name")
    try:
        path.exists()
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror}") from None
    if not path.parent.is_dir():
        raise EnvironmentProblem(f"cannot write {path}: there is no folder {path.parent}")


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make a file, which takes its name only when it is complete.

    Raises:
        EnvironmentProblem: It cannot be written; names the file and says why.
    """
    if path.exists() and not path.is_file():
        # A device cannot be replaced, only written; and by this name: what /dev/stdout and >(...)
        # of a shell stand for, a pipe, has no other.
        _attempt(path, lambda: write(path))
        return
    whole = Path(os.path.realpath(path))  # a link is followed, not replaced
    _attempt(path, lambda: _write_beside(whole, write))


def _attempt(path: Path, action: Callable[[], None]) -> None:
    try:
        action()
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror or error}") from None


def _write_beside(path: Path, write: Callable[[Path], None]) -> None:
    # The name is there before the file: whenever somebody interrupts, it is known what to remove.
    beside = path.with_name(f".{path.name}.{uuid4().hex[:12]}")
    try:
        beside.touch(0o600, exist_ok=False)
        write(beside)
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def stderr_line(text: str) -> None:
    """A message for people, not data."""
    click.echo(text, file=sys.stderr)
