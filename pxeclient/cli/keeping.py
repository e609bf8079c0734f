"""The files that ``pxeclient boot`` was asked to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pxeclient.cli.drawing import draw, format_of
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.heading import now_headed
from pxeclient.cli.options import BootOptions
from pxeclient.cli.output import EnvironmentProblem, write_whole
from pxeclient.cli.placing import Fill
from pxeclient.cli.showing import boot_object
from pxeclient.harmless import json_text
from pxeclient.outcome import Booted
from pxeclient.trace import Trace

if TYPE_CHECKING:
    from pxeclient.capture.writing import Written


def keep(trace: Trace, asked: BootOptions, started: float) -> list[str]:
    """Write the files that were asked for; what went wrong with each."""
    jobs: list[tuple[Path, Fill]] = []
    if asked.written is not None:
        jobs.append((asked.written, captured([(trace, started)])))
    problems = []
    outcome = trace.outcome
    if asked.output is not None and isinstance(outcome, Booted):
        content = outcome.content
        if outcome.whole is None:
            jobs.append((asked.output, lambda file: _write_bytes(file, content)))
        else:
            problems.append(
                f"{asked.output} is not written: of the boot file's {outcome.size} octets, only the"
                f" first {len(content)} are kept"
            )
    for path, write in jobs:
        try:
            write_whole(path, write)
        except EnvironmentProblem as problem:
            problems.append(problem.message)
    return problems + _ladder(trace, asked) + _reports(trace, asked)


def captured(boots: Sequence[tuple[Trace, float]]) -> Fill:
    """What writes a capture of boots, one after the other.

    Args:
        boots: Each with the time of its power-on, in seconds since 1970; 0 where its wire has no
            date: it follows the one before at once.
    """
    from pxeclient.capture import writing

    return lambda file: writing.write(file, _frames(boots))


def _frames(boots: Sequence[tuple[Trace, float]]) -> Iterator[Written]:
    from pxeclient.report.commented import commented

    ended = 0.0
    for trace, date in boots:
        started = date or ended
        ended = started + trace.ended
        frames = commented(trace, started)
        if len(boots) > 1:
            first = next(frames, None)
            if first is not None:
                told = f"{trace.profile} is switched on"
                yield replace(first, comments=(told, *first.comments))
        yield from frames


def _ladder(trace: Trace, asked: BootOptions) -> list[str]:
    if asked.ladder is None:
        return []
    try:
        format = format_of(asked.ladder, "--ladder")
        draw([trace], asked.ladder, format, every=asked.verbose, kind=asked.server_kind)
    except EnvironmentProblem as problem:
        return [problem.message]
    return []


def _reports(trace: Trace, asked: BootOptions) -> list[str]:
    def told() -> str:
        return json_text(now_headed(boot_object(trace, exit_code(trace))), indent=2) + "\n"

    try:
        asked.reports.write({"json": told})
    except EnvironmentProblem as problem:
        return [problem.message]
    return []


def _write_bytes(file: BinaryIO, content: bytes) -> None:
    file.write(content)
