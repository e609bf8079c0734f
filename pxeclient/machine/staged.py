"""A machine through all its stages: the ROM, the program that it fetched, the next.

Who has the machine is a stage; there is one at a time, and whoever started it and wants to go on
afterwards waits. What a file *is* a `Loader` says, which is handed in: with none, or for a file
that it does not know, the boot is over when that is started.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from pxeclient.boot.actions import Action, BeginStage, Finish
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import Event, PowerOn, TimerFired
from pxeclient.boot.handover import Inherited
from pxeclient.boot.machine import Machine
from pxeclient.boot.policy import Policy
from pxeclient.boot.traits import Traits
from pxeclient.fetch.fetcher import Fetcher, Ports
from pxeclient.machine.given import Given
from pxeclient.machine.program import Program
from pxeclient.machine.running import RunningProgram
from pxeclient.machine.wants import Returned
from pxeclient.outcome import Booted, Ending, Exited, Failed, Failure, StageKind
from pxeclient.stack.acts import Timer
from pxeclient.stack.host import Host
from pxeclient.wire.arp import Arp
from pxeclient.wire.options import printable

MOST_STAGES = 16
"""Stages of one boot. The longest chain that is meant has some seven: ROM, iPXE, its script's shim,
GRUB, which chains another GRUB, a kernel. An iPXE whose server names iPXE again goes on for ever,
or on a BIOS until base memory is used up, after some forty rounds; the first show what it does."""

ROUNDING = 1e-6
"""Seconds by which two clocks of one machine may differ: sums of floats are rounded."""


class Firmware(NamedTuple):
    """A firmware: the machine's own, or one that is fetched, such as an iPXE that is chained."""

    name: str
    traits: Traits
    policy: Policy


Loader: TypeAlias = Callable[[Given], Program | Firmware | None]
"""Says what a file is that was started (`Given.started`); None: nobody here knows."""


class _RunningFirmware:
    """A firmware as a stage, on a clock that begins when it does."""

    def __init__(self, firmware: Firmware, machine: Machine, origin: float) -> None:
        self.name = firmware.name
        self.client = BootClient(firmware.traits, firmware.policy, machine)
        self._origin = origin

    @property
    def progress(self) -> tuple[int, int | None]:
        """As `BootClient.progress`."""
        return self.client.progress

    def minds(self, message: Arp) -> bool:
        """As `BootClient.minds`."""
        return self.client.minds(message)

    def next_timer(self) -> tuple[Timer, float]:
        """The timer that runs out first, and when, by the machine's clock."""
        timer, due = self.client.next_timer()
        return timer, due + self._origin

    def handle(self, event: Event, now: float) -> list[Action]:
        """As `BootClient.handle`, by the machine's clock."""
        own = max(now - self._origin, 0.0)
        if isinstance(event, TimerFired):
            _, due = self.client.next_timer()
            own = due if own < due < own + ROUNDING else own
        return self.client.handle(event, own)


_Stage: TypeAlias = _RunningFirmware | RunningProgram


