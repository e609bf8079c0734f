"""Where the results of ``pxeclient check`` go beside what is printed: files, a folder, GitHub.

What makes pages and drawings is imported only when one is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pxeclient.advice import Server
from pxeclient.boots.networks import is_file
from pxeclient.check.as_json import as_json
from pxeclient.check.as_junit import as_junit
from pxeclient.check.as_markdown import as_markdown
from pxeclient.check.as_tap import as_tap
from pxeclient.check.results import Result, Run, Status, tally
from pxeclient.check.suite import Network
from pxeclient.cli.annotations import Annotations
from pxeclient.cli.artifacts import Wanted
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.heading import now_headed
from pxeclient.cli.keeping import captured
from pxeclient.cli.output import write_whole
from pxeclient.cli.reports import Reports
from pxeclient.cli.summary import Summary
from pxeclient.harmless import json_text

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


class Told(NamedTuple):
    """What came of a suite, and what makes the reports of it."""

    title: str
    """The suite's."""
    where: str
    """The network."""
    results: Sequence[Result]
    run: Run
    exit_code: int
    kind: Server | None
    """The server that cures are shown for."""

    @property
    def reports(self) -> dict[str, Callable[[], str]]:
        """By their formats."""
        return {
            "tap": lambda: "\n".join(as_tap(self.results)) + "\n",
            "junit": lambda: as_junit(self.title, self.where, self.results, self.run).decode(),
            "json": self._as_json,
            "html": self._as_html,
            "markdown": self.as_markdown,
        }

    def as_markdown(self) -> str:
        """As a table."""
        return "\n".join(as_markdown(self.title, self.where, self.results)) + "\n"

    def _as_json(self) -> str:
        whole = as_json(self.title, self.where, self.results, self.exit_code)
        return json_text(now_headed(whole), indent=2, ascii_only=False) + "\n"

    def _as_html(self) -> str:
        from pxeclient.check.as_html import as_html

        return as_html(self.title, self.where, self.results, self.kind)


class Elsewhere(NamedTuple):
    """Where results go beside what is printed."""

    written: Path | None
    """The capture."""
    reports: Reports
    kept: Wanted
    annotations: Annotations | None
    summary: Summary
    repeat: Repeat

    @property
    def needs_boots(self) -> bool:
        """Not only the results, but what they were read from."""
        pages = any(format == "html" for format, _ in self.reports.files)
        return pages or self.written is not None or self.kept.folder is not None

    def write(self, told: Told, logs: Sequence[tuple[str, str]]) -> None:
        """Write all of it.

        Args:
            told: What came of the suite.
            logs: A title and the log of every server that was started.

        Raises:
            EnvironmentProblem: Something cannot be written.
        """
        if self.annotations is not None:
            self.annotations.show(told.results, bool(self.reports.shown))
        self.reports.write(told.reports)
        if self.written is not None:
            made = [result.made for result in told.results]
            boots = [(one.trace, one.started) for one in made if one is not None]
            write_whole(self.written, captured(boots))
        self.summary.append(told.as_markdown())
        if self.kept.folder is not None:
            self._keep(told, logs)

    def _keep(self, told: Told, logs: Sequence[tuple[str, str]]) -> None:
        from pxeclient.artifacts.kept import log_of
        from pxeclient.artifacts.naming import apart
        from pxeclient.check.as_html import page

        results = told.results
        # Where nothing was met, what cannot be told has made the suite fail.
        every = self.kept.every or tally(results).met == 0
        chosen = [one for one in results if every or one.status is Status.NOT_MET]
        log = log_of(logs)
        names = apart(one.name for one in chosen)
        kept = [
            _kept(name, one, self.repeat.script(one), log)
            for name, one in zip(names, chosen, strict=True)
        ]
        lines = tuple(_lines(results, chosen, kept, told.kind))
        self.kept.write(kept, page(told.title, told.where, results, lines))


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


def again(
    suite: Path | None,
    interface: str | None,
    network: str | None,
    servers: Sequence[str],
    time_scale: float | None,
    names: Sequence[str],
    loopback: bool | None = None,
) -> tuple[str, ...]:
    """The command as it was given, without what it shows, keeps and chooses."""
    words = ["pxeclient", "check", "--starter" if suite is None else str(suite)]
    words += [] if interface is None else ["--interface", interface]
    words += [] if network is None else ["--network", network]
    words += [word for server in servers for word in ("--server", server)]
    words += [] if loopback is None else ["--loopback" if loopback else "--no-loopback"]
    words += [] if time_scale is None else ["--time-scale", f"{time_scale:g}"]
    words += [word for name in names for word in ("--profile", name)]
    return tuple(words)
