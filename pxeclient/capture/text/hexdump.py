"""Hex dumps of frames: tcpdump -x to -XX, Wireshark, tshark -x, text2pcap, xxd, hexdump -C."""

from __future__ import annotations

import re
from typing import NamedTuple

from pxeclient.capture.cooked import SLL, uncooked
from pxeclient.capture.text.building import framed
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.piece import Format, Piece
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import ethernet
from pxeclient.wire.checksum import checksum

_ROW = re.compile(r"^[\s|]{0,60}(?:0[xX])?([0-9a-fA-F]{4,8})(:)?[ ]{1,4}(?=[0-9a-fA-F]{2})")
_OCTETS = re.compile(r"(?:[0-9a-fA-F]{2}){1,2}(?![^\s|])")
_LABEL = re.compile(r"^\s*([A-Za-z][\w /()-]{2,60}) \((\d{1,6}) bytes\):?\s*$")
"""What tshark and Wireshark put above each dump of a frame that has several."""
_STREAM = re.compile(r"^\s*([0-9a-fA-F]{84,4000})\s*$")
"""Wireshark's "copy as hex stream": 42 octets are the shortest ARP or UDP."""
_MOST_ROWS = 4200
"""Of one frame: 64 KiB, 16 a row."""
_IN_A_ROW = 16
_WIDE = 3
"""Spaces behind which the characters stand."""
_ETHERTYPES = frozenset(
    {
        ethernet.IPV4, ethernet.ARP, ethernet.IPV6, ethernet.VLAN, ethernet.PROVIDER_VLAN,
        ethernet.EAPOL,
    }
)  # fmt: skip


class _Row(NamedTuple):
    offset: int
    octets: bytes


class Dump(NamedTuple):
    """The octets that a dump shows, from whatever header on."""

    octets: bytes
    is_broken: bool
    """A row is missing: what follows it is not there."""


def read(lines: Lines) -> list[Piece] | None:
    """The frame whose dump begins with the next line; None where none does."""
    number = lines.number
    if _is_other(lines):
        dump_of(lines)
        return []
    dump = dump_of(lines)
    if dump is None:
        return None
    found = frame_of(dump, number)
    return [] if found is None else [found]


def begins(line: str) -> bool:
    """The line is a dump's first."""
    row = _row(line, "")
    return row is not None and row.offset == 0


def _is_other(lines: Lines) -> bool:
    """A dump of what was put together from several frames, or taken out of one."""
    label = _LABEL.match(lines.next)
    if label is None:
        return False
    lines.take()
    while lines and not lines.next:
        lines.take()
    return not label.group(1).startswith("Frame")


def dump_of(lines: Lines) -> Dump | None:
    """The dump that begins with the next line; None where none does."""
    stream = _STREAM.match(lines.next)
    if stream is not None and len(stream.group(1)) % 2 == 0:
        lines.take()
        return Dump(bytes.fromhex(stream.group(1)), False)
    first = _row(lines.next, lines.ahead(1))
    if first is None or first.offset != 0:
        return None
    octets = bytearray()
    is_broken = False
    for _ in range(_MOST_ROWS):
        row = _row(lines.next, lines.ahead(1))
        if row is None or (row.offset == 0 and octets):
            break
        lines.take()
        is_broken = is_broken or row.offset != len(octets)
        if not is_broken:
            octets += row.octets
        if not lines.next and _continues(lines, row.offset + len(row.octets)):
            lines.take()
    return Dump(bytes(octets), is_broken)


def _continues(lines: Lines, offset: int) -> bool:
    """Behind an empty line the dump goes on: some pages put one between all lines."""
    row = _row(lines.ahead(1), lines.ahead(2))
    return row is not None and row.offset == offset


def _row(line: str, following: str) -> _Row | None:
    match = _ROW.match(line)
    if match is None:
        return None
    offset = int(match.group(1), 16)
    after = _ROW.match(following)
    size = int(after.group(1), 16) - offset if after is not None else _IN_A_ROW
    if not 1 <= size <= 2 * _IN_A_ROW:
        size = _IN_A_ROW
    octets = bytearray()
    at, width = match.end(), 0
    while len(octets) < size:
        found = _OCTETS.match(line, at)
        # A dump has octets one by one, or in twos, the last perhaps alone.
        if found is None or (width and len(found.group()) > width):
            break
        width = width or len(found.group())
        octets += bytes.fromhex(found.group())
        is_last = len(found.group()) < width
        gap = len(line) - len(line[found.end() :].lstrip(" ")) - found.end()
        at = found.end() + gap
        if is_last or gap >= _WIDE or gap == 0:
            break
    return _Row(offset, bytes(octets[:size])) if octets else None


