"""What a page of many boots says, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
class Story:
    """One boot, or one case of a suite, told."""

    title: str
    look: Look
    facts: tuple[tuple[str, str], ...] = ()
    """What is to be read first: a word, and what it says."""
    lines: tuple[str, ...] = ()
    """As the command prints them: the verdict, the finding, the cure."""
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
