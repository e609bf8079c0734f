"""Which wire a boot runs on: the practice network, an interface, or a TAP device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from math import isinf

import click

from pxeclient.boot.machine import Machine
from pxeclient.boot.traits import Traits
from pxeclient.boots.boot import Wire
from pxeclient.cli.output import EnvironmentProblem, stderr_line, tell_pace
from pxeclient.link.base import Link, LinkError
from pxeclient.wire.addresses import Mac

LONGEST = 600.0
"""Seconds of its clock after which a boot on a real wire ends, if nobody says otherwise.

Firmware repeats itself for ever before a server that answers for ever: an endless file, the same
block again. No firmware asks for longer than two minutes before it gives up, so that this is
enough for a file of some gigabytes. Practice networks end by themselves, in virtual time.
"""


@dataclass(frozen=True, slots=True)
class WireChoice:
    """The user's choice; at most one of the three is given."""

    network: str | None
    interface: str | None
    tap: str | None
    time_scale: float | None
    is_own: bool = False
    """The machine has the interface's own MAC address."""

    def check(self) -> None:
        """Refuse contradictions.

        Raises:
            click.UsageError: Two wires, or a pace that the wire cannot have.
        """
        given = [
            option
            for option, value in (
                ("--network", self.network),
                ("--interface", self.interface),
                ("--tap", self.tap),
            )
            if value is not None
        ]
        if len(given) > 1:
            raise click.UsageError(f"{' and '.join(given)} exclude each other: choose one wire")
        if self.is_own and self.interface is None:
            raise click.UsageError("--mac own is the address of an interface: name one with -i")
        if self.is_real and self.time_scale == 0:
            raise click.UsageError("--time-scale 0 is for the practice network only")

    @property
    def is_real(self) -> bool:
        """A wire outside this process."""
        return self.interface is not None or self.tap is not None

    def limit(self, deadline: float | None) -> float | None:
        """The deadline of a boot: what was asked for, or that of the wire."""
        return LONGEST if deadline is None and self.is_real else deadline

    def told(self, wire: Wire, deadline: float | None) -> Wire:
        """A real wire whose notice says how long a boot may take on it."""
        if not self.is_real or deadline is None or isinf(deadline):
            return wire
        return wire._replace(notice=f"{wire.notice or wire.name}{told_limit(deadline)}")


def told_limit(deadline: float) -> str:
    """How long a boot may take, to be said after where it is."""
    return f", for {deadline:g} s at most (--deadline)"


def own_mac(choice: WireChoice) -> Mac:
    """The interface's own MAC address; says what the host's kernel may do with it meanwhile.

    Raises:
        EnvironmentProblem: There is no such interface, or it is no Ethernet.
    """
    from pxeclient.link import interface

    assert choice.interface is not None, "checked before"
    name = choice.interface
    try:
        found = Mac(interface.address(name))
    except LinkError as error:
        raise EnvironmentProblem(str(error)) from None
    if interface.forwards(name):
        stderr_line(
            f"This host forwards packets that come in on {name!r}, and may tell servers that the"
            f" machine cannot be reached: `sysctl net.ipv4.conf.{name}.forwarding=0` prevents that."
        )
    return found


def tell_what_hinders(choice: WireChoice) -> None:
    """Say what shows of a real wire before anything is sent, once for all boots on it."""
    from pxeclient.link.interface import lacks_carrier

    if choice.is_real:
        tell_pace(choice.time_scale)
    name = choice.interface
    with suppress(LinkError):  # who opens it says what is wrong with it
        if name is not None and lacks_carrier(name):
            stderr_line(
                f"Interface {name!r} has no carrier: its cable is out, or the other end is down."
            )


def tell_doubled(is_doubled: bool) -> None:
    """Say that two of us are one machine."""
    if is_doubled:
        stderr_line(
            "Another pxeclient has the same MAC address on this interface now: each hears the"
            " other's replies, so neither may boot as it would alone (--mac gives another one)."
        )


@contextmanager
def open_wire(choice: WireChoice, machine: Machine, traits: Traits) -> Iterator[Wire]:
    """The wire, open.

    Raises:
        click.UsageError: No such practice network.
        EnvironmentProblem: The interface or TAP cannot be used.
    """
    try:
        wire = _open_real(choice, machine) if choice.is_real else _practice(choice, traits)
    except LinkError as error:
        raise EnvironmentProblem(str(error)) from None
    with closing(wire.link):
        yield wire


def _open_real(choice: WireChoice, machine: Machine) -> Wire:
    link, name = _open_outside(choice, machine)
    return Wire(paced(link, choice.time_scale), name)


def paced(link: Link, scale: float | None) -> Link:
    """The link, at that pace."""
    from pxeclient.link.paced import PacedLink

    return link if scale in (None, 1.0) else PacedLink(link, scale or 1.0)


def _open_outside(choice: WireChoice, machine: Machine) -> tuple[Link, str]:
    if choice.interface is not None:
        return _on_interface(choice, choice.interface, machine), f"interface {choice.interface}"
    from pxeclient.link.tap import TapLink

    assert choice.tap is not None
    tap = TapLink(choice.tap, machine.mac)
    if tap.created:
        stderr_line(f"Created the TAP device {choice.tap}; it goes when this boot ends.")
    return tap, f"TAP device {choice.tap}"


def _on_interface(choice: WireChoice, name: str, machine: Machine) -> Link:
    found: Link
    if choice.is_own:
        from pxeclient.link.shared import SharedLink

        found = SharedLink(name)
    else:
        from pxeclient.link.packet import PacketLink

        found = PacketLink(name, machine.mac)
    return found


def _practice(choice: WireChoice, traits: Traits) -> Wire:
    from pxeclient.boots.networks import is_file, network
    from pxeclient.link.slowed import SlowedLink
    from pxeclient.practice.scenario import DEFAULT, ScenarioError

    wanted = choice.network or DEFAULT
    try:
        link, name, _ = network(wanted).wire(traits)
    except ScenarioError as error:
        raise click.UsageError(str(error)) from None
    whose = "" if is_file(wanted) else "built-in "
    notice = f"the {whose}{name}: its servers are part of pxeclient, nothing leaves this machine"
    return Wire(SlowedLink(link, choice.time_scale) if choice.time_scale else link, name, notice)
