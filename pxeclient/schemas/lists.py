"""The lists: ``findings``, ``networks``, ``profiles`` and ``teach``, with ``--json``."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from pxeclient.decisions import Evidence
from pxeclient.diagnose import Severity
from pxeclient.report.words import Words
from pxeclient.schemas.common import Cure, Known


class ListedFinding(TypedDict):
    """What can be wrong, and what to change then."""

    id: str
    title: str
    severity: Annotated[str, Words(*Severity)]
    why: str
    cures: list[Cure]
    known: Known


class Findings(TypedDict):
    """What can be found wrong; with an ID only that.

    Names, addresses and files that a boot would show stand in cures in angle brackets.
    """

    schema: Literal["pxeclient-findings/1"]
    findings: list[ListedFinding]


class ListedNetwork(TypedDict):
    """A practice network."""

    name: str
    title: str
    why: str
    default: bool


class Networks(TypedDict):
    """The practice networks; with `--recorded` those in which real firmware was recorded."""

    schema: Literal["pxeclient-networks/1"]
    networks: list[ListedNetwork]


class ListedVariant(TypedDict):
    """Another choice that a profile can be had with."""

    name: str
    summary: str


class ListedProfile(TypedDict):
    """A firmware."""

    profile: str
    profile_version: str
    title: str
    summary: str
    variants: list[ListedVariant]
    levels: dict[Annotated[str, Words(*Evidence)], int]


class Profiles(TypedDict):
    """The firmwares that there are."""

    schema: Literal["pxeclient-profiles/1"]
    profiles: list[ListedProfile]


class ListedLesson(TypedDict):
    """A lesson."""

    name: str
    title: str
    group: str


class Lessons(TypedDict):
    """The lessons of `pxeclient teach`."""

    schema: Literal["pxeclient-lessons/1"]
    lessons: list[ListedLesson]
