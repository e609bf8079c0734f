"""What can happen to a machine that boots: the inputs of `BootClient.handle`."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from pxeclient.stack.acts import Timer


class PowerOn(Struct, frozen=True):
    """The machine is switched on and its network card has a link."""


class FrameReceived(Struct, frozen=True):
    """An Ethernet frame has arrived."""

    frame: bytes


class TimerFired(Struct, frozen=True):
    """A timer set earlier has run out."""

    timer: Timer


class KeyPressed(Struct, frozen=True):
    """Somebody pressed a key: ``F8``, ``ESC``, ``Ctrl-C`` or a character."""

    key: str


Event: TypeAlias = PowerOn | FrameReceived | TimerFired | KeyPressed
