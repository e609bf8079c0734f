"""Where the results of ``pxeclient check`` go beside what is printed: files, a folder, GitHub.

What makes pages and drawings is imported only when one is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import click

from pxeclient.advice import Server
from pxeclient.boots.networks import is_file
from pxeclient.check.as_junit import as_junit
from pxeclient.check.as_markdown import as_markdown
from pxeclient.check.results import Result, Status, tally
from pxeclient.check.suite import Network
from pxeclient.cli.annotations import Annotations
from pxeclient.cli.artifacts import Wanted, write_page
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.output import check_folder, write_whole
from pxeclient.cli.summary import Summary

if TYPE_CHECKING:
    from pxeclient.artifacts.kept import Kept
    from pxeclient.report.page import Line


class Repeat(NamedTuple):
    """How a case of this suite is tried again."""

    words: tuple[str, ...]
    """The command, as it was given, without what it shows, keeps and chooses."""
    network: Network
    folder: Path
    """What scenario files are relative to."""

    @property
    def place(self) -> tuple[str, ...]:
        """The options of ``pxeclient boot`` for that network; none where servers were started."""
        if self.network.interface is not None:
            return "--interface", self.network.interface
        name = self.network.practice
        if name is not None:
            return "--network", str(self.folder / name) if is_file(name) else name
        return ()

    def script(self, result: Result) -> str:
        """What repeats a case: its boot where that says it all, else the case."""
        from pxeclient.artifacts.again import ALIKE, EXACT, boot_command, script

        practises = self.network.practice is not None
        made, place = result.made, self.place
        machine, own = (None, None) if made is None else (made.machine, made.own)
        if made is None or machine is None or own is None or made.arch is not None or not place:
            # On a practice network chance is the same in every run.
            command = [*self.words, "--case", escape(result.case)]
            return script(command, result.name, EXACT if practises else ALIKE)
        pace = 1.0 if practises else self.network.time_scale or 1.0
        command = boot_command(made.profile, machine, place, own=own, keys=made.keys, pace=pace)
        return script(command, result.name, EXACT)


class Elsewhere(NamedTuple):
    """Where results go beside what is printed."""

    junit: Path | None
    html: Path | None
    kept: Wanted
    annotations: Annotations | None
    summary: Summary
    repeat: Repeat

    @property
    def needs_boots(self) -> bool:
        """Not only the results, but what they were read from."""
        return self.html is not None or self.kept.folder is not None

    def write(
        self,
        title: str,
        where: str,
        results: Sequence[Result],
        logs: Sequence[tuple[str, str]],
        kind: Server | None,
        is_data: bool,
    ) -> None:
        """Write all of it.

        Args:
            title: The suite's.
            where: The network.
            results: What came of the suite.
            logs: A title and the log of every server that was started.
            kind: The server that cures are shown for.
            is_data: What is printed is for a program.

        Raises:
            EnvironmentProblem: Something cannot be written.
        """
        if self.annotations is not None:
            self.annotations.show(results, is_data)
        if self.junit is not None:
            document = as_junit(title, where, results)
            write_whole(self.junit, lambda file: _write(file, document))
        if self.html is not None:
            from pxeclient.check.as_html import as_html

            write_page(self.html, as_html(title, where, results, kind))
        self.summary.append("\n".join(as_markdown(title, where, results)) + "\n")
        if self.kept.folder is not None:
            self._keep(title, where, results, logs, kind)

    def _keep(
        self,
        title: str,
        where: str,
        results: Sequence[Result],
        logs: Sequence[tuple[str, str]],
        kind: Server | None,
    ) -> None:
        from pxeclient.artifacts.kept import log_of
        from pxeclient.artifacts.naming import apart
        from pxeclient.check.as_html import page

        # Where nothing was met, what cannot be told has made the suite fail.
        every = self.kept.every or tally(results).met == 0
        chosen = [one for one in results if every or one.status is Status.NOT_MET]
        log = log_of(logs)
        names = apart(one.name for one in chosen)
        kept = [
            _kept(name, one, self.repeat.script(one), log)
            for name, one in zip(names, chosen, strict=True)
        ]
        lines = tuple(_lines(results, chosen, kept, kind))
        self.kept.write(kept, page(title, where, results, lines))


def _kept(name: str, result: Result, script: str, log: str) -> Kept:
    from pxeclient.artifacts.kept import Kept

    made = result.made
    if made is None:
        return Kept(name, script, log=log)
    code = None if made.is_probe else exit_code(made.trace)
    return Kept(name, script, made.trace, made.started, code, made.beside, log)


def _lines(
    results: Sequence[Result], chosen: Sequence[Result], kept: Sequence[Kept], kind: Server | None
) -> Iterator[Line]:
    """A row for each result; those that are kept lead to their files."""
    from pxeclient.artifacts import folder
    from pxeclient.check import as_html
    from pxeclient.report.page import Line

    files = {id(result): folder.links(one) for result, one in zip(chosen, kept, strict=True)}
    for result in results:
        there = files.get(id(result))
        story = None if there is None else as_html.story(result, kind, there)
        yield Line(as_html.look(result), as_html.cells(result), story)


def check_files(*paths: Path | None) -> None:
    """Say before the boots, not after them, that a file cannot be written.

    Raises:
        EnvironmentProblem: There is no folder for it.
        click.UsageError: Two are one.
    """
    named = [path for path in paths if path is not None]
    if len(set(named)) < len(named):
        raise click.UsageError(f"two files cannot both go to {named[0]}")
    for path in named:
        check_folder(path)


def again(
    suite: Path | None,
    interface: str | None,
    network: str | None,
    servers: Sequence[str],
    time_scale: float | None,
    names: Sequence[str],
) -> tuple[str, ...]:
    """The command as it was given, without what it shows, keeps and chooses."""
    words = ["pxeclient", "check", "--starter" if suite is None else str(suite)]
    words += [] if interface is None else ["--interface", interface]
    words += [] if network is None else ["--network", network]
    words += [word for server in servers for word in ("--server", server)]
    words += [] if time_scale is None else ["--time-scale", f"{time_scale:g}"]
    words += [word for name in names for word in ("--profile", name)]
    return tuple(words)


def _write(file: BinaryIO, document: bytes) -> None:
    file.write(document)
