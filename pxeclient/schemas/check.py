"""``pxeclient check --json``."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypedDict

from pxeclient.check.results import Status
from pxeclient.report.words import Words
from pxeclient.schemas.common import Finding

StatusWord: TypeAlias = Annotated[str, Words.of(Status)]


class Point(TypedDict):
    """One thing that was expected."""

    status: StatusWord
    expected: str
    happened: str
    frame: int | None
    source: str | None


class Result(TypedDict):
    """What came of a case with one firmware, or of a probe."""

    case: str
    subject: str
    profile: str | None
    profile_version: str | None
    why: str | None
    status: StatusWord
    seconds: float
    wall_seconds: float
    points: list[Point]
    findings: list[Finding]


class Check(TypedDict):
    """What came of a suite."""

    schema: Literal["pxeclient-check/2"]
    title: str
    network: str
    exit_code: int
    counts: dict[StatusWord, int]
    results: list[Result]
