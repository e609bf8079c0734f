"""Machines, and their boots on practice networks, for the tests of all rooms."""

from __future__ import annotations

from functools import cache

from pxeclient.boot.client import BootClient
from pxeclient.boot.dhcp.options import architecture
from pxeclient.boots.boot import Wire, boot
from pxeclient.boots.networks import Network
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.model import Scenario
from pxeclient.practice.scenario import by_name
from pxeclient.profile import Profile, load
from pxeclient.trace import Trace

LONGEST = 3600.0
"""Seconds of its clock after which a boot in a test is stopped: no firmware tries so long."""


@cache
def profile(firmware: str) -> Profile:
    """The profile of that name."""
    return load(firmware)


def machine(firmware: str | Profile) -> BootClient:
    """A machine with that firmware, off."""
    found = profile(firmware) if isinstance(firmware, str) else firmware
    return BootClient(found.traits, found.policy, found.machine)


def link_to(network: str | Scenario, firmware: str | Profile = "ipxe") -> SimulatedLink:
    """A link to a practice network, with boot files that suit that firmware."""
    found = profile(firmware) if isinstance(firmware, str) else firmware
    script = by_name(network) if isinstance(network, str) else network
    return Network(script.name, script).link(architecture(found.traits.dhcp))


def boot_on(
    firmware: str | Profile,
    network: str | Scenario,
    *,
    keys: tuple[str, ...] = (),
    deadline: float | None = LONGEST,
    where: str = "practice network test",
) -> Trace:
    """The boot of that firmware's machine on a practice network."""
    found = profile(firmware) if isinstance(firmware, str) else firmware
    wire = Wire(link_to(network, found), where)
    return boot(found, found.machine, wire, keys=keys, deadline=deadline)


@cache
def booted(firmware: str, network: str = "plain-dhcp", deadline: float | None = None) -> Trace:
    """The boot of that firmware on a built-in network. Shared: not to be changed."""
    return boot_on(firmware, network, deadline=deadline)
