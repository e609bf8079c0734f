"""The blocks of a TFTP transfer as they come: which are there, which to acknowledge."""

from __future__ import annotations

from typing import TypeAlias

from pxeclient.fetch.content import Sink
from pxeclient.fetch.tftp.traits import Collect
from pxeclient.wire import tftp

WRAP = 0x10000
"""Block numbers have 16 bits and go on with 0 after 65535."""


class LockStep:
    """Only the next block counts; the one before it is acknowledged again."""

    def __init__(self, content: Sink, windowed: bool = False) -> None:
        self.content = content
        self.complete = False
        self.window = 1
        self._windowed = windowed
        self._blksize = tftp.BLOCK
        self._last = 0
        self._unacknowledged = 0

    @property
    def acknowledged(self) -> int:
        """The last block taken."""
        return self._last % WRAP

    @property
    def awaited(self) -> int:
        """The number of the block that goes on with the file."""
        return (self._last + 1) % WRAP

    @property
    def held(self) -> int:
        """Octets of the file that have come."""
        return self.content.size

    def agree(self, blksize: int, tsize: int | None) -> None:
        """Only the block size matters here."""
        self._blksize = blksize

    def store(self, number: int, content: bytes) -> str:
        """Take the next block; the answer is empty, or says why it does not count."""
        if number != (self._last + 1) % WRAP:
            self._unacknowledged = self.window
            return f"block {(self._last + 1) % WRAP} is next"
        self._last += 1
        self._unacknowledged += 1
        self.content.add(content)
        self.complete = len(content) < self._blksize
        return ""

    def is_due(self) -> bool:
        """The latest block is to be acknowledged at once: the last of a window, or out of order."""
        due = self.complete or self._unacknowledged >= (self.window if self._windowed else 1)
        if due:
            self._unacknowledged = 0
        return due


class AnyOrder:
    """Every block is kept wherever it belongs; each is answered by one ACK.

    Source: iPXE ``src/net/udp/tftp.c:401-425, 799-878``. The file is as long as the larger
    of the OACK's tsize and the end of the farthest block, and it is whole when every block
    of that length is there, the short (perhaps empty) last one included.
    """

    def __init__(self, content: Sink) -> None:
        self.content = content
        self.window = 1
        self._early: dict[int, bytes] = {}
        self._held = 0
        self._blksize = tftp.BLOCK
        self._next = 0
        self._size = 0

    @property
    def held(self) -> int:
        """Octets of the file that have come, blocks beyond a gap included."""
        return self.content.size + self._held

    def is_due(self) -> bool:
        """Every block is acknowledged."""
        return True

    @property
    def complete(self) -> bool:
        """All blocks up to the known end are there."""
        needed = self._size // self._blksize + 1 if self._size else 0
        return self._next >= needed

    @property
    def acknowledged(self) -> int:
        """The end of the gapless beginning."""
        return self._next % WRAP

    @property
    def awaited(self) -> int:
        """The number of the block that goes on with the file; -1 while there are others beyond."""
        return -1 if self._early else (self._next + 1) % WRAP

    def agree(self, blksize: int, tsize: int | None) -> None:
        """Take the block size, and the length that the server promises."""
        self._blksize = blksize
        self._size = max(self._size, tsize or 0)

    def store(self, number: int, content: bytes) -> str:
        """Keep a block; the answer is empty, or says why it does not count.

        Raises:
            ValueError: The number is impossible, and the transfer is over.
        """
        # 16-bit numbers are taken to be near the first gap, never below its multiple of 65536.
        epoch = (self._next + 1) // WRAP * WRAP
        if number == 0 and epoch == 0:
            raise ValueError("Block 0 does not exist before block 65535")
        at = epoch + number - 1
        self._size = max(self._size, at * self._blksize + len(content))
        if self._size == 0:
            return ""
        if at == self._next and not self._early:  # as nearly all come
            self.content.add(content)
            self._next = at + 1
            return ""
        if at < self._next or at in self._early:
            return "this block is here already"
        self._early[at] = content
        self._held += len(content)
        while (ready := self._early.pop(self._next, None)) is not None:
            self.content.add(ready)
            self._held -= len(ready)
            self._next += 1
        return ""


Blocks: TypeAlias = LockStep | AnyOrder
"""A file being put together."""


def blocks(collect: Collect, content: Sink) -> Blocks:
    """A new file for this way of collecting, whose octets go into `content`."""
    match collect:
        case Collect.LOCK_STEP:
            return LockStep(content)
        case Collect.WINDOW:
            return LockStep(content, windowed=True)
        case Collect.ANY_ORDER:
            return AnyOrder(content)
