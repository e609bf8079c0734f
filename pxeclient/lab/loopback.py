"""A lab without a network of its own, on the machine's loopback interface: it takes no rights.

Servers must be told to listen on the address and the ports that they get here, and to lease from
127.0.0.0/24. See `pxeclient.link.loopback` for what cannot be seen there.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Interface

from pxeclient.lab.errors import LabError, no_network
from pxeclient.lab.host import FIRST, Host, Plug, Segment, parse
from pxeclient.lab.inside import LOOPBACK
from pxeclient.lab.lab import Lab
from pxeclient.lab.link import LabLink
from pxeclient.lab.wire import Orders, launch
from pxeclient.link import loopback
from pxeclient.link.base import Link
from pxeclient.link.loopback import LoopbackLink, Ports, segment_of

ADDRESS = "127.0.0.1/24"
"""The servers' address."""


class LoopbackLab(Lab):
    """Servers on addresses of the loopback interface. Made and removed by `open_loopback`."""

    interface = "lo"

    def __init__(self, wire: Orders, address: IPv4Interface, ports: Ports) -> None:
        super().__init__(wire, Plug(address), ports=ports)
        self._own = address

    def add_host(
        self,
        address: str | None = None,
        *,
        interface: str = "lo",
        mtu: int | None = None,
        tap: bool = False,
        segment: Segment = FIRST,
    ) -> Host:
        """A further host, which is another address of 127.0.0.0/24.

        Raises:
            LabUnavailable: It is none, and this takes the place of a private network.
            LabError: It is no such address, or the relay agent's.
        """
        if address is None or mtu is not None or tap or interface != "lo":
            raise no_network("an interface for a host", self.instead)
        parsed = parse(address)
        if parsed.network != self._own.network:
            raise no_network(f"{address}", self.instead, str(self._own.network))
        self._segment(parsed.ip)
        return super().add_host(address, interface=interface)

    @contextlib.contextmanager
    def link(
        self, mac: bytes, segment: Segment = FIRST, *, beside: Sequence[bytes] = ()
    ) -> Iterator[Link]:
        """A client's cable to the segment. One at a time: all of them share the relay agent.

        Raises:
            LinkError: It cannot be made.
            ValueError: `mac` is no station's address, or there is somebody `beside` it.
        """
        if beside:
            raise ValueError("on loopback one client has the cable for itself")
        opened = LoopbackLink(mac, self._segment())
        try:
            yield LabLink(opened, self._wire.alive)
        finally:
            opened.close()

    def _segment(self, *more: IPv4Address) -> loopback.Segment:
        servers = [*(IPv4Address(host.address) for host in self.hosts), *more]
        try:
            return segment_of(self._own, servers, self.ports)
        except ValueError as error:
            raise LabError(f"{error}.") from None


@contextlib.contextmanager
def open_loopback(instead: str = "") -> Iterator[LoopbackLab]:
    """A fresh lab on loopback; its servers end with it, and its folder vanishes.

    Args:
        instead: Why there is no private network, if this takes the place of one. Servers that are
            made for one are then refused (`LabUnavailable`): those whose command tells no port.

    Raises:
        LabError: The loopback interface is down.
    """
    address = parse(ADDRESS)
    ports = _free_ports(address.ip)
    wire = launch(LOOPBACK)
    try:
        lab = LoopbackLab(wire, address, ports)
        lab.instead = instead
        yield lab
    finally:
        wire.close()


def _free_ports(address: IPv4Address) -> Ports:
    """Ports that nobody has now."""
    with contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(3)
        ]
        try:
            for one in opened:
                one.bind((str(address), 0))
        except OSError as error:
            raise LabError(
                f"{address} cannot be used ({error.strerror}): is the loopback interface up?"
            ) from error
        return Ports(*(one.getsockname()[1] for one in opened))
