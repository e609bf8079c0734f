"""What can happen to a machine that boots: the inputs of `BootClient.handle`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PowerOn:
    """The machine is switched on and its network card has a link."""


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """An Ethernet frame has arrived."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer set earlier has run out."""

    timer: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """Somebody pressed a key: ``F8``, ``ESC``, ``Ctrl-C`` or a character."""

    key: str


Event: TypeAlias = PowerOn | FrameReceived | TimerFired | KeyPressed
