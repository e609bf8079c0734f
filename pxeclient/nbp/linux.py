"""Linux kernels, by their headers.

Source: the kernel's documentation, "The Linux/x86 Boot Protocol", "Booting AArch64 Linux" and
"Boot image header in RISC-V Linux"; for EFI zboot images
drivers/firmware/efi/libstub/zboot-header.S; for ARM arch/arm/boot/compressed/head.S.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pxeclient.nbp.kinds import Sign

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel's header."""

    form: str
    """``linux`` for a bzImage, else ``kernel``."""
    words: str
    sign: Sign
    version: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    needs: int = 0


def kernel(content: bytes) -> Kernel | None:
    """The kernel that the file is; None for anything else."""
    return (
        _bzimage(content) or _arm64(content) or _riscv(content) or _zboot(content) or _arm(content)
    )


def _bzimage(content: bytes) -> Kernel | None:
    if content[0x202:0x206] != b"HdrS":
        return None
    protocol = int.from_bytes(content[0x206:0x208], "little")
    setup = content[0x1F1] or 4
    paragraphs = int.from_bytes(content[0x1F4:0x1F8], "little")
    # The size is told in paragraphs of 16 octets, rounded up.
    told = protocol >= 0x204 and paragraphs > 0
    needs = (setup + 1) * 512 + paragraphs * 16 - 15 if told else 0
    facts = [("boot protocol", f"{protocol >> 8}.{protocol & 0xFF:02}")] if protocol else []
    sign = Sign(0x202, 4, "HdrS")
    return Kernel("linux", "Linux kernel (bzImage)", sign, _version(content), tuple(facts), needs)


def _version(content: bytes) -> str:
    """What follows the header at the offset that it names: the kernel's own version."""
    offset = int.from_bytes(content[0x20E:0x210], "little")
    start = 0x200 + offset
    text = content[start : start + _LONGEST].split(b"\0", 1)
    # Without its end, the rest of the text is not at hand.
    if not offset or len(text) < 2 or not text[0].isascii():
        return ""
    first = text[0].decode("ascii").split(" ", 1)[0]
    return first if first.isprintable() else ""


def _arm64(content: bytes) -> Kernel | None:
    if content[0x38:0x3C] != b"ARM\x64":
        return None
    return Kernel("kernel", "Linux kernel for ARM 64-bit (Image)", Sign(0x38, 4, "ARMd"))


def _riscv(content: bytes) -> Kernel | None:
    if content[0x38:0x3C] != b"RSC\x05":
        return None
    return Kernel("kernel", "Linux kernel for RISC-V (Image)", Sign(0x38, 4, "RSC"))


def _zboot(content: bytes) -> Kernel | None:
    if content[:2] != b"MZ" or content[4:8] != b"zimg":
        return None
    start, size = struct.unpack("<II", content[8:16]) if len(content) >= 16 else (0, 0)
    packing = content[24:32].split(b"\0", 1)[0]
    facts = [("packed with", packing.decode("ascii"))] if packing.isalnum() else []
    return Kernel(
        "kernel",
        "Linux kernel (EFI zboot)",
        Sign(4, 4, "zimg"),
        facts=tuple(facts),
        needs=start + size,
    )


def _arm(content: bytes) -> Kernel | None:
    if content[0x24:0x28] != b"\x18\x28\x6f\x01" or len(content) < 0x30:
        return None
    start, end = struct.unpack("<II", content[0x28:0x30])
    needs = end - start if end > start else 0
    return Kernel(
        "kernel", "Linux kernel for ARM 32-bit (zImage)", Sign(0x24, 4, "016f2818"), needs=needs
    )
