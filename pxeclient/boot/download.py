"""States *download* and *multicast download*: a job fetches the boot file, the ROM tells of it.

How a file is fetched is the `fetch` room's. Here its reports become lines on the screen and
decisions, and its result the end of the boot; where a multicast came to nothing, the next way of
fetching is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.actions import Action, Decide, StateName
from pxeclient.boot.dhcp.reply import Reply
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
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Act, CancelTimer, Ignore, SendFrame, SetTimer
from pxeclient.stack.host import Arrived, SegmentArrived


class Download(State):
    """A job that fetches the boot file, and how far it is."""

    name = StateName.DOWNLOAD

    def __init__(self, job: Job) -> None:
        self._job = job

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets that have come, and how many there will be, if the server said."""
        return self._job.progress

    def has_sent(self, port: int, to: tuple[IPv4Address, int]) -> bool:
        """The file is fetched from that port of ours at that address and port."""
        return self._job.has_sent(port, to)

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Ask for the file."""
        session.has_asked = True
        return self._told(session, self._job.start(now), now)

    def on_frame(self, frame: bytes, now: float) -> list[Act] | None:
        """A block in the middle of the file is the job's."""
        return self._job.frame(frame, now)

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
        """A block of it, perhaps."""
        return self._told(session, self._job.datagram(arrived, now), now)

    def on_segment(self, session: Session, arrived: SegmentArrived, now: float) -> Iterator[Action]:
        """The same over TCP."""
        return self._told(session, self._job.segment(arrived, now), now)

    def on_timer(self, session: Session, now: float) -> Iterator[Action]:
        """The job's."""
        return self._told(session, self._job.timer_fired(now), now)

    def on_unreachable(self, session: Session, hop: IPv4Address, now: float) -> Iterator[Action]:
        """It may be the server, or the way there."""
        return self._told(session, self._job.unreachable(hop, now), now)

    def stop(self, session: Session, now: float) -> Iterable[Action]:
        """Nobody waits for the file any more."""
        return self._job.stop(now)

    def _told(self, session: Session, steps: Iterable[Step], now: float) -> Iterator[Action]:
        """A job's steps as this ROM's actions."""
        for step in steps:
            # Nearly all are the stack's.
            if isinstance(step, (SendFrame, SetTimer, CancelTimer, Ignore)):
                yield step
            else:
                yield from self._tell(session, step, now)

    def _tell(self, session: Session, step: Report | Result, now: float) -> Iterator[Action]:
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
                yield from self._abandoned(session, because, now)
            case _:
                assert_never(step)

    def _abandoned(self, session: Session, because: str, now: float) -> Iterator[Action]:
        """There is no other way after this one."""
        return session.fail(Failure.NOT_EMULATED, because, now)


class MulticastDownload(Download):
    """The same by multicast, which may come to nothing."""

    name = StateName.MTFTP

    def __init__(self, job: Job, naming: Reply) -> None:
        """`naming`: the reply that names the file."""
        super().__init__(job)
        self._naming = naming

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Listen for the file."""
        return self._told(session, self._job.start(now), now)

    def _abandoned(self, session: Session, because: str, now: float) -> Iterator[Action]:
        return fetch_boot_file(session, self._naming, now, because)
