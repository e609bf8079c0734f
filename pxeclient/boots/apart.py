"""Machines that no server takes for each other."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from pxeclient.boot.machine import Machine
from pxeclient.wire.addresses import Mac

_STATIONS = 1 << 24
"""So many addresses share the first three octets of a MAC."""


_FAR = 0x5EED0
"""Farther on than machines that are numbered one by one."""


def numbered(machine: Machine, number: int, seed: int) -> Machine:
    """Such a machine with an address, a UUID and chance of its own.

    Args:
        machine: Whose address is counted from.
        number: How far: in the address's last three octets, so that its maker stays. The UUID
            ends in the address.
        seed: Where its random numbers begin.
    """
    last = (int.from_bytes(machine.mac[3:], "big") + number) % _STATIONS
    mac = Mac(machine.mac[:3] + last.to_bytes(3, "big"))
    uuid = UUID(bytes=machine.uuid.bytes[:10] + mac)
    return replace(machine, mac=mac, uuid=uuid, seed=seed)


def stranger(machine: Machine) -> Machine:
    """Such a machine, of the same maker, that no server can have an entry for.

    What only a machine with its own address is told, this one is not.
    """
    return numbered(machine, _FAR, machine.seed + _FAR)
