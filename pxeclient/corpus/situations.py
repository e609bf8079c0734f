"""The boots that the messages come from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from pxeclient.practice import scenario


class Situation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One boot on a practice network."""

    network: str
    asks: bool = False
    """A neighbour asks for the client's MAC, and pings it."""
    queries: int = 0
    """The IGMP version of a router that asks for members of groups; 0: there is none."""

    @property
    def id(self) -> str:
        """Such as ``plain-dhcp+asks``; no two situations have the same."""
        parts = [self.network]
        if self.asks:
            parts.append("asks")
        if self.queries:
            parts.append(f"igmp{self.queries}")
        return "+".join(parts)

    @property
    def title(self) -> str:
        """One line that says what the servers do, and who else is there."""
        parts = [scenario.by_name(self.network).title]
        if self.asks:
            parts.append("a neighbour asks for the client's MAC and pings it")
        if self.queries:
            parts.append(f"a router asks who is in a multicast group (IGMP version {self.queries})")
        return "; ".join(parts)


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    situations: tuple[Situation, ...]


@cache
def situations() -> tuple[Situation, ...]:
    """All of them, in order."""
    text = Path(__file__).with_name("situations.toml").read_bytes()
    return msgspec.toml.decode(text, type=_List).situations
