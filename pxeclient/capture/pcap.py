"""The frames of a pcap file (draft-ietf-opsawg-pcap §4 and §5), as old programs wrote them, too."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from pxeclient.capture.fcs import LINKTYPE, without_fcs
from pxeclient.capture.values import NANO, Broken, Content, NoCapture, Raw

MOST_OF_A_FRAME = 262_144
"""Octets of one frame: libpcap (its MAXIMUM_SNAPLEN) and Wireshark take none that is longer."""
_MICRO = 1_000_000
_MAGICS = {
    0xA1B2C3D4: (_MICRO, 16),
    0xA1B23C4D: (NANO, 16),
    0xA1B2CD34: (_MICRO, 24),
}
"""Ticks per second, and octets before each frame; the last is Kuznetzov's, which old Linux
distributions had (libpcap's savefile.c KUZNETZOV_TCPDUMP_MAGIC): its eight more say what `any`
knows of a frame."""
_HEADER = 24


def frames(content: Content) -> Iterator[Raw]:
    """What the file holds, frame by frame.

    Raises:
        NoCapture: It is none.
        Broken: It breaks off, or is damaged.
    """
    head = content.read(_HEADER)
    order = _order(head)
    magic, major, minor, _, _, _, field = Struct(f"{order}IHHIIII").unpack(head)
    resolution, size = _MAGICS[magic]
    # Before version 2.4 the two lengths stood the other way round, or did with some programs.
    is_old = (major, minor) < (2, 4) or major > 2
    record = Struct(f"{order}IIII{size - 16}x")
    linktype, read, number = field & LINKTYPE, content.read, 0
    while head := read(size):
        number += 1
        if len(head) < size:
            raise Broken(within=True)
        seconds, part, length, wire = record.unpack(head)
        if is_old and length > wire:
            length, wire = wire, length
        # An endless length is damage, and nobody waits for it.
        data = read(length) if length <= MOST_OF_A_FRAME else b""
        if len(data) < length:
            raise Broken(within=True)
        data, wire = without_fcs(data, wire, field)
        yield Raw(number, linktype, data, wire, seconds * resolution + part, resolution)


def _order(head: bytes) -> str:
    if len(head) == _HEADER:
        for order in "<>":
            if Struct(f"{order}I").unpack_from(head)[0] in _MAGICS:
                return order
    raise NoCapture("it does not begin as one" if head else "it is empty")
