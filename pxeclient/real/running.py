"""A real firmware boots in a lab: QEMU on a host of its own, and its card recorded by QEMU itself.

The recording has the guest's own clock, so its waits are the firmware's even where the machine that
runs QEMU is slow. QEMU ends with the lab, however that ends.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from pxeclient.boot.machine import Machine
from pxeclient.lab import Lab, LabError
from pxeclient.lab.host import Host
from pxeclient.real.console import clean, is_over
from pxeclient.real.machines import VARIABLES, RealMachine

_LAST_FRAMES = 1.0
"""Seconds in which what belongs to the end still comes: the last ACK, an ERROR."""


class RealError(RuntimeError):
    """The machine cannot be run; one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a real machine did."""

    machine: Machine
    capture: Path
    """What went through its card (pcap); it vanishes with the lab."""
    console: str
    """What it printed."""
    in_time: bool
    """It has told its end before the time was over."""


def run(
    lab: Lab, real: RealMachine, machine: Machine, rom: Path | None = None, deadline: float = 300.0
) -> Ran:
    """Boot it against the lab's servers, until its console says that it is over.

    Args:
        lab: Where it boots.
        real: Which firmware.
        machine: Its MAC address and UUID.
        rom: The file of the card's ROM, in place of the machine's own.
        deadline: Seconds of this machine's clock that it may take.

    Raises:
        RealError: QEMU does not run.
        LabError: The lab has no place for it, or is gone.
    """
    host = lab.add_guest_host()
    console, capture = host.folder / "console", host.folder / "card.pcap"
    program = host.spawn(_command(real, machine, rom, host, console, capture))
    seen = _Screen(console)
    try:
        in_time = program.await_that(seen.is_over, deadline)
        ended = program.returncode
        if in_time:
            program.await_that(_never, _LAST_FRAMES)
    finally:
        with contextlib.suppress(LabError):
            program.stop()
    if not in_time and ended is not None:
        said = " ".join(program.log.split()) or "without a word"
        raise RealError(f"{program.name} ended with status {ended}: {said[-300:]}")
    return Ran(machine, capture, seen.text, in_time)


class _Screen:
    """What is on its serial port."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.text = ""

    def is_over(self) -> bool:
        """Look again: it tells its end."""
        self.text = clean(self._file.read_bytes()) if self._file.is_file() else ""
        return is_over(self.text)


def _never() -> bool:
    return False


def _command(
    real: RealMachine, machine: Machine, rom: Path | None, host: Host, console: Path, capture: Path
) -> list[str]:
    variables = host.folder / "variables.fd"
    if real.variables:
        copyfile(real.variables, variables)
    card = f"{real.card},netdev=n0,mac={machine.mac},bootindex=1,romfile={rom or real.rom}"
    words = [word.replace(VARIABLES, str(variables)) for word in real.words]
    tap = f"tap,id=n0,ifname={host.interface},script=no,downscript=no,vnet_hdr=off"
    return [
        real.program[0], *words, "-uuid", str(machine.uuid), "-serial", f"file:{console}",
        "-netdev", tap, "-device", card,
        "-object", f"filter-dump,id=f0,netdev=n0,file={capture}",
    ]  # fmt: skip
