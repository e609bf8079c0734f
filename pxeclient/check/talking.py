"""Conversations that no firmware has: a script says what to send and for what to wait.

A script is a generator of `Turn`s that gets back what was heard: it never sees a link or a
clock, so that it reads like the wire, and runs in virtual time as on a real one. Everything
goes through one `Trace`, which is searched for findings like that of a boot.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from math import inf
from typing import NamedTuple, TypeAlias, TypeVar

from pxeclient.boot.actions import Action
from pxeclient.boot.events import FrameReceived
from pxeclient.boots.loop import attend, has_come
from pxeclient.boots.repeats import Repeats
from pxeclient.link.base import Link
from pxeclient.stack.acts import CancelTimer, SendFrame, SetTimer, Timer
from pxeclient.stack.host import Arrived, Happened, Host, IcmpError, SegmentArrived, Unreachable
from pxeclient.stack.traits import IpId, IpTraits
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac
from pxeclient.wire.addresses import mac as mac_of
from pxeclient.wire.tcp import Segment
from pxeclient.wire.udp import Datagram

_IP = IpTraits(
    ttl=64,
    id=IpId.COUNTER,
    arp_waits=(0.5, 0.5),
    gratuitous_arp=False,
    most_frame=65535,
)
"""A host without any firmware's oddities."""


class Send(NamedTuple):
    """A datagram to send."""

    datagram: Datagram
    to: IPv4Address


class SendSegment(NamedTuple):
    """A TCP segment to send."""

    segment: Segment
    to: IPv4Address


class Heard(NamedTuple):
    """A datagram for us."""

    number: int
    """The frame's number."""
    at: float
    datagram: Datagram
    source: IPv4Address
    destination: IPv4Address
    to: Mac
    """The frame's destination."""


class HeardSegment(NamedTuple):
    """A TCP segment for us."""

    number: int
    """The frame's number."""
    at: float
    segment: Segment
    source: IPv4Address


class Refused(NamedTuple):
    """An ICMP error in place of an answer."""

    number: int
    source: IPv4Address


class Absent(NamedTuple):
    """Nobody answers ARP for that address."""

    address: IPv4Address


Reaction: TypeAlias = Heard | HeardSegment | Refused | Absent


def _never(reactions: Sequence[Reaction]) -> bool:
    return False


class Turn(NamedTuple):
    """Send this, and listen."""

    sends: tuple[Send | SendSegment, ...]
    wait: float
    """Seconds to listen."""
    enough: Callable[[Sequence[Reaction]], bool] = _never
    """What was heard is enough. It is given what came since it was asked before, so that each
    reaction is looked at once, however many come."""
    settle: float = 0.0
    """Seconds to listen on when it is, for others who may answer too."""


T = TypeVar("T")
Script: TypeAlias = Generator[Turn, list[Reaction], T]


