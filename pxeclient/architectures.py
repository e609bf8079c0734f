"""Client architectures (DHCP option 93), and which boot files a machine of each can run.

Source: IANA, "Processor Architecture Types" (registry of RFC 5970, used by RFC 4578 too);
machine types by the PE/COFF specification, which UEFI 2.x §2.1.1 refers to. RFC 4578 printed 7
and 9 the other way round until its erratum of 2016, and some firmware followed it: a file for
x64 is therefore taken to fit 9 as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from pxeclient.nbp import NbpKind
from pxeclient.nbp.pe import EFI

X86, ARM32, EBC = 0x014C, frozenset({0x01C0, 0x01C2, 0x01C4}), 0x0EBC
X64, ARM64, RISCV32, RISCV64, LOONGARCH64 = 0x8664, 0xAA64, 0x5032, 0x5064, 0x6264

_UNKNOWN: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Architecture:
    """One row of the registry."""

    code: int
    name: str
    machines: frozenset[int] = _UNKNOWN
    """The PE machine types that it runs; none where its files are not known here."""
    is_bios: bool = False
    """It runs raw real-mode code."""


_BY_NAME = (
    ("x86 BIOS", _UNKNOWN, True),
    ("NEC PC-98", _UNKNOWN, False),
    ("Itanium", frozenset({0x0200}), False),
    ("DEC Alpha", _UNKNOWN, False),
    ("Arc x86", _UNKNOWN, False),
    ("Intel Lean Client", _UNKNOWN, False),
    ("x86 UEFI", frozenset({X86}), False),
    ("x64 UEFI", frozenset({X64}), False),
    ("EFI XScale", _UNKNOWN, False),
    ("EFI byte code", frozenset({EBC, X64}), False),
    ("ARM 32-bit UEFI", ARM32, False),
    ("ARM 64-bit UEFI", frozenset({ARM64}), False),
    ("PowerPC Open Firmware", _UNKNOWN, False),
    ("PowerPC ePAPR", _UNKNOWN, False),
    ("POWER OPAL v3", _UNKNOWN, False),
    ("x86 UEFI HTTP", frozenset({X86}), False),
    ("x64 UEFI HTTP", frozenset({X64}), False),
    ("EFI byte code HTTP", frozenset({EBC, X64}), False),
    ("ARM 32-bit UEFI HTTP", ARM32, False),
    ("ARM 64-bit UEFI HTTP", frozenset({ARM64}), False),
    ("x86 BIOS HTTP", _UNKNOWN, True),
    ("ARM 32-bit U-Boot", _UNKNOWN, False),
    ("ARM 64-bit U-Boot", _UNKNOWN, False),
    ("ARM 32-bit U-Boot HTTP", _UNKNOWN, False),
    ("ARM 64-bit U-Boot HTTP", _UNKNOWN, False),
    ("RISC-V 32-bit UEFI", frozenset({RISCV32}), False),
    ("RISC-V 32-bit UEFI HTTP", frozenset({RISCV32}), False),
    ("RISC-V 64-bit UEFI", frozenset({RISCV64}), False),
    ("RISC-V 64-bit UEFI HTTP", frozenset({RISCV64}), False),
    ("RISC-V 128-bit UEFI", _UNKNOWN, False),
    ("RISC-V 128-bit UEFI HTTP", _UNKNOWN, False),
    ("s390 Basic", _UNKNOWN, False),
    ("s390 Extended", _UNKNOWN, False),
    ("MIPS 32-bit UEFI", _UNKNOWN, False),
    ("MIPS 64-bit UEFI", _UNKNOWN, False),
    ("Sunway 32-bit UEFI", _UNKNOWN, False),
    ("Sunway 64-bit UEFI", _UNKNOWN, False),
    ("LoongArch 32-bit UEFI", _UNKNOWN, False),
    ("LoongArch 32-bit UEFI HTTP", _UNKNOWN, False),
    ("LoongArch 64-bit UEFI", frozenset({LOONGARCH64}), False),
    ("LoongArch 64-bit UEFI HTTP", frozenset({LOONGARCH64}), False),
    ("ARM rpiboot", _UNKNOWN, False),
)

ARCHITECTURES = {
    code: Architecture(code, name, machines, is_bios)
    for code, (name, machines, is_bios) in enumerate(_BY_NAME)
}
"""The whole registry, by code."""


UBOOT = frozenset({21, 22, 23, 24})
"""U-Boot's own: it takes its images (`nbp`), and a script that is one."""


def architecture(code: int) -> Architecture:
    """The row of that code; one without a name of its own where the registry has none."""
    return ARCHITECTURES.get(code, Architecture(code, f"architecture {code}"))


class Fit(StrEnum):
    """Whether a machine can run a boot file, by the kind that the file's first octets show."""

    FITS = "fits"
    WRONG = "wrong"
    UNKNOWN = "unknown"


IPXE = frozenset({"script", "linux", "elf"})
"""What a client takes that says on the wire that it is iPXE, besides what its architecture runs
(ipxe@0ab2277c4 src/image/)."""


def fit(code: int, runs: Collection[str], file: NbpKind) -> Fit:
    """Whether a machine of that architecture can run the file.

    The architecture decides over PE images and over raw code, which fits a BIOS only: what
    processor it is for does not show. What else a firmware takes is its own affair.

    Args:
        code: Option 93.
        runs: The firmware's own: `Profile.runs`.
        file: What was fetched.
    """
    where = architecture(code)
    match file.kind:
        case "empty" | "text" | "module":
            return Fit.WRONG
        case "script":
            return Fit.FITS if "script" in runs else Fit.WRONG
        case "kernel" | "packed" if where.is_bios:
            return Fit.WRONG
        case "packed" if "script" in runs:
            return Fit.UNKNOWN  # iPXE for UEFI can unpack some, by its configuration.
        case "u-boot" if code in UBOOT:
            return Fit.FITS
        case "u-boot" if where.is_bios or where.machines:
            return Fit.WRONG
        case "pe" if where.is_bios:
            # A kernel with an EFI stub is a bzImage as well.
            return Fit.FITS if file.is_linux and "linux" in runs else Fit.WRONG
        case "pe" if where.machines and file.subsystem not in (None, *EFI):
            return Fit.WRONG
        case "pe" if where.machines:
            return Fit.FITS if file.machine in where.machines else Fit.WRONG
        case "linux" | "elf" if where.is_bios:
            return Fit.FITS if file.kind in runs else Fit.WRONG
        case _ if where.is_bios:
            return Fit.FITS
        case _ if where.machines:
            return Fit.WRONG
        case _:
            return Fit.UNKNOWN
