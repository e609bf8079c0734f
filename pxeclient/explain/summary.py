"""All machines of a capture in a table: what each came to, before the stories say how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pxeclient.architectures import Fit
from pxeclient.diagnose import Finding
from pxeclient.endings import End, end_of, judge
from pxeclient.explain.course6 import firmware6_name
from pxeclient.explain.fingerprint import Likeness
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt, Story
from pxeclient.outcome import Failed
from pxeclient.prose import width, wrapped
from pxeclient.report.closing import main

_LEAST = 30
"""Columns that the reason needs beside the others; where there are fewer it stands below."""
_ROWS = 2
"""Lines of a reason; the story has it in full."""
_GAP = "  "


class Row(NamedTuple):
    """One attempt of one machine."""

    machine: str
    """Its MAC address, or which attempt of the machine above it is."""
    firmware: str
    ended: str
    """The firmware's code, where one is inferred; else what it came to, in a word or two."""
    finding: str
    because: str


HEAD = Row("machine", "firmware", "ended", "finding", "because")


def rows(stories: Sequence[Story]) -> Iterator[Row]:
    """A row for each attempt of each machine."""
    for story in stories:
        for told in story.attempts:
            name = str(story.station.mac) if told.number == 1 else f"  attempt {told.number}"
            found = finding(told)
            because = told.ending.sentence if found is None else found.title
            yield Row(name, _firmware(told), ended(told), found.id if found else "", because)


def finding(told: ExplainedAttempt) -> Finding | None:
    """What the verdict of an attempt is about."""
    return main(told.findings, end_of(told.trace))


def _firmware(told: ExplainedAttempt) -> str:
    best = told.fingerprint.best
    if told.named is not None:
        return f"{told.named.client.name}{'' if told.named.client.sure else '?'}"
    if best is None:
        return firmware6_name(told.attempt) or "?"
    return f"{best.profile.name}{'' if told.fingerprint.likeness is Likeness.SAME else '?'}"


_WORDS = {End.BOOTED: "booted", End.WRONG_FILE: "wrong file", End.NOT_JUDGED: "fetched"}


def ended(told: ExplainedAttempt) -> str:
    """What an attempt came to, in a word or two."""
    stop, outcome = told.ending.stop, told.trace.outcome
    if stop is Stop.FETCHED:
        judged = judge(told.trace)
        if told.named is not None and judged is not None and judged.fit is Fit.UNKNOWN:
            return "fetched"  # What it makes of its files is not known here.
        return _WORDS.get(end_of(told.trace), "fetched")
    if isinstance(outcome, Failed) and outcome.code and stop is not Stop.CANNOT_TELL:
        return outcome.code
    if told.ending.code and stop is not Stop.CANNOT_TELL:
        return told.ending.code
    return stop.value.replace("-", " ")


def table(stories: Sequence[Story]) -> Iterator[str]:
    """The rows for a terminal, with a head; nothing where there is no machine."""
    found = [HEAD, *rows(stories)]
    if len(found) == 1:
        return
    sizes = [max(len(cell) for cell in column) for column in zip(*found, strict=True)][:4]
    beside = sum(sizes) + len(_GAP) * len(sizes)
    room = width() - beside
    for row in found:
        cells = _GAP.join(f"{cell:{size}}" for cell, size in zip(row, sizes, strict=False))
        if room < _LEAST:
            yield cells.rstrip()
            indent = "    "
            yield from [] if row is HEAD else _brief(row.because, indent, indent)
        else:
            yield from _brief(row.because, cells + _GAP, " " * beside)


def _brief(text: str, first: str, rest: str) -> list[str]:
    lines = wrapped(text, first, rest)
    return lines if len(lines) <= _ROWS else [*lines[: _ROWS - 1], f"{lines[_ROWS - 1]} …"]
