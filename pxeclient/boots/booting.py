"""One machine that boots on a link: a `Client` as a station of the loop."""

from __future__ import annotations

from math import inf
from typing import Protocol

from pxeclient.boot.actions import Action, AwaitKey
from pxeclient.boot.events import Event, FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.boots.loop import ROUNDING, has_come
from pxeclient.boots.repeats import Repeats
from pxeclient.link.base import Link
from pxeclient.stack.acts import CancelTimer, SendFrame, SetTimer, Timer
from pxeclient.trace import Recorder
from pxeclient.wire.arp import Arp

LATEST = 10.0
"""Seconds after its deadline in which a machine that is late still hears what came before it. In a
flood it may never catch up: what it hears would be from before the deadline for ever."""

_ACTED_ON = frozenset((SetTimer, CancelTimer, SendFrame, AwaitKey))
"""What is more than something to record; to look a type up is quicker than to ask for four."""


class Client(Protocol):
    """What boots: a firmware (`BootClient`), or that and what it starts (`StagedBoot`)."""

    @property
    def finished(self) -> bool:
        """It is over."""
        ...

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets downloaded, and how many there will be, if the server said."""
        ...

    def minds(self, message: Arp) -> bool:
        """An ARP message that goes to everybody would not be lost on it."""
        ...

    def handle(self, event: Event, now: float) -> list[Action]:
        """Take one event; return its consequences, in order."""
        ...

    def next_timer(self) -> tuple[Timer, float]:
        """The timer that runs out first, and when."""
        ...


class Booting:
    """A boot under way. Its clock starts at 0 when the machine is switched on.

    It ends as its firmware ends, at the deadline, or where it waits for a key and nobody has
    one to press; the recorder is told which.
    """

    def __init__(
        self,
        client: Client,
        link: Link,
        recorder: Recorder,
        *,
        deadline: float | None = None,
        keys: tuple[str, ...] = (),
        starts: float = -inf,
    ) -> None:
        """A machine that is still off.

        Args:
            client: What it does.
            link: Where it sends. What comes is handed to it by the loop.
            recorder: Is told all that happens.
            deadline: Seconds of its own clock after which it is stopped.
            keys: Pressed one by one, each as soon as the machine watches its keyboard.
            starts: The link's time at which it is switched on; at once if that has passed.
        """
        self.is_over = False
        self._client = client
        self._link = link
        self._recorder = recorder
        self._deadline = inf if deadline is None else deadline
        self._keys = list(keys)
        self._starts = starts
        self._origin = link.now()
        self._is_on = False
        self._awaits_key = False
        self._reached = 0.0
        """Its clock's time at the latest event."""
        self._repeats = Repeats()

    def next_at(self) -> float:
        """The time of its next timer, or of what stops it."""
        if not self._is_on:
            return self._starts
        due = self._client.next_timer()[1]
        return self._origin + (due if due < self._deadline else self._deadline)

    def hear(self, frame: bytes, at: float) -> None:
        """A frame came; one for a machine that is off is nothing.

        Raises:
            LinkError: What it sent could not be sent.
        """
        if self._is_on and at >= self._origin - ROUNDING and not self.is_over:
            # It may have come before what was done meanwhile, by a machine that was late.
            now = at - self._origin
            if now < self._reached:
                now = self._reached
            self._feed(FrameReceived(frame), now)
            self._look_at_the_end(now)

    def wake(self, at: float) -> None:
        """Switch it on, or let its timer run out, if it is time.

        Raises:
            LinkError: What it sent could not be sent.
        """
        if self.is_over:
            return
        if not self._is_on:
            if has_come(self._starts, at):
                self._switch_on(at)
            return
        now = at - self._origin
        name, due = self._client.next_timer()
        if has_come(due, now):
            self._feed(TimerFired(name), max(now, due))
        self._look_at_the_end(now)

    def stop(self, at: float, why: str, trouble: str = "") -> None:
        """Somebody or something else ends it; harmless when it is over."""
        if not self.is_over:
            self._end(at - self._origin, why, trouble)

    def minds(self, message: Arp) -> bool:
        """A broadcast ARP message may matter to it: asks for it, or tells what it wants to know."""
        return self._is_on and self._client.minds(message)

    def _switch_on(self, at: float) -> None:
        self._origin, self._is_on = max(at, self._origin), True
        self._feed(PowerOn(), 0.0)
        self._look_at_the_end(0.0)

    def _look_at_the_end(self, now: float) -> None:
        deadline = self._deadline
        if self._client.finished:
            self._end(now)
        elif deadline < inf and has_come(deadline, now):
            self._end(now, "deadline")
        elif deadline < inf and has_come(deadline + LATEST, self._by_link()):
            self._end(self._by_link(), "deadline")
        elif self._awaits_key and self._client.next_timer()[1] == inf:
            self._end(now, "waiting")

    def _by_link(self) -> float:
        """What its clock would show if it were not behind."""
        return self._link.now() - self._origin

    def _end(self, now: float, stopped: str = "", trouble: str = "") -> None:
        self.is_over = True
        self._recorder.count(self._repeats.repeated, self._repeats.not_kept)
        self._recorder.end(now, stopped, self._link.lost(), trouble)

    def _feed(self, event: Event, now: float) -> None:
        self._reached = now
        actions, records = self._client.handle(event, now), True
        add = self._recorder.add
        # Types are compared, which is quicker than to ask for instances: all that ever happens
        # passes here.
        if type(event) is FrameReceived:
            records = self._repeats.keeps(event.frame, actions)
            if records:
                add(now, event)
        elif not isinstance(event, TimerFired):
            self._awaits_key = False
            add(now, event)
        for action in actions:
            if type(action) in _ACTED_ON:
                if type(action) is SetTimer or type(action) is CancelTimer:
                    continue  # the client keeps its own, and the trace has what they lead to
                if type(action) is SendFrame:
                    self._link.send(action.frame)
                else:
                    self._awaits_key = True
            if records:
                add(now, action)  # type: ignore[arg-type]  # of the clock it is none: see above
        if self._awaits_key and self._keys:
            self._feed(KeyPressed(self._keys.pop(0)), now)
