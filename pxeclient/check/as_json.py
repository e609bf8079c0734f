"""A suite's results as one JSON object; ``docs/reference/testing.md`` documents it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pxeclient.check.results import Result, Status, tally
from pxeclient.report import findings
from pxeclient.report.words import word

if TYPE_CHECKING:
    from pxeclient.schemas import check as shapes

SCHEMA: Final = "pxeclient-check/2"
"""Grows by new keys only; any other change makes it /3."""


def as_json(title: str, where: str, results: Sequence[Result], exit_code: int) -> shapes.Check:
    """All results, met or not."""
    counts = tally(results)
    return {
        "schema": SCHEMA,
        "title": title,
        "network": where,
        "exit_code": exit_code,
        "counts": {
            word(Status.MET): counts.met,
            word(Status.NOT_MET): counts.not_met,
            word(Status.UNKNOWN): counts.unknown,
        },
        "results": [_result(result) for result in results],
    }


def _result(result: Result) -> shapes.Result:
    return {
        "case": result.case,
        "subject": result.subject,
        "profile": result.profile or None,
        "profile_version": result.profile_version or None,
        "why": result.why or None,
        "status": word(result.status),
        "seconds": round(result.seconds, 6),
        "wall_seconds": round(result.wall_seconds, 6),
        "points": [
            {
                "status": word(point.status),
                "expected": point.expected,
                "happened": point.happened,
                "frame": point.frame,
                "source": point.source or None,
            }
            for point in result.points
        ],
        "findings": findings.as_json(result.findings),
    }
