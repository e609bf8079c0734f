"""What kind of boot file is this? Looked up in its first octets."""

from __future__ import annotations

from dataclasses import dataclass

_MACHINES = {
    0x014C: "x86",
    0x01C0: "ARM 32-bit",
    0x01C2: "ARM 32-bit",
    0x01C4: "ARM 32-bit",
    0x0EBC: "EFI byte code",
    0x5032: "RISC-V 32-bit",
    0x5064: "RISC-V 64-bit",
    0x6264: "LoongArch 64-bit",
    0x8664: "x64",
    0xAA64: "ARM 64-bit",
}
"""PE machine types, by the PE/COFF specification."""


KINDS = ("pe", "linux", "elf", "script", "u-boot", "text", "boot-sector", "raw")
"""What a file can be by its first octets; ``raw`` is code that shows nothing."""

_UBOOT = b"\x27\x05\x19\x56"
"""How a U-Boot image of the legacy format begins (u-boot include/image.h, IH_MAGIC)."""
_LOOKED_AT = 4096
"""Octets by which a text is told."""
_SPACES = frozenset(b"\t\n\r\f\x1a\x1b")
"""What a text has besides letters."""


@dataclass(frozen=True, slots=True)
class NbpKind:
    """A kind of boot file."""

    kind: str
    """One of `KINDS`, or ``empty``."""
    words: str
    machine: int | None = None
    """The PE machine type."""


def identify(content: bytes) -> NbpKind:
    """The kind of a boot file; raw code, as most PXE NBPs are, has nothing to tell it by."""
    if not content:
        return NbpKind("empty", "an empty file")
    pe = _pe_machine(content)
    if pe is not None:
        words = f"PE image for {_MACHINES.get(pe, f'machine 0x{pe:04x}')} (UEFI)"
        return NbpKind("pe", words, pe)
    if content[0x202:0x206] == b"HdrS":
        return NbpKind("linux", "Linux kernel (bzImage)")
    if content.startswith(b"\x7fELF"):
        return NbpKind("elf", "ELF image")
    if content.startswith((b"#!ipxe", b"#!gpxe")):
        return NbpKind("script", "iPXE script")
    if content.startswith(b"#"):
        return NbpKind("script", "text or script")
    if content.startswith(_UBOOT):
        return NbpKind("u-boot", "U-Boot image")
    if content[510:512] == b"\x55\xaa":
        return NbpKind("boot-sector", "BIOS boot sector")
    if _is_text(content):
        return NbpKind("text", "text, no program")
    return NbpKind("raw", "raw code, such as a BIOS PXE NBP")


def _is_text(content: bytes) -> bool:
    """Lines of letters: no machine code goes on for so long without anything else."""
    head = content[:_LOOKED_AT]
    if b"\n" not in head or any(octet < 32 and octet not in _SPACES for octet in head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A letter of several octets may be cut where we stop looking, or be of an older code.
        return error.start > _LOOKED_AT - 4
    return b"\x7f" not in head


def _pe_machine(content: bytes) -> int | None:
    if not content.startswith(b"MZ"):
        return None
    at = int.from_bytes(content[0x3C:0x40], "little")
    if content[at : at + 4] != b"PE\0\0":
        return None
    return int.from_bytes(content[at + 4 : at + 6], "little")
