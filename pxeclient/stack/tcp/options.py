"""The options of segments: those that a firmware writes, those that it heeds."""

from __future__ import annotations

from typing import NamedTuple

from pxeclient.stack.tcp.traits import TcpTraits
from pxeclient.wire.tcp import (
    MSS,
    NOTHING,
    SACK,
    SACK_PERMITTED,
    TIMESTAMPS,
    WINDOW_SCALE,
    Segment,
    TcpOption,
)

_MOST_SCALE = 14
"""RFC 7323 §2.3."""
_PAD = TcpOption(NOTHING)


class Said(NamedTuple):
    """The options of a segment that mean something here."""

    scale: int | None
    sacks: bool
    stamp: int | None
    """Its sender's time."""


def said(segment: Segment) -> Said:
    """What a segment's options say; those of a wrong length say nothing."""
    if not segment.options:
        return _SILENT
    scale, stamps = segment.option(WINDOW_SCALE), segment.option(TIMESTAMPS)
    return Said(
        min(scale[0], _MOST_SCALE) if scale is not None and len(scale) == 1 else None,
        segment.option(SACK_PERMITTED) == b"",
        int.from_bytes(stamps[:4], "big") if stamps is not None and len(stamps) == 8 else None,
    )


_SILENT = Said(None, False, None)


class Stamps:
    """The timestamps of one connection (RFC 7323 §3), as iPXE has them."""

    def __init__(self, traits: TcpTraits) -> None:
        self._traits = traits
        self._is_on = bool(traits.timestamp_rate)
        self._seen = 0
        self._recent = 0

    def begin(self, said: Said) -> None:
        """The other side has granted the connection, with timestamps or without."""
        self._is_on = self._is_on and said.stamp is not None
        self.take(said)
        self.heed()

    def take(self, said: Said) -> None:
        """A segment came."""
        if said.stamp is not None:
            self._seen = said.stamp

    def heed(self) -> None:
        """It brought something new, so its time is what is sent back."""
        self._recent = self._seen

    def now(self, now: float) -> bytes | None:
        """What the option has, if a segment that is sent `now` has one."""
        if not self._is_on:
            return None
        step = self._traits.timestamp_step
        ticks = int(now * self._traits.timestamp_rate) // step * step
        return (ticks % (1 << 32)).to_bytes(4, "big") + self._recent.to_bytes(4, "big")


def of_syn(traits: TcpTraits, stamps: bytes | None) -> tuple[TcpOption, ...]:
    """The options of a firmware's SYN."""
    data = {
        MSS: traits.mss.to_bytes(2, "big"),
        WINDOW_SCALE: bytes((traits.window_scale,)),
        TIMESTAMPS: stamps or bytes(8),
    }
    return tuple(TcpOption(kind, data.get(kind, b"")) for kind in traits.syn_options)


def of_segment(stamps: bytes | None, blocks: tuple[tuple[int, int], ...]) -> tuple[TcpOption, ...]:
    """The options of another segment: what is missing, and the time."""
    found: list[TcpOption] = []
    if blocks:
        edges = b"".join(edge.to_bytes(4, "big") for block in blocks for edge in block)
        found += [_PAD, _PAD, TcpOption(SACK, edges)]
    if stamps is not None:
        found += [_PAD, _PAD, TcpOption(TIMESTAMPS, stamps)]
    return tuple(found)
