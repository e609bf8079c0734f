"""Where the frames that `pxeclient watch` looks at come from."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol

from pxeclient import profile as profiles
from pxeclient.boots import boot as boots
from pxeclient.boots.networks import network
from pxeclient.capture.streamed import Content, Streamed, streamed
from pxeclient.capture.values import CaptureError
from pxeclient.link.listening import Listener, first_of
from pxeclient.link.wallclock import seconds_since_1970, steady_seconds
from pxeclient.wire.addresses import Mac


class Heard(NamedTuple):
    """One frame, and when it came by its source's clock."""

    at: float
    data: bytes
    length: int


class Ended(Exception):
    """No frame comes any more."""


class Source(Protocol):
    """Frames, and their clock: seconds since the epoch, or since the beginning of a simulation."""

    where: str
    is_real: bool
    """Its clock is the time of day."""

    def now(self) -> float:
        """Its clock."""
        ...

    def receive(self, wait: float) -> Heard | None:
        """The next frame; None after so many seconds.

        Raises:
            Ended: No frame comes any more.
            LinkError, CaptureError: It is gone, or cannot be read.
        """
        ...

    def lost(self) -> int:
        """Frames that were lost here so far."""
        ...

    def start(self) -> None:
        """Begin: what takes rights is done."""
        ...

    def close(self) -> None:
        """Give back what it holds. Harmless when repeated."""
        ...


class Interfaces:
    """What interfaces of this host see."""

    is_real = True

    def __init__(self, names: Sequence[str]) -> None:
        """Listen on all of them.

        Raises:
            LinkError: One cannot be listened on.
        """
        self.where = ", ".join(names)
        self._listeners: list[Listener] = []
        try:
            for name in names:
                self._listeners.append(Listener(name))
        except BaseException:
            self.close()
            raise

    def now(self) -> float:
        """The time of day."""
        return seconds_since_1970()

    def receive(self, wait: float) -> Heard | None:
        """The next frame of any of them."""
        heard = first_of(self._listeners, wait)
        return None if heard is None else Heard(*heard, len(heard[1]))

    def lost(self) -> int:
        """What the kernel dropped."""
        return sum(one.lost() for one in self._listeners)

    def start(self) -> None:
        """It listens already."""

    def close(self) -> None:
        """Stop listening."""
        for one in self._listeners:
            one.close()


_MOST_AHEAD = 10_000
"""Frames that are read ahead of those that were looked at."""
_LOOK_AGAIN = 0.1
"""Seconds until a file is looked at again that has not grown."""


class Stream:
    """A capture that is being written, in a thread of its own: its reader waits for octets."""

    is_real = True

    def __init__(self, path: Path, follow: bool) -> None:
        """Open it.

        Args:
            path: A file, or ``-`` for standard input.
            follow: Wait for more at its end.

        Raises:
            CaptureError: There is no such file.
        """
        self.where = "standard input" if str(path) == "-" else str(path)
        self._follow = follow
        self._closing = threading.Event()
        self._frames: queue.Queue[Streamed | CaptureError | None] = queue.Queue(_MOST_AHEAD)
        self._last: tuple[float, float] | None = None
        try:
            self._file = (
                sys.stdin.buffer.fileno() if str(path) == "-" else os.open(path, os.O_RDONLY)
            )
        except OSError as error:
            raise CaptureError(f"cannot read {path}: {error.strerror or error}") from None
        except AttributeError:  # standard input is closed
            raise CaptureError("standard input is closed: there is no capture to read") from None

    def start(self) -> None:
        """Begin to read; rights are a thread's own, and what is read was written by strangers."""
        threading.Thread(target=self._read, name="capture", daemon=True).start()

    def now(self) -> float:
        """The last frame's time, and what passed since: a recorded silence is one, too."""
        if self._last is None:
            return seconds_since_1970()
        at, when = self._last
        return at + steady_seconds() - when

    def receive(self, wait: float) -> Heard | None:
        """The next frame that was read."""
        try:
            found = self._frames.get(block=wait > 0, timeout=min(wait, 3600.0))
        except queue.Empty:
            return None
        if found is None:
            raise Ended
        if isinstance(found, CaptureError):
            raise found
        self._last = found.at, steady_seconds()
        return Heard(found.at, found.data, found.length)

    def lost(self) -> int:
        """Who wrote the capture knows."""
        return 0

    def close(self) -> None:
        """Have the reader stop where it waits for a file; standard input goes with the process."""
        self._closing.set()

    def _read(self) -> None:
        try:
            for one in streamed(self.where, Content(self._take, self._wait)):
                self._put(one)
            self._put(None)
        except CaptureError as error:
            self._put(error)

    def _put(self, one: Streamed | CaptureError | None) -> None:
        while not self._closing.is_set():
            try:
                self._frames.put(one, timeout=_LOOK_AGAIN)
            except queue.Full:
                continue
            return

    def _take(self, size: int) -> bytes:
        try:
            return os.read(self._file, size)
        except OSError as error:
            raise CaptureError(f"cannot read {self.where}: {error.strerror or error}") from None

    def _wait(self) -> bool:
        return self._follow and not self._closing.wait(_LOOK_AGAIN)


APART = 0.7
"""Seconds between two machines that are switched on by hand."""


class Practice:
    """One machine of each profile on a practice network: what a wire there would have shown."""

    is_real = False

    def __init__(self, wanted: str) -> None:
        """Boot them.

        Raises:
            ScenarioError: There is no such network.
        """
        self.where = f"practice network {wanted}"
        found = network(wanted)
        heard: list[tuple[float, bytes]] = []
        for number, name in enumerate(profiles.names()):
            one = profiles.load(name)
            mac = Mac(one.machine.mac[:5] + bytes([number + 1]))
            machine = replace(one.machine, mac=mac)
            trace = boots.boot(one, machine, found.wire(one.traits))
            began = APART * number
            heard += [(began + record.at, frame) for record, frame, _ in trace.frames()]
        heard.sort(key=lambda one: one[0])
        self._frames = iter(heard)
        self._now = 0.0

    def now(self) -> float:
        """When the last frame went."""
        return self._now

    def receive(self, wait: float) -> Heard | None:
        """The next frame, at once: time is virtual."""
        found = next(self._frames, None)
        if found is None:
            raise Ended
        self._now = found[0]
        return Heard(*found, len(found[1]))

    def lost(self) -> int:
        """None."""
        return 0

    def start(self) -> None:
        """All of it has happened."""

    def close(self) -> None:
        """It holds nothing."""
