"""A link to stations that exist only in this process, with a clock that jumps.

Time passes only in `SimulatedLink.receive`, and there at once: minutes of waiting for a
silent server cost microseconds, and every run of the same boot is the same.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from pxeclient.link.base import Link, LinkError


class Stations(Protocol):
    """The other stations on the segment. Time is an argument and never goes backwards."""

    def receive(self, frame: bytes, now: float) -> None:
        """A frame reaches the stations."""
        ...

    def next_at(self) -> float | None:
        """When they next have something to do; None when they only wait for frames."""
        ...

    def poll(self, now: float) -> list[bytes]:
        """Do what is due; the frames they send, in order. `next_at` is later afterwards."""
        ...


class SimulatedLink(Link):
    """A `Link` whose other end is a `Stations`, with the same delay both ways."""

    def __init__(self, stations: Stations, latency: float = 0.0002) -> None:
        """Connect to the stations at time 0.

        Args:
            stations: The other end.
            latency: Seconds that a frame takes, either way; not negative.
        """
        if latency < 0:
            raise ValueError(f"a latency of {latency} s would let answers precede questions")
        self._stations = stations
        self._latency = latency
        self._now = 0.0
        self._open = True
        # The delay is the same for all frames, so they arrive in the order they were sent.
        self._outgoing: deque[tuple[float, bytes]] = deque()
        self._incoming: deque[tuple[float, bytes]] = deque()

    def now(self) -> float:
        """Seconds since the link was made; moved only by `receive`."""
        return self._now

    def send(self, frame: bytes) -> None:
        """Put a frame on the wire; it reaches the stations after the latency.

        Raises:
            LinkError: The link has been closed.
        """
        if not self._open:
            raise self._closed()
        self._outgoing.append((self._now + self._latency, frame))

    def receive(self, until: float) -> bytes | None:
        """Jump to the arrival of the next frame, or to `until` if none arrives by then.

        Raises:
            LinkError: The link has been closed.
        """
        if not self._open:
            raise self._closed()
        if until < self._now:
            until = self._now
        incoming, outgoing = self._incoming, self._outgoing
        # Only what the stations are told and do here changes when they want to do more.
        theirs = self._stations.next_at()
        while True:
            at = until if theirs is None or theirs > until else theirs
            is_theirs = at is theirs
            if outgoing and outgoing[0][0] <= at:
                at, is_theirs = outgoing[0][0], True
            if incoming and incoming[0][0] <= at:
                at, frame = incoming.popleft()
                if at > self._now:
                    self._now = at
                return frame
            if not is_theirs:
                self._now = until
                return None
            self._run_stations(at)
            theirs = self._stations.next_at()

    def close(self) -> None:
        """Forget the frames under way. Harmless when repeated."""
        self._open = False
        self._outgoing.clear()
        self._incoming.clear()

    def _run_stations(self, at: float) -> None:
        """Let the stations see what arrives at that time, and then do what is due."""
        stations, outgoing = self._stations, self._outgoing
        while outgoing and outgoing[0][0] <= at:
            stations.receive(outgoing.popleft()[1], at)
        for frame in stations.poll(at):
            self._incoming.append((at + self._latency, frame))

    @staticmethod
    def _closed() -> LinkError:
        return LinkError("the simulated link has been closed; make a new one")
