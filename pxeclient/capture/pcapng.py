"""The frames of a pcapng file (draft-ietf-opsawg-pcapng §4)."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from pxeclient.capture.fcs import fcs_field, without_fcs
from pxeclient.capture.pcap import MOST_OF_A_FRAME
from pxeclient.capture.values import NANO, Broken, Content, End, NoCapture, Raw, Told

SECTION, INTERFACE, PACKET, SIMPLE, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 5, 6
"""Types of blocks (§10.1); PACKET is of old files."""
_SECTION = b"\n\r\r\n"
MAGIC = 0x1A2B3C4D
END_TIME, CARD_DROPPED, SYSTEM_DROPPED, DELIVERED = 3, 5, 7, 8
"""Options of an interface statistics block (§4.6)."""
_TIME_RESOLUTION, _FCS_LENGTH, _TIME_OFFSET = 9, 13, 14
"""Options of an interface (§4.2)."""
_MOST_OF_A_BLOCK = 16 * 1024 * 1024
"""Octets: Wireshark takes none that is longer (wiretap/pcapng.c)."""
_MICRO = 1_000_000


class _Interface(NamedTuple):
    """What a section says of an interface."""

    linktype: int
    field: int
    """The same, and of its check sequences what `without_fcs` takes."""
    snaplen: int
    resolution: int
    """Ticks per second."""
    offset: int
    """Ticks to add to every time."""


class _Order:
    """How a section's numbers are read."""

    def __init__(self, order: str) -> None:
        self.number, self.pair = Struct(f"{order}I"), Struct(f"{order}HH")
        self.interface = Struct(f"{order}HxxI")
        self.enhanced, self.packet = Struct(f"{order}IIIII"), Struct(f"{order}HxxIIII")
        self.pair_of_numbers = Struct(f"{order}II")
        self.count, self.signed = Struct(f"{order}Q"), Struct(f"{order}q")

    def options(self, octets: bytes) -> dict[int, bytes]:
        """Values by their codes (§3.5), as far as they are there; of equal codes the first."""
        found: dict[int, bytes] = {}
        while len(octets) >= 4:
            code, length = self.pair.unpack_from(octets)
            if not code or 4 + length > len(octets):
                break
            found.setdefault(code, octets[4 : 4 + length])
            octets = octets[4 + length + -length % 4 :]
        return found


def frames(content: Content, told: Told | None = None) -> Iterator[Raw]:
    """What the file holds, frame by frame; `told` gets what else it says.

    Raises:
        NoCapture: It is none.
        Broken: It breaks off, or is damaged.
    """
    return _Reader(content, Told() if told is None else told).frames()


