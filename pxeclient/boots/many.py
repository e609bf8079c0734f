"""Boots of many machines on one link at the same time, each with a verdict of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf

from pxeclient.boot.actions import Decide
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import FrameReceived
from pxeclient.boot.machine import Machine
from pxeclient.boot.policy import AckUse
from pxeclient.boots.booting import Booting
from pxeclient.boots.crowd import Crowd
from pxeclient.boots.loop import attend, has_come
from pxeclient.link.base import Link, LinkError
from pxeclient.link.whose import client_of
from pxeclient.profile import Profile
from pxeclient.trace import Item, Recorder


@dataclass(frozen=True, slots=True)
class Arrival:
    """A machine, and when it is switched on."""

    profile: Profile
    machine: Machine
    """No two that boot at the same time have one MAC address."""
    at: float = 0.0
    """Seconds after the beginning, by the link's clock. Not before that of the arrival ahead:
    they are taken one by one, so that there may be any number of them."""
    keys: tuple[str, ...] = ()
    deadline: float | None = None
    """Seconds of its own clock after which it is stopped."""


def boot_all(
    arrivals: Iterable[Arrival], link: Link, record: Callable[[Arrival], Recorder]
) -> None:
    """Boot them all, until the last has ended.

    Times are due times: who is let in late, because there was more to do than time for it, makes
    nobody after it later. Nothing is kept of a boot that is over but what `record` keeps.

    Args:
        arrivals: Who comes, in order.
        link: The segment that all of them are on. It has to give what is sent to any of them.
        record: Makes a boot's recorder, which is told how it ended as soon as it has.

    Raises:
        LinkError: The link failed; the recorders of those under way have been told.
        KeyboardInterrupt: Somebody pressed Ctrl-C; the same holds.
        ValueError: Two machines that boot at the same time have one MAC address.
    """
    crowd: Crowd[Booting] = Crowd()
    crowd.attend_to(_Gate(iter(arrivals), crowd, link, record))
    _attend(crowd, link)


def boot_in_turn(
    arrivals: Iterable[Arrival], link: Link, record: Callable[[Arrival], Recorder]
) -> None:
    """Boot them all side by side, each switched on when the one before has its address.

    Servers are asked for addresses by one machine at a time, as in a room where somebody goes
    from one to the next: dnsmasq pings each address that it is about to offer, three seconds in
    which it hears no other machine. Waits and downloads go on side by side. Who is not answered
    (`ALONE`), or has no address in the end (`AT_MOST`), does not keep the others waiting.

    Args:
        arrivals: Who comes, in order; their `at` does not count.
        link: The segment that all of them are on. It has to give what is sent to any of them.
        record: Makes a boot's recorder, which is told how it ended as soon as it has.

    Raises:
        LinkError: The link failed; the recorders of those under way have been told.
        KeyboardInterrupt: Somebody pressed Ctrl-C; the same holds.
        ValueError: Two machines have one MAC address.
    """
    crowd: Crowd[Booting] = Crowd()
    crowd.attend_to(_Turns(list(arrivals), crowd, link, record))
    _attend(crowd, link)


ALONE = 5.0
"""Seconds that a machine of which no server has heard keeps the next one off: a ping's three,
and some."""
AT_MOST = 15.0
"""Seconds that a machine keeps the next one off which was answered and has no address yet."""


def _attend(crowd: Crowd[Booting], link: Link) -> None:
    try:
        attend(crowd, link, in_turn=True)
    except KeyboardInterrupt:
        _stop(crowd, link, "interrupted")
        raise
    except LinkError as error:
        _stop(crowd, link, "link-error", str(error))
        raise


def _stop(crowd: Crowd[Booting], link: Link, why: str, trouble: str = "") -> None:
    for booting in crowd.members():
        booting.stop(link.now(), why, trouble)


class _Gate:
    """Lets the machines in, one by one, each at its time."""

    def __init__(
        self,
        arrivals: Iterator[Arrival],
        crowd: Crowd[Booting],
        link: Link,
        record: Callable[[Arrival], Recorder],
    ) -> None:
        self._arrivals = arrivals
        self._crowd = crowd
        self._link = link
        self._record = record
        self._origin = link.now()
        self._next = next(arrivals, None)

    @property
    def is_over(self) -> bool:
        """Nobody else comes."""
        return self._next is None

    def next_at(self) -> float:
        """When the next one comes."""
        return inf if self._next is None else self._origin + self._next.at

    def hear(self, frame: bytes, at: float) -> None:
        """It has no card."""

    def wake(self, at: float) -> None:
        """Let one in, if it is time: it is off, and switched on when its turn comes."""
        one = self._next
        if one is None or not has_come(self.next_at(), at):
            return
        self._next = next(self._arrivals, None)
        client = BootClient(one.profile.traits, one.profile.policy, one.machine)
        booting = Booting(
            client, self._link, self._record(one), deadline=one.deadline, keys=one.keys
        )
        self._crowd.join(one.machine.mac, booting)


class _Turns:
    """Lets the machines in, each when the one before has its address or cannot get one soon."""

    def __init__(
        self,
        arrivals: list[Arrival],
        crowd: Crowd[Booting],
        link: Link,
        record: Callable[[Arrival], Recorder],
    ) -> None:
        self._waiting = arrivals
        self._crowd = crowd
        self._link = link
        self._record = record
        self._latest: _Turn | None = None
        self._due = -inf

    @property
    def is_over(self) -> bool:
        """Nobody else comes."""
        return not self._waiting

    def next_at(self) -> float:
        """When the next one comes at the latest."""
        return self._due if self._waiting else inf

    def hear(self, frame: bytes, at: float) -> None:
        """It has no card."""

    def wake(self, at: float) -> None:
        """The one before had its time."""
        if self._waiting and has_come(self._due, at):
            self._let_in(at)

    def answered(self, turn: _Turn) -> None:
        """A server has answered a machine."""
        if turn is self._latest:
            self._due = turn.began + AT_MOST / self._link.pace

    def done(self, turn: _Turn) -> None:
        """A machine has its address, or ended."""
        if turn is self._latest and self._waiting:
            self._let_in(self._link.now())

    def _let_in(self, at: float) -> None:
        one = self._waiting.pop(0)
        turn = self._latest = _Turn(self._record(one), self, one.machine.mac, at)
        self._due = at + ALONE / self._link.pace
        client = BootClient(one.profile.traits, one.profile.policy, one.machine)
        booting = Booting(client, self._link, turn, deadline=one.deadline, keys=one.keys)
        self._crowd.join(one.machine.mac, booting)


class _Turn:
    """A recorder that tells whose turn it is how far the machine has come."""

    def __init__(self, recorder: Recorder, turns: _Turns, mac: bytes, began: float) -> None:
        self.began = began
        self._recorder = recorder
        self._turns = turns
        self._mac = mac
        self._is_answered = False

    def add(self, at: float, item: Item) -> None:
        """Record it."""
        self._recorder.add(at, item)
        match item:
            case FrameReceived(frame) if not self._is_answered and client_of(frame) == self._mac:
                self._is_answered = True
                self._turns.answered(self)
            case Decide(decision) if decision.answer is AckUse.TAKE_LEASE:
                self._turns.done(self)
            case _:
                pass

    def count(self, repeated: int, not_kept: int) -> None:
        """Its boot's recorder is told."""
        self._recorder.count(repeated, not_kept)

    def end(self, at: float, stopped: str, lost: int, trouble: str) -> None:
        """Record how it ended."""
        self._recorder.end(at, stopped, lost, trouble)
        if stopped not in ("interrupted", "link-error"):
            self._turns.done(self)
