"""The machine that boots: what tells it from another with the same firmware."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from pxeclient.wire.addresses import Mac


@dataclass(frozen=True, slots=True)
class Nic:
    """A network card, by what firmware says about it on the wire."""

    name: str
    vendor: int
    """PCI vendor id."""
    device: int
    """PCI device id."""


NICS = {
    nic.name: nic
    for nic in (
        Nic("82540em", 0x8086, 0x100E),
        Nic("82574l", 0x8086, 0x10D3),
        Nic("virtio-net", 0x1AF4, 0x1000),
        Nic("vmxnet3", 0x15AD, 0x07B0),
    )
}
"""The cards that hypervisors emulate, with the PCI ids of pci.ids."""

_IDS = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)


def nic_of(text: str) -> Nic:
    """The network card of that name, or with those PCI ids: ``1af4:1041`` as `lspci -n` has them.

    Raises:
        ValueError: It is neither.
    """
    if text in NICS:
        return NICS[text]
    ids = _IDS.fullmatch(text)
    if ids is None:
        raise ValueError(
            f"{text!r} is none of {', '.join(NICS)}, and no PCI vendor and device id such as"
            " 1af4:1041 (four hexadecimal digits each)"
        )
    vendor, device = (int(part, 16) for part in ids.groups())
    for nic in NICS.values():
        if (nic.vendor, nic.device) == (vendor, device):
            return nic
    return Nic(f"{vendor:04x}:{device:04x}", vendor, device)


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine."""

    mac: Mac
    uuid: UUID
    nic: Nic
    seed: int = 1
    """Where its random numbers start: equal seeds give equal boots."""
    memory: int = 1 << 30
    """The longest boot file that it can hold, in octets."""
