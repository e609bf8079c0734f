"""What has come, put in order: out of order it is kept until what is missing comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pxeclient.stack.tcp.sequence import ahead, plus

MOST_PIECES = 512
"""Segments that are kept out of order; the last ones go first. No firmware counts them, and as
each holds an octet at least, none of these has room for many more of the usual size."""


class _Piece(NamedTuple):
    sequence: int
    octets: bytes
    ends: bool
    """A FIN is behind it."""

    @property
    def end(self) -> int:
        return plus(self.sequence, len(self.octets) + self.ends)


class Inbox:
    """One direction of a connection."""

    def __init__(self, next_: int) -> None:
        """`next_`: the sequence number of the first octet."""
        self.next = next_
        self.is_ended = False
        """The FIN has had its turn."""
        self._pieces: list[_Piece] = []
        """In the order of their sequence numbers; all of them begin beyond `next`."""
        self._latest = next_
        """Where the piece that came last begins."""

    @property
    def lacks(self) -> bool:
        """Something is missing before what has come."""
        return bool(self._pieces)

    def add(self, sequence: int, octets: bytes, ends: bool) -> Iterator[bytes]:
        """What that segment makes readable, possibly nothing."""
        self._latest = sequence
        if not self._pieces and sequence == self.next:
            yield from self._take(_Piece(sequence, octets, ends))
            return
        if not octets and not ends:
            return
        self._keep(_Piece(sequence, octets, ends))
        while self._pieces and ahead(self._pieces[0].sequence, self.next) <= 0:
            yield from self._take(self._pieces.pop(0))

    def blocks(self, most: int) -> tuple[tuple[int, int], ...]:
        """Where what is kept begins and ends, the latest first (RFC 2018 §4)."""
        found: list[tuple[int, int]] = []
        for piece in self._pieces:
            if found and ahead(piece.sequence, found[-1][1]) <= 0:
                left, right = found.pop()
                found.append((left, piece.end if ahead(piece.end, right) > 0 else right))
            else:
                found.append((piece.sequence, piece.end))
        found.sort(key=lambda one: not _holds(one, self._latest))
        return tuple(found[:most])

    def _take(self, piece: _Piece) -> Iterator[bytes]:
        if self.is_ended:
            return
        fresh = piece.octets[-ahead(piece.sequence, self.next) or 0 :]
        if fresh:
            self.next = plus(self.next, len(fresh))
            yield fresh
        if piece.ends and piece.end == plus(self.next, 1):
            self.next, self.is_ended = piece.end, True
            self._pieces.clear()

    def _keep(self, piece: _Piece) -> None:
        at = len(self._pieces)
        while at and ahead(piece.sequence, self._pieces[at - 1].sequence) < 0:
            at -= 1
        if at:
            known = self._pieces[at - 1]
            if known.sequence == piece.sequence and ahead(known.end, piece.end) >= 0:
                return
        self._pieces.insert(at, piece)
        del self._pieces[MOST_PIECES:]


def _holds(block: tuple[int, int], sequence: int) -> bool:
    return ahead(sequence, block[0]) >= 0 and ahead(block[1], sequence) > 0
