"""One download of a boot: a read request and what passed on its port."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.wire import tftp
from pxeclient.wire.options import printable


class TftpSeen(NamedTuple):
    """A TFTP packet on the wire."""

    number: int
    """The frame's number."""
    at: float
    ours: bool
    """The client sent it."""
    packet: tftp.Message
    peer: IPv4Address
    """The other end."""
    port: int
    """The other end's port."""


@dataclass(slots=True)
class Transfer:
    """A read request, repeats included, and the packets to and from its port."""

    request: tftp.Request
    server: IPv4Address
    local_port: int
    asked: list[int]
    """The frames of the request and its repeats."""
    packets: list[TftpSeen] = field(default_factory=list)
    """All but the requests, in order."""
    strangers: list[TftpSeen] = field(default_factory=list)
    """What came to the port from another host than the one that was asked."""

    @property
    def answers(self) -> list[TftpSeen]:
        """What the server said."""
        return [seen for seen in self.packets if not seen.ours]

    @property
    def oack(self) -> tftp.OptionAck | None:
        """The options that the server agreed to, if it did."""
        for seen in self.packets:
            if isinstance(seen.packet, tftp.OptionAck):
                return seen.packet
        return None

    @property
    def error(self) -> TftpSeen | None:
        """The server's ERROR."""
        return next((seen for seen in self.answers if isinstance(seen.packet, tftp.Error)), None)

    @property
    def aborted(self) -> bool:
        """The client broke it off; asking only for the size is such a case."""
        return any(seen.ours and isinstance(seen.packet, tftp.Error) for seen in self.packets)

    @property
    def blksize(self) -> int:
        """The block size that holds."""
        return self.agreed(b"blksize", tftp.BLOCK)

    @property
    def complete(self) -> bool:
        """A short block came, and the client acknowledged what it got last."""
        blocks = [seen.packet for seen in self.answers if isinstance(seen.packet, tftp.Data)]
        return bool(blocks) and len(blocks[-1].content) < self.blksize

    def agreed(self, name: bytes, default: int) -> int:
        """An option's value in the OACK."""
        value = self.oack.get(name) if self.oack else None
        return int(value) if value and value.isdigit() and len(value) < 10 else default

    def wanted(self, name: bytes) -> bool:
        """The request has that option."""
        return any(key.lower() == name for key, _ in self.request.options)


def last_transfer(transfers: list[Transfer]) -> Transfer | None:
    """The one that the boot ended with."""
    return transfers[-1] if transfers else None


def name_of(transfer: Transfer) -> str:
    """The file that was asked for, safe to show."""
    return printable(transfer.request.filename)
