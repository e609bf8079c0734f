"""``pxeclient watch --jsonl``: a line for each event."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypedDict

from pxeclient.report.words import Words
from pxeclient.schemas.explain import Attempt
from pxeclient.watch.stage import Stage


class Head(TypedDict):
    """Which machine, and when."""

    schema: Literal["pxeclient-watch/2"]
    at: float
    mac: str
    number: int


class Begins(Head):
    """A machine's boot begins."""

    event: Literal["begins"]


class Moves(Head):
    """It has come further."""

    event: Literal["stage"]
    stage: Annotated[str, Words.of(Stage)]
    waits_for: str | None


class Ends(Head):
    """It has ended, or another stage has after it."""

    event: Annotated[str, Words("ended", "next-stage")]
    attempt: Attempt
    remarks: list[str]
    capture: str | None


Watch: TypeAlias = Begins | Moves | Ends
