"""The window that a connection tells the other side of."""

from __future__ import annotations

from pxeclient.stack.tcp.sequence import ahead, plus
from pxeclient.stack.tcp.traits import TcpTraits

_MOST = 0xFFFF
_WORD = ~3
"""IPXE keeps it a multiple of 4 octets (net/tcp.c, tcp_xmit)."""


class Window:
    """How much may come, and how much of what came nobody has read."""

    def __init__(self, traits: TcpTraits) -> None:
        self._traits = traits
        self._scale = 0
        self._unread = self._expected = 0
        self.acknowledged = 0
        """What the other side was last told that it is expected to send next."""
        self.edge = 0
        """Where what it may send ends."""

    def begin(self, next_: int, scale: int) -> None:
        """The connection is open; `scale` is ours, 0 if there is none."""
        self._scale = scale
        self.acknowledged = next_
        self.edge = plus(next_, self._traits.syn_window)

    def take(self, size: int) -> None:
        """So many octets came, in order."""
        read = min(size, self._expected)
        self._expected -= read
        self._unread += size - read

    def expect(self, size: int) -> None:
        """So many are read as they come, from now on."""
        self._expected = size

    def read(self, size: int) -> bool:
        """So many were read; whether that makes a difference."""
        self._unread = max(0, self._unread - size)
        return self._traits.window_shrinks and size > 0

    def holds(self, sequence: int, next_: int) -> bool:
        """It is within the window."""
        return ahead(sequence, next_) >= 0 and ahead(self.edge, sequence) > 0

    def old(self, next_: int) -> int:
        """What is left of what the other side was told."""
        return max(0, ahead(self.edge, next_))

    def now(self, next_: int) -> int:
        """What it would be told now: more only if it is much more (TcpOutput.c, TcpRcvWinNow)."""
        if not self._traits.window_shrinks:
            return min(self._traits.room, _MOST << self._scale) & _WORD
        old, room = self.old(next_), self._traits.room
        free = max(0, room - self._unread)
        more = free - old
        return free if more > self._traits.mss or (more > 0 and 2 * more >= room) else old

    def advertise(self, next_: int) -> int:
        """Tell the other side: what stands in the header."""
        size = self.now(next_)
        self.acknowledged, self.edge = next_, plus(next_, size)
        return min(size >> self._scale, _MOST)
