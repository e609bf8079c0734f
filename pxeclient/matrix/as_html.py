"""The table as one web page: a row for each machine, and its boot's story with the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pxeclient.diagnose import Finding, diagnose_beside
from pxeclient.matrix import table, verdict
from pxeclient.matrix.row import Cell, Row
from pxeclient.report.page import Line, Link, Look, Page, Story, render
from pxeclient.report.page import Told as Verdict
from pxeclient.trace import Trace

_LOOKS = {Cell.BOOTED: Look.GOOD, Cell.FAILED: Look.BAD, Cell.WRONG_FILE: Look.BAD}


@dataclass(frozen=True, slots=True)
class Told:
    """A row and its boot."""

    row: Row
    trace: Trace | None
    """None where none was made, or its servers are not known to have answered as they would."""
    beside: tuple[Finding, ...] = ()
    """What was found of it beside the others of the table."""


def told(rows: Sequence[Row], traces: Sequence[Trace | None]) -> list[Told]:
    """Each row with its boot, and what shows only beside the others."""
    there = [trace for trace in traces if trace is not None]
    more = iter(diagnose_beside(there))
    return [
        Told(row, trace, () if trace is None else tuple(next(more)))
        for row, trace in zip(rows, traces, strict=True)
    ]


def as_html(title: str, found: Sequence[Told], notice: str) -> str:
    """The page."""
    lines = tuple(Line(look(one.row), table.cells(one.row), story(one)) for one in found)
    return render(page(title, found, notice, lines))


def page(title: str, found: Sequence[Told], notice: str, lines: tuple[Line, ...]) -> Page:
    """The page of this table, with these lines."""
    rows = [one.row for one in found]
    return Page(
        title,
        notice,
        verdict.sentence(rows),
        Look.GOOD if verdict.all_boot(rows) else Look.BAD,
        table.HEAD,
        lines,
        tuple(table.notes(rows)),
    )


def look(row: Row) -> Look:
    """How a row looks."""
    return _LOOKS.get(row.result, Look.OPEN)


def story(one: Told, links: Sequence[Link] = ()) -> Story:
    """How the boot ended, why, and what to change; with links the drawing is behind one."""
    made = None if one.trace is None else Verdict.of(one.trace, beside=one.beside)
    row = one.row
    facts = [("firmware", row.title), ("machine", row.mac), ("came to", table.what(row))]
    if row.remark and row.result is not Cell.CANNOT_TELL:
        facts.append(("remark", row.remark))
    trace = None if links else one.trace
    title = f"{row.profile}, architecture {table.arch(row)}"
    return Story(title, look(row), tuple(facts), made, trace, tuple(links))