class StagedBoot:
    """One machine, from power-on through all its stages, as one function of its events.

    To a loop it is what a `BootClient` is, which it is too as long as its firmware's stage lasts.
    """

    def __init__(self, firmware: Firmware, machine: Machine, loader: Loader) -> None:
        """A machine that is off.

        Args:
            firmware: What it is switched on with.
            machine: What tells it from others.
            loader: Says what the files are that are started.
        """
        rom = _RunningFirmware(firmware, machine, 0.0)
        self.finished = False
        self._machine = machine
        self._loader = loader
        self._stage: _Stage = rom
        self._number = self._count = 1
        """The number of the stage, and how many there were."""
        self._waiting: list[tuple[int, RunningProgram]] = []
        """Programs that go on when what they have started comes back, each with its number."""
        self._inherited: Inherited | None = None
        self._stack = rom.client.stack
        """The firmware's, which programs without one of their own go on with."""

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets downloaded of the present file, and how many there will be, if that is known."""
        return self._stage.progress

    def minds(self, message: Arp) -> bool:
        """An ARP message that goes to everybody would not be lost on this machine."""
        return self._stage.minds(message)

    def next_timer(self) -> tuple[Timer, float]:
        """The timer that runs out first, and when; never (infinity) if none runs."""
        return self._stage.next_timer()

    def handle(self, event: Event, now: float) -> list[Action]:
        """Take one event at `now` (seconds since power-on); return its consequences, in order.

        As `BootClient.handle`; what a stage begins with follows on the end of the one before.
        """
        if self.finished:
            return []
        actions = self._stage.handle(event, now)
        while actions and isinstance(last := actions[-1], Finish):
            more = self._follow(last.outcome, now)
            if isinstance(more, Failed):
                actions[-1] = Finish(more)
            elif more is not None:
                actions += more
                continue
            self.finished = True
            break
        return actions

    def _follow(self, ending: Ending, now: float) -> list[Action] | Failed | None:
        """What follows on a stage's end; None: nothing. Or as what it is to count instead."""
        match ending:
            case Booted():
                return self._started(ending, now)
            case Exited() | Failed():
                beyond = isinstance(ending, Failed) and ending.failure is Failure.NOT_EMULATED
                return None if beyond else self._returned(ending, now)

    def _started(self, booted: Booted, now: float) -> list[Action] | Failed | None:
        """The next stage begins, if somebody knows what the file is."""
        if isinstance(self._stage, _RunningFirmware):
            self._inherited = self._stage.client.leaves()
            self._stack = self._stage.client.stack
        assert self._inherited is not None, "a firmware has started what runs here"
        inherited = replace(self._inherited, stack=self._stack.state())
        given = Given(self._machine, booted, inherited)
        found = self._loader(given)
        if found is None:
            return None
        if self._count == MOST_STAGES:
            return self._endless(booted)
        started = self._stage.started if isinstance(self._stage, RunningProgram) else None
        if isinstance(self._stage, RunningProgram) and started is not None and started.returns:
            self._waiting.append((self._number, self._stage))
        self._count += 1
        self._number = self._count
        if isinstance(found, Program):
            stack = self._stack_of(found)
            self._stage = RunningProgram(found, given, stack, self._fetcher_of(found, stack))
            kind = StageKind.PROGRAM
        else:
            # Another seed: no boot's numbers come twice.
            machine = replace(self._machine, seed=self._machine.seed + self._count)
            self._stage, kind = _RunningFirmware(found, machine, now), StageKind.FIRMWARE
        return [BeginStage(found.name, kind), *self._stage.handle(PowerOn(), now)]

    def _endless(self, booted: Booted) -> Failed:
        name = printable(booted.boot_file.name)
        because = (
            f"{name} is the {MOST_STAGES + 1}th thing that was started one after the other;"
            " pxeclient follows no further."
        )
        return Failed(Failure.NOT_EMULATED, "", f"pxeclient: {because}", because)

    def _returned(self, ending: Exited | Failed, now: float) -> list[Action] | None:
        """Who started the stage goes on, if anybody waits for that."""
        if not self._waiting:
            return None
        self._number, self._stage = self._waiting.pop()
        begins = BeginStage(self._stage.name, StageKind.PROGRAM, self._number)
        self._count += 1
        return [begins, *self._stage.resume(Returned(ending), now)]

    def _stack_of(self, program: Program) -> Host:
        assert self._inherited is not None
        if program.ip is None and self._inherited.neighbours:
            return self._stack
        stack = Host(self._machine.mac, program.ip or self._inherited.ip, self._stack.dice)
        stack.take(self._stack.state())
        return stack

    def _fetcher_of(self, program: Program, stack: Host) -> Fetcher:
        assert self._inherited is not None
        own = program.download
        if own is None:
            return self._inherited.fetcher
        ports = Ports(own.tftp, stack.dice)
        return Fetcher(own.tftp, own.tftp_error, ports, self._machine.memory)
