"""What a job is: a file on its way, as a function of what happens.

Whoever runs it (the ROM's state *download*, a program that a machine runs) tells it what happens
and takes what it says: acts of the stack to do, reports to make something of, and one result, after
which nothing follows. All times are seconds of the runner's clock, handed in as `now`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from enum import StrEnum
from ipaddress import IPv4Address
from math import inf
from typing import ClassVar, TypeAlias

from msgspec import Struct

from pxeclient.decisions import Decision
from pxeclient.outcome import BootFile, Failure, Whole
from pxeclient.stack.acts import Act, CancelTimer, Ignore, Owner, Timer
from pxeclient.stack.host import Arrived, SegmentArrived


# --- reports ------------------------------------------------------------------------------
class Begun(Struct, frozen=True):
    """A request for the file begins; several may follow one another."""

    for_size: bool = False
    """It only asks how long the file is."""


class SizeKnown(Struct, frozen=True):
    """It was asked how long the file is."""

    size: int | None
    """In octets; None if nobody said."""


class Sent(Struct, frozen=True):
    """A request went out, for the first time or again."""


class Decided(Struct, frozen=True):
    """A choice was made by one of the fetcher's tables."""

    decision: Decision[StrEnum]
    about: str


Report: TypeAlias = Begun | SizeKnown | Sent | Decided
"""How far it is."""


# --- results ------------------------------------------------------------------------------
class Fetched(Struct, frozen=True):
    """The file is there."""

    boot_file: BootFile
    content: bytes
    """As much of it as the sink keeps."""
    whole: Whole | None = None
    """Where that is not all of it."""


class NotFetched(Struct, frozen=True):
    """It is not to be had."""

    failure: Failure
    because: str
    """One sentence for people: what happened on the wire."""
    values: Mapping[str, object] = {}
    """What a firmware's own words may name besides, such as ``tftp-code``."""


class Abandoned(Struct, frozen=True):
    """This way of fetching came to nothing; by another the file may be had."""

    because: str


Result: TypeAlias = Fetched | NotFetched | Abandoned
"""How it ended."""

Step: TypeAlias = Act | Report | Result

RESULTS = (Fetched, NotFetched, Abandoned)


class Job(ABC):
    """A file on its way.

    `start` comes first and once. After a result nothing may be told to it any more. It runs one
    timer at a time, `TIMER`, which it sets and cancels by acts; `next_at` says the same.
    """

    TIMER: ClassVar = Timer(Owner.FETCH, "retransmit")

    due: float = inf
    """When its timer runs out; never (infinity) if it does not run."""

    @abstractmethod
    def start(self, now: float) -> Iterable[Step]:
        """Send the first request, or listen."""

    def frame(self, frame: bytes, now: float) -> list[Act] | None:
        """A frame came to the card: what is done on it if it is plainly this job's, else None.

        For who has thousands alike to take; the host need not look at it then.
        """
        return None

    @abstractmethod
    def datagram(self, arrived: Arrived, now: float) -> Iterable[Step]:
        """A UDP datagram came to our address or group; not necessarily for this job."""

    def segment(self, arrived: SegmentArrived, now: float) -> Iterable[Step]:
        """A TCP segment came; not necessarily for this job."""
        return (Ignore(f"a TCP segment from {arrived.source}", "nobody listens on that port"),)

    @abstractmethod
    def timer_fired(self, now: float) -> Iterable[Step]:
        """Its timer has run out."""

    def unreachable(self, hop: IPv4Address, now: float) -> Iterable[Step]:
        """Nobody at that address answers ARP."""
        return ()

    def stop(self, now: float) -> Iterable[Act]:
        """Nobody wants the file any more; nothing may be told to it after this.

        A server is told nothing either: it gives up by itself.
        """
        return (self._stop(),)

    def next_at(self) -> float:
        """When its timer runs out; never (infinity) if it does not run."""
        return self.due

    def has_sent(self, port: int, to: tuple[IPv4Address, int]) -> bool:
        """It sends from that port of ours to that address and port."""
        return False

    @property
    @abstractmethod
    def progress(self) -> tuple[int, int | None]:
        """Octets that have come, and how many there will be, if the server said."""

    def _stop(self) -> CancelTimer:
        """Its timer runs no more."""
        self.due = inf
        return CancelTimer(self.TIMER)
