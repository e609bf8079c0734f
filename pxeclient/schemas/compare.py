"""``pxeclient compare --json``."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from pxeclient.compare.differences import Aspect
from pxeclient.report.words import Words


class Tolerance(TypedDict):
    """How far waits may differ."""

    seconds: float
    share: float


class Difference(TypedDict):
    """In what recording and profile differ."""

    aspect: Annotated[str, Words(*Aspect)]
    frame: int | None
    field: str
    sentence: str


class Compare(TypedDict):
    """A recording, held against a profile."""

    schema: Literal["pxeclient-compare/2"]
    capture: str | None
    profile: str
    profile_version: str
    mac: str
    equal: bool
    bytes_equal: bool
    timing_equal: bool
    frame_count: int
    seconds: float
    ended: str
    frames_filled_in: int
    remarks: list[str]
    tolerance: Tolerance
    deaf: float
    masked: list[str]
    differences: list[Difference]
