"""A program that runs on a host of a lab, as the lab's owner sees it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path

from pxeclient.lab import errors
from pxeclient.lab.wire import Orders

_SETTLED = 1.0
"""Seconds of rest after which a server that opened none of the usual ports counts as ready."""
_LOOK_AGAIN, _LOOK_AT_OTHERS = 0.01, 0.1


class Program:
    """A server, or whatever else was started in a lab."""

    def __init__(self, name: str, files: tuple[Path, Path], wire: Orders, host: int, number: int):
        """`files`: what it prints and what it prints as errors, which may be the same."""
        self.name = name
        """The program's file name."""
        self._files = files
        self._said = dict.fromkeys(files, "")
        self._wire = wire
        self._host = host
        self._number = number
        self._status: int | None = None

    @property
    def log(self) -> str:
        """What it has printed so far, on both streams."""
        return "".join(self._read(path) for path in self._said)

    @property
    def output(self) -> str:
        """What it has printed so far; of a server, on both streams."""
        return self._read(self._files[0])

    @property
    def errors(self) -> str:
        """What it has printed as errors so far; of a server, on both streams."""
        return self._read(self._files[1])

    @property
    def returncode(self) -> int | None:
        """How it ended, negative for a signal; None while it runs.

        Raises:
            LabError: The lab is closed.
        """
        if self._status is None:
            self._status = self._wire.ask("status", program=self._number)[0]["status"]
        return self._status

    def await_log(self, words: str, timeout: float = 30.0) -> str:
        """The first line of its log with these words, as soon as it is printed.

        Raises:
            LabError: It ended without them, or the time is over; the text has the end of its log.
        """
        __tracebackhide__ = True
        started = time.monotonic()
        while True:
            ended = self.returncode is not None  # asked first: its last words are in the log then
            log = self.log
            if words in log:
                return next((line for line in log.splitlines() if words in line), words)
            if ended:
                raise errors.never_said(self.name, words, log)
            waited = time.monotonic() - started
            if waited > timeout:
                raise errors.not_ready(self.name, timeout, words, log)
            time.sleep(min(0.05, max(_LOOK_AGAIN, waited / 20)))

    def await_that(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Whether something holds by then, or by its end; asked again and again.

        Raises:
            LabError: The lab is closed.
        """
        until = time.monotonic() + timeout
        while True:
            ended = self.returncode is not None  # asked first: nothing changes after that
            if holds():
                return True
            if ended or time.monotonic() > until:
                return False
            time.sleep(_LOOK_AT_OTHERS)

    def wait(self, timeout: float = 300.0) -> int:
        """How it ended, as soon as it has; negative for a signal.

        Raises:
            LabError: It runs on after so many seconds; the text has the end of its log.
        """
        __tracebackhide__ = True
        if self._status is None:
            for handle in self._wire.ask("watch", program=self._number)[1]:
                try:
                    poll = select.poll()
                    poll.register(handle, select.POLLIN)
                    poll.poll(timeout * 1000)
                finally:
                    os.close(handle)
        if (status := self.returncode) is None:
            raise errors.not_ended(self.name, timeout, self.log)
        return status

    def send_signal(self, wish: signal.Signals) -> None:
        """Send it a signal, such as SIGHUP to read its configuration again.

        Raises:
            LabError: The lab is closed.
        """
        self._wire.ask("signal", program=self._number, number=int(wish))

    def stop(self) -> None:
        """End it, and all that it has started: asked at first, made to after two seconds.

        Raises:
            LabError: The lab is closed.
        """
        answer, _ = self._wire.ask("stop", program=self._number)
        self._status = answer["status"]

    def await_ready(self, words: str | None, timeout: float) -> None:
        """Wait until it is ready, as `Host.start` says.

        Raises:
            LabError: It is not; the text has the end of its log.
        """
        __tracebackhide__ = True
        rests = started = time.monotonic()
        while True:
            listens, busy = self._look()
            now = time.monotonic()
            rests = now if busy else rests
            if words in self.log if words is not None else listens or now - rests >= _SETTLED:
                return
            if now - started > timeout:
                if words is None:  # one that is never at rest: it has had its time
                    return
                raise errors.not_ready(self.name, timeout, words, self.log)
            time.sleep(_LOOK_AGAIN)

    def _look(self) -> tuple[bool, bool]:
        """Whether it has a boot server's port open, and whether it is still at work.

        Raises:
            LabError: It has ended. One that ended well with its ports open is in the background.
        """
        __tracebackhide__ = True
        answer, _ = self._wire.ask("look", program=self._number, host=self._host)
        self._status = answer["status"]
        if self._status is not None and not (self._status == 0 and answer["listens"]):
            raise errors.ended(self.name, self._status, self.log)
        return answer["listens"], answer["busy"]

    def _read(self, path: Path) -> str:
        with contextlib.suppress(FileNotFoundError):  # the lab is closed: what we know of it
            self._said[path] = path.read_text(errors="replace")
        return self._said[path]
