"""A private network as its owner sees it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Interface
from pathlib import Path

from pxeclient.lab import errors
from pxeclient.lab.errors import LabError
from pxeclient.lab.inside import SERVER_INTERFACE
from pxeclient.lab.link import LabLink
from pxeclient.lab.wire import Wire, launch
from pxeclient.link.base import Link
from pxeclient.link.loopback import WELL_KNOWN, Ports
from pxeclient.link.packet import PacketLink
from pxeclient.link.station import check_mac
from pxeclient.link.tap import TapLink

ADDRESS = "10.77.0.1/24"
"""The servers' address, unless another is wanted."""

_SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Where servers are, even if an ordinary user's PATH leaves it out."""

_SETTLED = 1.0
"""Seconds after which a server that opened none of the usual ports counts as ready."""
_LOOK_AGAIN = 0.01


class Program:
    """A server that was started in a lab."""

    def __init__(self, name: str, log: Path, wire: Wire, host: int, number: int) -> None:
        self.name = name
        """The program's file name."""
        self._path = log
        self._log = ""
        self._wire = wire
        self._host = host
        self._number = number
        self._status: int | None = None

    @property
    def log(self) -> str:
        """What it has printed so far, on both streams."""
        with contextlib.suppress(FileNotFoundError):  # the lab is closed: what we know of it
            self._log = self._path.read_text(errors="replace")
        return self._log

    @property
    def returncode(self) -> int | None:
        """How it ended, negative for a signal; None while it runs.

        Raises:
            LabError: The lab is closed.
        """
        if self._status is None:
            self._look()
        return self._status

    def stop(self) -> None:
        """End it, and all that it has started: asked at first, made to after two seconds.

        Raises:
            LabError: The lab is closed.
        """
        answer, _ = self._wire.ask("stop", program=self._number)
        self._status = answer["status"]

    def _look(self) -> bool:
        """Whether it has a boot server's port open; notes whether it still runs."""
        answer, _ = self._wire.ask("look", program=self._number, host=self._host)
        self._status = answer["status"]
        return bool(answer["listens"])

    def await_ready(self, words: str | None, timeout: float) -> None:
        """Wait until it is ready, as `Host.start` says.

        Raises:
            LabError: It is not; the text has the end of its log.
        """
        __tracebackhide__ = True
        started = time.monotonic()
        while not self._is_ready(words, time.monotonic() - started):
            if time.monotonic() - started > timeout:
                raise errors.not_ready(self.name, timeout, words or "", self.log)
            time.sleep(_LOOK_AGAIN)

    def _is_ready(self, words: str | None, waited: float) -> bool:
        __tracebackhide__ = True
        listens = self._look()
        if self._status is not None and not (self._status == 0 and listens):
            raise errors.ended(self.name, self._status, self.log)
        # One that ended well with its ports open has gone into the background.
        return words in self.log if words is not None else listens or waited >= _SETTLED


