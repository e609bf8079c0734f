"""A host of a lab: its interfaces, and the programs that run on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import NamedTuple

from pxeclient.lab import errors
from pxeclient.lab.errors import LabError
from pxeclient.lab.program import Program
from pxeclient.lab.wire import Orders
from pxeclient.link.interface import require_name
from pxeclient.link.loopback import WELL_KNOWN, Ports

SERVER_INTERFACE = "s0"
"""What a host's interface is called unless another name is wanted."""

_TFTPD_READY = 60.0
"""Seconds that our own TFTP server may take to begin, on a machine that has much else to do."""
_TFTPD = """
import sys
sys.path.append(sys.argv.pop(1))
from pxeclient.lab.tftpd.server import main
main()
"""
"""With pxeclient's own place last, where it is not installed."""
_SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Where servers are, even if an ordinary user's PATH leaves it out."""


class Segment(NamedTuple):
    """A switch that machines and hosts are plugged into."""

    number: int
    """0 is the one that every lab begins with."""


FIRST = Segment(0)
"""The segment that every lab has."""


class Plug(NamedTuple):
    """How a host is connected."""

    address: IPv4Interface | None
    interface: str = SERVER_INTERFACE
    mtu: int | None = None
    tap: bool = False
    segment: Segment = FIRST

    def wanted(self) -> dict[str, object]:
        """The same for an order to the process inside, without the kind.

        Raises:
            LabError: Such a thing cannot be.
        """
        try:
            require_name(self.interface)
        except OSError as error:
            raise LabError(str(error)) from None
        if self.mtu is not None and not 68 <= self.mtu <= 65535:  # RFC 791, section 3.2
            raise LabError(f"An interface cannot have an MTU of {self.mtu}: 68 to 65535.")
        return {
            "address": None if self.address is None else str(self.address),
            "interface": self.interface,
            "mtu": self.mtu,
            "segment": self.segment.number,
        }


