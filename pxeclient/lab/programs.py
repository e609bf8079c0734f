"""Server processes, as the process inside the lab starts, watches and ends them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pxeclient.lab import kernel

MARK = "PXECLIENT_LAB_PROGRAM"
"""Environment variable that a program and whatever it starts are known by."""

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
    output: str
    """The file that takes what it prints."""
    errors: str
    """The file that takes what it prints as errors, which may be the same."""
    ports: tuple[int, ...]
    """Where it is expected to listen."""


@dataclass(slots=True)
class Running:
    """A program that was started."""

    process: int
    """Its process id, which is its group's too."""
    ports: tuple[int, ...]
    """Where it is expected to listen."""
    others: frozenset[str]
    """Sockets on these that were there before it."""
    status: int | None = None
    """How it ended, as `subprocess` has it; None while it runs."""


class Programs:
    """All that was started; orphans among them fall to the process that has them."""

    def __init__(self, lab: str, kind: str) -> None:
        """`lab`: a name for it. `kind`: of lab.

        In a ``rootless`` one they may change users without effect (`kernel`); on ``loopback``,
        where no namespace ends with us, each is killed when we are.
        """
        self._lab = lab
        self._pretend = kind == "rootless"
        self._bound = kind == "loopback"
        self._own_proc = os.readlink("/proc/self") == str(os.getpid())
        """/proc shows the processes of this namespace; where it does not, children are not seen."""
        self._all: list[Running] = []

    def start(self, order: Order, network: int | None) -> int:
        """Start a program in a network namespace, None for our own; its number.

        Raises:
            OSError: It cannot be executed.
        """
        number = len(self._all)
        with _inside(network):
            others = open_sockets(order.ports)
            process = _spawn(order, self._mark(number), self._prepare)
        self._all.append(Running(process, order.ports, others))
        return number

    def status(self, number: int) -> int | None:
        """How it ended; None while it runs."""
        self._reap()
        return self._all[number].status

    def listens(self, number: int, network: int | None) -> bool:
        """One of its ports was opened on that host since the program was started."""
        one = self._all[number]
        with _inside(network):
            return bool(open_sockets(one.ports) - one.others)

    def is_busy(self, number: int) -> bool:
        """It computes, would if it had a processor, or waits for a disk: it is not yet settled."""
        return self._own_proc and any(_state(process) in "RD" for process in self._family(number))

    def handle(self, number: int) -> int | None:
        """A descriptor of it, which becomes readable when it ends; None if it has ended."""
        self._reap()
        one = self._all[number]
        return os.pidfd_open(one.process) if one.status is None else None

    def send(self, number: int, wish: int) -> None:
        """Send a signal to a program, not to what it has started. Nothing if it has ended."""
        self._reap()
        if self._all[number].status is None:
            os.kill(self._all[number].process, wish)

    def stop(self, number: int) -> None:
        """End a program and all that it has started. Harmless when repeated."""
        self._end([number])

    def stop_all(self) -> None:
        """End all programs."""
        self._end(range(len(self._all)))

    def _end(self, numbers: Sequence[int]) -> None:
        deadline = time.monotonic() + _PATIENCE
        self._signal(numbers, signal.SIGTERM)
        while _pause() and self._are_there(numbers):
            if time.monotonic() > deadline:
                self._signal(numbers, signal.SIGKILL)
            self._reap()
        self._reap()

    def _are_there(self, numbers: Sequence[int]) -> bool:
        """One of their processes runs; a single look at all that there is."""
        self._reap()
        wanted = {f"{MARK}={self._mark(number)}".encode() for number in numbers}
        return any(self._all[number].status is None for number in numbers) or (
            self._own_proc and next(_marked(wanted), None) is not None
        )

    def _signal(self, numbers: Sequence[int], wish: signal.Signals) -> None:
        for number in numbers:
            for process in self._family(number):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, wish)
            if not self._own_proc:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._all[number].process, wish)

    def _prepare(self) -> None:
        """In the new process, before it becomes the program."""
        if self._pretend:
            kernel.pretend_to_change_users()
        if self._bound:
            kernel.die_with_parent()

    def _mark(self, number: int) -> str:
        return f"{self._lab}.{number}"

    def _family(self, number: int) -> list[int]:
        """The processes of a program that run; those in the background too."""
        self._reap()
        one = self._all[number]
        marks = {f"{MARK}={self._mark(number)}".encode()}
        marked = list(_marked(marks)) if self._own_proc else []
        return [*marked] + [one.process] * (one.status is None and one.process not in marked)

    def _reap(self) -> None:
        """Take leave of the dead: our own, and the orphans that fall to process 1."""
        known = {one.process: one for one in self._all if one.status is None}
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if (one := known.get(ended[0])) is not None:
                    one.status = os.waitstatus_to_exitcode(ended[1])


def _inside(network: int | None) -> AbstractContextManager[None]:
    return contextlib.nullcontext() if network is None else kernel.network(network)


def open_sockets(ports: Collection[int]) -> frozenset[str]:
    """The UDP sockets on those ports of this network namespace, by inode."""
    lines = Path("/proc/thread-self/net/udp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return frozenset(one[9] for one in fields if int(one[1].rpartition(":")[2], 16) in ports)


def _marked(marks: set[bytes]) -> Iterator[int]:
    """The processes that have one of these in their environment."""
    for name in os.listdir("/proc"):
        if name.isdecimal() and name != "1":
            # It may be gone by now.
            with contextlib.suppress(OSError):
                if not marks.isdisjoint(Path("/proc", name, "environ").read_bytes().split(b"\0")):
                    yield int(name)


def _state(process: int) -> str:
    """R (it runs or would), S (it sleeps), D (it waits for a disk), Z ... as proc(5) has it."""
    try:
        return Path("/proc", str(process), "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _pause() -> bool:
    time.sleep(0.005)
    return True


def _spawn(order: Order, mark: str, prepare: Callable[[], None]) -> int:
    """Fork and execute; an error on the way is raised here."""
    reading, writing = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        _become(writing, lambda: _execute(order, mark, prepare))
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


def _execute(order: Order, mark: str, prepare: Callable[[], None]) -> None:
    os.setsid()
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, servers do not
        signal.signal(ignored, signal.SIG_DFL)
    os.chdir(order.folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, path in ((1, order.output), (2, order.errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), stream)
    prepare()
    os.execve(order.argv[0], order.argv, {**order.environment, MARK: mark})
