"""The blocks of a multicast transfer that others acknowledge, heard in passes over the file.

A client that comes late hears the end first. It notes from which block on it has everything,
and in the next pass needs only what lies before. Within a pass block numbers only grow.

Source: tianocore/edk@321b15a5 ``PxeBc/Dxe/pxe_bc_mtftp.c`` (MtftpListen, MtftpDownload).
"""

from __future__ import annotations

from enum import StrEnum


class Heard(StrEnum):
    """What a block is worth."""

    KEPT = "kept"
    REPEATED = "it came just before"
    BACKWARDS = "its number is lower than the one before"
    TOO_LONG = "it is longer than the first one heard"


class Gathering:
    """What has been heard so far."""

    def __init__(self) -> None:
        self.held = 0
        """Octets kept in all."""
        self.missed = 0
        """Blocks that this pass lacks after its first."""
        self.over = False
        """The pass has come to the last block that it needed."""
        self.has_begun = False
        """The pass has brought a block."""
        self._blocks: dict[int, bytes] = {}
        self._end = 0
        """The last block of the file; 0 if that is not known."""
        self._needed = 0
        """All blocks behind this one are there; 0 if none need be."""
        self._after = 0
        self._last = 0
        self._first = 0
        """From here on the pass lacks nothing."""
        self._size = 0

    def begin(self, after: int = 0) -> None:
        """Begin a pass; the blocks up to `after` are there."""
        self._after = self._last = after
        self.missed, self.over, self.has_begun = 0, False, False

    def store(self, number: int, content: bytes) -> None:
        """Keep a block, whatever the pass."""
        self.held += len(content) - len(self._blocks.get(number, b""))
        self._blocks[number] = content

    def take(self, number: int, content: bytes) -> Heard:
        """Hear the next block of the pass."""
        if number == self._last:
            return Heard.REPEATED
        if number < self._last:
            return Heard.BACKWARDS
        if self.has_begun and len(content) > self._size:
            return Heard.TOO_LONG
        gap = number - self._last - 1
        if not self.has_begun:
            self.has_begun, self._size, self._first = True, len(content), number
        elif gap:
            self.missed, self._first = self.missed + gap, number
        self._last = number
        self.store(number, content)
        self.over = len(content) < self._size or number == self._needed
        return Heard.KEPT

    def is_whole(self) -> bool:
        """The pass is over: is the file whole? If not, the next pass needs what lies before."""
        if not self._end:
            self._end = self._last
        gapless = not self.missed and self._first == self._after + 1
        if gapless and all(number in self._blocks for number in range(1, self._end + 1)):
            return True
        self._needed = self._first - 1
        return False

    @property
    def content(self) -> bytes:
        """The whole file."""
        return b"".join(self._blocks[number] for number in range(1, self._end + 1))
