"""What stands in the objects of several commands."""

from __future__ import annotations

from typing import Annotated, TypeAlias, TypedDict

from pxeclient.advice import Server
from pxeclient.decisions import Evidence
from pxeclient.diagnose import Severity
from pxeclient.nbp import KINDS
from pxeclient.report.words import Words

KindWord: TypeAlias = Annotated[str, Words(*KINDS, "empty")]
"""What a file is, by its octets."""


class Known(TypedDict):
    """How well something is known."""

    level: Annotated[str, Words(*Evidence)]
    where: str


class Cure(TypedDict):
    """What to change on a server.

    The first of several is the best, and any of them cures it. `id` never changes its meaning; `do`
    is for whatever server it is.
    """

    id: str
    do: str
    settings: dict[Annotated[str, Words(*Server)], list[str]]
    known: Known


class Finding(TypedDict):
    """What is wrong with the servers, or on the way to them; the worst first.

    `frames` are numbers as in the capture: of `-w`, or the one that was given.
    """

    id: str
    title: str
    severity: Annotated[str, Words(*Severity)]
    follows_from: str | None
    frames: list[int]
    seen: str
    why: str
    cures: list[Cure]
    known: Known
