"""One probe under way: its network, its trace, and what probes have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from pxeclient.boots.repeats import Repeats
from pxeclient.check.asking import Asker, release
from pxeclient.check.judging import absent
from pxeclient.check.naming import Client, told
from pxeclient.check.patience import LATE, Patience, endless
from pxeclient.check.results import Point, Status
from pxeclient.check.suite import Case
from pxeclient.check.talking import Conversation, Correspondent, Script, station
from pxeclient.check.wires import Wires
from pxeclient.diagnose import Finding, diagnose
from pxeclient.diagnose.sorting import scene
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac

T = TypeVar("T")


@dataclass(slots=True)
class Probing:
    """A probe's conversations, all in one trace."""

    case: Case
    wires: Wires
    mac: Mac
    trace: Trace
    seed: int = 1
    patience: Patience = endless
    seen: list[Finding] = field(default_factory=list)
    """What was found on the way: more messages may have changed it by the end."""
    is_late: bool = False
    """Not all of it was judged in time."""
    _repeats: Repeats = field(default_factory=Repeats)
    _talks: int = 0

    def talk(self, script: Callable[[Correspondent], Script[T]], arch: int = 0) -> T:
        """Go through a script, as a station without an address yet.

        Raises:
            LinkError: The link is gone.
        """
        self._talks += 1
        asking = station(self.mac, self.case.patience, self.seed + self._talks)
        with self.wires.open(self.mac, arch) as link:
            talk = Conversation(asking.host, link, self.trace, self._repeats)
            return talk.run(script(asking))

    def not_found(self, *ids: str) -> Iterator[Point]:
        """That none of these findings shows in what was said so far."""
        judged = self.patience(lambda: (diagnose(self.trace), scene(self.trace)))
        if judged is None:
            self.is_late = True
            return unknown((f"no finding {id}" for id in ids), LATE)
        found, there = judged
        self.seen += [one for one in found if one.id in ids]
        return absent(ids, there, found)


Probe: TypeAlias = Callable[[Probing], Iterator[Point]]
"""Asks, and says what should have come and what came. Its docstring is its description."""


def served(
    script: Callable[[Correspondent, Client], Script[T]], asker: Callable[[Correspondent], Asker]
) -> Callable[[Correspondent], Script[tuple[Client, T | None]]]:
    """A script for a client that has an address and knows its boot file; the address is given
    back."""

    def whole(asking: Correspondent) -> Script[tuple[Client, T | None]]:
        client = yield from told(asking, asker(asking))
        found = None
        if client.told.by is not None:
            found = yield from script(asking, client)
        if client.leased.ack is not None:
            yield from release(asking, client.asker, client.leased.ack)
        return client, found

    return whole


def unknown(expected: Iterable[str], because: str) -> Iterator[Point]:
    """Nothing can be told of any of these."""
    for one in expected:
        yield Point(Status.UNKNOWN, one, because)


def point(met: bool, expected: str, happened: str, frame: int | None, source: str) -> Point:
    """Met or not."""
    return Point(Status.MET if met else Status.NOT_MET, expected, happened, frame, source)
