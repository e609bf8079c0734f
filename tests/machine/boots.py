"""Boots that go on after the boot file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pxeclient.boots.boot import Wire, boot
from pxeclient.machine import Loader, Program
from pxeclient.practice.model import Scenario
from pxeclient.practice.scenario import load
from pxeclient.trace import Trace
from tests.boots import LONGEST, link_to, profile
from tests.machine.lister import LISTER

NETWORK = Path(__file__).with_name("network.toml")


@cache
def network() -> Scenario:
    """The network with what `LISTER` asks for."""
    return load(NETWORK)


def only(program: Program) -> Loader:
    """The ROM's boot file is that program; of what that starts nobody knows anything."""
    return lambda given: None if given.started.beside or given.started.arguments else program


def staged(
    loader: Loader,
    firmware: str = "ipxe",
    *,
    keys: tuple[str, ...] = (),
    on: str | Scenario | None = None,
    deadline: float | None = LONGEST,
) -> Trace:
    """The boot of that firmware, and of what its boot file is."""
    found = profile(firmware)
    wire = Wire(link_to(network() if on is None else on, found), "practice network test")
    return boot(found, found.machine, wire, keys=keys, deadline=deadline, loader=loader)


@cache
def listed(firmware: str = "ipxe", keys: tuple[str, ...] = ()) -> Trace:
    """The boot that ends with `LISTER`. Shared: not to be changed."""
    return staged(lambda given: LISTER, firmware, keys=keys)
