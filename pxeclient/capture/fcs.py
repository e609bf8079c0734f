"""Frame check sequences, which some capture files have at the end of every frame."""

from __future__ import annotations

import zlib

from pxeclient.wire import ethernet

LINKTYPE = 0x03FFFFFF
_SAYS_FCS = 0x04000000
"""In a pcap's field of the link type: the top four bits are the length of the frame check sequence
in units of two octets (draft-ietf-opsawg-pcap §4)."""
_FCS = 4
_SHORTEST = 60
"""Octets of the shortest Ethernet frame, without its check sequence (IEEE 802.3)."""


def without_fcs(data: bytes, wire: int, field: int) -> tuple[bytes, int]:
    """The frame without its check sequence, where the file or the octets tell of one.

    Args:
        data: The frame as recorded.
        wire: Its octets on the wire.
        field: What the file has as its link type.
    """
    octets = (field >> 28) * 2
    is_whole = len(data) == wire
    if is_whole and data[-_FCS:] == zlib.crc32(data[:-_FCS]).to_bytes(_FCS, "little"):
        octets = _FCS
    elif octets and not field & _SAYS_FCS:
        # Some writers leave out the bit that says that the length counts.
        octets = _FCS if _goes_on(data) else 0
    return (data[: max(wire - octets, 0)], wire - octets) if octets else (data, wire)


def fcs_field(octets: int) -> int:
    """How a pcap's field of the link type tells of a check sequence of so many octets."""
    return _SAYS_FCS | (octets // 2 << 28) if 0 < octets <= 30 else 0


def _goes_on(data: bytes) -> bool:
    """There is room for a check sequence behind what the frame carries."""
    ends = len(data) - _FCS
    if data[12:14] == b"\x08\x00":
        ends = ethernet.HEADER + int.from_bytes(data[16:18], "big")
    return len(data) >= max(ends, _SHORTEST) + _FCS
