"""Which of the clients in ``clients.toml`` somebody is, by what it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec

from pxeclient.documents import own_toml
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp

_TABLE = Path(__file__).with_name("clients.toml")

Note = tuple[str, str, str]
"""A sentence, how well it is known, and from where."""


@dataclass(frozen=True)
class Client:
    """A kind of client."""

    name: str
    family: str
    """Kinds that are made by the same program or maker have the same."""
    known: tuple[str, str]
    """How well its signs are known, and from where."""
    vendor: str = ""
    options: dict[int, str] = field(default_factory=dict)
    begins: dict[int, str] = field(default_factory=dict)
    lacks: tuple[int, ...] = ()
    architectures: tuple[int, ...] = ()
    xid: int | None = None
    cards: tuple[str, ...] = ()
    asks: str = ""
    asks_least: int = 1
    sure: bool = True
    own_names: bool = False
    """It asks for files of its own choosing."""
    notes: tuple[Note, ...] = ()

    def sends(self, message: Dhcp) -> bool:
        """The message fits all that is said here of this client's messages."""
        if self.asks:
            return False
        options = message.options
        code = int.from_bytes(options.get(93, b"")[:2], "big") if 93 in options else None
        return (
            self._has_vendor(options.get(60))
            and all(options.get(one, b"").hex() == value for one, value in self.options.items())
            and all(options.get(one, b"").hex().startswith(v) for one, v in self.begins.items())
            and not any(one in options for one in self.lacks)
            and (not self.architectures or code in self.architectures)
            and self.xid in (None, message.message.xid)
            and (not self.cards or message.message.chaddr[:3].hex(":") in self.cards)
        )

    def _has_vendor(self, value: bytes | None) -> bool:
        if not self.vendor:
            return value is None
        return re.search(self.vendor, (value or b"").decode("latin-1")) is not None

    def asks_for(self, names: Iterable[bytes]) -> bool:
        """So many of these names are files that only this client asks for."""
        if not self.asks:
            return False
        plain = {name.decode("latin-1").replace("\\", "/").lstrip("/") for name in names}
        found = [one for one in plain if re.search(self.asks, one, re.IGNORECASE)]
        return len(found) >= self.asks_least


@dataclass(frozen=True)
class NamedClient:
    """Who somebody is, and what told it."""

    client: Client
    by: str
    """Such as ``option 60, option 97``."""


@cache
def clients() -> tuple[Client, ...]:
    """The table."""
    data = own_toml(_TABLE)
    return msgspec.convert(data["client"], tuple[Client, ...], str_keys=True)


def named(asked: Sequence[Dhcp], files: Iterable[bytes] = ()) -> NamedClient | None:
    """Who a client is.

    Args:
        asked: Its own messages; its first DHCPDISCOVER tells.
        files: The files that it asked for: these tell where it has no messages.
    """
    first = next((one for one in asked if one.type in (None, dhcp.DISCOVER)), None)
    if first is not None:
        found = next((one for one in clients() if one.sends(first)), None)
        return None if found is None else NamedClient(found, _signs(found))
    names = tuple(files)
    if asked:
        return None
    found = next((one for one in clients() if one.asks_for(names)), None)
    return None if found is None else NamedClient(found, "the files that it asks for")


def _signs(client: Client) -> str:
    found = ["option 60"] if client.vendor and client.vendor != ".*" else []
    codes = [*client.options, *client.begins, *([93] if client.architectures else [])]
    found += [f"option {code}" for code in codes]
    if client.xid is not None:
        found.append("its transaction id")
    if client.cards:
        found.append("the maker of its MAC address")
    return ", ".join(found)
