"""``--on-failure``: a command for each boot that failed, one after the other."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from pxeclient.cli import options
from pxeclient.link.wallclock import steady_seconds
from pxeclient.watch.facts import PREFIX, Facts

MOST_WAITING = 100
"""Failures that wait for the command: a rack that is switched on, not a week of trouble."""
LONGEST = 60.0
"""Seconds that it may take."""


_THE_USERS = {options.PROFILE, options.INTERFACE, options.SERVER_KIND}
"""Of the variables with our prefix, those that users set: for commands of ours in theirs."""
_WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Job(NamedTuple):
    told: Facts
    event: str
    """As JSON."""
    capture: str | None


class OnFailure:
    """Runs a command, at most one at a time. It asks for `tick` now and then."""

    def __init__(
        self, command: str, say: Callable[[str], None], is_heard: bool, longest: float = LONGEST
    ) -> None:
        """Nothing is run yet.

        Args:
            command: For ``/bin/sh -c``: the user's own words, and nothing is ever added to them.
            say: Tells the user what went wrong.
            is_heard: What it prints goes to our standard error; else nowhere.
            longest: Seconds after which it is killed.
        """
        self._command, self._say, self._is_heard, self._longest = command, say, is_heard, longest
        self._waiting: deque[_Job] = deque()
        self._running: _Run | None = None
        self._left_out = 0

    def take(self, told: Facts, event: str, capture: str | None) -> None:
        """A boot failed."""
        if len(self._waiting) >= MOST_WAITING:
            if not self._left_out:
                self._say(
                    f"{MOST_WAITING} failed boots wait for the --on-failure command: it is not run"
                    " for more until it has come after."
                )
            self._left_out += 1
            return
        self._waiting.append(_Job(told, event, capture))
        self.tick()

    def tick(self) -> None:
        """Begin the next one if the one before is over; kill who takes too long."""
        if self._running is not None:
            if not self._running.is_over(self._longest):
                return
            self._say_how(self._running)
            self._running = None
        if self._waiting:
            self._begin(self._waiting.popleft())

    def finish(self, is_told_to_end: bool) -> None:
        """Let all have their turn; or, if we are told to end, none, and end the one that runs."""
        if not is_told_to_end:
            while self._running is not None or self._waiting:
                if self._running is not None:
                    self._running.wait(self._longest)
                self.tick()
        if self._running is not None:
            self._running.kill()
            self._say(f"--on-failure for {self._running.mac} was ended, for we were.")
            self._running = None
        if left := len(self._waiting) + self._left_out:
            self._say(f"--on-failure was not run for {left} failed boots.")
        self._waiting.clear()

    def _begin(self, job: _Job) -> None:
        try:
            with _undisturbed():
                self._running = _Run(self._command, job, self._is_heard)
        except OSError as error:
            self._say(f"--on-failure for {job.told.mac} cannot be run: {error.strerror or error}")

    def _say_how(self, run: _Run) -> None:
        match run.status:
            case 0:
                pass
            case int(status) if run.is_late:
                self._say(f"--on-failure for {run.mac} was killed after {self._longest:g} s.")
            case int(status) if status < 0:
                self._say(f"--on-failure for {run.mac} was ended by signal {-status}.")
            case status:
                self._say(f"--on-failure for {run.mac} ended with status {status}.")


class _Run:
    """The command, for one boot.

    The event is in a file without a name, which whoever has its descriptor can open by that: it
    goes with the processes, however they end.

    Raises:
        OSError: It cannot be begun.
    """

    def __init__(self, command: str, job: _Job, is_heard: bool) -> None:
        self.mac = job.told.mac
        self.is_late = False
        with os.fdopen(os.memfd_create("boot.json", os.MFD_CLOEXEC), "w+b") as file:
            file.write(f"{job.event}\n".encode())
            file.seek(0)
            number = file.fileno()
            self._program = subprocess.Popen(
                ["/bin/sh", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=2 if is_heard else subprocess.DEVNULL,
                stderr=None if is_heard else subprocess.DEVNULL,
                env=_environment(job.told.variables(f"/dev/fd/{number}", job.capture)),
                pass_fds=(number,),
                start_new_session=True,  # the terminal's Ctrl-C is ours; it is killed as a group
            )
        self._began = steady_seconds()

    @property
    def status(self) -> int | None:
        """How it ended."""
        return self._program.returncode

    def is_over(self, longest: float) -> bool:
        """It has ended, or is killed now because it took too long."""
        if self._program.poll() is not None:
            return True
        if steady_seconds() - self._began < longest:
            return False
        self.is_late = True
        self.kill()
        return True

    def wait(self, longest: float) -> None:
        """Until it ends or has taken so long."""
        left = max(self._began + longest - steady_seconds(), 0)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(left)

    def kill(self) -> None:
        """End it and what it has begun."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Who tells us to end is heard at the end of it: else a program that has just begun could go
    on without anybody who knows of it. (A mask of signals would be the program's, too.)"""
    heard: list[int] = []
    before = {wish: signal.getsignal(wish) for wish in _WISHES}
    ours = {wish: handler for wish, handler in before.items() if callable(handler)}
    for wish in ours:
        signal.signal(wish, lambda number, frame: heard.append(number))
    try:
        yield
    finally:
        for wish, handler in ours.items():
            signal.signal(wish, handler)
    if heard:
        raise KeyboardInterrupt


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The user's own, but for what was said to somebody else in our name."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _THE_USERS or not name.startswith(PREFIX)
    }
    return {**kept, **ours}
