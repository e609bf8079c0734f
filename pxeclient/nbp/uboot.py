"""U-Boot's images, legacy and FIT, and device trees.

Source: U-Boot include/image.h (the header of 64 octets, its codes) and doc/usage/fit; the
Devicetree Specification §5.2.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from pxeclient.nbp.kinds import Sign

_MAGIC, _TREE = b"\x27\x05\x19\x56", b"\xd0\x0d\xfe\xed"
_HEADER = 64
_SYSTEMS = {5: "Linux", 14: "VxWorks", 17: "U-Boot"}
_MACHINES = {
    2: "ARM",
    3: "x86",
    5: "MIPS",
    6: "MIPS 64-bit",
    7: "PowerPC",
    22: "ARM 64-bit",
    24: "x64",
    26: "RISC-V",
}
_TYPES = {
    1: "program",
    2: "kernel",
    3: "initrd",
    4: "kernel with more files",
    5: "firmware",
    6: "script",
    7: "file system",
    8: "device tree",
}


@dataclass(frozen=True, slots=True)
class UImage:
    """What of U-Boot's a file is."""

    kind: str
    """``u-boot``, or ``packed`` for a device tree alone, which is data."""
    words: str
    sign: Sign
    facts: tuple[tuple[str, str], ...] = ()
    needs: int = 0


def uimage(content: bytes) -> UImage | None:
    """The image of U-Boot that the file is; None for anything else."""
    if content.startswith(_MAGIC):
        return _legacy(content)
    if content.startswith(_TREE) and len(content) >= 8:
        return _tree(content)
    return None


def _legacy(content: bytes) -> UImage:
    header = content[:_HEADER]
    sign = Sign(0, 4, "27051956")
    if len(header) < _HEADER:
        return UImage("u-boot", "U-Boot image", sign)
    told, size = struct.unpack(">4xI4xI", header[:16])
    blank = header[:4] + bytes(4) + header[8:]
    if zlib.crc32(blank) != told:
        return UImage("u-boot", "U-Boot image", sign, (("header checksum", "wrong"),))
    system, machine, kind, _ = header[28:32]
    name = header[32:].split(b"\0", 1)[0]
    facts = [("for", _MACHINES.get(machine, f"architecture {machine}"))]
    if system in _SYSTEMS:
        facts.append(("system", _SYSTEMS[system]))
    if name.isascii() and name.decode("ascii").isprintable() and name:
        facts.append(("name", name.decode("ascii")))
    words = f"U-Boot image: {_TYPES.get(kind, f'type {kind}')} for {facts[0][1]}"
    return UImage("u-boot", words, sign, tuple(facts), _HEADER + size)


def _tree(content: bytes) -> UImage:
    needs = int.from_bytes(content[4:8], "big")
    sign = Sign(0, 4, "d00dfeed")
    head = content[: 1 << 16]
    if b"\x01images\0" in head.replace(b"\0\0\0\x01", b"\x01") or b"configurations\0" in head:
        return UImage("u-boot", "U-Boot image (FIT)", sign, needs=needs)
    return UImage("packed", "device tree, or a FIT image of U-Boot", sign, needs=needs)
