"""What the commands share that draw ladders: which format, and into which file.

`pxeclient.report.ladder` is imported only when there is something to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from pxeclient.advice import Server
from pxeclient.cli.output import write_whole
from pxeclient.harmless import without_commands
from pxeclient.trace import Trace

STDOUT = Path("-")
_TEXTS = ("txt", "mmd")
"""Those that a log may be given as they are; in the others markup says the same harmlessly."""
FORMATS = ("txt", "mmd", "svg", "html")
"""As in `report.ladder.Format`; also what a file's name may end in."""


def format_of(path: Path, option: str) -> str:
    """The format that a file's name asks for; standard output is given text.

    Raises:
        click.UsageError: The name does not end in one of `FORMATS`.
    """
    if path == STDOUT:
        return "txt"
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        known = f"{', '.join(f'.{name}' for name in FORMATS[:-1])} or .{FORMATS[-1]}"
        raise click.UsageError(f"{option} {path}: its name must end in {known}")
    return suffix


def draw(
    traces: Sequence[Trace],
    path: Path,
    format: str,
    *,
    every: bool = False,
    ascii_only: bool = False,
    width: int = 100,
    align: str = "state",
    kind: Server | None = None,
) -> None:
    """Draw the boots into a file, which is written whole or not at all, or on standard output.

    Raises:
        EnvironmentProblem: The file cannot be written.
    """
    from pxeclient.report.ladder import Align, Format, Style, render

    style = Style(every, ascii_only, width, Align(align), kind)
    drawn = render(traces, Format(format), style)
    if format in _TEXTS:
        drawn = without_commands(drawn)
    if path == STDOUT:
        click.echo(drawn, nl=False)
    else:
        write_whole(path, lambda file: _write(file, drawn))


def _write(file: BinaryIO, drawn: str) -> None:
    file.write(drawn.encode())