@dataclass(slots=True)
class Conversation:
    """One station's conversation on one link."""

    host: Host
    link: Link
    trace: Trace
    repeats: Repeats = field(default_factory=Repeats)
    """Says which frames are recorded and heard; others are only counted, as those of a boot."""
    origin: float = 0.0
    """The link's time at the beginning of the trace."""
    _timers: dict[Timer, float] = field(default_factory=dict)
    _ports: set[int] = field(default_factory=set)
    """From which something was said: what comes for others, nobody waits for."""

    def run(self, script: Script[T]) -> T:
        """Go through the script.

        Raises:
            LinkError: The link is gone.
        """
        # One trace may hold several conversations, each on a link with its own clock.
        self.origin = self.link.now() - self.trace.ended
        reactions: list[Reaction] | None = None
        try:
            while True:
                step = next(script) if reactions is None else script.send(reactions)
                reactions = self._take(step)
        except StopIteration as end:
            found: T = end.value
            return found
        finally:
            self.trace.ended = self._now()
            self.trace.lost += self.link.lost()
            self.trace.count(self.repeats.repeated, self.repeats.not_kept)

    def _take(self, step: Turn) -> list[Reaction]:
        heard: list[Reaction] = []
        for one in step.sends:
            match one:
                case Send(datagram, to):
                    self._ports.add(datagram.source_port)
                    self._do(self.host.send(datagram, to, self._now()), heard)
                case SendSegment(segment, to):
                    self._ports.add(segment.source_port)
                    self._do(self.host.send_segment(segment, to, self._now()), heard)
        attend(_Listening(self, step, heard), self.link)
        return heard

    def due(self) -> tuple[Timer | None, float]:
        """The host's next timer, and when it runs out, in seconds of the trace."""
        return min(self._timers.items(), key=lambda item: item[1], default=(None, inf))

    def on_frame(self, frame: bytes, now: float, heard: list[Reaction]) -> None:
        """A frame comes while somebody listens."""
        happened = [*self.host.receive(frame, now)]
        sent = [one for one in happened if isinstance(one, SendFrame)]
        if self.repeats.keeps(frame, sent, any(map(self._is_wanted, happened))):
            record = self.trace.add(now, FrameReceived(frame))
            self._do(happened, heard, (record.frame, frame))
        else:
            self._do(happened, None)

    def _is_wanted(self, item: Action | Happened) -> bool:
        match item:
            case Arrived(datagram):
                return datagram.destination_port in self._ports
            case SegmentArrived(segment):
                return segment.destination_port in self._ports
            case _:
                return isinstance(item, IcmpError)

    def on_timer(self, timer: Timer, now: float, heard: list[Reaction]) -> None:
        """A timer of the host runs out."""
        del self._timers[timer]
        self._do(self.host.timer_fired(timer, now), heard)

    def _do(
        self,
        happened: Iterable[Action | Happened | Unreachable],
        heard: list[Reaction] | None,
        by: tuple[int, bytes] = (0, b""),
    ) -> None:
        """Do it; where there is no list of what is heard, it is neither heard nor recorded."""
        for item in happened:
            match item:
                case SendFrame(out):
                    self.link.send(out)
                    if heard is not None:
                        self.trace.add(self._now(), item)
                case SetTimer(timer, deadline):
                    self._timers[timer] = deadline
                case CancelTimer(timer):
                    self._timers.pop(timer, None)
                case Arrived() | SegmentArrived() | IcmpError() | Unreachable():
                    if heard is not None:
                        heard.append(self._reaction(item, *by))
                case _:
                    pass

    def _reaction(
        self,
        item: Arrived | SegmentArrived | IcmpError | Unreachable,
        number: int,
        frame: bytes,
    ) -> Reaction:
        match item:
            case Arrived(datagram, source, destination):
                to = mac_of(frame[:6])
                return Heard(number, self._now(), datagram, source, destination, to)
            case SegmentArrived(segment, source):
                return HeardSegment(number, self._now(), segment, source)
            case IcmpError(source):
                return Refused(number, source)
            case Unreachable(address):
                return Absent(address)

    def _now(self) -> float:
        return self.link.now() - self.origin


class _Listening:
    """A step's listening, as a station of the loop: over when it was enough, or long enough."""

    def __init__(self, talk: Conversation, step: Turn, heard: list[Reaction]) -> None:
        self.is_over = False
        self._talk = talk
        self._step = step
        self._heard = heard
        self._is_enough = False
        self._weighed = 0
        now = talk.link.now() - talk.origin
        self._until = now + step.wait
        self._weigh(now)

    def next_at(self) -> float:
        """The end of our patience, or the host's next timer."""
        return self._talk.origin + min(self._until, self._talk.due()[1])

    def hear(self, frame: bytes, at: float) -> None:
        """A frame may be an answer."""
        records = self._talk.trace.records
        # It may have come before what was done meanwhile, by a machine that was late.
        now = max(at - self._talk.origin, records[-1].at if records else 0.0)
        self._talk.on_frame(frame, now, self._heard)
        self._weigh(now)

    def wake(self, at: float) -> None:
        """The host may repeat something, or give up."""
        now = at - self._talk.origin
        timer, due = self._talk.due()
        if timer is not None and has_come(due, now):
            self._talk.on_timer(timer, now, self._heard)
        self._weigh(now)

    def _weigh(self, now: float) -> None:
        fresh, self._weighed = self._heard[self._weighed :], len(self._heard)
        if not self._is_enough and self._step.enough(fresh):
            self._is_enough = True
            self._until = min(self._until, now + self._step.settle)
        self.is_over = has_come(self._until, now)


_FIRST_PORT, _PORTS = 49152, 16384
"""IANA's range for ports that nobody owns (RFC 6335 §6)."""


@dataclass(slots=True)
class Correspondent:
    """Who asks: a host, and the numbers that it has used."""

    host: Host
    patience: float
    """Seconds that it waits for an answer, repeats included."""
    seed: int = 1
    """Where its transaction ids begin: two stations on one wire must not share them."""
    _numbers: int = 0

    def xid(self) -> int:
        """A transaction id that it has not used."""
        return (self.seed * 0x9E3779B1 + self._next()) & 0xFFFFFFFF

    def port(self) -> int:
        """A port that it has not used: what a transfer of before still brings goes nowhere."""
        return _FIRST_PORT + self._next() % _PORTS

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers


def station(mac: Mac, patience: float, seed: int = 1) -> Correspondent:
    """A station without an address."""
    host = Host(mac, _IP)
    host.speaks_tcp = True
    return Correspondent(host, patience, seed)
