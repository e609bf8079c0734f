"""What a recording needs of the machine, and the Debian package of each thing that is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.record.firmwares import OWN_ROM, Firmware, Kind
from tools.record.loaders import FOLDERS, PROGRAMS
from tools.record.scenario import Script

_SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")

_ALWAYS = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "mount": "mount",
    "ip": "iproute2",
    "sysctl": "procps",
    "ethtool": "ethtool",
    "tcpdump": "tcpdump",
}
QEMU = {
    Kind.BIOS: ("qemu-system-x86_64", "qemu-system-x86"),
    Kind.EFI: ("qemu-system-x86_64", "qemu-system-x86"),
    Kind.EFI_ARM64: ("qemu-system-aarch64", "qemu-system-arm"),
    Kind.UBOOT_ARM64: ("qemu-system-aarch64", "qemu-system-arm"),
    Kind.UBOOT_RISCV64: ("qemu-system-riscv64", "qemu-system-misc"),
    Kind.SLOF: ("qemu-system-ppc64", "qemu-system-ppc"),
}
"""The program and its package."""
CODE = {
    Kind.EFI: ("/usr/share/OVMF/OVMF_CODE_4M.fd", "ovmf"),
    Kind.EFI_ARM64: ("/usr/share/AAVMF/AAVMF_CODE.fd", "qemu-efi-aarch64"),
    Kind.UBOOT_ARM64: ("/usr/lib/u-boot/qemu_arm64/u-boot.bin", "u-boot-qemu"),
    Kind.UBOOT_RISCV64: ("/usr/lib/u-boot/qemu-riscv64/u-boot.bin", "u-boot-qemu"),
}
"""The firmware's file and its package."""
SECURE_CODE = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"
_SERVERS = {
    "dnsmasq": "dnsmasq-base",
    "dhcpd": "isc-dhcp-server",
    "in.tftpd": "tftpd-hpa",
    "kea-dhcp4": "kea-dhcp4-server",
    "kea-dhcp6": "kea-dhcp6-server",
    "radvd": "radvd",
    "nginx": "nginx-light",
}
_PREPARATIONS = {"img": ("mformat", "mtools"), "iso": ("xorriso", "xorriso")}


class MissingError(RuntimeError):
    """Something is not installed; the text says how to get it."""


def extend_path() -> None:
    """Servers and network tools lie where an ordinary PATH does not look."""
    path = os.environ.get("PATH", "").split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join([*path, *(place for place in _SBIN if place not in path)])


def check(firmware: Firmware, script: Script, roms: Path | None) -> None:
    """See that everything is there.

    Raises:
        MissingError: Something is not.
    """
    lacks = dict(_lacks(firmware, script))
    if lacks:
        names = " ".join(sorted({package for package in lacks.values() if package}))
        advice = f": apt-get install {names}" if names else ""
        raise MissingError(f"{', '.join(lacks)}: not on this machine{advice}")
    if firmware.rom and OWN_ROM in firmware.rom:
        rom = Path(firmware.rom.replace(OWN_ROM, str(roms)))
        if roms is None or not rom.is_file():
            raise MissingError(
                f"{firmware.name} is in no package: build {rom.name} (tools/record/firmwares.py"
                " says how) and name its folder with --roms"
            )


def _lacks(firmware: Firmware, script: Script) -> Iterator[tuple[str, str]]:
    programs = dict([*_ALWAYS.items(), QEMU[firmware.kind], *_of_script(script)])
    yield from ((one, package) for one, package in programs.items() if not shutil.which(one))
    files = dict([*_of_firmware(firmware), *_served(script)])
    yield from ((one, package) for one, package in files.items() if not Path(one).exists())


def _of_firmware(firmware: Firmware) -> Iterator[tuple[str, str]]:
    if firmware.kind in CODE:
        yield CODE[firmware.kind]
    if firmware.is_secure:
        yield SECURE_CODE, "ovmf"
    if firmware.rom and OWN_ROM not in firmware.rom:
        yield firmware.rom, "ipxe-qemu"


def _of_script(script: Script) -> Iterator[tuple[str, str]]:
    for host in script.hosts:
        for command in host.cmds:
            yield command[0], _SERVERS.get(command[0], "")
    for one in script.prepare:
        yield _PREPARATIONS[one]
    if script.wait:
        yield _PREPARATIONS["img"]
    if any(server.get("tls") for server in script.http):
        yield "openssl", "openssl"
    if script.serves_kernel:
        yield from (("as", "binutils"), ("ld", "binutils"))
    if any(name.startswith("net/") for name in script.served):
        yield "grub-mknetdir", "grub-common"


def _served(script: Script) -> Iterable[tuple[str, str]]:
    """The other projects' programs that the servers give out."""
    for name in script.served:
        if name in PROGRAMS:
            yield PROGRAMS[name]
        for folder, needed in FOLDERS.items():
            if name.startswith(f"{folder}/"):
                yield needed
