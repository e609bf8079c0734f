"""The headers of a PE image, read within bounds.

Source: the PE/COFF specification (Microsoft, "PE Format"), which UEFI 2.10 §2.1.1 refers to.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MACHINES = {
    0x014C: "x86",
    0x01C0: "ARM 32-bit",
    0x01C2: "ARM 32-bit",
    0x01C4: "ARM 32-bit",
    0x0200: "Itanium",
    0x0EBC: "EFI byte code",
    0x5032: "RISC-V 32-bit",
    0x5064: "RISC-V 64-bit",
    0x6232: "LoongArch 32-bit",
    0x6264: "LoongArch 64-bit",
    0x8664: "x64",
    0xAA64: "ARM 64-bit",
}
"""PE machine types."""

EFI = frozenset({10, 11, 12})
"""Subsystems of what UEFI loads: applications and drivers (UEFI 2.10 §2.1.1; EDK II
MdeModulePkg/Core/Dxe/Image/Image.c, CoreLoadPeImage)."""
_MOST_SECTIONS = 96
"""The specification's own limit for the loader of Windows."""
_CERTIFICATES, _DIRECTORY = 4, 8
_MAGICS = {0x10B: (92, 96), 0x20B: (108, 112)}
"""PE32 and PE32+: where the count of directories and where the directories stand."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: what of the file it is."""

    name: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Image:
    """A PE image as its headers describe it; what was not at hand is None."""

    at: int
    """Where ``PE\\0\\0`` stands."""
    machine: int
    subsystem: int | None = None
    sections: tuple[Section, ...] = ()
    certificates: tuple[int, int] | None = None
    """Where in the file the certificate table stands, and its size; (0, 0) where there is none."""
    checksum_at: int = 0
    directory_at: int = 0
    """Of the certificate table's entry."""

    @property
    def is_efi(self) -> bool:
        """It is for UEFI; so one is taken to be whose subsystem is not at hand."""
        return self.subsystem is None or self.subsystem in EFI

    @property
    def extent(self) -> int:
        """Octets that the file has at least: up to the end of its last section or table."""
        ends = [one.offset + one.size for one in self.sections]
        return max([*ends, sum(self.certificates or (0, 0))], default=0)

    def section(self, name: str) -> Section | None:
        """The section of that name."""
        return next((one for one in self.sections if one.name == name), None)


def parse(content: bytes) -> Image | None:
    """The headers of a PE image, as far as they are at hand; None for anything else."""
    if not content.startswith(b"MZ"):
        return None
    at = int.from_bytes(content[0x3C:0x40], "little")
    if content[at : at + 4] != b"PE\0\0" or len(content) < at + 6:
        return None
    machine = int.from_bytes(content[at + 4 : at + 6], "little")
    coff = content[at + 4 : at + 24]
    if len(coff) < 20:
        return Image(at, machine)
    count, size = struct.unpack_from("<H12xH", coff, 2)
    optional = content[at + 24 : at + 24 + size]
    sections = _sections(content, at + 24 + size, min(count, _MOST_SECTIONS))
    if len(optional) < 2 or int.from_bytes(optional[:2], "little") not in _MAGICS:
        return Image(at, machine, sections=sections)
    counted, first = _MAGICS[int.from_bytes(optional[:2], "little")]
    subsystem = int.from_bytes(optional[68:70], "little") if len(optional) >= 70 else None
    entry = first + _CERTIFICATES * _DIRECTORY
    table: tuple[int, int] | None = None
    if len(optional) >= counted + 4:
        directories = int.from_bytes(optional[counted : counted + 4], "little")
        if directories <= _CERTIFICATES:
            table = (0, 0)
        elif len(optional) >= entry + _DIRECTORY:
            where, length = struct.unpack_from("<II", optional, entry)
            table = (where, length) if where and length else (0, 0)
    return Image(at, machine, subsystem, sections, table, at + 24 + 64, at + 24 + entry)


def _sections(content: bytes, at: int, count: int) -> tuple[Section, ...]:
    found = []
    for start in range(at, at + 40 * count, 40):
        header = content[start : start + 40]
        if len(header) < 40:
            break
        size, offset = struct.unpack_from("<II", header, 16)
        name = header[:8].rstrip(b"\0").decode("ascii", "replace")
        # What has no octets in the file, such as .bss, has a size of its own in memory alone.
        found.append(Section(name, offset, size if offset else 0))
    return tuple(found)
