"""The Internet checksum (RFC 1071), and its use in UDP (RFC 768)."""

from __future__ import annotations

_PROTOCOL = 17


def word_sum(data: bytes) -> int:
    """The sum of the 16-bit words of `data`, but for a multiple of 0xffff; 0 only for zeros.

    A number modulo 0xffff is the sum of its 16-bit digits, and Python divides big integers
    faster than it loops over words. Sums of several parts may be added.
    """
    total = int.from_bytes(data, "big")
    return total << 8 if len(data) & 1 else total


def checksum(data: bytes) -> int:
    """The one's complement checksum of `data`, 0..0xffff."""
    total = word_sum(data)
    # All-ones and all-zeros are both zero modulo 0xffff; only real zeros sum to 0.
    return -total % 0xFFFF if total else 0xFFFF


def udp_checksum(source: bytes, destination: bytes, datagram: bytes) -> int:
    """The checksum over the pseudo header and `datagram` (header with field 0, payload).

    A result of 0 is sent as 0xffff, since 0 means "none" (RFC 768).
    """
    pseudo = word_sum(source + destination) + _PROTOCOL + len(datagram)
    return 0xFFFF - (pseudo + word_sum(datagram)) % 0xFFFF
