"""The firmwares that can be recorded: which program, which card, which Debian package.

`ipxe-head-e1000e` and `ipxe-head6-e1000e` are no package's: iPXE at commit 0ab2277c4,
``make bin/808610d3.rom`` in its default configuration, and once more with NET_PROTO_IPV6 kept for
the BIOS. `--roms` names the folder with ``ipxe-head-e1000e.rom`` and ``ipxe-head6-e1000e.rom``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pxeclient.real.versions import installed_version

MAC = "52:54:00:12:34:56"
UUID = "00112233-4455-6677-8899-aabbccddeeff"
"""Of the machine in every recording."""


class Kind(StrEnum):
    """What a firmware is, and so what it runs."""

    BIOS = "bios"
    EFI = "efi"
    EFI_ARM64 = "efi-aa64"
    UBOOT_ARM64 = "uboot-arm64"
    UBOOT_RISCV64 = "uboot-riscv64"
    SLOF = "slof"

    @property
    def is_efi(self) -> bool:
        """It has boot options in a variable store."""
        return self in (Kind.EFI, Kind.EFI_ARM64)

    @property
    def is_uboot(self) -> bool:
        """It has a prompt that commands are typed at."""
        return self in (Kind.UBOOT_ARM64, Kind.UBOOT_RISCV64)


@dataclass(frozen=True, slots=True)
class Firmware:
    """A machine with one card."""

    name: str
    kind: Kind
    device: str
    """QEMU's name of the card."""
    nic: str
    """What the card's drivers call it."""
    rom: str | None = ""
    """The file of the card's ROM; empty: none, the firmware has a driver. None: not settable."""
    is_secure: bool = False
    """Secure Boot is on, with Microsoft's keys."""

    @property
    def is_ipxe(self) -> bool:
        """The card has an iPXE ROM."""
        return self.name.startswith("ipxe")


_ROMS = "/usr/lib/ipxe/qemu"
OWN_ROM = "{roms}"
"""Stands for the folder of ROMs that no package has."""


def _ipxe(name: str, device: str, nic: str, rom: str, kind: Kind = Kind.BIOS) -> Firmware:
    return Firmware(name, kind, device, nic, rom)


_ALL = (
    _ipxe("ipxe-82540em", "e1000", "82540em", f"{_ROMS}/pxe-e1000.rom"),
    _ipxe("ipxe-e1000e", "e1000e", "82574l", f"{_ROMS}/pxe-e1000e.rom"),
    _ipxe(
        "ipxe-virtio",
        "virtio-net-pci,disable-legacy=on,disable-modern=off",
        "virtio-net",
        f"{_ROMS}/pxe-virtio.rom",
    ),
    _ipxe("ipxe-efi-e1000e", "e1000e", "82574l", f"{_ROMS}/efi-e1000e.rom", Kind.EFI),
    _ipxe("ipxe-efi-virtio", "virtio-net-pci", "virtio-net", f"{_ROMS}/efi-virtio.rom", Kind.EFI),
    _ipxe("ipxe-head-e1000e", "e1000e", "82574l", f"{OWN_ROM}/ipxe-head-e1000e.rom"),
    _ipxe("ipxe-head6-e1000e", "e1000e", "82574l", f"{OWN_ROM}/ipxe-head6-e1000e.rom"),
    Firmware("ovmf-virtio", Kind.EFI, "virtio-net-pci", "virtio-net"),
    Firmware("ovmf-e1000", Kind.EFI, "e1000", "82540em"),
    Firmware("ovmf-e1000e", Kind.EFI, "e1000e", "82574l"),
    Firmware("ovmf-sb-virtio", Kind.EFI, "virtio-net-pci", "virtio-net", is_secure=True),
    Firmware("aavmf-virtio", Kind.EFI_ARM64, "virtio-net-pci", "virtio-net"),
    Firmware("uboot-arm64", Kind.UBOOT_ARM64, "virtio-net-pci", "virtio-net"),
    Firmware("uboot-riscv64", Kind.UBOOT_RISCV64, "virtio-net-pci", "virtio-net"),
    Firmware("slof-ppc64", Kind.SLOF, "spapr-vlan", "spapr-vlan", None),
    Firmware("slof-ppc64-virtio", Kind.SLOF, "virtio-net-pci", "virtio-net", None),
)
FIRMWARES = {firmware.name: firmware for firmware in _ALL}


_VERSIONS = {
    Kind.EFI: ("ovmf", "ovmf"),
    Kind.EFI_ARM64: ("qemu-efi-aarch64", "qemu-efi-aarch64"),
    Kind.UBOOT_ARM64: ("u-boot-qemu", "u-boot-qemu"),
    Kind.UBOOT_RISCV64: ("u-boot-qemu", "u-boot-qemu"),
    Kind.SLOF: ("qemu-slof", "qemu-slof"),
}
_IPXE_SAYS = re.compile(r"iPXE ([12]\.[0-9.]+\S*)")


def version(firmware: Firmware, console: str) -> str | None:
    """What was recorded: as iPXE says it on the screen, or the version of Debian's package."""
    if firmware.is_ipxe and (said := _IPXE_SAYS.search(console)):
        return f"iPXE {said.group(1)}"
    if firmware.kind not in _VERSIONS:
        return None
    package, title = _VERSIONS[firmware.kind]
    return f"{title} {installed_version(package) or 'unknown'}"
