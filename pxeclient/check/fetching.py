"""The beginning of a file over TFTP, asked for with any options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.check.talking import (
    Absent,
    Correspondent,
    Heard,
    Reaction,
    Refused,
    Script,
    Send,
    Turn,
)
from pxeclient.wire import tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.udp import Datagram

_ENDED = tftp.Error(tftp.OPTION_REFUSED, b"only looking")
"""How a client ends a transfer early; EDK II does the same when it has the size."""

Options = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Fetched:
    """What came of a read request."""

    oack: tftp.OptionAck | None = None
    content: bytes = b""
    blocks: int = 0
    is_whole: bool = False
    error: tftp.Error | None = None
    number: int | None = None
    """The frame of the first answer."""
    port: int = 0
    """The server's port of the transfer."""
    stranger: Heard | None = None
    """An answer from another address than was asked."""
    refused: Refused | Absent | None = None
    repeats: int = 0
    """Questions that had to be repeated."""
    longest: int = 0
    """Octets of the longest block."""
    seen: list[tftp.Message] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """The server said something."""
        return self.number is not None

    def agreed(self, name: str, default: int) -> int:
        """An option's value as the server granted it."""
        value = self.oack.get(name.encode()) if self.oack else None
        return int(value) if value and value.isdigit() and len(value) < 10 else default


@dataclass(slots=True)
class _Reader:
    """One transfer as it goes on."""

    server: IPv4Address
    local: int
    most: int
    """Blocks to take."""
    got: Fetched = field(default_factory=Fetched)

    def take(self, heard: Sequence[Reaction]) -> bool:
        """Read what came; whether it brought the transfer on."""
        moved = False
        for one in heard:
            match one:
                case Heard() if one.datagram.destination_port == self.local:
                    moved = self._packet(one) or moved
                case Refused() | Absent():
                    self.got.refused = one
                case _:
                    pass
        return moved

    def _packet(self, one: Heard) -> bool:
        got = self.got
        if one.source != self.server:
            got.stranger = got.stranger or one
            return False
        try:
            packet = tftp.parse(one.datagram.payload)
        except WireError:
            return False
        if got.number is None:
            got.number, got.port = one.number, one.datagram.source_port
        elif one.datagram.source_port != got.port:
            return False
        got.seen.append(packet)
        match packet:
            case tftp.OptionAck():
                moved, got.oack = got.oack is None, packet
                return moved
            case tftp.Error():
                got.error = packet
                return True
            case tftp.Data(block, content):
                return self._data(block, content)
            case _:
                return False

    def _data(self, block: int, content: bytes) -> bool:
        got = self.got
        if block != (got.blocks + 1) & 0xFFFF or got.is_whole:
            return False
        got.blocks += 1
        got.content += content
        got.longest = max(got.longest, len(content))
        got.is_whole = len(content) < got.agreed("blksize", tftp.BLOCK)
        return True

    @property
    def is_over(self) -> bool:
        """Nothing more is wanted, or to be had."""
        got = self.got
        if got.is_whole or got.error is not None or got.refused is not None:
            return True
        # Of a server without options there is no OACK to stop at.
        answered = got.oack is not None or got.blocks > 0
        return answered and got.blocks >= self.most


@dataclass(slots=True)
class _Window:
    """What is enough: what calls for an answer, a whole window of blocks, or anything else."""

    reader: _Reader
    blocks: int = 0

    def __call__(self, fresh: Sequence[Reaction]) -> bool:
        got = self.reader.got
        for one in fresh:
            if not isinstance(one, Heard):
                return True
            if one.datagram.destination_port == self.reader.local:
                data = one.datagram.payload
                short = len(data) - 4 < got.agreed("blksize", tftp.BLOCK)
                if data[:2] != b"\0\3" or short:
                    return True
                self.blocks += 1
        return self.blocks >= got.agreed("windowsize", 1)


def read(
    station: Correspondent, server: IPv4Address, name: bytes, options: Options = (), most: int = 2
) -> Script[Fetched]:
    """Ask for a file, take about `most` blocks of it, and break off.

    With `most` 0 the transfer ends at the OACK, as of a client that asks for the size.
    """
    reader = _Reader(server, station.port(), most)
    asked = tuple((key.encode(), value.encode()) for key, value in options)
    say, port = tftp.build(tftp.Request(name, asked)), tftp.PORT
    while not reader.is_over:
        send = Send(Datagram(reader.local, port, say), server)
        heard = yield Turn((send,), station.patience / 2, _Window(reader))
        if reader.take(heard):
            say, port = tftp.build(tftp.Ack(reader.got.blocks & 0xFFFF)), reader.got.port
            continue
        reader.got.repeats += 1
        if reader.got.repeats > 1:
            break
    yield from _end(reader)
    return reader.got


def _end(reader: _Reader) -> Script[None]:
    """Acknowledge the end of a whole file; break off any other transfer."""
    got = reader.got
    if not got.is_answered or got.error is not None:
        return
    last = tftp.Ack(got.blocks & 0xFFFF) if got.is_whole else _ENDED
    yield Turn((Send(Datagram(reader.local, got.port, tftp.build(last)), reader.server),), 0.02)
