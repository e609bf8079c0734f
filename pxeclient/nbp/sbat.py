"""The generations of a PE image's parts, by which shim revokes them (shim SBAT.md)."""

from __future__ import annotations

from pxeclient.nbp.pe import Image

SECTION = ".sbat"
_MOST = 8192
_LINES = 32


def sbat(content: bytes, image: Image) -> tuple[str, ...]:
    """Component and generation of each line, such as ``shim,4``; empty without the section."""
    section = image.section(SECTION)
    if section is None:
        return ()
    octets = content[section.offset : section.offset + min(section.size, _MOST)]
    found = []
    for line in octets.split(b"\0", 1)[0].split(b"\n")[:_LINES]:
        parts = line.split(b",")
        if len(parts) >= 2 and parts[1].strip().isdigit() and line.isascii():
            name = parts[0].decode("ascii").strip()
            if name.isprintable() and name != "sbat":
                found.append(f"{name},{parts[1].decode('ascii').strip()}")
    return tuple(found)
