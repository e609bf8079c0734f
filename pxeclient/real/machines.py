"""Which profiles' firmware can really be run: QEMU's command line, its files and their packages.

Everything is Debian's, so that anybody can repeat it. The machines are those of the recordings
(docs/how-to/recording.md), which say that each is the firmware of its profile. TCG and no KVM:
under nested KVM OVMF stopped with an emulation failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pxeclient.boot.machine import Machine, Nic

VARIABLES = "{variables}"
"""The machine's own copy of the firmware's variable store."""

_COMMON = (
    "-accel", "tcg", "-m", "256", "-display", "none", "-nodefaults", "-monitor", "none",
    "-boot", "strict=on",
)  # fmt: skip
_X86 = ("qemu-system-x86_64", "qemu-system-x86")
_ARM = ("qemu-system-aarch64", "qemu-system-arm")
_ROMS = "/usr/lib/ipxe/qemu"
_OVMF = "/usr/share/OVMF/OVMF_CODE_4M.fd"
_OVMF_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
_AAVMF = "/usr/share/AAVMF/AAVMF_CODE.fd"
_AAVMF_VARIABLES = "/usr/share/AAVMF/AAVMF_VARS.fd"


@dataclass(frozen=True, slots=True)
class RealMachine:
    """A firmware that can be run, and on which card."""

    title: str
    """Who it is, without its version."""
    program: tuple[str, str]
    """QEMU's, and its Debian package."""
    words: tuple[str, ...]
    """QEMU's arguments, without the card."""
    card: str
    """QEMU's name of it, with what it takes."""
    nic: Nic
    """What its firmware says it is."""
    files: Mapping[str, str]
    """The firmware's files, each with its Debian package."""
    versioned: str
    """The package whose version is the firmware's."""
    rom: str = ""
    """The file of the card's ROM; empty: none, the firmware has a driver."""
    variables: str = ""
    """Where an empty variable store is."""

    def missing(self, which: Mapping[str, str | None]) -> dict[str, str]:
        """What is not on this machine, each with its Debian package.

        `which`: where each program is that was looked for; None if it is nowhere.
        """
        program, package = self.program
        lacks = {} if which.get(program) else {program: package}
        return lacks | {
            path: owner for path, owner in self.files.items() if not Path(path).is_file()
        }

    def as_if(self, machine: Machine) -> Machine:
        """The same machine with this card: what the emulation must be to say the same."""
        return Machine(machine.mac, machine.uuid, self.nic, machine.seed, machine.memory)


def _flash(code: str) -> tuple[str, ...]:
    return (
        "-drive", f"if=pflash,format=raw,readonly=on,file={code}",
        "-drive", f"if=pflash,format=raw,file={VARIABLES}",
    )  # fmt: skip


_E1000E = Nic("82574l", 0x8086, 0x10D3)
_VIRTIO = Nic("virtio-net", 0x1AF4, 0x1000)
_BIOS = ("-vga", "none", "-machine", "pc,graphics=off")
_EFI = ("-vga", "none", "-machine", "q35", *_flash(_OVMF), "-device", "virtio-rng-pci")

MACHINES: Mapping[str, RealMachine] = {
    "ipxe-20190125": RealMachine(
        "iPXE, the BIOS ROM of Debian's ipxe-qemu",
        _X86,
        (*_COMMON, *_BIOS),
        "e1000e",
        _E1000E,
        {f"{_ROMS}/pxe-e1000e.rom": "ipxe-qemu"},
        "ipxe-qemu",
        rom=f"{_ROMS}/pxe-e1000e.rom",
    ),
    "ipxe-efi-20190125": RealMachine(
        "iPXE, the UEFI ROM of Debian's ipxe-qemu",
        _X86,
        (*_COMMON, *_EFI),
        "e1000e",
        _E1000E,
        {f"{_ROMS}/efi-e1000e.rom": "ipxe-qemu", _OVMF: "ovmf", _OVMF_VARIABLES: "ovmf"},
        "ipxe-qemu",
        rom=f"{_ROMS}/efi-e1000e.rom",
        variables=_OVMF_VARIABLES,
    ),
    "edk2": RealMachine(
        "EDK II, Debian's ovmf",
        _X86,
        (*_COMMON, *_EFI),
        "virtio-net-pci",
        _VIRTIO,
        {_OVMF: "ovmf", _OVMF_VARIABLES: "ovmf"},
        "ovmf",
        variables=_OVMF_VARIABLES,
    ),
    "edk2-aarch64": RealMachine(
        "EDK II, Debian's qemu-efi-aarch64",
        _ARM,
        (
            *_COMMON, "-machine", "virt", "-cpu", "cortex-a57", *_flash(_AAVMF),
            "-device", "virtio-rng-pci",
        ),
        "virtio-net-pci",
        _VIRTIO,
        {_AAVMF: "qemu-efi-aarch64", _AAVMF_VARIABLES: "qemu-efi-aarch64"},
        "qemu-efi-aarch64",
        variables=_AAVMF_VARIABLES,
    ),
}  # fmt: skip
"""By profile. Of the others there is no copy that anybody may run: their ROMs are their makers'."""

OWN_ROM = {
    "ipxe": ("ipxe-20190125", "iPXE, a BIOS ROM of the user's"),
    "ipxe-efi": ("ipxe-efi-20190125", "iPXE, a UEFI ROM of the user's"),
}
"""Profiles whose firmware no Debian package has, but which anybody can build: the machine that
takes such a ROM, and what it is called then."""
