"""What one side of a TCP connection sends, put in order again, with what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pxeclient.seen.frame import Frame
from pxeclient.seen.said import Tcp

MOST_WAITING = 512
"""Segments that wait for one before them. More than a window of 64 KiB has, so that the one before
is lost, and not late."""
MOST_OCTETS = 1 << 20
"""Octets of these."""
_HALF, _WHOLE = 1 << 31, 1 << 32


class Piece(NamedTuple):
    """Octets of one side, which follow those of the piece before."""

    frame: Frame
    """That brought them; where frames are missing, the next one."""
    octets: bytes
    missing: int = 0
    """Octets behind them that went over the wire and are not in the capture."""


@dataclass(slots=True, eq=False)
class Side:
    """One side. Offsets count its octets from 0, whatever sequence numbers they have."""

    begins: int | None = None
    """The sequence number of its first octet: behind its SYN, or the first that was recorded."""
    next: int = 0
    """The offset up to which everything came."""
    acknowledged: int | None = None
    """The offset up to which the other side has it; None if that never says."""
    ends: int | None = None
    """The offset of its FIN."""
    frames: int = 0
    retransmitted: int = 0
    """Segments of which all came before."""
    overlapping: int = 0
    """Segments of which a part came before."""
    out_of_order: int = 0
    """Segments that came before one that precedes them."""
    lost: int = 0
    """Octets of frames that the capture lacks, though the other side has them."""
    cut: int = 0
    """Octets of frames that were cut when they were recorded."""
    _waiting: dict[int, Frame] = field(default_factory=dict)
    _waiting_octets: int = 0

    def offset(self, sequence: int) -> int:
        """The offset that a sequence number stands for, next to what has come."""
        assert self.begins is not None
        ahead = (sequence - self.begins - self.next) % _WHOLE
        return self.next + (ahead if ahead < _HALF else ahead - _WHOLE)

    @property
    def waiting(self) -> Iterator[Frame]:
        """The segments that wait for one that has not come."""
        return iter(self._waiting.values())

    @property
    def is_lost(self) -> bool:
        """The other side has acknowledged what has not come here: the capture lacks it."""
        return self.acknowledged is not None and self.acknowledged > self.next

    @property
    def is_closed(self) -> bool:
        """All came, and its FIN."""
        return self.ends is not None and self.next >= self.ends

    def add(self, frame: Frame, said: Tcp) -> Iterator[Piece]:
        """Take a segment; what follows what came before it."""
        self.frames += 1
        if said.opens or said.accepts:
            self.begins = (said.sequence + 1) % _WHOLE
        elif self.begins is None:
            self.begins = said.sequence
        at = self.offset(said.sequence) + (1 if said.opens or said.accepts else 0)
        if said.ends and not said.resets:
            self.ends = at + frame.size
        # What a host without a word to say sends to be answered is one octet or none, of before.
        is_probe = frame.size <= 1 and at == self.next - 1
        if not frame.size or said.resets or is_probe:
            return
        if at + frame.size <= self.next:
            self.retransmitted += 1
            return
        if at > self.next:
            self._wait(at, frame)
            if len(self._waiting) > MOST_WAITING or self._waiting_octets > MOST_OCTETS:
                yield from self.give_up(frame)
            return
        yield self._take(at, frame)
        yield from self._drain()

    def _wait(self, at: int, frame: Frame) -> None:
        known = self._waiting.get(at)
        if known is not None and known.size >= frame.size:
            self.retransmitted += 1
            return
        self.out_of_order += 1
        self._waiting[at] = frame
        self._waiting_octets += frame.size - (known.size if known is not None else 0)

    def _take(self, at: int, frame: Frame) -> Piece:
        """What of a segment is new."""
        known = self.next - at
        if known:
            self.overlapping += 1
        octets = frame.payload[known:]
        missing = frame.size - known - len(octets)
        self.cut += missing
        self.next = at + frame.size
        return Piece(frame, octets, missing)

    def _drain(self) -> Iterator[Piece]:
        """The segments that waited, as far as nothing lacks before them."""
        while self._waiting:
            at = min(self._waiting)
            if at > self.next:
                return
            frame = self._waiting.pop(at)
            self._waiting_octets -= frame.size
            if at + frame.size > self.next:
                yield self._take(at, frame)

    def give_up(self, frame: Frame) -> Iterator[Piece]:
        """What comes next is not in the capture: go on behind it."""
        at = min(self._waiting, default=None)
        if at is None:
            at = self.acknowledged if self.acknowledged is not None else self.next
            if self.ends is not None:
                at = min(at, self.ends)
        missing = at - self.next
        if missing > 0:
            self.lost += missing
            self.next = at
            yield Piece(frame, b"", missing)
        yield from self._drain()