class Host:
    """A host of a lab that programs run on."""

    interface = SERVER_INTERFACE
    """Its interface, in a namespace where there is none else but `lo`."""
    instead = ""
    """Why this is no private network, where it takes the place of one."""
    kind: str
    """``rootless``, in user namespaces, or ``root``; ``loopback`` if it has no network."""

    def __init__(
        self, wire: Orders, folder: Path, address: IPv4Interface | None, number: int, ports: Ports
    ) -> None:
        self._wire = wire
        self._number = number
        self._logs = folder
        self._interfaces = 1
        self.address = "" if address is None else str(address.ip)
        """Its IPv4 address; empty if it has none."""
        self.leases = ("", "") if address is None else _leases(address)
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
        timeout: float = 30.0,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Program:
        """Start a server and wait until it is ready.

        Args:
            argv: Its command line, to which `fill` is applied.
            ready: Words that it prints when it is ready. Without them, it is ready when it has
                opened one of `ports`, or has been at rest for a second.
            timeout: Seconds that it may take to print them, or to come to rest.
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
        self._admit(Path(words[0]).name, [*words[1:], *wanted.values()])
        return self._serve(words, wanted, folder, ready, timeout)

    def tftp(self, folder: Path | str) -> Program:
        """Start a TFTP server that hands out the files of a folder, for whoever has none.

        It only reads, knows the options blksize, tsize and timeout, and takes names with
        backslashes too (`pxeclient.lab.tftpd`).

        Args:
            folder: Where the files are.

        Raises:
            LabError: There is no such folder, or the server did not start.
        """
        __tracebackhide__ = True
        path = Path(folder).absolute()
        if not path.is_dir():
            raise LabError(f"There is no folder {folder} to serve by TFTP.")
        if not os.access(path, os.R_OK | os.X_OK):
            raise LabError(f"The folder {folder} cannot be read.")
        # Not from the folder that we are in: what lies there is no part of Python.
        code = ["-P", "-c", _TFTPD, str(Path(__file__).parents[2])]
        words = [sys.executable, *code, str(path), self.address, str(self.ports.tftp)]
        started = self._serve(words, {}, None, "The TFTP server is ready", _TFTPD_READY)
        started.name = "tftpy"
        return started

    def _serve(
        self,
        words: list[str],
        environment: Mapping[str, str],
        folder: Path | None,
        ready: str | None,
        timeout: float,
    ) -> Program:
        """Start it, and wait until it is ready."""
        __tracebackhide__ = True
        program = self._begin(words, environment, folder, apart=False)
        try:
            program.await_ready(ready, timeout)
        except LabError:
            with contextlib.suppress(LabError):
                program.stop()
            raise
        return program

    def spawn(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Program:
        """Start any program, with its two streams apart, and wait for nothing.

        The arguments are those of `start`.

        Raises:
            LabError: There is no such program.
        """
        __tracebackhide__ = True
        if not argv:
            raise LabError("There is no program to start: give its command.")
        words = [self.fill(word) for word in argv]
        wanted = {name: self.fill(value) for name, value in (environment or {}).items()}
        return self._begin(words, wanted, folder, apart=True)

    def run(
        self,
        argv: Sequence[str],
        timeout: float = 300.0,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, such as `ip`, or a client of the servers.

        Args:
            argv: Its command line, to which `fill` is applied.
            timeout: Seconds that it may take.
            environment: Variables besides our own; `fill` is applied to them, too.
            folder: Its working directory, ours if none is given.

        Raises:
            LabError: There is no such program, or its time is over: then it is ended.
        """
        __tracebackhide__ = True
        program = self.spawn(argv, environment, folder)
        try:
            status = program.wait(timeout)
        finally:
            with contextlib.suppress(LabError):
                program.stop()  # with what it has left in the background
        return subprocess.CompletedProcess(list(argv), status, program.output, program.errors)

    def plug_into(self, segment: Segment, address: str | None, mtu: int | None = None) -> str:
        """Give it another interface, on a further segment; it is a router from then on.

        Args:
            segment: One of `Lab.add_segment`.
            address: With the length of its prefix; none if None.
            mtu: As `Lab.add_host` has it.

        Returns:
            The interface's name: ``s1`` for the second.

        Raises:
            LabError: It cannot be done.
        """
        self.require_network("a segment more")
        name = f"s{self._interfaces}"
        parsed = None if address is None else parse(address)
        wanted = Plug(parsed, name, mtu, segment=segment).wanted()
        self._wire.ask("plug", host=self._number, **wanted)
        self._interfaces += 1
        return name

    def add_route(self, network: str, gateway: str) -> None:
        """Have what it sends to a network, such as ``10.78.0.0/24``, go by that router.

        Raises:
            LabError: They are no network and no address, or nobody is there.
        """
        self.require_network("a route")
        try:
            values = {"network": IPv4Network(network), "gateway": IPv4Address(gateway)}
        except ValueError as error:
            raise LabError(f"There is no route to {network!r} by {gateway!r}: {error}.") from None
        order = {name: str(value) for name, value in values.items()}
        self._wire.ask("route", host=self._number, **order)

    def require_network(self, what: str) -> None:
        """Do nothing if this is a network of its own.

        Raises:
            LabUnavailable: It takes the place of one.
            LabError: It is the loopback interface, as was wished.
        """
        __tracebackhide__ = True
        if self.kind == "loopback":
            raise errors.no_network(what, self.instead)

    def _begin(
        self, words: list[str], environment: Mapping[str, str], folder: Path | None, apart: bool
    ) -> Program:
        __tracebackhide__ = True
        words[0] = _program(words[0], folder)
        log = self._logs / f"{self._number}-{len(self.programs)}.log"
        files = (log, log.with_suffix(".errors") if apart else log)
        answer, _ = self._wire.ask(
            "start",
            host=self._number,
            argv=words,
            environment={**os.environ, **environment},
            folder=str((folder or Path()).resolve()),
            output=str(files[0]),
            errors=str(files[1]),
            ports=self.ports,
        )
        name = Path(words[0]).name
        program = Program(name, files, self._wire, self._number, answer["program"])
        self.programs.append(program)
        return program

    def _admit(self, name: str, words: Sequence[str]) -> None:
        __tracebackhide__ = True
        numbers = [str(port) for port in self.ports]
        told = self._is_told_ports or any(number in word for word in words for number in numbers)
        if self.instead and not told:
            raise errors.no_ports(name, self.instead)


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
