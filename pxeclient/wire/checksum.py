"""The Internet checksum (RFC 1071), and its use in UDP (RFC 768)."""

from __future__ import annotations


def checksum(data: bytes) -> int:
    """The one's complement checksum of `data`, 0..0xffff.

    A number modulo 0xffff is the one's complement sum of its 16-bit digits, and Python
    divides big integers faster than it loops over words.
    """
    if len(data) % 2:
        data += b"\0"
    total = int.from_bytes(data, "big")
    remainder = total % 0xFFFF
    # All-ones and all-zeros are both zero modulo 0xffff; only real zeros sum to 0.
    folded = 0xFFFF if remainder == 0 and total else remainder
    return ~folded & 0xFFFF


def udp_checksum(source: bytes, destination: bytes, datagram: bytes) -> int:
    """The checksum over the pseudo header and `datagram` (header with field 0, payload).

    A result of 0 is sent as 0xffff, since 0 means "none" (RFC 768).
    """
    pseudo = source + destination + b"\0\x11" + len(datagram).to_bytes(2, "big")
    return checksum(pseudo + datagram) or 0xFFFF
