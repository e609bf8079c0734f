"""TFTP transfers of a client, from the read request to the last block, as far as recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.explain.decode import Seen
from pxeclient.explain.stations import Turn
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.errors import WireError

_ACK, _CONTENT = (b"\0\4",), (b"\0\3", b"\0\5", b"\0\6")
"""How packets of a transfer begin: the client's ACK; the server's DATA, ERROR and OACK."""
_DHCP_PORTS = (dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.PROXY_PORT)


@dataclass(slots=True)
class Transfer:
    """One read request and what came of it."""

    request: tftp.Request
    server: IPv4Address
    server_port: int
    """That the request went to."""
    local_port: int
    asked: list[Turn]
    """The read requests: more than one if it was repeated from the same port."""
    is_request_cut: bool = False
    """The end of the request was not recorded: the file name or the options are not all there."""
    answers: int = 0
    """Packets from the server."""
    last: float = 0.0
    """When the last packet of it went, either way."""
    last_number: int = 0
    options: tftp.OptionAck | None = None
    blocks: dict[int, bytes] = field(default_factory=dict)
    """Content by absolute number; what wraps at 65535 is counted on."""
    sizes: dict[int, int] = field(default_factory=dict)
    """Octets of each block on the wire."""
    final: int | None = None
    """The number of the short block that ends the file."""
    is_acknowledged: bool = False
    """The client acknowledged that block."""
    refused: tftp.Error | None = None
    """The server's ERROR."""
    ended_by_client: tftp.Error | None = None
    """The client's ERROR."""
    is_contradictory: bool = False
    """A block came twice with different content."""
    is_cut: bool = False
    """Blocks were cut when they were recorded."""
    acknowledged: int = 0
    """The last block that the client acknowledged, absolutely."""
    newest: int = 0
    """The highest block that came, absolutely."""

    @property
    def is_whole(self) -> bool:
        """The client has acknowledged the end of the file."""
        return self.final is not None and self.is_acknowledged

    @property
    def block_size(self) -> int:
        """As agreed."""
        size = self.options.get(b"blksize") if self.options else None
        return int(size) if size and size.isdigit() and len(size) < 6 else tftp.BLOCK

    @property
    def announced(self) -> int | None:
        """The size that the server announced (tsize)."""
        size = self.options.get(b"tsize") if self.options else None
        return int(size) if size and size.isdigit() and len(size) < 20 else None

    @property
    def missing(self) -> int:
        """Blocks up to the last that the capture lacks."""
        return (self.final or 0) - len([at for at in self.sizes if at <= (self.final or 0)])

    @property
    def size(self) -> int | None:
        """Octets of the file, if the last block shows it."""
        if self.final is None:
            return None
        if not self.missing:
            return sum(size for at, size in self.sizes.items() if at <= self.final)
        full = {size for at, size in self.sizes.items() if at < self.final}
        # Without the OACK, only the blocks themselves tell how long one is.
        if full != {self.block_size}:
            return None
        return (self.final - 1) * self.block_size + self.sizes[self.final]

    @property
    def content(self) -> bytes | None:
        """The file, if every octet of it was recorded."""
        if not self.is_whole or self.missing or self.is_cut or self.is_contradictory:
            return None
        return b"".join(self.blocks[at] for at in range(1, (self.final or 0) + 1))

    @property
    def sha256(self) -> str | None:
        """Of the content, if it is all there."""
        content = self.content
        return None if content is None else hashlib.sha256(content).hexdigest()

    @property
    def is_probe(self) -> bool:
        """The client opened it only for the answer to its options, and ended it with an ERROR."""
        return self.ended_by_client is not None and self.options is not None and not self.sizes


