"""What boot loaders ask for once they run, from ``loaders.toml``."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from pxeclient.boot.decisions import Known
from pxeclient.documents import own_toml
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
