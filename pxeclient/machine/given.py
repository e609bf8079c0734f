"""What a program is started with."""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient.boot.handover import Inherited, Packets
from pxeclient.boot.machine import Machine
from pxeclient.outcome import Booted


@dataclass(frozen=True, slots=True)
class Given:
    """All that a program knows when it begins."""

    machine: Machine
    started: Booted
    """The file that the program is: its name, its server, its octets, and its arguments."""
    inherited: Inherited
    """What the firmware has left behind."""

    @property
    def packets(self) -> Packets:
        """The firmware's DHCP messages."""
        return self.inherited.packets
