"""scapy's reader of pcapng, with what it passes over (draft-ietf-opsawg-pcapng §4.1 to §4.6)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Literal

from scapy.utils import RawPcapNgReader

from pxeclient.capture.values import NANO, End

_UNLIMITED = 0xFFFFFFFF
STATISTICS = 5
"""The type of an interface statistics block (§4.6), and some of its options."""
END_TIME, CARD_DROPPED, SYSTEM_DROPPED, DELIVERED = 3, 5, 7, 8


class Sections(RawPcapNgReader):
    """Interfaces are numbered anew in every section, and a snap length of 0 is none."""

    section = 0
    interface = (0, 0)
    """Of the latest frame: its section, and the interface there."""
    ends: tuple[End, ...] = ()
    """What interface statistics blocks say of the recording's end so far."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.blocktypes[STATISTICS] = self._read_block_isb

    def _read_block_isb(self, block: bytes, size: int) -> None:
        options = dict(_options(block[12:], self.endian))
        found = {code: value for code, value in options.items() if len(value) == 8}
        number = int.from_bytes(block[:4], self._order)
        if number >= len(self.interfaces):
            return
        resolution = self.interfaces[number][2]["tsresol"]
        # A time is two words, the higher one first; a count is one of 64 bits.
        time = found.get(END_TIME, bytes(8))
        high, low = (int.from_bytes(part, self._order) for part in (time[:4], time[4:]))
        counts = {code: int.from_bytes(value, self._order) for code, value in found.items()}
        dropped = counts.get(CARD_DROPPED, 0) + counts.get(SYSTEM_DROPPED, 0)
        ended = ((high << 32) + low) * NANO // resolution
        self.ends += (End(ended, counts.get(DELIVERED, -1), dropped),)

    @property
    def _order(self) -> Literal["little", "big"]:
        return "little" if self.endian == "<" else "big"

    def _read_block_shb(self) -> None:
        super()._read_block_shb()
        self.interfaces = []
        self.section += 1

    def _read_block_idb(self, block: bytes, size: int) -> None:
        super()._read_block_idb(block, size)
        linktype, snaplen, options = self.interfaces[-1]
        self.interfaces[-1] = (linktype, snaplen or _UNLIMITED, options)

    def _check_interface_id(self, intid: int) -> bool:
        self.interface = (self.section, intid)
        return bool(super()._check_interface_id(intid))


def _options(octets: bytes, endian: str) -> Iterator[tuple[int, bytes]]:
    """Codes and values (§3.5), as far as they are there."""
    while len(octets) >= 4:
        code, length = struct.unpack(f"{endian}HH", octets[:4])
        yield code, octets[4 : 4 + length]
        octets = octets[4 + length + -length % 4 :]
