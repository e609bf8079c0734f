"""A suite's results as one web page: a row for each, and its story with the boot's ladder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pxeclient.advice import Server
from pxeclient.check.as_text import happened
from pxeclient.check.results import Point, Result, Status, tally
from pxeclient.report.page import Line, Link, Look, Page, Story, Told, render

LOOKS = {Status.MET: Look.GOOD, Status.NOT_MET: Look.BAD, Status.UNKNOWN: Look.OPEN}
_COLUMNS = ("case", "who", "result", "seconds", "what happened")


def as_html(title: str, where: str, results: Sequence[Result], kind: Server | None = None) -> str:
    """The page; `kind` is the server that cures are shown for."""
    lines = tuple(Line(look(one), cells(one), story(one, kind)) for one in results)
    return render(page(title, where, results, lines))


def page(title: str, where: str, results: Sequence[Result], lines: tuple[Line, ...]) -> Page:
    """The page of these results, with these lines."""
    counts = tally(results)
    return Page(
        title,
        where,
        counts.words,
        Look.GOOD if counts.all_met else Look.BAD,
        _COLUMNS,
        lines,
    )


def look(result: Result) -> Look:
    """How a result looks."""
    return LOOKS[result.status]


def cells(result: Result) -> tuple[str, ...]:
    """Its row."""
    point = _first(result)
    told = "nothing was asked" if point is None else point.happened
    seconds = f"{result.seconds:.2f}"
    return result.case, result.subject, result.status.value, seconds, told


def story(result: Result, kind: Server | None, links: Sequence[Link] = ()) -> Story:
    """What was expected and what happened; where it is not met also why, and what to change.

    With links there is no drawing: it is behind one of them.
    """
    trace = None if links or result.made is None else result.made.trace
    return Story(
        result.name,
        look(result),
        tuple(_facts(result)),
        _told(result, kind),
        trace,
        tuple(links),
    )


def _facts(result: Result) -> Iterator[tuple[str, str]]:
    if result.why:
        yield "why", result.why
    for point in result.points:
        yield "expected", point.expected
        yield point.status.value, happened(point)


def _told(result: Result, kind: Server | None) -> Told | None:
    if result.status is not Status.NOT_MET or not result.findings:
        return None
    return Told.of_finding(result.findings[0], kind)


def _first(result: Result) -> Point | None:
    """The point that its status comes from."""
    mine = (point for point in result.points if point.status is result.status)
    return next(mine, None)
