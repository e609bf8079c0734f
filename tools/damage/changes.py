"""Ways to damage a file."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from random import Random

Change = Callable[[bytearray, Random], None]


def cut(octets: bytearray, chance: Random) -> None:
    """It breaks off anywhere."""
    del octets[chance.randrange(len(octets)) :]


def overwrite(octets: bytearray, chance: Random) -> None:
    """Some octets are others."""
    for _ in range(chance.randint(1, 16)):
        octets[chance.randrange(len(octets))] = chance.randrange(256)


def flip(octets: bytearray, chance: Random) -> None:
    """Some bits are the others."""
    for _ in range(chance.randint(1, 64)):
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)


def insert(octets: bytearray, chance: Random) -> None:
    """Octets are put in between."""
    at = chance.randrange(len(octets))
    octets[at:at] = chance.randbytes(chance.choice((1, 2, 3, 4, 7, 16, 100)))


def remove(octets: bytearray, chance: Random) -> None:
    """Octets are taken out."""
    at = chance.randrange(len(octets))
    del octets[at : at + chance.choice((1, 2, 3, 4, 7, 16, 100, 1000))]


def fill(octets: bytearray, chance: Random) -> None:
    """A run of ones, as a field that says "as much as can be"; or of zeros."""
    at, size = chance.randrange(len(octets)), chance.choice((1, 2, 4, 8, 64, 512))
    run = chance.choice((b"\xff", b"\xff", b"\x00")) * size
    octets[at : at + size] = run[: len(octets) - at]


def repeat(octets: bytearray, chance: Random) -> None:
    """A piece of it comes once more, elsewhere."""
    at, to = chance.randrange(len(octets)), chance.randrange(len(octets))
    octets[to:to] = octets[at : at + chance.choice((16, 100, 1000))]


CHANGES: tuple[Change, ...] = (cut, overwrite, flip, insert, remove, fill, repeat)
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda octets: gzip.compress(octets, 1, mtime=0),
    "xz": lambda octets: lzma.compress(octets, preset=0),
}


def damaged(octets: bytes, chance: Random) -> tuple[bytes, str]:
    """A damaged file, and what was done to it."""
    pack = chance.choices(("", *PACKED), (8, 1, 1))[0]
    is_inside = chance.random() < 0.5
    if pack and not is_inside:
        octets = PACKED[pack](octets)
    changes = chance.choices(CHANGES, k=chance.choice((1, 1, 1, 2, 3)))
    found = bytearray(octets)
    for change in changes:
        if found:
            change(found, chance)
    done = ", ".join(change.__name__ for change in changes)
    if pack and is_inside:
        return PACKED[pack](bytes(found)), f"{done}, then {pack}"
    return bytes(found), f"{pack}, then {done}" if pack else done
