"""What the TFTP servers serve: small plausible boot files, and files of any size.

A file is a beginning and a pattern that fills the rest. Its octets are made when they are
read, so one of hundreds of megabytes costs no memory. The pattern's period is no multiple
of any usual block size: blocks put together in the wrong order make a different file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import assert_never

from pxeclient.wire.checksum import word_sum

_FILLER = bytes(range(251))
_GREETING = b"Practice boot file: the boot succeeded.\r\n"
_PE32, _PE32_PLUS = 0x10B, 0x20B
"""The optional header's magic number: 32-bit and 64-bit images."""


class Kind(StrEnum):
    """Kinds of boot files."""

    BIOS = "bios"
    """Real-mode x86 code, as a PXE ROM loads it to 0000:7C00: greets by INT 10h, returns."""
    EFI = "efi"
    """A PE32+ application for x86-64 UEFI: greets on the console, returns success."""
    EFI_ARM64 = "efi-arm64"
    """A PE32+ application for 64-bit ARM UEFI: returns success."""
    EFI_IA32 = "efi-ia32"
    """A PE32 application for 32-bit x86 UEFI: returns success."""
    EFI_ARM32 = "efi-arm32"
    """A PE32 application for 32-bit ARM UEFI: returns success."""
    EFI_RISCV64 = "efi-riscv64"
    """A PE32+ application for 64-bit RISC-V UEFI: returns success."""
    EFI_LOONGARCH64 = "efi-loongarch64"
    """A PE32+ application for 64-bit LoongArch UEFI: returns success."""
    SCRIPT = "script"
    """An iPXE script."""


OF_ARCHITECTURE = {
    0: Kind.BIOS,
    6: Kind.EFI_IA32,
    7: Kind.EFI,
    9: Kind.EFI,
    10: Kind.EFI_ARM32,
    11: Kind.EFI_ARM64,
    15: Kind.EFI_IA32,
    16: Kind.EFI,
    18: Kind.EFI_ARM32,
    19: Kind.EFI_ARM64,
    20: Kind.BIOS,
    27: Kind.EFI_RISCV64,
    28: Kind.EFI_RISCV64,
    39: Kind.EFI_LOONGARCH64,
    40: Kind.EFI_LOONGARCH64,
}
"""By the code of option 93 (IANA, Processor Architecture Types)."""


def kind_for(architecture: int) -> Kind:
    """What a server that looks at option 93 would serve; x64 UEFI where nothing better is here."""
    return OF_ARCHITECTURE.get(architecture, Kind.EFI)


