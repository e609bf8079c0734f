"""Compressed files and archives, and what is in them as far as their beginnings tell."""

from __future__ import annotations

import lzma
import zlib
from dataclasses import dataclass

from pxeclient.nbp.kinds import Sign
from pxeclient.nbp.linux import kernel

_MAGICS = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"BZh", "bzip2"),
    (b"\x89LZO\0", "lzop"),
    (b"\x5d\0\0", "lzma"),
)
_ARCHIVES = (b"070701", b"070702", b"\xc7\x71")
"""cpio, as initrds are (Linux, Documentation/driver-api/early-userspace/buffer-format.rst)."""
_PEEK = 4096
_MOST_PACKED = 1 << 16
"""Octets that are taken to unpack `_PEEK` of them."""
_ISO, _SQUASH, _WIM = b"CD001", b"hsqs", b"MSWIM\0\0\0"


@dataclass(frozen=True, slots=True)
class Packed:
    """Data, and what it is."""

    words: str
    sign: Sign


def packed(content: bytes) -> Packed | None:
    """What kind of data the file is; None if it is none of these."""
    for magic in _ARCHIVES:
        if content.startswith(magic):
            name = magic.decode("ascii") if magic.isalnum() else magic.hex()
            return Packed("archive (cpio), as an initrd is", Sign(0, len(magic), name))
    if content.startswith(_WIM):
        return Packed("image of Windows (WIM)", Sign(0, 5, "MSWIM"))
    if content.startswith(_SQUASH):
        return Packed("file system (squashfs)", Sign(0, 4, "hsqs"))
    if content[0x8001:0x8006] == _ISO:
        return Packed("image of a CD (ISO 9660)", Sign(0x8001, 5, "CD001"))
    for magic, name in _MAGICS:
        if content.startswith(magic):
            return Packed(_words(name, content), Sign(0, len(magic), name))
    return None


def _words(name: str, content: bytes) -> str:
    inside = _inside(name, content[:_MOST_PACKED])
    if inside is None:
        return f"{name} data, as an initrd or a packed kernel is"
    if inside.startswith(_ARCHIVES):
        return f"archive (cpio) packed with {name}, as an initrd is"
    found = kernel(inside)
    if found is not None:
        return f"{found.words} packed with {name}"
    return f"{name} data"


def _inside(name: str, content: bytes) -> bytes | None:
    """The first octets of what is packed; None where nothing here unpacks it."""
    try:
        if name == "gzip":
            return zlib.decompressobj(31).decompress(content, _PEEK)
        if name in ("xz", "lzma"):
            unpack = lzma.LZMADecompressor(memlimit=128 << 20)
            return unpack.decompress(content, _PEEK)
    except (zlib.error, lzma.LZMAError, MemoryError):
        return None
    return None
