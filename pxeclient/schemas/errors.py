"""``pxeclient errors --json``, of one code and of all."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from pxeclient.outcome import Failure
from pxeclient.report.words import Words
from pxeclient.schemas.common import Cure, Known


class AskFirst(TypedDict):
    """What to ask before all else."""

    text: str
    known: Known


class Screen(TypedDict):
    """A line of a screen that is no profile's."""

    who: str
    means: str
    known: Known
    cures: list[Cure]


class Beside(TypedDict):
    """A line that stands beside a code."""

    means: str
    known: Known
    see: list[str]


class Cause(TypedDict):
    """What leads to it."""

    why: str
    known: Known
    cures: list[Cure]


class Meaning(TypedDict):
    """What a code means on firmwares that are alike in it."""

    code: str
    text: str
    family: str
    profiles: list[str]
    failure: Annotated[str, Words(*Failure)]
    means: str
    known: Known
    text_known: Known
    causes: list[Cause]
    see: list[str]
    never: str | None


class OfTheMachine(TypedDict):
    """Where the machine itself causes it."""

    family: str
    text: str
    caused_by: str
    known: Known
    causes: list[Cause]


class Page(TypedDict):
    """What is to be said of a code or a line of a screen."""

    name: str
    texts: list[str]
    ask_first: AskFirst | None
    screen: Screen | None
    beside: Beside | None
    meanings: list[Meaning]
    not_caused_by_the_network: list[OfTheMachine]


class Error(Page):
    """What one code means."""

    schema: Literal["pxeclient-error/1"]


class Errors(TypedDict):
    """All codes and lines."""

    schema: Literal["pxeclient-errors/1"]
    codes: list[Page]
