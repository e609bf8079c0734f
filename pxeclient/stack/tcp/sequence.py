"""Sequence numbers: they go round at 2**32, so only their distance says which is later."""

from __future__ import annotations

_ROUND = 1 << 32
_HALF = 1 << 31


def plus(sequence: int, count: int) -> int:
    """`count` octets further."""
    return (sequence + count) % _ROUND


def ahead(sequence: int, of: int) -> int:
    """How far `sequence` lies beyond `of`; negative if it is before it."""
    return (sequence - of + _HALF) % _ROUND - _HALF
