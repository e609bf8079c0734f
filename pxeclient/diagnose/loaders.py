"""What boot loaders ask for once they run, from ``loaders.toml``."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from pxeclient.decisions import Known
from pxeclient.documents import own_toml
from pxeclient.nbp import NbpKind
from pxeclient.seen.transfers import Transfer

_TABLE = Path(__file__).with_name("loaders.toml")


class Need(StrEnum):
    """Whether the loader can do without."""

    EACH = "each"
    ONE = "one"
    NONE = "none"


class Read(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that a loader asks for, and what it means that it does not get them."""

    loader: str
    """Who asks."""
    names: str
    """A regular expression for their names, with slashes."""
    need: Need
    means: str
    """What comes of it."""
    known: Known
    last: str = ""
    """The last of the names that it tries; empty where any tells."""
    cures: tuple[str, ...] = ()
    """Names of cures."""

    def asks_for(self, name: bytes) -> bool:
        """It is one of these files."""
        return re.search(self.names, plain(name), re.IGNORECASE) is not None

    def gives_up_at(self, name: bytes) -> bool:
        """After that name it tries no other."""
        return re.search(self.last, plain(name), re.IGNORECASE) is not None


class _Start(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program asks for before all else that it cannot do without."""

    program: str
    """As in ``nbp/programs.toml``."""
    known: Known
    version: str = ""
    """A regular expression that its version begins with; empty for any."""
    file: str = ""
    """Beside the boot file, or with a slash from the root; ``{machine}`` is the PE machine's
    name."""
    fact: str = ""
    """What the program says of itself has the name, or the folder of the file."""


class First(NamedTuple):
    """The first file that a certain program cannot do without."""

    words: str
    """The program."""
    file: str
    """From the root if it begins with a slash, else beside the boot file."""
    cures: tuple[str, ...]


_MACHINES = {0x8664: "x64", 0x014C: "ia32", 0xAA64: "aa64"}
"""Of a PE image, as in shim's names."""


def first_of(kind: NbpKind) -> First | None:
    """What a boot file asks for first; None if that is not known of it."""
    program = kind.program
    if program is None:
        return None
    for start in _starts():
        if start.program != program.name or not re.match(start.version, program.version):
            continue
        said = dict(kind.facts).get(start.fact, "") if start.fact else ""
        file = (said + start.file).format(machine=_MACHINES.get(kind.machine or 0, ""))
        read = read_of(file.encode("latin-1", "replace"))
        if (start.fact and not said) or "(" in said or read is None:
            return None
        return First(f"{program.name} {program.version}".rstrip(), file, read.cures)
    return None


@cache
def _starts() -> tuple[_Start, ...]:
    data = own_toml(_TABLE)
    return tuple(msgspec.convert(data["starts"], list[_Start]))


@cache
def reads() -> tuple[Read, ...]:
    """The table."""
    data = own_toml(_TABLE)
    return tuple(msgspec.convert(data["reads"], list[Read]))


def read_of(name: bytes) -> Read | None:
    """What is known of a file that something asked for; None if nothing is."""
    return next((read for read in reads() if read.asks_for(name)), None)


def is_spare(transfer: Transfer) -> bool:
    """What asks for that file goes on without it."""
    read = read_of(transfer.request.filename)
    return read is not None and read.need is Need.NONE


def plain(name: bytes) -> str:
    """A name with slashes for backslashes, and single ones, as the table has them."""
    return re.sub(r"[\\/]+", "/", name.decode("latin-1"))
