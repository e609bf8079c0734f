"""The files that ``pxeclient boot`` was asked to write."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from pxeclient.cli.drawing import draw, format_of
from pxeclient.cli.options import BootOptions
from pxeclient.cli.output import EnvironmentProblem, write_whole
from pxeclient.cli.placing import Fill
from pxeclient.outcome import Booted
from pxeclient.trace import Trace


def keep(trace: Trace, asked: BootOptions, started: float) -> list[str]:
    """Write the files that were asked for; what went wrong with each."""
    jobs: list[tuple[Path, Fill]] = []
    if asked.capture is not None:
        from pxeclient.capture import writing
        from pxeclient.report.commented import commented

        jobs.append((asked.capture, lambda file: writing.write(file, commented(trace, started))))
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
    return problems + _ladder(trace, asked)


def _ladder(trace: Trace, asked: BootOptions) -> list[str]:
    if asked.ladder is None:
        return []
    try:
        format = format_of(asked.ladder, "--ladder")
        draw([trace], asked.ladder, format, every=asked.verbose, kind=asked.server_kind)
    except EnvironmentProblem as problem:
        return [problem.message]
    return []


def _write_bytes(file: BinaryIO, content: bytes) -> None:
    file.write(content)
