"""What ``pxeclient matrix`` writes beside its table: a page, and a folder with the boots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pxeclient.cli.artifacts import Wanted
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.wire_choice import WireChoice
from pxeclient.matrix.boots import Made
from pxeclient.matrix.row import Cell, Row
from pxeclient.practice.scenario import DEFAULT
from pxeclient.wire.addresses import Mac

if TYPE_CHECKING:
    from pxeclient.artifacts.kept import Kept
    from pxeclient.matrix.as_html import Told
    from pxeclient.report.page import Line

TITLE = "Who boots from these servers"


class Repeat(NamedTuple):
    """How a boot of this table is made again."""

    choice: WireChoice
    capture: Path | None
    mac: Mac | None
    """As the user gave it, for the first machine."""
    deadline: float | None
    """As the user gave it."""
    names: Sequence[str]
    """Each row's profile, as the user gave it."""

    @property
    def place(self) -> tuple[str, ...]:
        """The options that say where."""
        choice = self.choice
        given = (
            ("--network", choice.network or self._practice),
            ("--interface", choice.interface),
            ("--tap", choice.tap),
            ("--capture", None if self.capture is None else str(self.capture)),
        )
        return tuple(word for option, value in given if value for word in (option, value))

    @property
    def _practice(self) -> str | None:
        # Named, for the environment of who repeats it may name an interface.
        return None if self.choice.is_real or self.capture is not None else DEFAULT

    def script(self, name: str, made: Made) -> str:
        """What repeats a row's boot."""
        from pxeclient.artifacts.again import ALIKE, EXACT, boot_command, script

        entry, choice = made.entry, self.choice
        about = f"{name}, architecture {entry.architecture}"
        if self.capture is None and not entry.is_claimed:
            command = boot_command(
                name,
                entry.machine,
                self.place,
                own=entry.profile.machine,
                mac="own" if choice.is_own else str(entry.machine.mac),
                pace=choice.time_scale or 1.0,
                deadline=self.deadline,
            )
            return script(command, about, EXACT)
        command = ["pxeclient", "matrix", "--profile", name, *self.place]
        command += ["--arch", str(entry.architecture)] if entry.is_claimed else []
        if self.mac is not None:
            mac = self.mac if self.capture is not None else entry.machine.mac
            command += ["--mac", str(mac)]
        command += [] if choice.time_scale is None else ["--time-scale", f"{choice.time_scale:g}"]
        is_exact = self.capture is not None or (self.mac is None and not choice.is_real)
        return script(command, about, EXACT if is_exact else ALIKE)


def page(notice: str, rows: Sequence[Row], made: Sequence[Made]) -> str:
    """The table as a web page; the arguments are as of `write`."""
    from pxeclient.matrix import as_html

    return as_html.as_html(TITLE, as_html.told(rows, [one.cited for one in made]), notice)


def write(
    wanted: Wanted,
    repeat: Repeat,
    notice: str,
    rows: Sequence[Row],
    made: Sequence[Made],
) -> None:
    """Keep the boots, as far as they are wanted.

    Args:
        wanted: What is to be kept.
        repeat: How it is made again.
        notice: What stands above the table, after "on".
        rows: What came of each boot.
        made: The boots, one for each row.

    Raises:
        EnvironmentProblem: Something cannot be written.
    """
    if wanted.folder is None:
        return
    from pxeclient.matrix import as_html

    found = as_html.told(rows, [one.cited for one in made])
    kept = _kept(wanted.every, repeat, found, made)
    index = as_html.page(TITLE, found, notice, tuple(_lines(found, kept)))
    wanted.write([one for one in kept if one is not None], index)


def _kept(
    every: bool, repeat: Repeat, found: Sequence[Told], made: Sequence[Made]
) -> list[Kept | None]:
    """For each row what is kept of it, if anything is."""
    from pxeclient.artifacts.kept import Kept
    from pxeclient.artifacts.naming import apart

    names = apart(
        f"{name} architecture {one.entry.architecture}" if one.entry.is_claimed else name
        for name, one in zip(repeat.names, made, strict=True)
    )
    kept: list[Kept | None] = []
    for name, profile, told, one in zip(names, repeat.names, found, made, strict=True):
        if one.trace is None or not (every or told.row.result is not Cell.BOOTED):
            kept.append(None)
            continue
        again, code = repeat.script(profile, one), exit_code(one.trace)
        kept.append(Kept(name, again, one.trace, one.started, code, told.beside))
    return kept


def _lines(found: Sequence[Told], kept: Sequence[Kept | None]) -> Iterator[Line]:
    """A row for each boot; those that are kept lead to their files."""
    from pxeclient.artifacts import folder
    from pxeclient.matrix import as_html, table
    from pxeclient.report.page import Line

    for told, one in zip(found, kept, strict=True):
        story = None if one is None else as_html.story(told, folder.links(one))
        yield Line(as_html.look(told.row), table.cells(told.row), story)
