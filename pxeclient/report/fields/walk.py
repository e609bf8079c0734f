"""Going through octets from left to right, naming each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import NamedTuple

UNDECODED = "undecoded"
"""The name of what could not be read; the note says why."""


class Field(NamedTuple):
    """One field of a frame. All of its words are safe to print."""

    offset: int
    """Of its first octet, from the beginning of the frame."""
    length: int
    layer: str
    """Such as ``Ethernet``, ``IPv4``, ``DHCP``, ``DHCP option 43``."""
    name: str
    value: str
    note: str = ""
    """What the value means, or what is wrong with it."""


@dataclass(slots=True)
class Walk:
    """A place in a frame, and the fields up to there."""

    data: bytes
    end: int
    """Where the layer that is being read ends; what follows belongs to one further out."""
    at: int = 0
    fields: list[Field] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Octets up to `end`."""
        return self.end - self.at

    @property
    def rest(self) -> bytes:
        """The octets up to `end`."""
        return self.data[self.at : self.end]

    def peek(self, size: int, skip: int = 0) -> int:
        """The number in the `size` octets after `skip`."""
        start = self.at + skip
        return int.from_bytes(self.data[start : start + size], "big")

    def take(self, size: int, layer: str, name: str, value: str, note: str = "") -> None:
        """The next `size` octets are this field; of no octets there is none."""
        assert 0 <= size <= self.left
        if size:
            self.fields.append(Field(self.at, size, layer, name, value, note))
            self.at += size

    def number(self, size: int, layer: str, name: str, note: str = "") -> int:
        """The next field is a number, shown in decimal."""
        value = self.peek(size)
        self.take(size, layer, name, str(value), note)
        return value

    def address(self, layer: str, name: str, note: str = "") -> bytes:
        """The next field is an IPv4 address."""
        octets = self.data[self.at : self.at + 4]
        self.take(4, layer, name, str(IPv4Address(octets)), note)
        return octets

    def undecoded(self, layer: str, why: str) -> None:
        """The octets up to `end` cannot be read."""
        self.take(self.left, layer, UNDECODED, octets(self.left), why)

    def inside(self, size: int, read: Callable[[Walk], None]) -> None:
        """Let `read` name the next `size` octets, all of them."""
        outer, self.end = self.end, self.at + size
        read(self)
        assert self.at == self.end
        self.end = outer


def octets(count: int) -> str:
    """Such as ``1 octet`` or ``28 octets``."""
    return "1 octet" if count == 1 else f"{count} octets"


def judged(walk: Walk, right: int) -> str:
    """Whether the checksum that comes next is the `right` one."""
    return "right" if walk.peek(2) == right else f"wrong, 0x{right:04x} would be right"
