"""``--report FORMAT=FILE``: what came of it, for programs and for pages, in as many files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click
from click.shell_completion import CompletionItem

from pxeclient.spelling import close_or_all

STDOUT = Path("-")

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports that are wanted."""

    files: tuple[tuple[str, Path], ...] = ()
    """A format and where it goes, as given."""

    @property
    def shown(self) -> str:
        """The format that standard output has; empty if it is for people."""
        return next((format for format, path in self.files if path == STDOUT), "")

    @property
    def options(self) -> list[tuple[str, Path | None]]:
        """Each as an option is called, and its file, for `output.check_files`."""
        return [(f"--report {format}", path) for format, path in self.files]

    @property
    def paths(self) -> list[Path]:
        """The files that are to be written."""
        return [path for _, path in self.files if path != STDOUT]

    def also(self, format: str, wanted: bool) -> Reports:
        """These and, if wanted, one more on standard output."""
        return Reports((*self.files, (format, STDOUT))) if wanted else self

    def check(self) -> None:
        """Refuse two for standard output.

        Raises:
            click.UsageError: There are.
        """
        there = dict.fromkeys(format for format, path in self.files if path == STDOUT)
        if len(there) > 1:
            raise click.UsageError(
                f"standard output is for one report, not for {' and '.join(there)}"
            )

    def write(self, made: Mapping[str, Callable[[], str | bytes]]) -> None:
        """Write those that go into files.

        Args:
            made: Makes each format that the command has; each is made only if it is wanted.

        Raises:
            EnvironmentProblem: One cannot be written.
        """
        from pxeclient.cli.output import write_whole

        for format, path in self.files:
            if path != STDOUT:
                content = made[format]()
                whole = content.encode("utf-8", "replace") if isinstance(content, str) else content
                write_whole(path, lambda file, whole=whole: _write(file, whole))  # type: ignore[misc]


NO_REPORTS = Reports()


def option(*formats: str) -> Callable[[F], F]:
    """``--report`` with these formats, as `reports`."""

    def read(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> Reports:
        return Reports(tuple(_report(text, formats, ctx, param) for text in texts))

    def offered(
        ctx: click.Context, param: click.Parameter, so_far: str
    ) -> list[CompletionItem[str]]:
        format, there, path = so_far.partition("=")
        if there:
            return [CompletionItem(path, type="file")]
        return [CompletionItem(f"{one}=") for one in formats if one.startswith(format)]

    return click.option(
        "--report",
        "reports",
        multiple=True,
        callback=read,
        shell_complete=offered,
        metavar="FORMAT=FILE",
        help="Write a report; - is standard output, in place of what is printed. May be given more"
        f" than once. FORMAT: {', '.join(formats)}.",
    )


def _report(
    text: str, formats: Sequence[str], ctx: click.Context, param: click.Parameter
) -> tuple[str, Path]:
    format, there, name = text.partition("=")
    if not there:
        raise click.BadParameter(f"{text!r} is no FORMAT=FILE, such as {formats[0]}=FILE")
    if format not in formats:
        hint = close_or_all(format, formats)
        raise click.BadParameter(f"there is no report {format!r} here: {hint}")
    if not name:
        raise click.BadParameter(f"name a file: {format}=FILE, or {format}=- for standard output")
    path = _FILE.convert(name, param, ctx)
    assert isinstance(path, Path)
    return format, path


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)
