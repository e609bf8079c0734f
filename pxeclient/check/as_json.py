"""A suite's results as one JSON object; ``docs/testing.md`` documents it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pxeclient.check.results import Result, tally
from pxeclient.report import findings

SCHEMA = "pxeclient-check/1"
"""Grows by new keys only; any other change makes it /2."""


def as_json(title: str, where: str, results: Sequence[Result], exit_code: int) -> dict[str, Any]:
    """All results, met or not."""
    counts = tally(results)
    return {
        "schema": SCHEMA,
        "title": title,
        "network": where,
        "exit_code": exit_code,
        "met": counts.met,
        "not_met": counts.not_met,
        "cannot_tell": counts.unknown,
        "results": [_result(result) for result in results],
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "case": result.case,
        "subject": result.subject,
        "why": result.why or None,
        "status": result.status.value,
        "seconds": round(result.seconds, 6),
        "points": [
            {
                "status": point.status.value,
                "expected": point.expected,
                "happened": point.happened,
                "frame": point.frame,
                "source": point.source or None,
            }
            for point in result.points
        ],
        "findings": findings.as_json(result.findings),
    }
