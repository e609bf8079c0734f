"""Findings in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pxeclient.advice import Cure, Server
from pxeclient.advice.as_json import cure_as_json, known_as_json
from pxeclient.diagnose import Fault, Finding, Severity
from pxeclient.prose import Verbatim, wrapped

if TYPE_CHECKING:
    from pxeclient.schemas import common as shapes

_COLUMN = 14
"""Where a cure's lines begin, after the indent."""


MORE = "-v, or pxeclient findings ID"
"""Where a command tells more of a finding that took a line."""


def lines(
    findings: Sequence[Finding],
    failed: bool,
    verbose: bool = False,
    more: str = MORE,
    at_hand: Server | None = None,
) -> Iterator[str]:
    """What is shown after the end of a boot.

    What stopped the boot is told in full, with what to change; of one that did not fail, what
    stops its next stage. What would stop another firmware takes a line, and so does what only
    follows from another finding; notes take one where the boot has failed. `verbose` tells all in
    full; `more` is what would. Lines for the server at hand, if one is known, come first.
    """
    brief = False
    in_full = (Severity.STOPS,) if failed else (Severity.STOPS, Severity.NEXT)
    for (_, severity, cause), several in groupby(findings, _kind):
        if cause is not None and not verbose:
            first = next(several)
            yield f"  So also {first.id}: {first.title}"
        elif verbose or severity in in_full:
            yield from _full(list(several), at_hand)
        elif failed or severity is not Severity.NOTE:
            first = next(several)
            yield f"▲ {first.id} ({severity}): {first.title}"
            brief = True
    if brief:
        yield f"  More of it, and what to change: {more}"


def _kind(one: Finding) -> tuple[str, Severity, str | None]:
    return one.id, one.severity, one.cause


def _full(several: list[Finding], at_hand: Server | None) -> Iterator[str]:
    """One finding, in as many servers as there are."""
    finding = several[0]
    mark = "" if finding.severity is Severity.STOPS else f" ({finding.severity})"
    if finding.cause is not None:
        mark = f" (follows from {finding.cause})"
    yield f"▲ {finding.id}{mark}: {finding.title}"
    for one in several:
        yield from wrapped(sentence(one.seen), "  ")
    yield from wrapped(finding.fault.why, "  ")
    yield "  What to change:"
    for told in dict.fromkeys(tuple(_cures(one.cures, at_hand)) for one in several):
        yield from told


def sentence(text: str) -> str:
    """With a capital where it begins with a word of ours: a name is what it is."""
    return f"The{text[3:]}" if text.startswith("the ") else text


def _cures(cures: tuple[Cure, ...], at_hand: Server | None = None) -> Iterator[str]:
    """The first in full; of others that would do as well, the words."""
    best, *rest = cures
    for server, lines in best.settings(at_hand):
        in_words = server.is_told_in_words
        yield from _beside(server.called, _words(lines[0]) if in_words else lines)
    yield from _beside("others", _words(best.do))
    for cure in rest:
        yield from _beside("or", _words(cure.do))


def _beside(name: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield Verbatim(f"    {name:{_COLUMN}}{line}")
        name = ""


def _words(text: str) -> list[str]:
    indent = " " * (4 + _COLUMN)
    return [line.removeprefix(indent) for line in wrapped(text, indent)]


def describe(fault: Fault, cures: tuple[Cure, ...]) -> Iterator[str]:
    """A fault without a boot.

    Args:
        fault: As in the catalogue.
        cures: Its cures, filled in.
    """
    yield f"{fault.id}: {fault.title}"
    yield f"  {fault.severity.capitalize()}."
    yield from wrapped(fault.why, "  ")
    yield "  What to change:"
    yield from _cures(cures)
    yield from wrapped(f"Source ({fault.known.level}): {fault.known.where}", "  ")


def as_json(findings: Sequence[Finding]) -> list[shapes.Finding]:
    """The findings for ``--json`` (``docs/reference/json.md``)."""
    return [
        {
            "id": finding.id,
            "title": finding.title,
            "severity": finding.severity.value,
            "follows_from": finding.cause,
            "frames": list(finding.frames),
            "seen": finding.seen,
            "why": finding.fault.why,
            "cures": [cure_as_json(cure) for cure in finding.cures],
            "known": known_as_json(finding.fault.known),
        }
        for finding in findings
    ]
