"""``--artifacts``: boots that are kept in a folder, and the page that leads to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import click

from pxeclient.cli.output import check_into, write_into
from pxeclient.link.wallclock import seconds_since_1970

if TYPE_CHECKING:
    from pxeclient.artifacts.kept import Kept
    from pxeclient.report.page import Page

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be kept, and where."""

    folder: Path | None = None
    every: bool = False
    """Also of boots that came to what they should."""

    @classmethod
    def of(cls, given: dict[str, Any]) -> Self:
        """As the two options say; takes them out of a command's parameters.

        Raises:
            click.UsageError: There is nowhere to keep it.
            EnvironmentProblem: Nothing can be written there.
        """
        wanted = cls(given.pop("artifacts"), given.pop("artifacts_all"))
        if wanted.every and wanted.folder is None:
            raise click.UsageError("--artifacts-all: name a folder with --artifacts")
        if wanted.folder is not None:
            check_into(wanted.folder)
        return wanted

    def write(self, every: Sequence[Kept], index: Page) -> None:
        """Write them; what is there under other names stays.

        Raises:
            EnvironmentProblem: Something cannot be written; what was before it is there.
        """
        if self.folder is None:
            return
        from pxeclient.artifacts import folder

        for path, fill in folder.files(every, index, seconds_since_1970()):
            write_into(self.folder, path, fill)


def options(command: F) -> F:
    """The options of commands that keep boots."""
    every = click.option("--artifacts-all", is_flag=True, help="Keep what is as it should be, too.")
    folder = click.option(
        "--artifacts",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Keep what is not as it should be: capture, ladder, JSON, the servers' log and the"
        " command that repeats it, a folder for each, and a page that leads to them.",
    )
    return folder(every(command))