def frame_of(dump: Dump, line: int) -> Piece | None:
    """The frame in a dump, by the header that it begins with; None where it has none."""
    octets = dump.octets
    untold: frozenset[Aspect] = frozenset()
    if _is_ethernet(octets):
        data, length = octets, _on_wire(octets)
    elif _is_cooked(octets):
        data = uncooked(SLL, octets)
        length = _on_wire(data)
        untold = frozenset({Aspect.LINK})
    elif (ethertype := _network(octets)) is not None:
        data, length = framed(None, ethertype, octets, _of_packet(octets))
        untold = frozenset({Aspect.LINK})
    else:
        return None
    if len(data) > length and (len(data) > 60 or untold):
        data = data[:length]  # characters of the last row that look like octets
    return Piece(Format.HEX, line, data, max(length, len(data)), untold)


def with_octets(told: Piece, dump: Piece) -> Piece:
    """A frame that is told in words and in octets: the octets, and what the words have beside."""
    untold, octets = dump.untold, dump.octets
    if Aspect.LINK in untold and Aspect.LINK not in told.untold:
        octets, untold = told.octets[:12] + octets[12:], untold - {Aspect.LINK}
    return Piece(
        Format.HEX,
        told.line,
        octets,
        max(dump.length, told.length if told.length > len(octets) else 0),
        untold | (told.untold & {Aspect.TIME}),
        told.at,
        told.clock,
        told.number,
    )


def _is_ethernet(octets: bytes) -> bool:
    if len(octets) < ethernet.HEADER:
        return False
    ethertype = int.from_bytes(octets[12:14], "big")
    if ethertype not in _ETHERTYPES:
        return False
    inside = octets[ethernet.HEADER :]
    return ethertype not in (ethernet.IPV4, ethernet.IPV6) or _network(inside) == ethertype


def _is_cooked(octets: bytes) -> bool:
    """A header of Linux's ``any`` (tcpdump.org/linktypes: LINKTYPE_LINUX_SLL) for Ethernet."""
    if len(octets) < 16 or octets[:2] > b"\0\4" or octets[2:6] != b"\0\1\0\6":
        return False
    return int.from_bytes(octets[14:16], "big") in _ETHERTYPES


def _network(octets: bytes) -> int | None:
    """The ethertype of what begins with a network header; None where nothing known does."""
    if octets[:6] == b"\0\1\x08\0\6\4":
        return ethernet.ARP
    if octets[:1] and octets[0] >> 4 == 4:
        header = (octets[0] & 15) * 4
        known = 20 <= header <= len(octets) and int.from_bytes(octets[2:4], "big") >= header
        # A checksum that is left to the card is no reason to doubt an unmistakable header.
        is_right = known and checksum(octets[:header]) == 0
        return ethernet.IPV4 if is_right or (known and octets[0] == 0x45) else None
    if len(octets) >= 40 and octets[0] >> 4 == 6 and octets[6] in (0, 6, 17, 44, 58):
        return ethernet.IPV6
    return None


def _on_wire(frame: bytes) -> int:
    ethertype = int.from_bytes(frame[12:14], "big")
    inside = frame[ethernet.HEADER :]
    if ethertype not in (ethernet.IPV4, ethernet.IPV6):
        return len(frame)
    return ethernet.HEADER + _of_packet(inside)


def _of_packet(octets: bytes) -> int:
    """Octets of a packet on the wire, by its own header."""
    if octets[:1] and octets[0] >> 4 == 4:
        # A card that sends large packets in parts leaves the total at 0.
        return int.from_bytes(octets[2:4], "big") or len(octets)
    if octets[:1] and octets[0] >> 4 == 6:
        return 40 + int.from_bytes(octets[4:6], "big")
    return len(octets)