@dataclass(frozen=True, slots=True)
class BootFile:
    """One file's content."""

    size: int
    head: bytes
    """How it begins, as far as `size` goes."""
    filler: bytes
    """Repeated over the rest; its first octet would stand at offset 0."""

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` octets from `offset`; fewer at the end of the file, none after it."""
        count = max(0, min(count, self.size - offset))
        start = self.head[offset : offset + count]
        count -= len(start)
        if not count:
            return start
        rest = _pattern(self.filler, (offset + len(start)) % len(self.filler), count)
        return start + rest if start else rest

    def sum(self, octets: bytes) -> int:
        """The `word_sum` of what was read."""
        return _sum(octets) if len(octets) > _WORTH else word_sum(octets)


def boot_file(kind: Kind, size: int = 0) -> BootFile:
    """A boot file of `size` octets, or as many as the kind needs at least."""
    head = _head(kind)
    return BootFile(max(size, len(head)), head, b"\n" if kind is Kind.SCRIPT else _FILLER)


def whole_blocks(kind: Kind, size: int) -> BootFile:
    """A boot file of exactly `size` octets, cut off if the kind needs more."""
    return BootFile(size, _head(kind), _FILLER)


def text(content: str) -> BootFile:
    """A file with this text and nothing else."""
    data = content.encode()
    return BootFile(len(data), data, _FILLER)


def exactly(content: bytes) -> BootFile:
    """A file of these octets."""
    return BootFile(len(content), content, _FILLER)


def junk(size: int) -> BootFile:
    """A file that nothing can boot."""
    return BootFile(size, b"", b"\x5a")


@lru_cache(maxsize=512)
def _pattern(filler: bytes, phase: int, count: int) -> bytes:
    """So many octets of the pattern, from there in it. A long file's blocks are these again."""
    repeats = (phase + count) // len(filler) + 1
    return (filler * repeats)[phase : phase + count]


_WORTH = 64
"""Octets from which on a sum is remembered."""
_sum = lru_cache(maxsize=512)(word_sum)
# The blocks are the very objects that `_pattern` keeps, so they are found without a look at them.


@cache
def _head(kind: Kind) -> bytes:
    match kind:
        case Kind.BIOS:
            return _bios_code().ljust(512, b"\0")
        case Kind.EFI:
            return _efi_image(0x8664, _x64_code())
        case Kind.EFI_ARM64:
            # mov x0, #0; ret
            return _efi_image(0xAA64, bytes.fromhex("000080d2 c0035fd6"))
        case Kind.EFI_IA32:
            # xor eax, eax; ret
            return _efi_image(0x014C, bytes.fromhex("31c0 c3"), _PE32)
        case Kind.EFI_ARM32:
            # Thumb: movs r0, #0; bx lr
            return _efi_image(0x01C2, bytes.fromhex("0020 7047"), _PE32)
        case Kind.EFI_RISCV64:
            # li a0, 0; ret
            return _efi_image(0x5064, bytes.fromhex("13050000 67800000"))
        case Kind.EFI_LOONGARCH64:
            # move a0, zero; jr ra
            return _efi_image(0x6264, bytes.fromhex("04001500 2000004c"))
        case Kind.SCRIPT:
            return b"#!ipxe\n# Practice boot file\necho The boot succeeded\nexit\n"
        case _:
            assert_never(kind)


def _bios_code() -> bytes:
    """Print the greeting, character by character, and return far to the ROM."""
    code = bytes.fromhex(
        "31c0 8ed8"  # xor ax,ax; mov ds,ax
        "be 167c"  # mov si,0x7c16: the text behind this code
        "ac 84c0 7409"  # next: lodsb; test al,al; jz done
        "b40e bb0700 cd10"  # mov ah,0x0e; mov bx,7; int 0x10
        "ebf2"  # jmp next
        "cb"  # done: retf
    )
    return code + _GREETING + b"\0"


def _x64_code() -> bytes:
    """Print the greeting through the EFI console, and return success."""
    code = bytes.fromhex(
        "4883ec28"  # sub rsp,0x28
        "488b4a40"  # mov rcx,[rdx+0x40]: EFI_SYSTEM_TABLE.ConOut
        "488d15 11000000"  # lea rdx,[rip+17]: the text at offset 32
        "ff5108"  # call [rcx+8]: OutputString
        "31c0 4883c428 c3"  # xor eax,eax; add rsp,0x28; ret
    ).ljust(32, b"\0")
    return code + _GREETING.decode().encode("utf-16-le") + b"\0\0"


def _efi_image(machine: int, code: bytes, magic: int = _PE32_PLUS) -> bytes:
    """A minimal PE image: headers, a section of code, a section of (no) relocations."""
    relocations = struct.pack("<II", 0x1000, 8)
    sections = (
        _section(b".text", 0x1000, 0x200, 0x60000020)  # code, may be executed and read
        + _section(b".reloc", 0x2000, 0x400, 0x42000040)  # data, discardable, may be read
    )
    headers = (
        b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + _pe_headers(machine, magic) + sections
    )
    return b"".join(part.ljust(0x200, b"\0") for part in (headers, code, relocations))


def _pe_headers(machine: int, magic: int) -> bytes:
    """The COFF header and the optional header (Microsoft's PE format, as UEFI 2.x §2.1.1 wants)."""
    efi_application = 10
    is_wide = magic == _PE32_PLUS
    size, characteristics = (0xF0, 0x0022) if is_wide else (0xE0, 0x0102)
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", machine, 2, 0, 0, 0, size, characteristics)
    standard = struct.pack("<HBBIIIII", magic, 0, 0, 0x200, 0x200, 0, 0x1000, 0x1000)
    if not is_wide:
        standard += struct.pack("<I", 0x2000)  # base of data, which PE32+ has not
    windows = struct.pack(
        "<QIIHHHHHHIIIIHHQQQQII" if is_wide else "<IIIHHHHHHIIIIHHIIIIII",
        *(0x400000, 0x1000, 0x200),  # image base, section and file alignment
        *(0, 0, 0, 0, 0, 0, 0),  # versions
        *(0x3000, 0x200, 0, efi_application, 0),  # image and header size, checksum, subsystem
        *(0, 0, 0, 0, 0, 16),  # stack and heap, flags, number of directories
    )
    directories = [(0, 0)] * 16
    directories[5] = (0x2000, 8)  # the relocation table
    return coff + standard + windows + b"".join(struct.pack("<II", *d) for d in directories)


def _section(name: bytes, address: int, file_offset: int, flags: int) -> bytes:
    return struct.pack("<8sIIIIIIHHI", name, 0x200, address, 0x200, file_offset, 0, 0, 0, 0, flags)
