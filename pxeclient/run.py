"""Drives a `BootClient` over a `Link` until it finishes, and keeps the trace.

The only loop there is: wait for a frame or the next timer, hand it to the client, do what
it says. The client's clock starts at 0 with the link's time of power-on.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from pxeclient.boot.actions import AwaitKey, CancelTimer, Recorded, SendFrame, SetTimer
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import Event, FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.link.base import Link
from pxeclient.trace import Record, Trace

Watcher = Callable[[Record], None]
"""Is told every record as it is made."""


ROUNDING = 1e-6
"""Seconds by which the link's clock and ours may differ: sums of floats are rounded."""


def _has_come(at: float, now: float) -> bool:
    return now >= at - ROUNDING


def _nobody(record: Record) -> None:
    """The watcher of those who only want the trace."""


class Run:
    """One boot under way."""

    def __init__(
        self,
        client: BootClient,
        link: Link,
        trace: Trace,
        watch: Watcher,
        keys: tuple[str, ...],
    ) -> None:
        self._client = client
        self._link = link
        self._trace = trace
        self._watch = watch
        self._keys = list(keys)
        self._awaits_key = False
        self._origin = link.now()
        trace.pace = link.pace

    def until_finished(self, deadline: float | None) -> None:
        """Go on to the end, or to `deadline` seconds after power-on."""
        try:
            self._go_on(inf if deadline is None else deadline)
        finally:
            self._trace.ended = self._now()
            self._trace.lost = self._link.lost()

    def _go_on(self, stop_at: float) -> None:
        self._feed(PowerOn(), self._now())
        while not self._client.finished:
            now = self._now()
            if _has_come(stop_at, now):
                self._trace.stopped = "deadline"
                break
            if self._awaits_key and self._client.next_timer()[1] == inf:
                self._trace.stopped = "waiting"
                break
            self._step(now, stop_at)

    def _now(self) -> float:
        return self._link.now() - self._origin

    def _step(self, now: float, stop_at: float) -> None:
        """Wait for what comes first: a frame, a timer, or the end of our time."""
        name, due = self._client.next_timer()
        until = min(due, stop_at, now + 3600.0)
        if until > now:
            frame = self._link.receive(self._origin + until)
            if frame is not None:
                self._feed(FrameReceived(frame), self._now())
                return
        now = self._now()
        if _has_come(due, now):
            self._feed(TimerFired(name), max(now, due))

    def _feed(self, event: Event, now: float) -> None:
        if not isinstance(event, TimerFired):
            self._watch(self._trace.add(now, event))
        self._awaits_key = self._awaits_key and isinstance(event, FrameReceived | TimerFired)
        for action in self._client.handle(event, now):
            # The client keeps its own timers, and the trace has what they lead to.
            if not isinstance(action, SetTimer | CancelTimer):
                self._do(action, now)
        if self._awaits_key and self._keys:
            self._feed(KeyPressed(self._keys.pop(0)), now)

    def _do(self, action: Recorded, now: float) -> None:
        if isinstance(action, SendFrame):
            self._link.send(action.frame)
        elif isinstance(action, AwaitKey):
            self._awaits_key = True
        self._watch(self._trace.add(now, action))


def run(
    client: BootClient,
    link: Link,
    trace: Trace,
    deadline: float | None = None,
    watch: Watcher = _nobody,
    keys: tuple[str, ...] = (),
) -> Trace:
    """Boot `client` over `link` and record it in `trace`, which is returned.

    `keys` are pressed one by one, each as soon as the machine watches its keyboard. When it
    waits for a key that never comes, the boot stops there.

    Raises:
        LinkError: The link failed on the way; what happened until then is in `trace`.
        KeyboardInterrupt: Somebody pressed Ctrl-C; the same holds.
    """
    Run(client, link, trace, watch, keys).until_finished(deadline)
    return trace
