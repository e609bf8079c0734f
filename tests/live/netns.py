"""A laboratory of network namespaces: one client, one segment, real servers.

    client namespace          server namespace
      c0 ------------------------ s0  10.77.0.1/24

With `add_host` the cable becomes a switch, a bridge in a namespace of its own, and further
hosts hang on it. With `tap` it is replaced by a TAP in the server namespace, whose far end is
for the emulated client. Nothing outside the namespaces is touched.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.live.needs import LAB, TAP_DEVICE, program, require
from tests.live.processes import inside
from tests.live.servers import ServerHost

PREFIX = f"pxec-{os.getpid()}-{secrets.token_hex(2)}-"
"""Begins the name of every namespace that this process makes."""

CHECKOUT = Path(__file__).parents[2]

_numbers = itertools.count()


class Lab:
    """One segment: a client, and a server host at 10.77.0.1. Made and removed by `open_lab`."""

    client_interface = "c0"

    def __init__(self, folder: Path, cleanup: contextlib.ExitStack) -> None:
        self._folder = folder
        self._cleanup = cleanup
        self._number = next(_numbers)
        self._switch = ""
        self.client = self._namespace("client")
        """Name of the client's namespace."""
        self.server = self._host("server", "10.77.0.1")
        self.hosts = [self.server]
        _cable(self.client, self.client_interface, self.server.namespace, "s0")
        _address(self.server)
        _await_carrier(self.server)

    def add_host(self, address: str) -> ServerHost:
        """A further host on the segment; to be added before any server is started."""
        self._require_quiet()
        if not self._switch:
            self._lay_switch()
        host = self._host(f"host{len(self.hosts)}", address)
        self.hosts.append(host)
        self._plug(host.namespace, host.interface)
        _address(host)
        _await_carrier(host)
        return host

    def tap(self, name: str = "tap0") -> str:
        """Replace the server's cable by a persistent TAP of that name, to be joined there.

        It has no carrier until then; kea does not start on such an interface.
        """
        require(TAP_DEVICE)
        self._require_quiet()
        namespace = self.server.namespace
        _ip("-n", namespace, "link", "delete", self.server.interface)
        _ip("-n", namespace, "tuntap", "add", "dev", name, "mode", "tap")
        self.server.interface = name
        _address(self.server)
        return name

    def client_run(
        self, arguments: Sequence[str], timeout: float, namespace: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run `pxeclient` with these arguments in the client's (or the given) namespace.

        `timeout`: seconds, after which subprocess.TimeoutExpired is raised.
        """
        return self.python(["-m", "pxeclient", *arguments], timeout, namespace)

    def python(
        self, arguments: Sequence[str], timeout: float, namespace: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run this Python with these arguments there; the checkout is its working directory."""
        return subprocess.run(
            inside(namespace or self.client, [sys.executable, *arguments]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            cwd=CHECKOUT,
            check=False,
        )

    def logs(self) -> list[tuple[str, str]]:
        """A title and the log of every server that was started."""
        return [
            (f"{server.name} on {host.address}", server.log)
            for host in self.hosts
            for server in host.servers
        ]

    def _namespace(self, role: str) -> str:
        name = f"{PREFIX}{self._number}-{role}"
        self._cleanup.callback(_delete_namespace, name)
        _ip("netns", "add", name)
        # Without it each interface sends router solicitations of its own into the captures.
        _run_inside(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        _run_inside(name, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
        _ip("-n", name, "link", "set", "lo", "up")
        return name

    def _host(self, role: str, address: str) -> ServerHost:
        folder = self._folder / role
        folder.mkdir()
        host = ServerHost(self._namespace(role), "s0", address, folder)
        self._cleanup.callback(host.stop)  # after the namespace's callback, so before it
        return host

    def _lay_switch(self) -> None:
        self._switch = self._namespace("switch")
        # No snooping: a group of boot servers must be reached without anybody asking for it.
        options = ("type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
        _ip("-n", self._switch, "link", "add", "br0", *options)
        _ip("-n", self._switch, "link", "set", "br0", "up")
        _ip("-n", self.client, "link", "delete", self.client_interface)
        self._plug(self.client, self.client_interface)
        self._plug(self.server.namespace, self.server.interface)
        _address(self.server)
        _await_carrier(self.server)

    def _plug(self, namespace: str, interface: str) -> None:
        port = f"p{len(self.hosts)}{interface}"
        _cable(namespace, interface, self._switch, port)
        _ip("-n", self._switch, "link", "set", port, "master", "br0")

    def _require_quiet(self) -> None:
        if any(host.servers for host in self.hosts):
            raise RuntimeError("change the cables before starting servers")


@contextlib.contextmanager
def open_lab() -> Iterator[Lab]:
    """A fresh lab; whatever happens inside, nothing of it is left afterwards."""
    require(*LAB)
    with (
        tempfile.TemporaryDirectory(prefix="pxec-") as folder,
        contextlib.ExitStack() as cleanup,
    ):
        Path(folder).chmod(0o755)  # TFTP servers may read as nobody
        yield Lab(Path(folder), cleanup)


def leftovers() -> list[str]:
    """The namespaces of this process that still exist."""
    listed = subprocess.run(
        [program("ip"), "netns", "list"], capture_output=True, text=True, timeout=10, check=True
    )
    names = (line.split()[0] for line in listed.stdout.splitlines() if line.strip())
    return [name for name in names if name.startswith(PREFIX)]


def _cable(first: str, end: str, second: str, other_end: str) -> None:
    far = ("peer", "name", other_end, "netns", second)
    _ip("-n", first, "link", "add", end, "type", "veth", *far)
    _ip("-n", first, "link", "set", end, "up")
    _ip("-n", second, "link", "set", other_end, "up")


def _address(host: ServerHost) -> None:
    _ip("-n", host.namespace, "link", "set", host.interface, "up")
    _ip("-n", host.namespace, "address", "add", f"{host.address}/24", "dev", host.interface)


def _await_carrier(host: ServerHost) -> None:
    # The kernel notices a carrier in the background, and servers look for it when they start.
    deadline = time.monotonic() + 5
    while "state UP" not in _ip("-n", host.namespace, "-o", "link", "show", host.interface):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{host.interface} in {host.namespace} has no carrier")
        time.sleep(0.005)


def _delete_namespace(name: str) -> None:
    # No check: it may never have been made, and the other callbacks must run.
    command = [program("ip"), "netns", "delete", name]
    subprocess.run(command, capture_output=True, timeout=30, check=False)


def _run_inside(namespace: str, *command: str) -> None:
    _run([program("ip"), "netns", "exec", namespace, *command])


def _ip(*arguments: str) -> str:
    return _run([program("ip"), *arguments])


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
