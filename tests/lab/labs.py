"""Labs for tests: what they need, who is looked for afterwards, boots in them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pxeclient import profile as profiles
from pxeclient.boots.boot import Wire
from pxeclient.boots.boot import boot as start
from pxeclient.lab import Lab
from pxeclient.outcome import Booted
from pxeclient.trace import Trace
from tests.live.needs import program
from tests.live.needs import require_lab as require_lab

CHECKOUT = Path(__file__).parents[2]

CONTENT = b"boot me " * 600

DNSMASQ = (
    *("dnsmasq", "-d", "--conf-file=/dev/null", "--port=0", "--no-ping", "--log-dhcp"),
    "--interface={interface}",
    "--dhcp-range=10.77.0.100,10.77.0.150",
)
"""dnsmasq as a DHCP server in the foreground; options follow."""

TFTP = ("--dhcp-boot=boot.0", "--enable-tftp", "--tftp-root={folder}")


def boot(lab: Lab, name: str = "ipxe", seed: int = 1) -> Trace:
    """One machine in a lab, until it ends."""
    found = profiles.load(name)
    machine = replace(found.machine, seed=seed)
    with lab.link(machine.mac) as link:
        return start(found, machine, Wire(link, "lab"), deadline=30.0)


def assert_booted(trace: Trace, server: str = "10.77.0.1", content: bytes = CONTENT) -> None:
    """It fetched that file from there."""
    outcome = trace.outcome
    assert isinstance(outcome, Booted), outcome
    assert (str(outcome.boot_file.server), outcome.content) == (server, content)


def processes(mark: str) -> list[int]:
    """The processes whose environment has that variable."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if mark.encode() in environment.split(b"\0"):
                found.append(int(entry.name))
    return found


def await_none(mark: str, seconds: float = 60.0) -> list[int]:
    """Those that are still there after so long."""
    deadline = time.monotonic() + seconds
    while (left := processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


class Fence:
    """Where an owner of labs runs, so that what it leaves can be told from what others make.

    For root a network and a view of the named namespaces of its own; else the machine itself.
    """

    def __init__(self) -> None:
        self._holder: subprocess.Popen[str] | None = None
        if os.geteuid() == 0:
            script = "mkdir -p /run/netns; mount -t tmpfs t /run/netns; echo up; exec sleep 600"
            command = [program("unshare"), "--mount", "--net", "sh", "-c", script]
            self._holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert self._holder.stdout is not None
            assert self._holder.stdout.readline() == "up\n"
        self.before = self.seen()

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command line that runs a command there, as the same process."""
        if self._holder is None:
            return list(command)
        there = ("--target", str(self._holder.pid), "--mount", "--net")
        return [program("nsenter"), *there, *command]

    def seen(self) -> str:
        """The interfaces and named namespaces."""
        ip = program("ip")
        return "".join(
            subprocess.run(
                self.inside([ip, *words]), capture_output=True, text=True, check=True, timeout=60
            ).stdout
            for words in (("-o", "link"), ("netns", "list"))
        )

    def close(self) -> None:
        """Take it down."""
        if self._holder is not None:
            self._holder.kill()
            self._holder.communicate()


@contextlib.contextmanager
def fence() -> Iterator[Fence]:
    """A fence, up and down."""
    made = Fence()
    try:
        yield made
    finally:
        made.close()


def as_nobody(command: Sequence[str]) -> list[str]:
    """The command line that runs a command as an ordinary user, who may read the checkout."""
    if os.geteuid() != 0:
        return list(command)
    reading = ("--inh-caps", "-all,+dac_read_search", "--ambient-caps", "-all,+dac_read_search")
    nobody = ("--reuid", "65534", "--regid", "65534", "--clear-groups")
    return [program("setpriv"), *nobody, *reading, *command]


def python(*arguments: str) -> list[str]:
    """The command line of this Python."""
    return [sys.executable, *arguments]
