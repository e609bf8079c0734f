"""Results for a terminal: a line for each case, and more where it is not met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pxeclient.advice import Server
from pxeclient.check.results import Point, Result, Status, tally, worst
from pxeclient.check.words import SIGNS
from pxeclient.prose import wrapped
from pxeclient.report.closing import advice
from pxeclient.report.markdown import one_line

_INDENT = "    "
_MOST = 6
"""Points shown of one result; ``--json`` has all."""


def case_lines(results: Sequence[Result], width: int) -> Iterator[str]:
    """The lines for one case.

    Args:
        results: All that came of it.
        width: Columns of the longest case's name.
    """
    status = worst(result.status for result in results)
    who = ", ".join(result.subject for result in results)
    yield f"{SIGNS[status.value]} {one_line(results[0].case):{width}}  {one_line(who)}"
    if status is Status.UNKNOWN:
        yield from _wrapped("cannot tell: ", _reason(results[0]))
    for result in results:
        if result.status is Status.NOT_MET:
            yield from _not_met(result, alone=len(results) == 1)


def last_lines(results: Sequence[Result], kind: Server | None = None) -> Iterator[str]:
    """How many are met; of the first that is not, why, and what to change."""
    yield f"■ {tally(results).words}"
    missed = [result for result in results if result.status is Status.NOT_MET]
    if not missed:
        return
    first = next((result for result in missed if result.findings), missed[0])
    point = next(point for point in first.points if point.status is Status.NOT_MET)
    yield from wrapped(one_line(first.name), "  Case  ")
    found = first.findings[0] if first.findings else None
    yield from advice(found, one_line(f"expected: {point.expected}; {happened(point)}"), kind=kind)
    if len(missed) > 1:
        names = dict.fromkeys(one_line(result.case) for result in missed if result is not first)
        also = ", ".join(list(names)[:_MOST])
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        yield from wrapped(f"{also}{more}", "  Also  ")


def _reason(result: Result) -> str:
    reasons = dict.fromkeys(point.happened for point in result.points)
    return next(iter(reasons), "nothing was asked")


def _not_met(result: Result, alone: bool) -> Iterator[str]:
    failed = [point for point in result.points if point.status is Status.NOT_MET]
    if not alone:
        yield f"  {one_line(result.subject)}"
    if result.why:
        yield from _wrapped("why       ", result.why)
    for point in failed[:_MOST]:
        yield from _wrapped("expected  ", point.expected)
        yield from _wrapped("happened  ", happened(point))
    if len(failed) > _MOST:
        yield f"{_INDENT}… and {len(failed) - _MOST} more: --json has all"
    if result.findings:
        first = result.findings[0]
        told = any(point.happened == first.seen for point in failed)
        yield from _wrapped(f"▲ {first.id}: ", first.title)
        if not told:
            yield from _wrapped("  ", first.seen)
        yield f"{_INDENT}  What to change: pxeclient findings {first.id}"


def happened(point: Point) -> str:
    """What happened, with its frame and what says that it should not."""
    frame = "" if point.frame is None else f" (frame {point.frame})"
    source = f" [{point.source}]" if point.source else ""
    # What is seen often says its frame itself.
    named = point.frame is not None and f"frame {point.frame}" in point.happened
    return f"{point.happened}{'' if named else frame}{source}"


def _wrapped(head: str, text: str) -> list[str]:
    return wrapped(one_line(text), _INDENT + head)
