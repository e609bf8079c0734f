"""States *download* and *multicast download*: a job fetches the boot file, the ROM tells of it.

How a file is fetched is the `fetch` room's. Here its reports become lines on the screen and
decisions, and its result the end of the boot; where a multicast came to nothing, the next way of
fetching is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.actions import Action, Decide
from pxeclient.boot.fetching import fetch_boot_file
from pxeclient.boot.session import Session, State
from pxeclient.fetch.job import (
    Abandoned,
    Begun,
    Decided,
    Fetched,
    Job,
    NotFetched,
    Report,
    Result,
    Sent,
    SizeKnown,
    Step,
)
from pxeclient.fetch.opening import Multicast, fetch
from pxeclient.stack.acts import CancelTimer, Ignore, SendFrame, SetTimer
from pxeclient.stack.host import Arrived


def _by_tftp(session: Session, now: float) -> Iterator[Action]:
    assert session.boot_file is not None
    session.job = fetch(session.boot_file, session.host, session.fetcher)
    session.has_asked = True
    return _told(session, session.job.start(now), now)


def _by_multicast(session: Session, now: float) -> Iterator[Action]:
    assert session.boot_file is not None
    assert session.multicast is not None
    wanted = Multicast(session.boot_file, session.multicast)
    session.job = fetch(wanted, session.host, session.fetcher)
    return _told(session, session.job.start(now), now)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    return _told(session, _job(session).datagram(arrived, now), now)


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    return _told(session, _job(session).timer_fired(now), now)


def _on_unreachable(session: Session, hop: IPv4Address, now: float) -> Iterator[Action]:
    return _told(session, _job(session).unreachable(hop, now), now)


def _told(session: Session, steps: Iterable[Step], now: float) -> Iterator[Action]:
    """A job's steps as this ROM's actions."""
    for step in steps:
        # Nearly all are the stack's.
        if isinstance(step, (SendFrame, SetTimer, CancelTimer, Ignore)):
            yield step
        else:
            yield from _tell(session, step, now)


def _tell(session: Session, step: Report | Result, now: float) -> Iterator[Action]:
    screen = session.screen
    match step:
        case Begun(for_size):
            # Who does not show the size shows the download from the first request on.
            if not for_size or not session.traits.screen.sized:
                yield from screen.download(now)
        case SizeKnown(size):
            yield from screen.size(size or 0, now)
        case Sent():
            yield from screen.sent()
        case Decided(decision, about):
            yield Decide(decision, about)
        case Fetched(boot_file, content, whole):
            yield from session.succeed(boot_file, content, now, whole)
        case NotFetched(failure, because, values):
            yield from session.fail(failure, because, now, **values)
        case Abandoned(because):
            assert session.naming is not None
            yield from fetch_boot_file(session, session.naming, now, because)
        case _:
            assert_never(step)


def _job(session: Session) -> Job:
    assert session.job is not None
    return session.job


MTFTP = State(_by_multicast, _on_datagram, _on_timer, _on_unreachable)
DOWNLOAD = State(_by_tftp, _on_datagram, _on_timer, _on_unreachable)
