"""What is to be sent, and how much of it the other side has acknowledged.

One segment is on its way at a time: a firmware sends a request of one segment and waits. IPXE's
net/tcp.c does it so always; TcpDxe's congestion window begins with one segment.
"""

from __future__ import annotations

from typing import NamedTuple

from pxeclient.stack.tcp.options import Said
from pxeclient.stack.tcp.sequence import ahead, plus
from pxeclient.stack.tcp.traits import TcpTraits
from pxeclient.wire.tcp import Segment

_LEAST_MSS, _USUAL_MSS = 64, 536
"""The first is ours, against absurd claims; the second RFC 9293 §3.7.1's."""
MOST_UNSENT = 1 << 20
"""Octets that wait to be sent: ours, for who writes without an end."""


class Next(NamedTuple):
    """A segment of ours."""

    sequence: int
    octets: bytes
    ends: bool
    """With a FIN behind it."""


class Outbox:
    """One direction of a connection."""

    def __init__(self, traits: TcpTraits, sequence: int) -> None:
        """`sequence`: of the SYN."""
        self._traits = traits
        self.unacknowledged = sequence
        """The first octet that the other side has not acknowledged."""
        self.next = plus(sequence, 1)
        """What is behind all that was sent."""
        self.closes = False
        """A FIN is to follow what is unsent."""
        self.is_closed = False
        """It was acknowledged."""
        self._unsent = b""
        """From `unacknowledged` on, but for SYN and FIN."""
        self._theirs = self._scale = 0
        self._most = traits.most_payload

    @property
    def has_more(self) -> bool:
        """Something is to be sent, or to be acknowledged."""
        return bool(self._unsent) or (self.closes and not self.is_closed)

    def begin(self, granted: Segment, scale: int) -> None:
        """The other side has acknowledged the SYN; `scale` is its own, 0 if there is none."""
        self.unacknowledged = self.next
        self._scale, self._theirs = scale, granted.window
        if self._traits.heeds_mss:
            theirs = _USUAL_MSS if granted.mss is None else granted.mss
            self._most = min(self._most, max(theirs, _LEAST_MSS))

    def add(self, octets: bytes) -> None:
        """Send these behind those before.

        Raises:
            ValueError: More than `MOST_UNSENT` octets would wait.
        """
        if len(self._unsent) + len(octets) > MOST_UNSENT:
            raise ValueError(f"more than {MOST_UNSENT} octets wait to be sent")
        self._unsent += octets

    def clear(self) -> None:
        """Nothing more is sent."""
        self._unsent = b""

    def send(self) -> Next | None:
        """What is to be sent now, whether it was before or not; None if that is nothing."""
        size = min(len(self._unsent), self._most, self._theirs)
        ends = self.closes and not self.is_closed and size == len(self._unsent)
        if not size and not ends:
            return None
        self.next = plus(self.unacknowledged, size + ends)
        return Next(self.unacknowledged, self._unsent[:size], ends)

    def hear(self, segment: Segment) -> int | None:
        """How much more it acknowledges; None if that is no matter of what is on its way."""
        count = ahead(segment.acknowledgement, self.unacknowledged)
        if not 0 <= count <= ahead(self.next, self.unacknowledged):
            return None
        self._theirs = segment.window << self._scale
        if count:
            self.is_closed = self.is_closed or count > len(self._unsent)
            self._unsent = self._unsent[count:]
            self.unacknowledged = self.next = segment.acknowledgement
        return count


def scale_of(said: Said, traits_scale: int | None) -> tuple[int, int]:
    """Both sides' window scales, ours first: in force only if both said one (RFC 7323 §2.2)."""
    if said.scale is None or traits_scale is None:
        return 0, 0
    return traits_scale, said.scale
