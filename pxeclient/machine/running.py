"""A program that runs: its script, what it waits for now, and how far it may go.

A script is trusted not to hang between two wants; what it may want has bounds, since it may go by
what a stranger wrote: a script that goes round for ever, a menu that chains itself. A program that
comes to a bound ends as what is not emulated any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from math import inf
from typing import assert_never

from pxeclient.boot.actions import Action, AwaitKey, Decide, Finish
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import Event, FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.boot.traits import Traits
from pxeclient.fetch.fetcher import Fetcher
from pxeclient.fetch.job import (
    Abandoned,
    Begun,
    Decided,
    Fetched,
    Job,
    NotFetched,
    Sent,
    SizeKnown,
    Step,
)
from pxeclient.fetch.opening import NoScheme, fetch
from pxeclient.machine.bounds import MOST_NAME, Used
from pxeclient.machine.given import Given
from pxeclient.machine.program import Program
from pxeclient.machine.telling import decided, line, shown
from pxeclient.machine.wants import (
    Answer,
    Dhcp,
    Exit,
    Fetch,
    Key,
    Leased,
    NotLeased,
    Show,
    Start,
    Wait,
    Want,
)
from pxeclient.outcome import Booted, BootFile, Exited, Failed, Failure
from pxeclient.stack.acts import CancelTimer, Ignore, Owner, SetTimer, Timer
from pxeclient.stack.host import (
    Arrived,
    Host,
    IcmpError,
    RouterAdvertised,
    SegmentArrived,
    Unreachable,
)
from pxeclient.wire.arp import Arp

_WAIT = Timer(Owner.PROGRAM, "wait")
_NONE = Timer(Owner.PROGRAM)


class _Open(Enum):
    """There is no answer yet."""

    OPEN = "open"


class RunningProgram:
    """One program as a stage of a machine, from its first want to its end."""

    def __init__(self, program: Program, given: Given, stack: Host, fetcher: Fetcher) -> None:
        """A program that has not begun.

        Args:
            program: What it is.
            given: What it begins with.
            stack: What it sends by.
            fetcher: How it fetches.
        """
        self.name = program.name
        self.stack = stack
        self.finished = False
        self.started: Start | None = None
        """What it has started, if that was its last want."""
        self._script = program.run(given)
        self._given = given
        self._ip = program.ip or given.inherited.ip
        self._fetcher = fetcher
        self._deadlines: dict[Timer, float] = {}
        self._answer: Answer | _Open = _Open.OPEN
        self._job: Job | None = None
        self._dhcp: BootClient | None = None
        self._awaits_key = False
        self._used = Used()

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets of the file that it fetches, and how many there will be, if the server said."""
        return (0, None) if self._job is None else self._job.progress

    def minds(self, message: Arp) -> bool:
        """An ARP message that goes to everybody would not be lost on it."""
        return self.stack.minds(message)

    def next_timer(self) -> tuple[Timer, float]:
        """The timer that runs out first, and when; never (infinity) if none runs."""
        if self._dhcp is not None:
            return self._dhcp.next_timer()
        first, due = _NONE, inf
        for timer, at in self._deadlines.items():
            if at < due:
                first, due = timer, at
        return first, due

    def handle(self, event: Event, now: float) -> list[Action]:
        """Take one event at `now`; as `BootClient.handle`. `PowerOn` begins the program."""
        self._used.at_once = 0
        if self.finished or not self._is_due(event, now):
            return []
        return self._kept(self._react(event, now))

    def resume(self, answer: Answer, now: float) -> list[Action]:
        """Go on: what it started has given the machine back."""
        self._used.at_once = 0
        self.started, self.finished, self._answer = None, False, answer
        return self._kept(self._go_on(now))

    def _is_due(self, event: Event, now: float) -> bool:
        if not isinstance(event, TimerFired) or self._dhcp is not None:
            return True
        deadline = self._deadlines.get(event.timer)
        if deadline is None or now < deadline:
            return False
        del self._deadlines[event.timer]
        return True

    def _kept(self, actions: Iterable[Action]) -> list[Action]:
        """The actions, the clock's being kept."""
        done: list[Action] = []
        for action in actions:
            done.append(action)
            match action:
                case SetTimer(timer, deadline):
                    self._deadlines[timer] = deadline
                case CancelTimer(timer):
                    self._deadlines.pop(timer, None)
                case Finish():
                    self._deadlines.clear()
                    break
                case _:
                    pass
        return done

    # --- events ---------------------------------------------------------------------------
    def _react(self, event: Event, now: float) -> Iterator[Action]:
        if self._dhcp is not None:
            yield from self._by_dhcp(self._dhcp, event, now)
        else:
            yield from self._by_itself(event, now)
        yield from self._go_on(now)

    def _by_itself(self, event: Event, now: float) -> Iterator[Action]:
        match event:
            case FrameReceived(frame):
                yield from self._on_frame(frame, now)
            case TimerFired(timer):
                yield from self._on_timer(timer, now)
            case KeyPressed(key) if self._awaits_key:
                yield CancelTimer(_WAIT)
                self._awaits_key, self._answer = False, key
            case KeyPressed(key):
                yield Ignore(f"the key {key}", f"{self.name} does not wait for one")
            case PowerOn() if not self._used.wants:
                yield from self._take_over()
                self._answer = None
            case PowerOn():
                pass
            case _:
                assert_never(event)

    def _take_over(self) -> Iterator[Action]:
        """The stack's timers run on, whoever has begun them."""
        for timer, due in self.stack.timers():
            yield SetTimer(timer, due)

    def _on_frame(self, frame: bytes, now: float) -> Iterator[Action]:
        for happened in self.stack.receive(frame, now):
            match happened:
                case Arrived(datagram, source):
                    if self._job is not None:
                        yield from self._told(self._job.datagram(happened, now))
                    else:
                        port = datagram.destination_port
                        what = f"a UDP datagram from {source}:{datagram.source_port} to port {port}"
                        yield Ignore(what, f"{self.name} listens on no port now")
                case SegmentArrived() if self._job is not None:
                    yield from self._told(self._job.segment(happened, now))
                case SegmentArrived(_, source):
                    yield Ignore(f"a TCP segment from {source}", f"{self.name} has no connection")
                case IcmpError():
                    yield Ignore(happened.words, "programs are not told of ICMP errors here")
                case RouterAdvertised():
                    yield Ignore("an IPv6 router advertisement", "IPv6 is not emulated")
                case _:
                    yield happened

    def _on_timer(self, timer: Timer, now: float) -> Iterator[Action]:
        match timer.owner:
            case Owner.PROGRAM:
                self._awaits_key, self._answer = False, None
            case Owner.FETCH if self._job is not None:
                yield from self._told(self._job.timer_fired(now))
            case Owner.ARP | Owner.IGMP:
                for happened in self.stack.timer_fired(timer, now):
                    if not isinstance(happened, Unreachable):
                        yield happened
                    elif self._job is not None:
                        yield from self._told(self._job.unreachable(happened.hop, now))
            case _:
                pass

    # --- what it waits for ----------------------------------------------------------------
    def _told(self, steps: Iterable[Step]) -> Iterator[Action]:
        """A job's steps as a program's actions; its result is the program's answer."""
        for step in steps:
            match step:
                case Begun() | Sent() | SizeKnown():
                    pass
                case Decided(decision, about):
                    yield Decide(decision, about)
                case Fetched(_, content, whole):
                    self._used.fetched += len(content) if whole is None else whole.size
                    self._job, self._answer = None, step
                case NotFetched():
                    self._job, self._answer = None, step
                case Abandoned(because):
                    self._job = None
                    self._answer = NotFetched(Failure.BAD_MTFTP, because)
                case _:
                    yield step

    def _by_dhcp(self, client: BootClient, event: Event, now: float) -> Iterator[Action]:
        """Its DHCP client's actions, whose timers are that one's own, and whose end is not ours."""
        failed: Failed | None = None
        for action in client.handle(event, now):
            match action:
                case Finish(Failed() as failed):
                    pass
                case SetTimer() | CancelTimer() | Finish():
                    pass
                case _:
                    yield action
        if client.finished:
            self._dhcp = None
            yield from self._take_over()
            if failed is not None:
                self._answer = NotLeased(failed.failure, failed.because)
            else:
                ack, *sources = client.lease
                self._answer = Leased(ack, tuple(sources))

    # --- wants ----------------------------------------------------------------------------
    def _go_on(self, now: float) -> Iterator[Action]:
        """Give the script its answer, and begin what it wants next, as long as it need not wait."""
        while not isinstance(self._answer, _Open) and not self.finished:
            answer, self._answer = self._answer, _Open.OPEN
            want = self._next(answer)
            beyond = self._used.beyond(want)
            if beyond:
                yield from self._end(beyond)
                return
            if want is not None:
                yield decided(want)
                yield from self._begin(want, now)
            else:
                because = f"{self.name} has come to its end."
                yield from self._finish(Exited(0, "", "", because))

    def _next(self, answer: Answer) -> Want | None:
        """What it wants next; None if it has come to its end."""
        self._used.wants += 1
        self._used.at_once += 1
        try:
            return self._script.send(answer)
        except StopIteration:
            return None

    def _begin(self, want: Want, now: float) -> Iterator[Action]:
        match want:
            case Fetch(what):
                yield from self._fetch(what, now)
            case Show(text, _, ends):
                yield from shown(text, ends)
                self._answer = None
            case Key(shows, _, timeout):
                self._awaits_key = True
                if timeout is not None:
                    yield SetTimer(_WAIT, now + max(timeout, 0.0))
                yield AwaitKey(line(shows))
            case Wait(seconds) if seconds <= 0:
                self._answer = None
            case Wait(seconds):
                yield SetTimer(_WAIT, now + seconds)
            case Dhcp():
                yield from self._ask_dhcp(want, now)
            case Start(file):
                self.started = want
                booted = Booted(
                    file.boot_file, file.content, file.whole, line(want.arguments), want.beside
                )
                yield from self._finish(booted)
            case Exit(status, why, text, code):
                exited = Exited(status, line(code), line(text), line(why.because))
                yield from self._finish(exited)
            case _:
                assert_never(want)

    def _fetch(self, what: str | BootFile, now: float) -> Iterator[Action]:
        size = len(what.name if isinstance(what, BootFile) else what)
        if size > MOST_NAME:
            because = f"The name has {size} octets, more than a read request has room for."
            self._answer = NotFetched(Failure.NOT_EMULATED, because)
            return
        try:
            self._job = fetch(what, self.stack, self._fetcher)
        except NoScheme as error:
            self._answer = NotFetched(Failure.UNSUPPORTED_SCHEME, str(error))
            return
        yield from self._told(self._job.start(now))

    def _ask_dhcp(self, want: Dhcp, now: float) -> Iterator[Action]:
        traits = Traits(
            self.name, self._ip, want.dhcp, self._fetcher.tftp, failures={}, screen=want.screen
        )
        machine = self._given.machine
        self._deadlines.clear()  # the stack's are its client's meanwhile
        self._dhcp = BootClient(traits, want.policy, machine, self.stack, only_configures=True)
        yield from self._by_dhcp(self._dhcp, PowerOn(), now)

    def _end(self, beyond: str) -> Iterator[Action]:
        because = f"{self.name} goes on beyond what pxeclient follows: {beyond}."
        self._script.close()
        yield from self._finish(Failed(Failure.NOT_EMULATED, "", f"pxeclient: {because}", because))

    def _finish(self, ending: Booted | Failed | Exited) -> Iterator[Action]:
        self.finished = True
        yield Finish(ending)