class _Reader:
    def __init__(self, content: Content, told: Told) -> None:
        self._content, self._told = content, told
        self._order = _Order("<")
        self._section = self._number = 0
        self._interfaces: list[_Interface] = []
        """Of this section: they are numbered anew in every one."""

    def frames(self) -> Iterator[Raw]:
        """What the file holds, frame by frame."""
        while block := self._block():
            kind, body = block
            raw = None
            if kind in (ENHANCED, PACKET):
                raw = self._packet(kind, body)
            elif kind == SIMPLE:
                raw = self._simple(body)
            elif kind == INTERFACE:
                self._interfaces.append(_interface(body, self._order))
            elif kind == STATISTICS:
                self._end(body)
            if raw is not None:
                yield raw

    def _block(self) -> tuple[int, bytes] | None:
        """The next block's type and what is in it; None at the end of the file."""
        head = self._content.read(8)
        if not head:
            return None
        if len(head) < 8:
            raise Broken
        if head[:4] == _SECTION:
            return self._begin(head[4:])
        kind, length = self._order.pair_of_numbers.unpack(head)
        return kind, self._body(length, b"")

    def _begin(self, length: bytes) -> tuple[int, bytes]:
        """The header of a section, by whose magic its length is to be read."""
        magic = self._content.read(4)
        order = next((one for one in "<>" if magic == Struct(f"{one}I").pack(MAGIC)), "")
        is_first = not self._section
        if not order:
            raise NoCapture("its first block has no byte order") if is_first else Broken
        self._order = _Order(order)
        try:
            body = self._body(self._order.number.unpack(length)[0], magic)
        except Broken:
            if is_first:
                raise NoCapture("its first block breaks off or is damaged") from None
            raise
        if len(body) < 16 or self._order.pair.unpack_from(body, 4)[0] != 1:
            raise NoCapture("its version is unknown") if is_first else Broken
        self._section += 1
        self._interfaces = []
        return SECTION, body

    def _body(self, length: int, begun: bytes) -> bytes:
        """A block's body, of whose octets some may have been read."""
        # Some writers leave the padding out of the length; what is behind it repeats it.
        padded = length + -length % 4
        rest = padded - 8 - len(begun)
        if rest < 4 or padded > _MOST_OF_A_BLOCK:
            raise Broken
        octets = self._content.read(rest)
        if len(octets) < rest or self._order.number.unpack_from(octets, rest - 4)[0] != length:
            raise Broken
        return begun + octets[: length - 12 - len(begun)] if begun else octets[: length - 12]

    def _packet(self, kind: int, body: bytes) -> Raw | None:
        if len(body) < 20:
            raise Broken
        order = self._order
        head = order.enhanced if kind == ENHANCED else order.packet
        which, high, low, length, wire = head.unpack_from(body)
        if which >= len(self._interfaces):
            self._told.strays += 1
            return None
        of = self._interfaces[which]
        data, wire = self._data(body, 20, length, wire, of)
        ticks = (high << 32) + low + of.offset
        where = (self._section, which)
        return Raw(self._number, of.linktype, data, wire, ticks, of.resolution, True, where)

    def _simple(self, body: bytes) -> Raw | None:
        """A frame without a time, on the first interface."""
        if len(body) < 4:
            raise Broken
        if not self._interfaces:
            self._told.strays += 1
            return None
        of = self._interfaces[0]
        (wire,) = self._order.number.unpack_from(body)
        data, wire = self._data(body, 4, min(wire, of.snaplen or wire), wire, of)
        where = (self._section, 0)
        return Raw(self._number, of.linktype, data, wire, 0, of.resolution, False, where)

    def _data(
        self, body: bytes, at: int, length: int, wire: int, of: _Interface
    ) -> tuple[bytes, int]:
        self._number += 1
        if length > min(len(body) - at, MOST_OF_A_FRAME):
            raise Broken(within=True)
        return without_fcs(body[at : at + length], wire, of.field)

    def _end(self, body: bytes) -> None:
        """What an interface statistics block says; a damaged one says nothing."""
        order = self._order
        if len(body) < 12:
            return
        (which,) = order.number.unpack_from(body)
        if which >= len(self._interfaces):
            return
        found = {code: value for code, value in order.options(body[12:]).items() if len(value) == 8}
        # A time is two words, the higher one first; a count is one of 64 bits.
        high, low = order.pair_of_numbers.unpack(found.get(END_TIME, bytes(8)))
        counts = {code: order.count.unpack(value)[0] for code, value in found.items()}
        dropped = counts.get(CARD_DROPPED, 0) + counts.get(SYSTEM_DROPPED, 0)
        of = self._interfaces[which]
        ended = ((high << 32) + low + of.offset) * NANO // of.resolution
        self._told.ends.append(End(ended, counts.get(DELIVERED, -1), dropped))


def _interface(body: bytes, order: _Order) -> _Interface:
    if len(body) < 8:
        raise Broken
    linktype, snaplen = order.interface.unpack_from(body)
    options = order.options(body[8:])
    resolution, fcs, offset = _MICRO, 0, 0
    value = options.get(_TIME_RESOLUTION, b"")
    if len(value) == 1:
        resolution = (2 if value[0] & 0x80 else 10) ** (value[0] & 0x7F)
    value = options.get(_TIME_OFFSET, b"")
    if len(value) == 8:
        offset = order.signed.unpack(value)[0] * resolution
    value = options.get(_FCS_LENGTH, b"")
    if len(value) == 1:
        fcs = fcs_field(value[0] // 8)
    return _Interface(linktype, linktype | fcs, snaplen, resolution, offset)
