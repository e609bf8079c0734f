"""What `pxeclient watch` does beside showing: captures, a command, counts, the system's log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

import click

from pxeclient.cli.heading import now_headed
from pxeclient.cli.output import EnvironmentProblem, check_folder, write_whole
from pxeclient.cli.rights import Heir
from pxeclient.cli.watch_command import OnFailure
from pxeclient.cli.watch_keep import MEGABYTE, Folder
from pxeclient.cli.watch_syslog import SystemLog
from pxeclient.harmless import json_text
from pxeclient.link.wallclock import steady_seconds
from pxeclient.watch.as_json import as_json
from pxeclient.watch.board import Board
from pxeclient.watch.counting import Counts
from pxeclient.watch.events import Ended
from pxeclient.watch.facts import facts

_PERIOD = 5.0
"""Seconds between two writings of the text file: Prometheus asks every 15 s at most times."""
FILES = 500
MEGABYTES = 1000

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asks for."""

    keep: Path | None
    files: int
    megabytes: int
    command: str | None
    textfile: Path | None
    syslog: bool


def options(command: Command) -> Command:
    """The options; the command takes their values by these names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--keep",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        help="Write a pcapng of each boot into this folder, named by its time, its MAC address and"
        " what it came to.",
    ),
    click.option(
        "--keep-files",
        metavar="N",
        type=click.IntRange(1),
        help=f"The latest so many of them [default: {FILES}].",
    ),
    click.option(
        "--keep-size",
        metavar="MB",
        type=click.IntRange(1),
        help=f"The latest that take so much together [default: {MEGABYTES}].",
    ),
    click.option(
        "--on-failure",
        "command",
        metavar="COMMAND",
        help="Run this in a shell for each boot that failed, one after the other: what happened is"
        " in the variables PXECLIENT_… and the JSON file $PXECLIENT_JSON.",
    ),
    click.option(
        "--textfile",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Count boots, failures and durations in this file, for the textfile collector of"
        " Prometheus' node exporter.",
    ),
    click.option("--syslog", is_flag=True, help="A line in the system's log for each boot's end."),
)


def wanted(
    keep: Path | None,
    keep_files: int | None,
    keep_size: int | None,
    command: str | None,
    textfile: Path | None,
    syslog: bool,
) -> Wanted:
    """The options' values, checked.

    Raises:
        click.UsageError: They do not go together.
        EnvironmentProblem: There is no folder for the text file.
    """
    if keep is None and not (keep_files is None and keep_size is None):
        raise click.UsageError("--keep-files and --keep-size are for --keep DIR")
    if command is not None and not command.strip():
        raise click.UsageError("--on-failure needs a command")
    if textfile is not None:
        check_folder(textfile)
    return Wanted(keep, keep_files or FILES, keep_size or MEGABYTES, command, textfile, syslog)


@dataclass(slots=True)
class Operations:
    """Does what is wanted with each boot that ended. What goes wrong is said, and goes on.

    Made as long as we have our rights; `begin` comes when they are gone.
    """

    wanted: Wanted
    heir: Heir
    board: Board
    _counts: Counts = field(default_factory=Counts)
    _folder: Folder | None = None
    _log: SystemLog | None = None
    _on_failure: OnFailure | None = None
    _say: Callable[[str], None] = field(default=lambda text: None)
    _troubles: Counter[str] = field(default_factory=Counter)
    _wrote: float = 0.0
    _written: str = ""

    def __post_init__(self) -> None:
        """Open what takes rights.

        Raises:
            EnvironmentProblem: It cannot be opened.
        """
        one = self.wanted
        if one.keep is not None:
            self._folder = Folder(one.keep, one.files, one.megabytes * MEGABYTE, self.heir)
        if one.syslog:
            self._log = SystemLog()

    def require_rights(self) -> None:
        """Do nothing if we can do what is wanted, as whom we are now.

        Raises:
            EnvironmentProblem: We cannot.
        """
        if self._folder is not None:
            self._folder.require_right()

    def begin(self, say: Callable[[str], None], is_heard: bool) -> None:
        """We are who we shall be.

        Args:
            say: Tells the user of trouble.
            is_heard: What a command prints can be shown.

        Raises:
            EnvironmentProblem: What is wanted cannot be done.
        """
        self._say = say
        if self.wanted.command is not None:
            self._on_failure = OnFailure(self.wanted.command, say, is_heard)
        if self.wanted.textfile is not None:
            self._written = self._counts.text(self.board, 0, 0)
            _write_text(self.wanted.textfile, self._written)

    def take(self, event: Ended) -> Path | None:
        """A boot ended; the capture of it, if one is kept."""
        told = facts(event)
        self._counts.take(told)
        kept: Path | None = None
        if self._folder is not None:
            try:
                kept = self._folder.keep(event, told)
            except OSError as error:
                self._trouble(f"cannot keep a capture: {error.strerror or error}")
        if self._log is not None:
            self._log.take(told)
            if self._log.lost:
                self._trouble("the system's log does not take what it is told")
        if self._on_failure is not None and told.is_trouble:
            path = None if kept is None else str(kept)
            self._on_failure.take(told, json_text(now_headed(as_json(event, path))), path)
        return kept

    def tick(self, frames: int, lost: int) -> None:
        """Time has passed, and so many frames were seen and lost."""
        if self._on_failure is not None:
            self._on_failure.tick()
        if self.wanted.textfile is not None and steady_seconds() - self._wrote >= _PERIOD:
            self._write(frames, lost)

    def end(self, frames: int, lost: int, is_told_to_end: bool) -> None:
        """Nothing more comes. Commands have their turn, unless we are told to end."""
        if self.wanted.textfile is not None:
            self._write(frames, lost)
        try:
            if self._on_failure is not None:
                self._on_failure.finish(is_told_to_end)
        except KeyboardInterrupt:
            assert self._on_failure is not None
            self._on_failure.finish(True)
        for words, times in self._troubles.items():
            if times > 1:
                self._say(f"{words} ({times} times)")
        if self._folder is not None:
            self._folder.close()
        if self._log is not None:
            self._log.close()

    def _write(self, frames: int, lost: int) -> None:
        path = self.wanted.textfile
        assert path is not None
        self._wrote = steady_seconds()
        text = self._counts.text(self.board, frames, lost)
        if text == self._written:
            return
        try:
            _write_text(path, text)
            self._written = text
        except EnvironmentProblem as error:
            self._trouble(error.message)

    def _trouble(self, words: str) -> None:
        """Say it once, and count it."""
        if not self._troubles[words]:
            self._say(words)
        self._troubles[words] += 1


def _write_text(path: Path, text: str) -> None:
    def fill(file: BinaryIO) -> None:
        file.write(text.encode())

    write_whole(path, fill)
