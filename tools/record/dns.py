"""DNS messages (RFC 1035 §4), as far as recordings need them: one question."""

from __future__ import annotations

from dataclasses import dataclass

PORT = 53
TYPES = {1: "A", 28: "AAAA", 5: "CNAME", 2: "NS", 6: "SOA", 33: "SRV"}
NUMBERS = {name: number for number, name in TYPES.items()}
_HEADER = 12


@dataclass(frozen=True, slots=True)
class Question:
    """The first question of a message, and its header."""

    identification: int
    flags: int
    counts: tuple[int, ...]
    """Questions, answers, authority, additional."""
    name: str = ""
    type: str | int | None = None
    """As in `TYPES`, or a number; None where there is no question."""
    end: int = _HEADER
    """Where in the message the question ends."""


def parse(data: bytes) -> Question | None:
    """Read a message; None for what is shorter than its header."""
    if len(data) < _HEADER:
        return None
    words = [int.from_bytes(data[at : at + 2], "big") for at in range(0, _HEADER, 2)]
    head = words[0], words[1], tuple(words[2:])
    if not words[2]:
        return Question(*head)
    labels, at = [], _HEADER
    while at < len(data) and data[at] and not data[at] & 0xC0:
        labels.append(data[at + 1 : at + 1 + data[at]].decode("latin-1"))
        at += 1 + data[at]
    at += 1
    number = int.from_bytes(data[at : at + 2], "big")
    if at + 4 > len(data):
        return Question(*head)
    return Question(*head, ".".join(labels), TYPES.get(number, number), at + 4)


def name(text: str) -> bytes:
    """A name in labels."""
    labels = [label.encode() for label in text.strip(".").split(".") if label]
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
