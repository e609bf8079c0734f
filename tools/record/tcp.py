"""TCP segments (RFC 9293 §3.1) in captures, and as a server that says nothing sends them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
_LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P"), (ACK, "A"), (URG, "U"))
_HEADER = struct.Struct("!HHIIBBHHH")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment."""

    source_port: int
    port: int
    sequence: int
    acknowledged: int
    flags: int
    window: int
    options: bytes
    data: bytes

    @property
    def letters(self) -> str:
        """The flags, a letter each."""
        return "".join(letter for bit, letter in _LETTERS if self.flags & bit)


def parse(data: bytes) -> Segment | None:
    """Read a segment; None for what is cut off."""
    if len(data) < _HEADER.size:
        return None
    source, port, sequence, acknowledged, offset, flags, window, _, _ = _HEADER.unpack_from(data)
    start = (offset >> 4) * 4
    options = data[_HEADER.size : start]
    return Segment(source, port, sequence, acknowledged, flags, window, options, data[start:])


def build(segment: Segment) -> bytes:
    """The segment's octets, its checksum left out: it needs the addresses."""
    words = (_HEADER.size + len(segment.options)) // 4
    head = _HEADER.pack(
        segment.source_port,
        segment.port,
        segment.sequence & 0xFFFFFFFF,
        segment.acknowledged & 0xFFFFFFFF,
        words << 4,
        segment.flags,
        segment.window,
        0,
        0,
    )
    return head + segment.options + segment.data


def option_names(area: bytes) -> list[str]:
    """The options in words, as ``mss 1460``."""
    found: list[str] = []
    at = 0
    while at < len(area):
        kind = area[at]
        if kind == 0:
            return [*found, "eol"]
        if kind == 1:
            found.append("nop")
            at += 1
            continue
        size = area[at + 1] if at + 1 < len(area) else 0
        if size < 2:
            return found
        found.append(_option(kind, area[at + 2 : at + size]))
        at += size
    return found


def _option(kind: int, value: bytes) -> str:
    match kind:
        case 2:
            return f"mss {int.from_bytes(value, 'big')}"
        case 3:
            return f"wscale {int.from_bytes(value, 'big')}"
        case 4:
            return "sackok"
        case 8:
            return "ts"
        case _:
            return f"opt{kind}"
