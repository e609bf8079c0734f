"""The Internet checksum (RFC 1071), and its use in UDP (RFC 768)."""

from __future__ import annotations

from functools import lru_cache

_PROTOCOL = 17
_LONG = 512
"""Octets from which on it pays to add the halves of a sum before it is divided."""


def word_sum(data: bytes) -> int:
    """The sum of the 16-bit words of `data`, but for a multiple of 0xffff; 0 only for zeros.

    A number modulo 0xffff is the sum of its 16-bit digits, and Python divides big integers
    faster than it loops over words. Sums of several parts may be added.
    """
    size = len(data)
    total = int.from_bytes(data, "big")
    if size & 1:
        total <<= 8
    if size < _LONG:
        return total
    # What is left for a division, which is the dear part, is a quarter of the digits or less.
    for bits, mask in _halves(size):
        total = (total >> bits) + (total & mask)
    return total


@lru_cache(maxsize=256)
def _halves(size: int) -> tuple[tuple[int, int], ...]:
    """Where to fold a sum of so many octets, and the mask of what stays, until it is short."""
    folds, words = [], (size + 1) // 2
    while words > _LONG // 8:
        words = (words + 1) // 2
        folds.append((16 * words, (1 << 16 * words) - 1))
    return tuple(folds)


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
