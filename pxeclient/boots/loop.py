"""The loop: wait for a frame or the next timer, hand it over, again.

Who sits on the link is a `Party`: a machine that boots (`booting`), a probe that asks
(`check.talking`), or a whole crowd of them (`crowd`), which is a station too. It does itself
what its protocol says to do. There is one more loop in the house, `playbook.Playbook`: it has
no link, and steps a client on a clock that only a test's steps move, because it is the test.
"""

from __future__ import annotations

from math import inf
from typing import Protocol

from pxeclient.link.base import Link

ROUNDING = 1e-6
"""Seconds by which the link's clock and ours may differ: sums of floats are rounded."""

QUEUE = 1024
"""Frames that go before a timer that is overdue: what came first, if they lay in the socket. That
is as many as a TAP device holds (linux drivers/net/tun.c, 1000), or a socket of loopback; it has an
end, so that no flood keeps a timer from its turn."""

_LONGEST = 3600.0
"""Seconds of one wait. No clock can jump to never."""


def has_come(at: float, now: float) -> bool:
    """It is that time, as exactly as sums of floats can say it."""
    return now >= at - ROUNDING


class Party(Protocol):
    """Who sits on a link. All times are the link's, in seconds."""

    @property
    def is_over(self) -> bool:
        """Nothing more is to be done."""
        ...

    def next_at(self) -> float:
        """When it next has something to do unasked; infinity if only a frame can move it.

        It may have passed. What is due then has `has_come`.
        """
        ...

    def hear(self, frame: bytes, at: float) -> None:
        """A frame came.

        Raises:
            LinkError: What it sent could not be sent.
        """
        ...

    def wake(self, at: float) -> None:
        """Do what is due. Nothing is, if the wait for it ended early: then it is harmless.

        Raises:
            LinkError: What it sent could not be sent.
        """
        ...


def attend(station: Party, link: Link, *, in_turn: bool = False) -> None:
    """Hand over what comes until the station is over.

    A timer that is due goes before a frame that waits, as a card is looked at by the firmware
    between other things; one that is overdue, because this process was late, goes after it. With
    `in_turn` they alternate, so that neither keeps the other from its turn when there is more to
    do than time for it, as with many machines on a real wire. Where the link tells when frames
    came, both go by their times: a reply that was in time is heard in time, however late this
    process is.

    Raises:
        LinkError: The link failed.
        KeyboardInterrupt: Somebody pressed Ctrl-C.
    """
    if link.dates:
        _attend_by_date(station, link)
        return
    first = 0
    """Frames that went before what is overdue."""
    while not station.is_over:
        # All that ever happens passes here: no calls but those that somebody else must answer.
        now, until = link.now(), station.next_at()
        if until > now + _LONGEST:
            until = now + _LONGEST
        is_overdue = -inf < until < now - ROUNDING
        if not is_overdue:
            first = 0
        if in_turn or until > now or (is_overdue and first < QUEUE):
            frame = link.receive(until if until > now else now)
            now = link.now()
            if frame is not None:
                first += is_overdue
                station.hear(frame, now)
                if not in_turn:
                    continue
        station.wake(now)


def _attend_by_date(station: Party, link: Link) -> None:
    waiting: tuple[bytes, float] | None = None
    """A frame that came after what is due."""
    while not station.is_over:
        due = min(station.next_at(), link.now() + _LONGEST)
        if waiting is None:
            frame = link.receive(due)
            waiting = None if frame is None else (frame, link.came())
        if waiting is not None and waiting[1] < due:
            (frame, at), waiting = waiting, None
            station.hear(frame, at)
        else:
            # What is due before a frame that has come is done before it, if only in name.
            now = link.now()
            station.wake(now if waiting is None else min(now, waiting[1]))
