"""A private network as its owner sees it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from pxeclient.lab.errors import LabError
from pxeclient.lab.host import FIRST, SERVER_INTERFACE, Host, Plug, Segment, parse
from pxeclient.lab.link import LabLink
from pxeclient.lab.wire import Orders, launch
from pxeclient.link.base import Link
from pxeclient.link.loopback import WELL_KNOWN, Ports
from pxeclient.link.packet import PacketLink
from pxeclient.link.station import check_mac
from pxeclient.link.tap import TapLink

ADDRESS = "10.77.0.1/24"
"""The servers' address, unless another is wanted."""
GUEST_INTERFACE = "tap0"
"""What a virtual machine's TAP is called."""


class Lab(Host):
    """A segment with one host for servers, and more if wanted. Made and removed by `open_lab`."""

    def __init__(
        self, wire: Orders, first: Plug, tap: bool = False, ports: Ports = WELL_KNOWN
    ) -> None:
        greeting = wire.greeting()
        self.kind = greeting["kind"]
        folder = Path(greeting["folder"])
        wire.ask("host", tap=False, **first.wanted())
        super().__init__(wire, folder, first.address, 0, ports)
        self.hosts: list[Host] = [self]
        """All hosts."""
        self._folder = folder
        self._tap = tap

    def add_host(
        self,
        address: str | None = None,
        *,
        interface: str = SERVER_INTERFACE,
        mtu: int | None = None,
        tap: bool = False,
        segment: Segment = FIRST,
    ) -> Host:
        """A further host, in a namespace of its own.

        Args:
            address: With the length of its prefix, such as ``10.77.0.2/24``. Without one it is a
                machine for clients that find out their address themselves.
            interface: The name of its interface, where a configuration expects another one.
            mtu: The longest datagram that it may send or receive, in octets (default: 1500).
            tap: Its interface is a TAP rather than a cable, and down the line is whoever joins it
                on that host, such as a virtual machine or ``pxeclient boot --tap``.
            segment: Where its cable goes.

        Raises:
            LabError: It is no such address, or cannot be made.
        """
        plug = Plug(None if address is None else parse(address), interface, mtu, tap, segment)
        answer, _ = self._wire.ask("host", tap=tap, **plug.wanted())
        host = Host(self._wire, self._folder, plug.address, answer["host"], self.ports)
        host.interface, host.instead, host.kind = interface, self.instead, self.kind
        self.hosts.append(host)
        return host

    def add_guest_host(self, segment: Segment = FIRST) -> Host:
        """A host of a virtual machine, whose `interface` is a TAP that leads to the segment.

        The program that is the machine runs there (`spawn`) and opens the TAP by its name.

        Raises:
            LabError: It cannot be made, as where nobody may use /dev/net/tun.
        """
        self.require_network("a virtual machine")
        plug = Plug(None, GUEST_INTERFACE, segment=segment)
        answer, _ = self._wire.ask("host", tap=False, guest=True, **plug.wanted())
        host = Host(self._wire, self._folder, None, answer["host"], self.ports)
        host.interface, host.instead, host.kind = GUEST_INTERFACE, self.instead, self.kind
        self.hosts.append(host)
        return host

    def add_segment(self) -> Segment:
        """A further switch, that only a host plugged into both (`Host.plug_into`) connects.

        Raises:
            LabError: It cannot be made.
        """
        self.require_network("a segment more")
        answer, _ = self._wire.ask("segment")
        return Segment(answer["segment"])

    @contextlib.contextmanager
    def link(
        self, mac: bytes, segment: Segment = FIRST, *, beside: Sequence[bytes] = ()
    ) -> Iterator[Link]:
        """A client's cable to a segment, its own even where several are open at once.

        Args:
            mac: The client's address.
            segment: Where it is plugged in.
            beside: More clients at the end of the same cable, for loops that have many.

        Raises:
            LabError: It cannot be made.
            ValueError: `mac`, or one of `beside`, is no station's address.
        """
        macs = [check_mac(one) for one in (mac, *beside)]
        answer, descriptors = self._wire.ask(
            "link", macs=[one.hex() for one in macs], tap=self._tap, segment=segment.number
        )
        name = answer["interface"]
        opened: PacketLink | TapLink
        if self._tap:
            opened = TapLink(name, mac, descriptors[0], beside=beside)
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
        """A title and the log of every program that was started."""
        return [
            (f"{program.name} on {host.address or host.interface}", program.log)
            for host in self.hosts
            for program in host.programs
        ]


@contextlib.contextmanager
def open_lab(
    address: str = ADDRESS,
    tap: bool = False,
    *,
    interface: str = SERVER_INTERFACE,
    mtu: int | None = None,
) -> Iterator[Lab]:
    """A fresh lab; whatever happens inside, nothing of it is left afterwards.

    Args:
        address: The servers' address with the length of its prefix.
        tap: Clients are plugged in by a TAP, as virtual machines are, and not by a veth.
        interface: The name of the servers' interface.
        mtu: The longest datagram that the servers may send, in octets (default: 1500).

    Raises:
        LabUnavailable: No private network can be made here; says what to enable.
        LabError: Something else does not go.
    """
    first = Plug(parse(address), interface, mtu)
    first.wanted()
    wire = launch()
    try:
        lab = Lab(wire, first, tap)
        lab.interface = interface
        yield lab
    finally:
        wire.close()
