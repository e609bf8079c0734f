"""What the fixture `pxe_boot` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pxeclient import profile as profiles
from pxeclient.boot.machine import Machine
from pxeclient.boot.menu.keys import check_key
from pxeclient.boots.boot import Wire, boot
from pxeclient.boots.networks import network as practice_network
from pxeclient.link.base import LinkError
from pxeclient.link.wallclock import seconds_since_1970
from pxeclient.practice.scenario import ScenarioError
from pxeclient.profile import Profile, ProfileError
from pxeclient.profile.claiming import of_architecture
from pxeclient.pytest_plugin.result import BootResult
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac

if TYPE_CHECKING:
    from pxeclient.lab import Lab, Segment

DEADLINE = 300.0
"""Seconds of the firmware's clock that a boot may take, unless another number is given."""


class Made(NamedTuple):
    """A boot, and what it takes to make it again."""

    profile: str
    """As the test names it."""
    machine: Machine
    own: Machine
    """The profile's own."""
    arch: int | None
    network: str | None
    """The practice network; None on `pxe_network`."""
    keys: tuple[str, ...]
    started: float
    """In seconds since 1970; 0 on a practice network."""
    deadline: float
    trace: Trace


class PxeBoot:
    """Boots machines, one at each call. Each call is another boot of the machine."""

    def __init__(self, request: pytest.FixtureRequest, time_scale: float) -> None:
        self._request = request
        self._time_scale = time_scale
        self._boots = 0
        self.made: list[Made] = []
        """The boots so far, in order."""

    def __call__(
        self,
        profile: str | None = None,
        *,
        arch: int | None = None,
        network: str | None = None,
        keys: Sequence[str] = (),
        mac: str | None = None,
        time_scale: float | None = None,
        deadline: float = DEADLINE,
        segment: Segment | None = None,
    ) -> BootResult:
        """Boot a machine until it ends.

        Args:
            profile: The firmware, a name of ``pxeclient profiles`` or a TOML file; without one
                that of the test's marker ``pxe_profiles``.
            arch: The number it sends as client architecture in place of its own (option 93).
            network: A practice network of ``pxeclient networks`` or a scenario file, which needs
                no rights; without one it boots on the test's `pxe_network`.
            keys: What somebody presses at a boot menu: "F8", "Down", "Enter" ...
            mac: The machine's MAC address in place of the profile's.
            time_scale: Pace of its clock on `pxe_network`; 0.1 is ten times as fast. A practice
                network takes no time.
            deadline: Seconds of its clock after which it is stopped.
            segment: Where on `pxe_network` it is plugged in, if not where the servers are
                (`Lab.add_segment`).
        """
        __tracebackhide__ = True
        found = self._profile(profile, arch)
        machine = self._machine(found, mac)
        who = self._name(profile), machine, found.machine, arch
        pressed = self._pressed(keys)
        if network is not None:
            trace = self._practise(found, machine, network, pressed, deadline)
            return self._result(Made(*who, network, pressed, 0.0, deadline, trace))
        started = seconds_since_1970()
        lab: Lab = self._request.getfixturevalue("pxe_network")
        scale = self._time_scale if time_scale is None else time_scale
        on_loopback = lab.kind == "loopback"
        where = "loopback interface" if on_loopback else f"private network of {lab.address}"
        try:
            with lab.link(machine.mac, *([] if segment is None else [segment])) as link:
                wire = Wire(link, where)
                trace = boot(found, machine, wire, keys=pressed, deadline=deadline, pace=scale)
        except LinkError as error:
            pytest.fail(str(error), pytrace=False)
        return self._result(Made(*who, None, pressed, started, deadline, trace))

    def _result(self, made: Made) -> BootResult:
        """Remember the boot as one of the test's."""
        self.made.append(made)
        return BootResult(made.trace)

    def _name(self, name: str | None) -> str:
        """The profile, as the test or its marker names it."""
        wanted: str = name or self._request.getfixturevalue("pxe_profile")
        return wanted

    def _practise(
        self,
        found: Profile,
        machine: Machine,
        network: str,
        keys: tuple[str, ...],
        deadline: float,
    ) -> Trace:
        __tracebackhide__ = True
        try:
            wire = practice_network(network).wire(found.traits)
        except ScenarioError as error:
            raise pytest.fail.Exception(str(error)) from None
        wire = wire._replace(name=f"practice network {network}")
        return boot(found, machine, wire, keys=keys, deadline=deadline)

    def _profile(self, name: str | None, arch: int | None) -> Profile:
        __tracebackhide__ = True
        try:
            found = profiles.load(self._name(name))
            return found if arch is None else of_architecture(found, arch)
        except (ProfileError, ValueError) as error:
            raise pytest.fail.Exception(str(error)) from None

    def _pressed(self, keys: Sequence[str]) -> tuple[str, ...]:
        __tracebackhide__ = True
        try:
            for name in keys:
                check_key(name)
        except ValueError as error:
            raise pytest.fail.Exception(str(error)) from None
        return tuple(keys)

    def _machine(self, found: Profile, mac: str | None) -> Machine:
        """The profile's own, whose random numbers differ from boot to boot."""
        __tracebackhide__ = True
        own = found.machine
        try:
            address = own.mac if mac is None else Mac.of_station(mac)
        except ValueError as error:
            raise pytest.fail.Exception(str(error)) from None
        self._boots += 1
        return replace(own, mac=address, seed=own.seed + self._boots - 1)
