"""DHCP, ProxyDHCP, TFTP, ARP and ICMP over IPv4: the package's practice network, on a real wire.

What a scenario says beyond that network's format (`tools.record.scenario`) is decided here: which
rules hold for a request, and what is odd about a file, makes a variant of the scenario, and each
variant is a practice network of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from pxeclient.practice import boot_files
from pxeclient.practice.model import FileSpec, Scenario, Server, Tftp
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.request import Request, read
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.onestep import Datagram, read_udp
from tools.record.contents import Contents
from tools.record.scenario import CONDITIONS, Script, Table, practised
from tools.record.servers.part import Log

_DHCP_PORTS = (dhcp.SERVER_PORT, dhcp.PROXY_PORT)
_AS_WRITTEN = ("kind", "content", "exact_blocks")
"""Keys of a file that the practice network makes itself."""


def filled(script: Script, contents: Contents) -> Scenario:
    """The scenario for the practice network, its files as the machine can run them."""
    scenario = practised(script)
    pairs = zip(scenario.servers, script.servers, strict=True)
    return replace(scenario, servers=tuple(_filled(one, raw, contents) for one, raw in pairs))


def _filled(server: Server, raw: Table, contents: Contents) -> Server:
    if server.tftp is None:
        return server
    specs = raw["tftp"].get("files", {"*": {}})
    files = {
        name: spec
        if any(key in specs[name] for key in _AS_WRITTEN)
        else FileSpec(content=contents.octets(specs[name]))
        for name, spec in (server.tftp.files or {"*": FileSpec()}).items()
        if "error" not in specs[name]
    }
    return replace(server, tftp=replace(server.tftp, files=files))


@dataclass(frozen=True, slots=True)
class _Oddity:
    """What is special about one file of one server."""

    silent: bool = False
    tftp: Tftp | None = None
    """The script to use instead of the server's."""


class Four:
    """All hosts with IPv4 addresses."""

    def __init__(self, script: Script, scenario: Scenario, log: Log) -> None:
        self._scenario, self._raw, self._log = scenario, script.servers, log
        self._networks: dict[object, PracticeNetwork] = {}
        self._asked: set[str] = set()
        """The files that somebody has asked for by TFTP."""
        self._routes: dict[int, PracticeNetwork | None] = {}
        """Which network has the transfer of a client's port; None: nobody answers."""
        rules = [rule for raw in self._raw for rule in raw.get("bootp", ())]
        self._is_staged = any(key in rule for rule in rules for key in CONDITIONS)
        self._base = self._network("all", scenario)

    def _network(self, key: object, scenario: Scenario) -> PracticeNetwork:
        if key not in self._networks:
            self._networks[key] = PracticeNetwork(scenario, boot_files.Kind.BIOS)
        return self._networks[key]

    def receive(self, frame: bytes, now: float) -> None:
        """Give a frame to the variant that is meant."""
        datagram = read_udp(frame)
        network: PracticeNetwork | None = self._base
        if datagram is not None and datagram.port in _DHCP_PORTS and self._is_staged:
            request = read(datagram.payload)
            network = self._stage(request) if request else None
        elif datagram is not None and datagram.port == tftp.PORT:
            network = self._library(datagram)
            self._routes[datagram.peer.port] = network
        elif datagram is not None and datagram.peer.port in self._routes:
            network = self._routes[datagram.peer.port]
        if network is not None:
            network.receive(frame, now)

    def next_at(self) -> float | None:
        """When a server next has something to do."""
        times = [at for one in self._networks.values() if (at := one.next_at()) is not None]
        return min(times, default=None)

    def poll(self, now: float) -> list[bytes]:
        """Do what is due."""
        return [frame for one in list(self._networks.values()) for frame in one.poll(now)]

    def _stage(self, request: Request) -> PracticeNetwork:
        """The network whose servers have the rules that hold now."""
        holding = tuple(
            tuple(holds(rule, request, self._asked) for rule in raw.get("bootp", ()))
            for raw in self._raw
        )
        servers = tuple(
            replace(one, bootp=tuple(rule for rule, ok in zip(one.bootp, kept, strict=True) if ok))
            for one, kept in zip(self._scenario.servers, holding, strict=True)
        )
        return self._network(holding, replace(self._scenario, servers=servers))

    def _library(self, datagram: Datagram) -> PracticeNetwork | None:
        """The network that serves a file; None for silence."""
        name = _asked_name(datagram.payload)
        if name is None:
            return self._base
        self._asked.add(name)
        for number, server in enumerate(self._scenario.servers):
            if server.tftp is None or datagram.peer.local != server.ip.packed:
                continue
            self._log.write("rrq", server=server.name, file=name)
            odd = _oddity(self._raw[number]["tftp"], server.tftp, name)
            if odd.silent:
                return None
            if odd.tftp is not None:
                alone = replace(self._scenario, servers=(replace(server, tftp=odd.tftp),))
                return self._network((server.name, name), alone)
        return self._base


def holds(rule: Table, request: Request, asked: set[str]) -> bool:
    """Whether a rule's conditions are met."""
    options = request.options
    met: dict[str, Any] = {
        "ipxe": lambda wanted: options.get(77, b"").startswith(b"iPXE") == wanted,
        "arch": lambda wanted: options.get(93, b"")[:2] == int(wanted).to_bytes(2, "big"),
        "has": lambda wanted: wanted in options,
        "hasnt": lambda wanted: wanted not in options,
        "before": lambda wanted: wanted not in asked,
        "after": lambda wanted: wanted in asked,
    }
    return all(met[key](rule[key]) for key in CONDITIONS if key in rule)


def _asked_name(payload: bytes) -> str | None:
    try:
        message = tftp.parse(payload)
    except WireError:
        return None
    return message.filename.decode("latin-1") if isinstance(message, tftp.Request) else None


def _oddity(raw: Table, script: Tftp, name: str) -> _Oddity:
    if name in raw.get("silent_names", ()):
        return _Oddity(silent=True)
    found = next(_matching(script, name), None)
    specs = raw.get("files", {"*": {}})
    error = specs.get(name, {}).get("error") or (raw.get("missing") if found is None else None)
    if error is not None:
        return _Oddity(tftp=replace(script, error=(error[0], error[1])))
    mute = raw.get("mute_after", {}).get(name)
    if found is not None and (mute is not None or found not in (name, "*")):
        files = {name: script.files[found]}
        stall = script.stall_at_block if mute is None else mute + 1
        return _Oddity(tftp=replace(script, files=files, stall_at_block=stall))
    return _Oddity()


def _matching(script: Tftp, name: str) -> Iterator[str]:
    """The keys of the files that a name may mean, likeliest first."""
    folded = name.replace("\\", "/").lower()
    yield from (key for key in script.files if key == name)
    yield from (key for key in script.files if key[:1] == "~" and key[1:].lower() == folded)
    yield from (key for key in script.files if key == "*")
