"""Findings in words, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pxeclient.diagnose import Cure, Fault, Finding, Severity
from pxeclient.diagnose.catalogue import SERVERS
from pxeclient.report.transcript import WIDTH

_COLUMN = 14
"""Where a cure's lines begin, after the indent."""


MORE = "-v, or pxeclient findings ID"
"""Where a command tells more of a finding that took a line."""


def lines(
    findings: Sequence[Finding], failed: bool, verbose: bool = False, more: str = MORE
) -> Iterator[str]:
    """What is shown after the end of a boot.

    What stopped the boot is told in full, with what to change. What would stop another firmware
    takes a line; notes take one where the boot has failed. `verbose` tells all in full;
    `more` is what would.
    """
    brief = False
    for (_, severity), several in groupby(findings, lambda one: (one.id, one.severity)):
        if verbose or severity is Severity.STOPS:
            yield from _full(list(several))
        elif failed or severity is Severity.OTHERS:
            first = next(several)
            yield f"▲ {first.id} ({severity}): {first.title}"
            brief = True
    if brief:
        yield f"  More of it, and what to change: {more}"


def _full(several: list[Finding]) -> Iterator[str]:
    """One finding, in as many servers as there are."""
    finding = several[0]
    mark = "" if finding.severity is Severity.STOPS else f" ({finding.severity})"
    yield f"▲ {finding.id}{mark}: {finding.title}"
    for one in several:
        yield from _wrap(_sentence(one.seen), "  ")
    yield from _wrap(finding.fault.why, "  ")
    yield "  What to change:"
    for cures in dict.fromkeys(one.cures for one in several):
        yield from _cures(cures)


def _wrap(text: str, indent: str) -> list[str]:
    """As the transcript wraps, but names and options with hyphens stay whole."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _sentence(text: str) -> str:
    """With a capital where it begins with a word of ours: a name is what it is."""
    return f"The{text[3:]}" if text.startswith("the ") else text


def _cures(cures: tuple[Cure, ...]) -> Iterator[str]:
    for cure in cures:
        name = SERVERS[cure.server]
        shown = _words(cure.lines) if cure.server in ("windows", "other") else list(cure.lines)
        for line in shown:
            yield f"    {name:{_COLUMN}}{line}"
            name = ""


def _words(words: tuple[str, ...]) -> list[str]:
    indent = " " * (4 + _COLUMN)
    return [line.removeprefix(indent) for text in words for line in _wrap(text, indent)]


def describe(fault: Fault, cures: tuple[Cure, ...]) -> Iterator[str]:
    """A finding without a boot."""
    yield f"{fault.id}: {fault.title}"
    yield f"  {fault.severity.capitalize()}."
    yield from _wrap(fault.why, "  ")
    yield "  What to change:"
    yield from _cures(cures)
    yield from _wrap(f"Source ({fault.known.level}): {fault.known.where}", "  ")


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings for ``--json`` (``docs/json.md``)."""
    return [
        {
            "id": finding.id,
            "title": finding.title,
            "severity": finding.severity.value,
            "frames": list(finding.frames),
            "seen": finding.seen,
            "why": finding.fault.why,
            "cures": {cure.server: list(cure.lines) for cure in finding.cures},
            "source": finding.fault.known.where,
            "evidence": finding.fault.known.level.value,
        }
        for finding in findings
    ]
