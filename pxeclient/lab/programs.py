"""Server processes, as the process inside the lab starts, watches and ends them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pxeclient.lab import kernel

MARK = "PXECLIENT_LAB_PROGRAM"
"""Environment variable that a program and whatever it starts are known by."""

_PORTS = frozenset({67, 69, 4011})
_PATIENCE = 2.0
"""Seconds between being asked to end and being made to."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to start."""

    argv: tuple[str, ...]
    """Begins with the full path of the program."""
    environment: Mapping[str, str]
    folder: str
    """Working directory."""
    log: str
    """The file that takes what it prints."""


@dataclass(slots=True)
class Running:
    """A program that was started."""

    process: int
    """Its process id, which is its group's too."""
    others: frozenset[str]
    """Sockets on a boot server's ports that were there before it."""
    status: int | None = None
    """How it ended, as `subprocess` has it; None while it runs."""


class Programs:
    """All that was started; the process that has them is number 1 of its namespace."""

    def __init__(self, pretend: bool, lab: str) -> None:
        """`pretend`: let them change users without effect (`kernel`). `lab`: a name for it."""
        self._pretend = pretend
        self._lab = lab
        self._own_proc = os.readlink("/proc/self") == str(os.getpid())
        """/proc shows the processes of this namespace; where it does not, children are not seen."""
        self._all: list[Running] = []

    def start(self, order: Order, network: int) -> int:
        """Start a program in a network namespace; its number.

        Raises:
            OSError: It cannot be executed.
        """
        number = len(self._all)
        with kernel.network(network):
            others = boot_server_sockets()
            process = _spawn(order, self._mark(number), self._pretend)
        self._all.append(Running(process, others))
        return number

    def status(self, number: int) -> int | None:
        """How it ended; None while it runs."""
        self._reap()
        return self._all[number].status

    def listens(self, number: int, network: int) -> bool:
        """A boot server's port was opened on that host since the program was started."""
        with kernel.network(network):
            return bool(boot_server_sockets() - self._all[number].others)

    def stop(self, number: int) -> None:
        """End a program and all that it has started. Harmless when repeated."""
        self._end([number])

    def stop_all(self) -> None:
        """End all programs."""
        self._end(range(len(self._all)))

    def _end(self, numbers: Sequence[int]) -> None:
        deadline = time.monotonic() + _PATIENCE
        self._signal(numbers, signal.SIGTERM)
        while _pause() and any(self._family(number) for number in numbers):
            if time.monotonic() > deadline:
                self._signal(numbers, signal.SIGKILL)
            self._reap()
        self._reap()

    def _signal(self, numbers: Sequence[int], wish: signal.Signals) -> None:
        for number in numbers:
            for process in self._family(number):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, wish)
            if not self._own_proc:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._all[number].process, wish)

    def _mark(self, number: int) -> str:
        return f"{self._lab}.{number}"

    def _family(self, number: int) -> list[int]:
        """The processes of a program that run; those in the background too."""
        self._reap()
        one = self._all[number]
        marked = _marked(f"{MARK}={self._mark(number)}".encode()) if self._own_proc else []
        return [*marked] + [one.process] * (one.status is None and one.process not in marked)

    def _reap(self) -> None:
        """Take leave of the dead: our own, and the orphans that fall to process 1."""
        known = {one.process: one for one in self._all if one.status is None}
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if (one := known.get(ended[0])) is not None:
                    one.status = os.waitstatus_to_exitcode(ended[1])


def boot_server_sockets() -> frozenset[str]:
    """The UDP sockets on ports 67, 69 and 4011 of this network namespace, by inode."""
    lines = Path("/proc/thread-self/net/udp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return frozenset(one[9] for one in fields if int(one[1].rpartition(":")[2], 16) in _PORTS)


def _marked(mark: bytes) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal() and name != "1":
            # It may be gone by now.
            with contextlib.suppress(OSError):
                if mark in Path("/proc", name, "environ").read_bytes().split(b"\0"):
                    found.append(int(name))
    return found


def _pause() -> bool:
    time.sleep(0.005)
    return True


def _spawn(order: Order, mark: str, pretend: bool) -> int:
    """Fork and execute; an error on the way is raised here."""
    reading, writing = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        _become(writing, lambda: _prepare(order, mark, pretend))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        trouble = pipe.read()
    if trouble:
        os.waitpid(child, 0)
        code = int(trouble)
        raise OSError(code, os.strerror(code), order.argv[0])
    return child


def _become(writing: int, execute: Callable[[], None]) -> None:
    try:
        execute()
    except OSError as error:
        os.write(writing, str(error.errno).encode())
    finally:
        os._exit(127)


def _prepare(order: Order, mark: str, pretend: bool) -> None:
    os.setsid()
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, servers do not
        signal.signal(ignored, signal.SIG_DFL)
    os.chdir(order.folder)
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if pretend:
        kernel.pretend_to_change_users()
    os.execve(order.argv[0], order.argv, {**order.environment, MARK: mark})
