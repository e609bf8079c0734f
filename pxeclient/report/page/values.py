"""What a page of many boots says, before it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pxeclient.advice import Server
from pxeclient.diagnose import Finding
from pxeclient.report.ladder.ending import ended, problem
from pxeclient.report.ladder.model import Problem
from pxeclient.trace import Trace


class Look(StrEnum):
    """How a row looks. Its words say the same, for those who see no colours."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    """Nobody can tell, or it did not come to an end."""


@dataclass(frozen=True, slots=True)
class Link:
    """A file beside the page."""

    path: str
    """Relative to the page; in it are only signs that a URL has as they are."""
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict."""

    words: str
    reason: str = ""
    """Where there is no finding."""
    cause: str = ""
    """What the finding is to the verdict: ``Why``, ``Next`` or ``Note``."""
    problem: Problem | None = None
    came: tuple[str, ...] = ()
    """A line for each stage, where there are several."""

    @classmethod
    def of(cls, trace: Trace, kind: Server | None = None, beside: Sequence[Finding] = ()) -> Self:
        """Of a boot; the arguments are those of `report.ladder.ending.ended`."""
        end = ended(trace, kind, beside)
        found = end.problems[0] if end.cause else None
        return cls(
            f"■ {end.lines[0]}", "" if end.booted else end.reason, end.cause, found, end.came
        )

    @classmethod
    def of_finding(cls, finding: Finding, kind: Server | None = None) -> Self:
        """Of a finding alone, such as a probe's; `kind` is the server program, as the user says."""
        return cls(f"▲ {finding.id}: {finding.title}", "", "Why", problem([finding], kind))


@dataclass(frozen=True, slots=True)
class Story:
    """One boot, or one case of a suite, told."""

    title: str
    look: Look
    facts: tuple[tuple[str, str], ...] = ()
    """What is to be read first: a word, and what it says."""
    told: Told | None = None
    """How it ended, why, and what to change."""
    trace: Trace | None = None
    """Its ladder is drawn below, once on the page however many stories share it."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table."""

    look: Look
    cells: tuple[str, ...]
    """As many as the page has columns. The first names what the row leads to."""
    story: Story | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """All of it."""

    title: str
    where: str
    """The network, such as ``interface eth1``."""
    verdict: str
    look: Look
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    """What is to be known of the table, a paragraph each."""