class Host:
    """A host of a lab that servers run on."""

    interface = SERVER_INTERFACE
    """Its interface, in a namespace where there is none else but `lo`."""
    instead = ""
    """Why this is no private network, where it takes the place of one."""

    def __init__(
        self, wire: Wire, folder: Path, address: IPv4Interface, number: int, ports: Ports
    ) -> None:
        self._wire = wire
        self._number = number
        self._logs = folder
        self.address = str(address.ip)
        """Its IPv4 address."""
        self.leases = _leases(address)
        """The first and the last address that its DHCP server may give."""
        self.ports = ports
        """Where its servers are to listen: `dhcp`, `tftp`, `proxy`."""
        self._is_told_ports = ports == WELL_KNOWN
        """Whoever starts servers here knows that, or asked for it."""
        self.folder = folder / f"host{number}"
        """An empty folder for configurations and the like; it vanishes with the lab."""
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self.programs: list[Program] = []
        """What was started here."""

    def fill(self, text: str) -> str:
        """A configuration with names in braces filled in; other braces stay.

        The names are `interface`, `address`, `folder`, `first` and `last` (of `leases`),
        `dhcp_port`, `tftp_port` and `proxy_port`.
        """
        values = {"interface": self.interface, "address": self.address, "folder": self.folder}
        values |= zip(("first", "last"), self.leases, strict=True)
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        for name, port in self.ports._asdict().items():
            self._is_told_ports |= f"{{{name}_port}}" in text
            text = text.replace(f"{{{name}_port}}", str(port))
        return text

    def start(
        self,
        argv: Sequence[str],
        ready: str | None = None,
        timeout: float = 10.0,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Program:
        """Start a server and wait until it is ready.

        Args:
            argv: Its command line, to which `fill` is applied.
            ready: Words that it prints when it is ready. Without them, it is ready when it has
                opened one of `ports`, or has run for a second.
            timeout: Seconds that it may take to print them.
            environment: Variables besides our own; `fill` is applied to them, too.
            folder: Its working directory, ours if none is given.

        Raises:
            LabUnavailable: This is loopback for want of a private network, and the server would
                not know its ports.
            LabError: There is no such program, or it ended or did not become ready; the text has
                the end of its log.
        """
        __tracebackhide__ = True  # in a test, its own line is what matters
        if not argv:
            raise LabError("There is no server to start: give its command.")
        words = [self.fill(word) for word in argv]
        wanted = {name: self.fill(value) for name, value in (environment or {}).items()}
        words[0] = _program(words[0], folder)
        name = Path(words[0]).name
        self._admit(name, [*words[1:], *wanted.values()])
        log = self._logs / f"{self._number}-{len(self.programs)}.log"
        answer, _ = self._wire.ask(
            "start",
            host=self._number,
            argv=words,
            environment={**os.environ, **wanted},
            folder=str((folder or Path()).resolve()),
            log=str(log),
            ports=self.ports,
        )
        program = Program(name, log, self._wire, self._number, answer["program"])
        self.programs.append(program)
        try:
            program.await_ready(ready, timeout)
        except LabError:
            with contextlib.suppress(LabError):
                program.stop()
            raise
        return program

    def _admit(self, name: str, words: Sequence[str]) -> None:
        __tracebackhide__ = True
        numbers = [str(port) for port in self.ports]
        told = self._is_told_ports or any(number in word for word in words for number in numbers)
        if self.instead and not told:
            raise errors.no_ports(name, self.instead)


class Lab(Host):
    """A segment with one host for servers, and more if wanted. Made and removed by `open_lab`."""

    def __init__(
        self, wire: Wire, address: IPv4Interface, tap: bool = False, ports: Ports = WELL_KNOWN
    ) -> None:
        greeting = wire.greeting()
        self.kind: str = greeting["kind"]
        """``rootless``, in user namespaces, or ``root``; ``loopback`` if it has no network."""
        folder = Path(greeting["folder"])
        wire.ask("host", address=str(address))
        super().__init__(wire, folder, address, 0, ports)
        self.hosts: list[Host] = [self]
        """All hosts."""
        self._folder = folder
        self._tap = tap

    def add_host(self, address: str) -> Host:
        """A further host on the segment, in a namespace of its own.

        Args:
            address: With the length of its prefix, such as ``10.77.0.2/24``.

        Raises:
            LabError: It is no such address, or cannot be made.
        """
        parsed = parse(address)
        answer, _ = self._wire.ask("host", address=str(parsed))
        host = Host(self._wire, self._folder, parsed, answer["host"], self.ports)
        host.interface, host.instead = self.interface, self.instead
        self.hosts.append(host)
        return host

    @contextlib.contextmanager
    def link(self, mac: bytes) -> Iterator[Link]:
        """A client's cable to the segment, its own even where several are open at once.

        Raises:
            LabError: It cannot be made.
            ValueError: `mac` is no station's address.
        """
        check_mac(mac)
        answer, descriptors = self._wire.ask("link", mac=mac.hex(), tap=self._tap)
        name = answer["interface"]
        opened: PacketLink | TapLink
        if self._tap:
            opened = TapLink(name, mac, descriptors[0])
        else:
            opened = PacketLink(name, mac, socket.socket(fileno=descriptors[0]))
        try:
            yield LabLink(opened, self._wire.alive)
        finally:
            opened.close()  # a TAP goes with its descriptor
            if not self._tap:
                with contextlib.suppress(LabError):
                    self._wire.ask("unplug", interface=name)

    def logs(self) -> list[tuple[str, str]]:
        """A title and the log of every server that was started."""
        return [
            (f"{program.name} on {host.address}", program.log)
            for host in self.hosts
            for program in host.programs
        ]


@contextlib.contextmanager
def open_lab(address: str = ADDRESS, tap: bool = False) -> Iterator[Lab]:
    """A fresh lab; whatever happens inside, nothing of it is left afterwards.

    Args:
        address: The servers' address with the length of its prefix.
        tap: Clients are plugged in by a TAP, as virtual machines are, and not by a veth.

    Raises:
        LabUnavailable: No private network can be made here; says what to enable.
        LabError: Something else does not go.
    """
    parsed = parse(address)
    wire = launch()
    try:
        yield Lab(wire, parsed, tap)
    finally:
        wire.close()


def parse(address: str) -> IPv4Interface:
    """A server's address with the length of its prefix.

    Raises:
        LabError: It is none, or leaves no address for a client.
    """
    try:
        parsed = IPv4Interface(address)
    except ValueError as error:
        raise LabError(f"{address!r} is no IPv4 address with a prefix length: {error}.") from None
    if parsed.network.prefixlen > 30:
        raise LabError(f"{address!r} leaves no address for a client: use a prefix of 30 or less.")
    return parsed


def _leases(address: IPv4Interface) -> tuple[str, str]:
    """The half of the network that the address itself is not in, the upper one if it may be."""
    network = address.network
    half = network.num_addresses // 2
    if address.ip < network.network_address + half:
        return str(network.network_address + half), str(network.broadcast_address - 1)
    return str(network.network_address + 1), str(network.network_address + half - 1)


def _program(name: str, folder: Path | None) -> str:
    """The full path of a program."""
    __tracebackhide__ = True
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_SBIN))
    where = str((folder or Path()) / name) if os.sep in name else name
    if (found := shutil.which(where, path=path)) is None:
        raise LabError(
            f"There is no program {name!r} to be executed: install it, or name its path."
        )
    return os.path.abspath(found)
