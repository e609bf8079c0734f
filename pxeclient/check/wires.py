"""The network that a suite runs on, and a link for each machine that it lends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pxeclient.boots.networks import network as practice_network
from pxeclient.check.loopback import Loopback
from pxeclient.check.suite import Host, Network
from pxeclient.link.base import Link
from pxeclient.practice.boot_files import OF_ARCHITECTURE
from pxeclient.wire.addresses import Mac

if TYPE_CHECKING:
    from pxeclient.lab import Host as Place
    from pxeclient.lab import Lab

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

    loopback: Loopback | None = None
    """What the servers' addresses are there, and what cannot be told; None elsewhere."""

    @property
    def is_real(self) -> bool:
        """Real servers, on a real clock."""
        return self.together is not None or self.loopback is not None

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
    from pxeclient.lab import LabUnavailable, open_lab

    hosts = network.hosts or (_host(network),)
    with ExitStack() as stack:
        instead = ""
        if network.loopback != "always":
            try:
                lab = stack.enter_context(open_lab(hosts[0].address))
            except LabUnavailable as error:
                if network.loopback == "never":
                    raise
                instead = str(error)
            else:
                yield _private(lab, network, hosts, folder)
                return
        yield stack.enter_context(_loopback(network, hosts, folder, instead))


def _private(lab: Lab, network: Network, hosts: Sequence[Host], folder: Path) -> Wires:
    # All hosts are there before the first server starts.
    places = [lab, *(lab.add_host(host.address) for host in hosts[1:])]
    _start_all(hosts, places, folder)

    @contextmanager
    def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
        with lab.link(mac) as link:
            yield link

    @contextmanager
    def open_all(macs: Sequence[Mac]) -> Iterator[Link]:
        with lab.link(macs[0], beside=macs[1:]) as link:
            yield link

    pace = network.time_scale or 1.0
    where = f"a private network ({_names(places)})"
    return Wires(where, open_link, open_all, pace, logs=lab.logs)


@contextmanager
def _loopback(
    network: Network, hosts: Sequence[Host], folder: Path, instead: str
) -> Iterator[Wires]:
    from pxeclient.lab import open_loopback

    found = Loopback(hosts)
    with open_loopback(instead) as lab:
        places = [lab, *(lab.add_host(found.address(number)) for number in range(1, len(hosts)))]
        _start_all(hosts, places, folder, found)

        @contextmanager
        def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
            with lab.link(mac) as link:
                yield link

        why = ", as no private network can be made" if instead else ""
        where = f"the loopback interface{why} ({_names(places)})"
        pace = network.time_scale or 1.0
        # One after another: there is one relay agent for all.
        yield Wires(where, open_link, pace=pace, logs=lab.logs, loopback=found)


def _host(network: Network) -> Host:
    """The one host of a network that has one server."""
    servers = () if network.server is None else (network.server,)
    return Host(address=network.address, tftp=network.tftp, servers=servers)


def _names(places: Sequence[Place]) -> str:
    return ", ".join(program.name for place in places for program in place.programs)


def _start_all(
    hosts: Sequence[Host], places: Sequence[Place], folder: Path, on: Loopback | None = None
) -> None:
    """Write the hosts' files and start their servers.

    Raises:
        LabError: One cannot be started, or has an address in its words that is another on loopback.
    """
    suite = folder.absolute()
    names = {"{suite}": str(suite)}
    names |= {f"{{address{number}}}": one.address for number, one in enumerate(places, 1)}

    def fill(text: str) -> str:
        for name, value in names.items():
            text = text.replace(name, value)
        return text

    for host, place in zip(hosts, places, strict=True):
        if on is not None:
            _refuse(host, place, on)
        for name, text in host.files.items():
            path = place.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(place.fill(fill(text)), encoding="utf-8")
        if host.tftp is not None:
            place.tftp(suite / place.fill(fill(host.tftp)))
        for command in host.servers:
            place.start([fill(word) for word in command], folder=suite)


def _refuse(host: Host, place: Place, on: Loopback) -> None:
    from pxeclient.lab import LabError, LabUnavailable

    named = on.literal([*host.files.values(), *(word for one in host.servers for word in one)])
    if not named:
        return
    words = (
        f"On the loopback interface the host {named} has another address: say {{address}}, or"
        " {address1}, {address2} of the first and the second host, in commands and files"
        " (pxeclient help testing)."
    )
    raise LabUnavailable(f"{place.instead} {words}") if place.instead else LabError(words)
