"""QEMU's command line for a firmware and a scenario: TCG, no screen, the console on a serial port.

Under nested KVM OVMF stopped with an emulation failure, and each port access left the machine,
which was slower than TCG.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tools.record import needs
from tools.record.firmwares import MAC, OWN_ROM, UUID, Firmware, Kind
from tools.record.scenario import Script

CONSOLE, PORT = "console.raw", "console"
"""In the scratch folder: what the machine printed, and the socket to type at."""
VARIABLES, DISK = "vars.fd", "wait.img"

_PSERIES = "pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off"
_EXIT = "isa-debug-exit,iobase=0xf4,iosize=0x04"


def command(
    firmware: Firmware, script: Script, work: Path, roms: Path | None, typing: bool
) -> list[str]:
    """The program and its arguments; files of the recording are in `work`."""
    table = script.table
    words = [needs.QEMU[firmware.kind][0], "-accel", "tcg", "-m", str(table.get("mem", 256))]
    words += ["-display", "none", "-nodefaults", "-uuid", UUID, *_serial(work, typing)]
    words += ["-monitor", "none", "-boot", "strict=on", *_machine(firmware)]
    words += ["-netdev", "tap,id=n0,ifname=tap0,script=no,downscript=no"]
    words += ["-device", _card(firmware, script, roms)]
    if firmware.kind.is_efi:
        words += _efi(firmware, script, work)
    if table.get("cacert"):
        words += ["-fw_cfg", f"name=etc/edk2/https/cacerts,file={work}/made/cacerts.esl"]
    for name, value in table.get("fw_cfg", {}).items():
        words += ["-fw_cfg", f"name={name},string={value}"]
    for value in table.get("smbios", ()):
        words += ["-smbios", value]
    return [*words, *table.get("qemu", ())]


def _serial(work: Path, typing: bool) -> list[str]:
    if not typing:
        return ["-serial", f"file:{work / CONSOLE}"]
    socket = f"socket,id=c0,path={work / PORT},server=on,wait=off,logfile={work / CONSOLE}"
    return ["-chardev", socket, "-serial", "chardev:c0"]


def _machine(firmware: Firmware) -> list[str]:
    match firmware.kind:
        case Kind.BIOS:
            return ["-vga", "none", "-machine", "pc,graphics=off", "-device", _EXIT]
        case Kind.EFI:
            smm = ",smm=on" if firmware.is_secure else ""
            return ["-vga", "none", "-machine", f"q35{smm}", "-device", _EXIT]
        case Kind.EFI_ARM64:
            return ["-machine", "virt", "-cpu", "cortex-a57", "-no-reboot"]
        case Kind.UBOOT_ARM64:
            return ["-machine", "virt", "-cpu", "cortex-a57", "-bios", needs.CODE[firmware.kind][0]]
        case Kind.UBOOT_RISCV64:
            return ["-machine", "virt", "-bios", needs.CODE[firmware.kind][0]]
        case Kind.SLOF:
            return ["-machine", _PSERIES]


def _card(firmware: Firmware, script: Script, roms: Path | None) -> str:
    card = f"{firmware.device},netdev=n0,mac={MAC}"
    if not firmware.kind.is_uboot:
        card += ",bootindex=1"
    if firmware.rom is not None:
        card += f",romfile={firmware.rom.replace(OWN_ROM, str(roms))}"
    # A boot option in a prepared variable store names the slot.
    return f"{card},addr=1" if has_options(firmware, script) else card


def has_options(firmware: Firmware, script: Script) -> bool:
    """A boot option of the firmware's own is chosen by a prepared variable store."""
    return firmware.kind.is_efi and script.boot is not None


def _efi(firmware: Firmware, script: Script, work: Path) -> Iterator[str]:
    slot = ",addr=2" if has_options(firmware, script) else ""
    yield from ("-device", f"virtio-rng-pci{slot}")
    code = needs.SECURE_CODE if firmware.is_secure else needs.CODE[firmware.kind][0]
    if firmware.is_secure:
        yield from ("-global", "driver=cfi.pflash01,property=secure,value=on")
    yield from ("-drive", f"if=pflash,format=raw,readonly=on,file={code}")
    yield from ("-drive", f"if=pflash,format=raw,file={work / VARIABLES}")
    if script.wait:
        yield from ("-drive", f"if=none,id=d0,format=raw,file={work / DISK}")
        yield from ("-device", "virtio-blk-pci,drive=d0,bootindex=0,addr=3")
