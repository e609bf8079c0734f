"""Orders to GitHub Actions: a case that is not met, shown at its line of the suite.

They are the only orders to a CI service that a command prints, and all that is not ours in them is
written so that it cannot be read as anything else. Source: actions/toolkit
packages/core/src/command.ts (escapeData, escapeProperty); actions/runner
src/Runner.Common/ActionCommand.cs (TryParseV2).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pxeclient.check import places
from pxeclient.check.as_text import happened
from pxeclient.check.results import Result, Status
from pxeclient.check.suite import Case
from pxeclient.cli.streams import order
from pxeclient.harmless import clean, without_commands

_LONGEST = 3000
"""Characters of a message; GitHub shows the first few lines of it."""

option = click.option(
    "--annotations/--no-annotations",
    default=None,
    help="Show GitHub the cases that are not met, at their lines; by default where"
    " GITHUB_ACTIONS=true.",
)


def wanted(asked: bool | None) -> bool:
    """The user asks for them, or GitHub runs us and nobody says no."""
    return os.environ.get("GITHUB_ACTIONS") == "true" if asked is None else asked


class Annotations:
    """Of one suite: where its cases stand is read at once, while we have the right to."""

    def __init__(self, suite: Path | None, cases: Sequence[Case]) -> None:
        """Take the suite's file, None for the one that comes with pxeclient, and all its cases."""
        self._file = None if suite is None else _from_workspace(suite)
        self._lines = {} if suite is None else places.lines(suite, cases)

    def show(self, results: Sequence[Result], is_data: bool) -> None:
        """Print one for each result that is not met, and one if nothing at all could be told.

        Args:
            results: What came of the suite.
            is_data: Standard output is for a program, so they go to standard error, where GitHub
                reads them as well.
        """
        stream = sys.stderr if is_data else sys.stdout
        for result in results:
            if result.status is Status.NOT_MET:
                place = self._place(self._lines.get(result.case))
                order(stream, _written(place, result.name, "\n".join(_message(result))))
        if results and all(result.status is Status.UNKNOWN for result in results):
            points = results[0].points
            told = points[0].happened if points else "nothing was asked"
            order(stream, _written(self._place(), "No case can be told", f"cannot tell: {told}"))

    def _place(self, line: int | None = None) -> dict[str, str]:
        if self._file is None:
            return {}
        return {"file": self._file} if line is None else {"file": self._file, "line": str(line)}


def _message(result: Result) -> Iterator[str]:
    if result.why:
        yield result.why
    for point in result.points:
        if point.status is Status.NOT_MET:
            yield f"expected: {point.expected}"
            yield f"happened: {happened(point)}"
    if result.findings:
        first = result.findings[0]
        yield f"{first.id}: {first.title}"
        yield f"What to change: {first.cures[0].do}"


def _from_workspace(path: Path) -> str:
    """As GitHub knows the file: from the folder that it has checked out."""
    root = os.environ.get("GITHUB_WORKSPACE")
    if root:
        whole = path.resolve()
        if whole.is_relative_to(Path(root).resolve()):
            return whole.relative_to(Path(root).resolve()).as_posix()
    return str(path)


def _written(place: dict[str, str], title: str, message: str) -> str:
    properties = {**place, "title": title}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}…"
    return f"::error {told}::{_data(message)}"


def _data(text: str) -> str:
    r"""The text on one line: `%`, ``\r`` and ``\n`` are written as GitHub reads them back.

    Azure and TeamCity look for their own orders anywhere in a line.
    """
    shown = clean(text).replace("\t", " ").replace("%", "%25")
    shown = shown.replace("\r", "%0D").replace("\n", "%0A")
    return without_commands(shown, "x")


def _property(text: str) -> str:
    return _data(" ".join(text.split())).replace(":", "%3A").replace(",", "%2C")
