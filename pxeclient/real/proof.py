"""The real firmware and its emulation on the same servers, and what that shows."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pxeclient.boot.machine import Machine
from pxeclient.boots.apart import stranger
from pxeclient.boots.boot import Wire, boot
from pxeclient.capture.values import CaptureError
from pxeclient.compare.verdict import Comparison, compare
from pxeclient.lab import Lab
from pxeclient.profile import Profile
from pxeclient.real.console import last_words
from pxeclient.real.machines import MACHINES, OWN_ROM, RealMachine
from pxeclient.real.running import Ran, RealError, run
from pxeclient.real.versions import installed_version
from pxeclient.trace import Trace


class NotHereError(RealError):
    """The firmware cannot be run on this machine; the text says what to install, or why not."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Both boots, and the recording of the real one held against the profile."""

    profile: str
    title: str
    """The real firmware, with its version where that is known."""
    ran: Ran
    comparison: Comparison
    """The recorded servers' frames played to the emulation: the same question for both."""
    emulated: Trace
    """The emulation's own boot from the same servers, as a machine with another address."""


def real_machine(name: str, rom: Path | None = None) -> RealMachine:
    """The machine that runs a profile's firmware.

    Raises:
        NotHereError: It cannot be run here.
    """
    base = name.partition("+")[0]
    found = MACHINES.get(base)
    if found is None and base in OWN_ROM:
        if rom is None:
            raise NotHereError(
                f"no package has the firmware of {base}: build the ROM of an Intel 82574L"
                " (iPXE: make bin/808610d3.rom) and name it with --rom"
            )
        found = MACHINES[OWN_ROM[base][0]]
    if found is None:
        raise NotHereError(
            f"the firmware of {base} is its maker's: there is no copy of it that anybody may run."
            f" These can be run: {', '.join([*MACHINES, *OWN_ROM])}"
        )
    lacks = found.missing({found.program[0]: shutil.which(found.program[0])})
    if lacks:
        packages = " ".join(sorted(set(lacks.values())))
        raise NotHereError(
            f"{', '.join(lacks)}: not on this machine. Install Debian's packages:"
            f" apt-get install {packages}"
        )
    return found


def titled(name: str, real: RealMachine, rom: Path | None) -> str:
    """Who it is, with versions as far as Debian's package lists tell."""
    title, version = real.title, installed_version(real.versioned)
    if rom is not None:
        own = OWN_ROM.get(name.partition("+")[0])
        title, version = (own[1] if own else "a ROM of the user's"), ""
    qemu = installed_version(real.program[1])
    return f"{f'{title} {version}'.strip()}, in {f'QEMU {qemu}'.strip()}"


def prove(
    lab: Lab,
    profile: Profile,
    machine: Machine | None = None,
    *,
    rom: Path | None = None,
    deadline: float = 300.0,
) -> Proof:
    """Boot the real firmware and its emulation from the servers of a lab.

    Args:
        lab: Its servers run.
        profile: The firmware.
        machine: The real machine's MAC address and UUID; the profile's own if none is given.
        rom: The file of the card's ROM, in place of Debian's.
        deadline: Seconds that the real one may take, by this machine's clock.

    Raises:
        NotHereError: The firmware cannot be run here; nothing was started.
        RealError: It ran, and nothing can be said of it.
        LabError: The lab has no place for it, or is gone.
        LinkError: The emulation's cable broke.
    """
    real = real_machine(profile.name, rom)
    machine = real.as_if(machine or profile.machine)
    ran = run(lab, real, machine, rom, deadline)
    try:
        comparison = compare(ran.capture, profile)
    except CaptureError as error:
        said = " / ".join(last_words(ran.console)) or "nothing"
        late = "" if ran.in_time else f" in {deadline:g} s"
        raise RealError(
            f"the real firmware sent nothing{late} that could be compared ({error}); the last that"
            f" it printed: {said}"
        ) from None
    other = stranger(machine)
    with lab.link(other.mac) as link:
        wire = Wire(link, f"private network of {lab.address}")
        emulated = boot(profile, other, wire, deadline=deadline)
    return Proof(profile.name, titled(profile.name, real, rom), ran, comparison, emulated)
