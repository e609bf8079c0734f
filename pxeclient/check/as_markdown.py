"""Results as a Markdown table, such as GitHub's step summaries show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pxeclient.check.results import Point, Result, Status, tally
from pxeclient.check.words import SIGNS
from pxeclient.report.markdown import plain, row


def as_markdown(title: str, where: str, results: Sequence[Result]) -> Iterator[str]:
    """The lines: a row for each result, with the first thing that was not met or not told."""
    yield f"### {plain(title)}"
    yield ""
    yield f"On {plain(where)}: {tally(results).words}."
    yield ""
    yield "| | case | tried by | expected | happened | finding |"
    yield "|---|---|---|---|---|---|"
    for result in results:
        yield _row(result)
    yield ""


def _row(result: Result) -> str:
    first = _first(result)
    ids = ", ".join(dict.fromkeys(finding.id for finding in result.findings))
    cells = (
        SIGNS[result.status.value],
        result.case,
        result.subject,
        first.expected if first else "",
        first.happened if first else "",
        ids,
    )
    return row(map(plain, cells))


def _first(result: Result) -> Point | None:
    """The first point that made the result what it is; None where all is well."""
    if result.status is Status.MET:
        return None
    return next((point for point in result.points if point.status is result.status), None)
