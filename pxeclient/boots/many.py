"""Boots of many machines on one link at the same time, each with a verdict of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf

from pxeclient.boot.client import BootClient
from pxeclient.boot.machine import Machine
from pxeclient.boots.booting import Booting
from pxeclient.boots.crowd import Crowd
from pxeclient.boots.loop import attend, has_come
from pxeclient.link.base import Link, LinkError
from pxeclient.profile import Profile
from pxeclient.trace import Recorder


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
