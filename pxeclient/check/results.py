"""What came of a suite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pxeclient.boot.machine import Machine
from pxeclient.diagnose import Finding
from pxeclient.trace import Trace


class Status(StrEnum):
    """Whether an expectation was met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "cannot tell"
    """The wire did not show it: nobody answered, or nobody was asked."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was expected, and what happened instead or as well."""

    status: Status
    expected: str
    happened: str
    """What was seen, safe to print."""
    frame: int | None = None
    """Its number, from 1, among the frames of the boot or probe."""
    source: str = ""
    """What says that it should be so; empty where the suite itself does."""


@dataclass(frozen=True, slots=True)
class Made:
    """The boot or the probe that results were read from: what it takes to keep and repeat it."""

    trace: Trace
    started: float
    """When it began, in seconds since 1970; 0 on a practice network, which has no date."""
    profile: str = ""
    """As the suite names it; empty for a probe."""
    arch: int | None = None
    """The architecture that it claims, if it claims one."""
    keys: tuple[str, ...] = ()
    machine: Machine | None = None
    """None for a probe."""
    own: Machine | None = None
    """The profile's own, of which it may be another copy."""
    beside: tuple[Finding, ...] = ()
    """What was found of it beside another machine's boot."""

    @property
    def is_probe(self) -> bool:
        """No firmware does what it does."""
        return self.machine is None


@dataclass(frozen=True, slots=True)
class Result:
    """A case, tried with one firmware or as one probe."""

    case: str
    why: str
    subject: str
    """The profile, with the architecture if it claims one; or the probe."""
    points: tuple[Point, ...]
    findings: tuple[Finding, ...] = ()
    """What is wrong with the servers, the nearest to the case first; empty if it is met."""
    seconds: float = 0.0
    """Of the machine's clock, which may be quicker than a clock on the wall, and is virtual on a
    practice network."""
    wall_seconds: float = field(default=0.0, compare=False)
    """Of a clock on the wall: how long its boot or probe took in this run; 0 where it looks at a
    boot that an earlier case had made."""
    profile: str = ""
    """Who booted, as a trace names it; empty for a probe."""
    profile_version: str = ""
    """Which state of it (`Profile.version`)."""
    made: Made | None = field(default=None, compare=False, repr=False)
    """What it was read from; None if only the words are there."""

    @property
    def without_boot(self) -> Result:
        """The words alone."""
        return replace(self, made=None)

    @property
    def status(self) -> Status:
        """Not met if any point is not; met if any is; else nobody knows."""
        return worst(point.status for point in self.points)

    @property
    def name(self) -> str:
        """The case and who tried it."""
        return f"{self.case} [{self.subject}]"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a suite, by a clock on the wall."""

    began: float
    """In seconds since 1970."""
    seconds: float
    """From the opening of the network to the last result."""
    host: str
    """The name of the machine that it ran on; empty if it has none."""


def worst(all_of: Iterable[Status]) -> Status:
    """Of several: not met counts first, then met, and nothing is only known if nothing is."""
    found = set(all_of)
    for status in (Status.NOT_MET, Status.MET):
        if status in found:
            return status
    return Status.UNKNOWN


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of each."""

    met: int
    not_met: int
    unknown: int

    @property
    def all_met(self) -> bool:
        """None is not met, and not all are unknown: a suite that nobody answered has failed."""
        return self.not_met == 0 and self.met > 0

    @property
    def words(self) -> str:
        """Such as ``18 met, 1 not met, 1 cannot be told``."""
        return f"{self.met} met, {self.not_met} not met, {self.unknown} cannot be told"


def tally(results: Sequence[Result]) -> Tally:
    """Count them."""
    every = [result.status for result in results]
    return Tally(*(every.count(status) for status in Status))
