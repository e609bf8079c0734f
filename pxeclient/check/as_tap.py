"""TAP version 13 (testanything.org): a line for each result, and YAML for what is not met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pxeclient.check.results import Point, Result, Status
from pxeclient.harmless import json_text
from pxeclient.report.markdown import one_line


def as_tap(results: Sequence[Result]) -> Iterator[str]:
    """The lines. What cannot be told is skipped, with the reason."""
    yield "TAP version 13"
    yield f"1..{len(results)}"
    for number, result in enumerate(results, 1):
        yield from _test(number, result)


def _test(number: int, result: Result) -> Iterator[str]:
    ok = "not ok" if result.status is Status.NOT_MET else "ok"
    # "#" begins a directive.
    name = one_line(result.name).replace("#", "\\#")
    skip = ""
    if result.status is Status.UNKNOWN:
        skip = f" # SKIP {one_line(result.points[0].happened)}" if result.points else " # SKIP"
    yield f"{ok} {number} - {name}{skip}"
    if result.status is Status.NOT_MET:
        yield "  ---"
        yield from (f"  {line}" for line in _yaml(result))
        yield "  ..."


def _yaml(result: Result) -> Iterator[str]:
    """A block whose values are written as JSON, which YAML reads."""
    failed = [point for point in result.points if point.status is Status.NOT_MET]
    first = failed[0]
    yield f"message: {_quoted(f'expected: {first.expected}; {first.happened}')}"
    yield "severity: fail"
    if result.why:
        yield f"why: {_quoted(result.why)}"
    yield "not_met:"
    for point in failed:
        yield from _point(point)
    if result.findings:
        yield f"findings: {json_text([finding.id for finding in result.findings])}"


def _point(point: Point) -> Iterator[str]:
    yield f"  - expected: {_quoted(point.expected)}"
    yield f"    happened: {_quoted(point.happened)}"
    if point.frame is not None:
        yield f"    frame: {point.frame}"
    if point.source:
        yield f"    source: {_quoted(point.source)}"


def _quoted(text: str) -> str:
    return json_text(one_line(text), ascii_only=False)
