"""One TFTP read request and what has come of it."""

from __future__ import annotations

from ipaddress import IPv4Address

from msgspec import Struct

from pxeclient.fetch.tftp.blocks import Blocks
from pxeclient.fetch.tftp.retry import Retry
from pxeclient.fetch.tftp.traits import TftpRequest
from pxeclient.wire import tftp


class Transfer(Struct):
    """A read request under way."""

    request: TftpRequest
    port: int
    blocks: Blocks
    retry: Retry
    peer: tuple[IPv4Address, int] | None = None
    blksize: int = tftp.BLOCK
    expected: int | None = None
    """The size that the server promises (tsize)."""
    most: int | None = None
    """The size announced before this request began."""
    rest: tuple[TftpRequest, ...] = ()
    """The requests after this one."""
    has_block: bool = False
    """A block of the file has come."""
    is_settled: bool = False
    """It waits for blocks, no more for an answer."""

    def forget_answer(self) -> None:
        """It is asked for anew: what an OACK agreed no longer counts."""
        self.peer, self.expected, self.blksize = None, None, tftp.BLOCK
        self.blocks.window = 1
        self.blocks.agree(tftp.BLOCK, None)

    @property
    def is_open(self) -> bool:
        """The server has answered."""
        return self.peer is not None