def transfers(turns: Iterable[Turn]) -> list[Transfer]:
    """The transfers among a client's frames, in the order of their requests."""
    found: list[Transfer] = []
    open_at: dict[int, Transfer] = {}
    for turn in turns:
        seen = turn.seen
        if not seen.is_udp or seen.port in _DHCP_PORTS or seen.source_port in _DHCP_PORTS:
            continue
        local = seen.source_port if turn.ours else seen.port
        if turn.ours and (request := _request(seen)) is not None:
            known = open_at.get(local)
            if known is not None and known.request == request and not known.answers:
                known.asked.append(turn)
                known.last, known.last_number = turn.at, turn.number
                continue
            open_at[local] = Transfer(request, seen.destination, seen.port, local, [turn])
            open_at[local].is_request_cut = seen.is_cut
            open_at[local].last, open_at[local].last_number = turn.at, turn.number
            found.append(open_at[local])
        elif local in open_at:
            _follow(open_at[local], turn)
    return found


def loose(turns: Iterable[Turn]) -> Turn | None:
    """The first packet of a transfer whose read request is not there."""
    requested: set[int] = set()
    for turn in turns:
        seen = turn.seen
        if not seen.is_udp or seen.port in _DHCP_PORTS or seen.source_port in _DHCP_PORTS:
            continue
        local = seen.source_port if turn.ours else seen.port
        if turn.ours and _request(seen) is not None:
            requested.add(local)
        elif local not in requested and seen.payload[:2] in (_ACK if turn.ours else _CONTENT):
            return turn
    return None


def _request(seen: Seen) -> tftp.Request | None:
    """A read request; of one that was cut, as much as there is."""
    if seen.payload[:2] != b"\0\1":
        return None
    if seen.is_cut:
        name, _, rest = seen.payload[2:].partition(b"\0")
        fields = rest.split(b"\0")
        whole = fields[1:-1] if len(fields) % 2 == 0 else fields[1:-2]
        pairs = tuple(zip(whole[::2], whole[1::2], strict=False))
        return tftp.Request(name, pairs, fields[0])
    try:
        message = tftp.parse(seen.payload)
    except WireError:
        return None
    is_read = isinstance(message, tftp.Request) and not message.write
    return message if is_read and isinstance(message, tftp.Request) else None


def _follow(transfer: Transfer, turn: Turn) -> None:
    try:
        message = tftp.parse(turn.seen.payload)
    except WireError:
        return
    if not turn.ours and turn.seen.source != transfer.server and transfer.answers:
        # A stranger's packet is no part of it.
        return
    transfer.last, transfer.last_number = turn.at, turn.number
    if not turn.ours:
        transfer.answers += 1
    match message:
        case tftp.Data(block, content) if not turn.ours:
            _block(transfer, block, content, turn.seen)
        case tftp.OptionAck() if not turn.ours and transfer.options is None:
            transfer.options = message
        case tftp.Error() if turn.ours:
            transfer.ended_by_client = transfer.ended_by_client or message
        case tftp.Error():
            transfer.refused = transfer.refused or message
        case tftp.Ack(block) if turn.ours:
            transfer.acknowledged = _absolute(block, transfer.acknowledged)
            if transfer.final is not None and transfer.acknowledged == transfer.final:
                transfer.is_acknowledged = True
        case _:
            pass


def _block(transfer: Transfer, block: int, content: bytes, seen: Seen) -> None:
    size = seen.size - 4
    at = _absolute(block, transfer.newest)
    if at < 1:
        return
    transfer.newest = max(transfer.newest, at)
    known = transfer.blocks.get(at)
    if known is not None and known != content:
        transfer.is_contradictory = True
    transfer.blocks.setdefault(at, content)
    transfer.sizes.setdefault(at, size)
    transfer.is_cut = transfer.is_cut or seen.is_cut
    if size < transfer.block_size and transfer.final is None:
        transfer.final = at


def _absolute(block: int, near: int) -> int:
    """The count that a 16-bit block number stands for, next to one that is known."""
    ahead = (block - near) & 0xFFFF
    return near + (ahead if ahead < 0x8000 else ahead - 0x10000)
