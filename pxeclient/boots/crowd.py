"""Many stations on one link, as one station: whose turn it is, and whose frame that is.

A heap holds when each next has something to do. A frame goes to the station with that MAC
address, as it would reach that card only; and of what goes to everybody, a DHCP reply goes to
the client whose address it bears (`chaddr`), an ARP message to those who `minds` it. Everything
else that goes to everybody does so.

On a real segment each card hears all broadcasts, and each firmware drops those for others.
Handing every reply to every machine would have two hundred of them take forty thousand frames
in place of a thousand, to no other effect than these: traces do not show what was for others,
and firmware that numbers its packets by what it received counts less of it.
"""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace
from itertools import count
from math import inf
from typing import Generic, Protocol, TypeVar

from pxeclient.boots.loop import Party, has_come
from pxeclient.link.station import check_mac
from pxeclient.link.whose import arp_in, client_of
from pxeclient.wire.arp import Arp


class Member(Party, Protocol):
    """A station with neighbours."""

    def minds(self, message: Arp) -> bool:
        """An ARP message that goes to everybody may matter to it."""
        ...


M = TypeVar("M", bound=Member)


class Crowd(Generic[M]):
    """Stations on one link. Each is forgotten as soon as it is over."""

    def __init__(self) -> None:
        self._members: dict[bytes, tuple[M, _Seat]] = {}
        """By MAC address."""
        self._cardless: set[_Seat] = set()
        """Those who do something from time to time, and hear nothing."""
        self._due: list[tuple[float, int, _Seat]] = []
        """When to look at whom. A seat's ticket is that of its one valid entry."""
        self._tickets = count(1)

    def join(self, mac: bytes, station: M) -> None:
        """A station comes to the link; also from within another's `wake` or `hear`.

        Raises:
            ValueError: The address is a group's, or that of one who is there.
        """
        if check_mac(mac) in self._members:
            raise ValueError(f"two stations on one link have the address {mac.hex(':')}")
        seat = _Seat(station, mac)
        self._members[mac] = station, seat
        self._seen_to(seat)

    def attend_to(self, station: Party) -> None:
        """Wake somebody without a card as well: who lets the others in, say."""
        seat = _Seat(station, b"")
        self._cardless.add(seat)
        self._seen_to(seat)

    def members(self) -> list[M]:
        """Those who joined and are not over, in the order in which they came."""
        return [member for member, _ in self._members.values()]

    @property
    def is_over(self) -> bool:
        """All are."""
        return not self._members and all(seat.station.is_over for seat in self._cardless)

    def next_at(self) -> float:
        """When the first of them has something to do."""
        while self._due:
            at, ticket, seat = self._due[0]
            if ticket != seat.ticket:  # over, or planned for an earlier time
                heappop(self._due)
                continue
            wanted = seat.station.next_at()
            if wanted <= at:
                return at
            # Timers are mostly put off, block by block: that is looked at here, not each time.
            if wanted == inf:
                heappop(self._due)
                seat.planned, seat.ticket = inf, 0
            else:
                seat.planned, seat.ticket = wanted, next(self._tickets)
                heapreplace(self._due, (wanted, seat.ticket, seat))
        return inf

    def hear(self, frame: bytes, at: float) -> None:
        """Hand a frame to those whom it reaches.

        Raises:
            LinkError: What one of them sent could not be sent.
        """
        for seat in self._hearing(frame):
            seat.station.hear(frame, at)
            self._seen_to(seat)

    def wake(self, at: float) -> None:
        """Wake one, the first, if it is time; the next one has its turn at once.

        Raises:
            LinkError: What it sent could not be sent.
        """
        due = self.next_at()
        if due == inf or not has_come(due, at):
            return
        _, _, seat = heappop(self._due)
        seat.planned, seat.ticket = inf, 0
        seat.station.wake(at)
        self._seen_to(seat)

    def _seen_to(self, seat: _Seat) -> None:
        """It has done something: it leaves, or its next time is planned."""
        if seat.station.is_over:
            seat.ticket = 0
            self._cardless.discard(seat)
            if self._seat_of(seat.mac) == [seat]:  # nobody came in its place meanwhile
                del self._members[seat.mac]
            return
        wanted = seat.station.next_at()
        if wanted < seat.planned:
            seat.planned, seat.ticket = wanted, next(self._tickets)
            heappush(self._due, (wanted, seat.ticket, seat))

    def _hearing(self, frame: bytes) -> list[_Seat]:
        """Whom a frame reaches, as far as it can matter."""
        if not frame[:1] or not frame[0] & 1:
            return self._seat_of(frame[:6])
        client = client_of(frame)
        if client in self._members:
            return self._seat_of(client)
        message = arp_in(frame)
        return [
            seat
            for member, seat in self._members.values()
            if message is None or member.minds(message)
        ]

    def _seat_of(self, mac: bytes) -> list[_Seat]:
        found = self._members.get(mac)
        return [] if found is None else [found[1]]


class _Seat:
    """A station's place among the others. Equal only to itself."""

    __slots__ = ("mac", "planned", "station", "ticket")

    def __init__(self, station: Party, mac: bytes) -> None:
        self.station = station
        self.mac = mac
        self.planned = inf
        """The time of its one valid entry in the heap."""
        self.ticket = 0
        """The number of that entry; 0 if it has none."""
