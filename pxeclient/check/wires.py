"""The network that a suite runs on, and a link for each machine that it lends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pxeclient.boots.networks import network as practice_network
from pxeclient.check.suite import Host, Network
from pxeclient.link.base import Link
from pxeclient.practice.boot_files import OF_ARCHITECTURE
from pxeclient.wire.addresses import Mac

if TYPE_CHECKING:
    from pxeclient.lab import Host as Place

Opener: TypeAlias = Callable[[Mac, int | None], AbstractContextManager[Link]]
"""Lends a link to a machine with that MAC address and architecture (option 93)."""


Together: TypeAlias = Callable[[Sequence[Mac]], AbstractContextManager[Link]]
"""Lends a link to machines with those MAC addresses, of which there is at least one."""


@dataclass(frozen=True, slots=True)
class Wires:
    """An open network."""

    where: str
    """What it is called, such as ``interface eth1``."""
    open: Opener
    together: Together | None = None
    """Lends a link to several machines at once; None where each has servers of its own."""
    pace: float = 1.0
    """Real seconds for each of the firmware's."""

    is_doubled: Callable[[], bool] = bool
    """Whether somebody else of us was one of the machines at the same time, so far."""

    logs: Callable[[], list[tuple[str, str]]] = list
    """A title and the log of every server that was started here, so far."""

    @property
    def is_real(self) -> bool:
        """Real servers, on a real clock."""
        return self.together is not None

    def file_kind(self, arch: int) -> str | None:
        """Practice servers make boot files to measure; on a real wire every file is what it is.

        None where the practice servers have none that would fit.
        """
        if self.is_real:
            return ""
        return OF_ARCHITECTURE[arch].value if arch in OF_ARCHITECTURE else None


@contextmanager
def open_wires(network: Network, folder: Path) -> Iterator[Wires]:
    """The network, for as long as the context lasts.

    Args:
        network: Where.
        folder: The suite's folder, where servers run and scenario files are.

    Raises:
        ScenarioError: There is no such practice network.
        LinkError: The interface cannot be used.
        LabError: A private network cannot be made, or a server does not start.
    """
    if network.practice is not None:
        yield _practice(network.practice, folder)
    elif network.interface is not None:
        with _interface(network.interface, network.time_scale or 1.0) as wires:
            yield wires
    else:
        with _lab(network, folder) as wires:
            yield wires


def _practice(name: str, folder: Path) -> Wires:
    found = practice_network(name, folder)

    @contextmanager
    def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
        with closing(found.link(arch)) as link:
            yield link

    return Wires(f"practice network {name}", open_link)


@contextmanager
def _interface(name: str, pace: float) -> Iterator[Wires]:
    from pxeclient.link.card import Card

    with closing(Card(name)) as card:

        @contextmanager
        def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
            with card.link(mac) as link:
                yield link

        @contextmanager
        def open_all(macs: Sequence[Mac]) -> Iterator[Link]:
            with card.link(macs[0], beside=macs[1:]) as link:
                yield link

        where = f"interface {name}"
        yield Wires(where, open_link, open_all, pace, lambda: card.was_doubled)


@contextmanager
def _lab(network: Network, folder: Path) -> Iterator[Wires]:
    from pxeclient.lab import open_lab

    hosts = network.hosts or (_host(network),)
    with open_lab(hosts[0].address) as lab:
        # All hosts are there before the first server starts.
        places = [lab, *(lab.add_host(host.address) for host in hosts[1:])]
        for host, place in zip(hosts, places, strict=True):
            _start(host, place, folder.absolute())

        @contextmanager
        def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
            with lab.link(mac) as link:
                yield link

        @contextmanager
        def open_all(macs: Sequence[Mac]) -> Iterator[Link]:
            with lab.link(macs[0], beside=macs[1:]) as link:
                yield link

        names = ", ".join(program.name for place in places for program in place.programs)
        pace = network.time_scale or 1.0
        yield Wires(f"a private network ({names})", open_link, open_all, pace, logs=lab.logs)


def _host(network: Network) -> Host:
    """The one host of a network that has one server."""
    servers = () if network.server is None else (network.server,)
    return Host(address=network.address, tftp=network.tftp, servers=servers)


def _start(host: Host, place: Place, suite: Path) -> None:
    """Write a host's files and start its servers.

    Raises:
        LabError: One cannot be started.
    """
    for name, text in host.files.items():
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place.fill(text.replace("{suite}", str(suite))), encoding="utf-8")
    if host.tftp is not None:
        place.tftp(suite / place.fill(host.tftp.replace("{suite}", str(suite))))
    for command in host.servers:
        place.start([word.replace("{suite}", str(suite)) for word in command], folder=suite)
