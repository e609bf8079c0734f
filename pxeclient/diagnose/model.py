"""What a finding is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from pxeclient.advice import Cure, Server
from pxeclient.decisions import Known


class Severity(StrEnum):
    """How bad it is, worst first."""

    STOPS = "stops the boot"
    """It is why this boot failed, or why a real machine would not run what was fetched."""
    NEXT = "stops the next stage"
    """The boot file comes, and what it is cannot go on: seen, or known of programs of its name."""
    HELD = "may stop this boot"
    """This firmware ran into it, and what came of that is not shown: its end was not seen."""
    OTHERS = "would stop another firmware"
    """This firmware got by; the text says which do not, or may not."""
    NOTE = "note"
    """Unusual, or harmless but easily taken for a fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What can be wrong, as described without a boot at hand; seen in one, it is a finding."""

    id: str
    title: str
    severity: Severity
    """Its severity where it did not stop the boot that showed it."""
    why: str
    """Why it matters, and to which firmwares."""
    known: Known
    """How well the firmwares' part of it is known; where the fault was seen in public, or what
    says that it is one."""
    cures: tuple[Cure, ...]
    """The best first; any of them cures it. Their places are not filled in."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Places of the cures that another place's value goes into."""
    explains: frozenset[str] = frozenset()
    """The findings that are only what comes of this one, where both stop the same boot."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a check has found."""

    frames: tuple[int, ...]
    """Frame numbers, from 1, as in the trace and in a capture of it."""
    words: str
    """What was seen, with its values; safe to print."""
    stops: bool = False
    """It is why this boot failed."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What the cures' placeholders stand for, where the defaults will not do."""
    cures: tuple[str, ...] = ()
    """Names of the cures for what was seen, where those of the fault are not as good."""
    is_telling: bool = False
    """It says why this boot, though its file came, may be another than was meant: where nothing
    stopped it or its next stage, the verdict tells of this."""
    awaits: bool = False
    """The machine was waiting for what is wrong here when it was last seen."""


class AtHand(NamedTuple):
    """The server program that a finding is about."""

    server: Server
    basis: str
    """What shows it, a clause; empty where the user says so. Safe to print."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, in one boot."""

    fault: Fault
    severity: Severity
    frames: tuple[int, ...]
    seen: str
    cures: tuple[Cure, ...]
    """The cures, the best first, filled in."""
    cause: str | None = None
    """The id of the finding that this one only follows from; None if it stands for itself."""
    at_hand: AtHand | None = None
    """The program that sent what it is about, where the wire shows that."""
    is_telling: bool = False
    """As of its sighting."""

    @property
    def id(self) -> str:
        """The finding's name, which never changes its meaning."""
        return self.fault.id

    @property
    def title(self) -> str:
        """It in one line."""
        return self.fault.title
