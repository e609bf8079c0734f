"""One TFTP transfer as a third party sees it, from the read request to the last block.

It is neither the engine's download (`boot`), which knows what it wants, nor a server's
(`practice`): it is what can be told of both.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from pxeclient.seen.frame import Address, Endpoint, Frame
from pxeclient.seen.ranges import Ranges
from pxeclient.seen.said import Udp
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_OPCODE = 2
"""Octets at the beginning of a TFTP packet that say what it is (RFC 1350 §5)."""


@dataclass(slots=True, eq=False)
class Transfer:
    """One read request, its repeats, and what came of it."""

    request: tftp.Request
    server: Address
    """Who was asked."""
    server_port: int
    """That the request went to."""
    local_port: int
    """The client's."""
    asked: list[Frame]
    """The read requests: more than one if it was repeated from the same port."""
    is_kept: bool = True
    """The frames and the content are kept; else only what is counted."""
    peer: Address | None = None
    """Who answered: a host other than `server` only as long as that one is silent."""
    packets: list[Frame] = field(default_factory=list)
    """All but the requests, of the client and `peer`, in order."""
    peer_port: int | None = None
    """The server's port (transfer identifier) that the client goes on with; None until it says."""
    strangers: list[Frame] = field(default_factory=list)
    """What came to the client's port from any host but the one that was asked, or from another
    port of it than the client has answered to; and what the client said to such a one."""
    unread: list[Frame] = field(default_factory=list)
    """What came to the client's port and is no TFTP packet."""
    untold: list[Frame] = field(default_factory=list)
    """Packets of it, either way, of which nothing was recorded but that they went."""
    heard: int = 0
    """Packets from `peer`."""
    last: float = 0.0
    """When the last packet of it went, either way."""
    last_number: int = 0
    """That packet's frame."""
    options: tftp.OptionAck | None = None
    """The options that `peer` agreed to, if it did."""
    blocks: dict[int, tftp.Data] = field(default_factory=dict)
    """By absolute number; what wraps at 65535 is counted on."""
    seen: Ranges = field(default_factory=Ranges)
    """The absolute numbers of the blocks that came."""
    octets: int = 0
    """Of these blocks, on the wire, repeats left out."""
    lengths: set[int] = field(default_factory=set)
    """How long blocks before the last were; more than one length is odd."""
    final: int | None = None
    """The number of the short block that ends the file."""
    final_size: int = 0
    refusal: Frame | None = None
    """The first ERROR of `peer`."""
    ending: Frame | None = None
    """The client's first ERROR."""
    is_acknowledged: bool = False
    """The client acknowledged the last block."""
    is_contradictory: bool = False
    """A block came twice with different content."""
    is_cut: bool = False
    """Blocks were cut when they were recorded."""
    acknowledged: int = 0
    """The last block that the client acknowledged, absolutely."""
    newest: int = 0
    """The highest block that came, absolutely."""

    # --- the dialogue ----------------------------------------------------------------------
    @property
    def name(self) -> str:
        """The file that was asked for, safe to show."""
        return printable(self.request.filename)

    @property
    def is_request_cut(self) -> bool:
        """The end of the request was not recorded: file name or options are not all there."""
        return self.asked[0].is_cut

    @property
    def answers(self) -> list[Frame]:
        """What the one that was asked said."""
        return [] if self.is_elsewhere else [one for one in self.packets if not one.ours]

    @property
    def oack(self) -> tftp.OptionAck | None:
        """The options that the one that was asked agreed to, if it did."""
        return None if self.is_elsewhere else self.options

    @property
    def error(self) -> Frame | None:
        """The ERROR of the one that was asked."""
        return None if self.is_elsewhere else self.refusal

    @property
    def is_short(self) -> bool:
        """A short block came from it, and none after: the server takes the file to be sent."""
        blocks = [one.said for one in self.answers if isinstance(one.said, tftp.Data)]
        return bool(blocks) and len(blocks[-1].content) < self.block_size

    @property
    def is_elsewhere(self) -> bool:
        """Only another host than the one that was asked has answered."""
        return self.peer is not None and self.peer != self.server

    @property
    def refused(self) -> tftp.Error | None:
        """What `peer` refused it with."""
        return _error(self.refusal)

    @property
    def ended_by_client(self) -> tftp.Error | None:
        """The client's ERROR; asking only for the size is such a case."""
        return _error(self.ending)

    @property
    def is_probe(self) -> bool:
        """The client opened it only for the answer to its options, and ended it with an ERROR."""
        return self.ending is not None and self.options is not None and not self.seen.count

    def wanted(self, name: bytes) -> bool:
        """The request has that option."""
        return any(key.lower() == name for key, _ in self.request.options)

    def agreed(self, name: bytes, most_digits: int = 9) -> int | None:
        """An option's value in the OACK; None if it is not there, or no number."""
        value = self.options.get(name) if self.options else None
        return int(value) if value and value.isdigit() and len(value) <= most_digits else None

    # --- the file --------------------------------------------------------------------------
    @property
    def block_size(self) -> int:
        """As agreed."""
        return self.agreed(b"blksize", 5) or tftp.BLOCK

    @property
    def announced(self) -> int | None:
        """The size that the server announced (tsize)."""
        return self.agreed(b"tsize", 19)

    @property
    def is_whole(self) -> bool:
        """The client has acknowledged the end of the file."""
        return self.final is not None and self.is_acknowledged

    @property
    def missing(self) -> int:
        """Blocks up to the last that were not seen."""
        return 0 if self.final is None else self.final - self.seen.up_to(self.final)

    @property
    def size(self) -> int | None:
        """Octets of the file, if the last block shows it."""
        if self.final is None:
            return None
        if not self.missing:
            return self.octets
        # Without the OACK, only the blocks themselves tell how long one is.
        if self.lengths != {self.block_size}:
            return None
        return (self.final - 1) * self.block_size + self.final_size

    @property
    def content(self) -> bytes | None:
        """The file, if every octet of it was recorded and kept."""
        if not self.is_kept or not self.is_whole or self.missing:
            return None
        if self.is_cut or self.is_contradictory:
            return None
        return b"".join(self.blocks[at].content for at in range(1, (self.final or 0) + 1))

    @property
    def beginning(self) -> bytes:
        """The file as far as it was recorded without a gap; empty where that is contradictory."""
        if not self.is_kept or self.is_contradictory:
            return b""
        found = []
        for at in range(1, len(self.blocks) + 1):
            if at not in self.blocks:
                break
            found.append(self.blocks[at].content)
            if self.is_cut:
                break  # What was cut when it was recorded leaves a gap behind it.
        return b"".join(found)

    @property
    def sha256(self) -> str | None:
        """Of the content, if it is all there."""
        content = self.content
        return None if content is None else hashlib.sha256(content).hexdigest()

    # --- following it ----------------------------------------------------------------------
    def repeats(self, request: tftp.Request) -> bool:
        """A request from the same port is this one again: the one asked has not answered it."""
        return self.request == request and (self.peer is None or self.is_elsewhere)

    def follow(self, frame: Frame) -> None:
        """Take note of a packet to or from the client's port."""
        if isinstance(frame.said, Udp):
            if frame.is_cut and len(frame.payload) < _OPCODE:
                self._keep(self.untold, frame)
                self.last, self.last_number = frame.at, frame.number
            elif not frame.ours:
                self._keep(self.unread, frame)
            return
        other = frame.destination if frame.ours else frame.source
        message = frame.tftp
        if other is None or message is None:
            return
        if other.address != self.server:
            self._keep(self.strangers, frame)
        if frame.ours and other.address not in (self.peer, self.server):
            return
        if not frame.ours and not self._is_peer(other.address):
            return
        if not self._is_agreed(frame, message, other):
            if other.address == self.server:
                self._keep(self.strangers, frame)
            return
        self._keep(self.packets, frame)
        self.last, self.last_number = frame.at, frame.number
        self._note(frame, message)

    def _is_agreed(self, frame: Frame, message: tftp.Message, other: Endpoint) -> bool:
        """It is of the port that the client has answered to (RFC 1350 §4).

        Which that is, the client tells by any answer but an ERROR: with that it turns a stranger
        away. Where its answers were not recorded, all ports count.
        """
        if frame.ours and not isinstance(message, tftp.Error):
            self.peer_port = other.port
        return self.peer_port in (None, other.port)

    def _is_peer(self, address: Address) -> bool:
        """What it says is followed: the first that speaks, but above all the one asked."""
        if self.peer is None or (address == self.server and self.is_elsewhere):
            self._forget()
            self.peer = address
        return self.peer == address

    def _forget(self) -> None:
        """The one that was asked speaks up: what a stranger said is no part of the file."""
        self.packets, self.heard = [one for one in self.packets if one.ours], 0
        self.peer_port = None
        self.options, self.refusal, self.final = None, None, None
        self.blocks, self.seen, self.octets, self.lengths = {}, Ranges(), 0, set()
        self.newest = self.acknowledged = 0

    def _keep(self, where: list[Frame], frame: Frame) -> None:
        if self.is_kept:
            where.append(frame)

    def _note(self, frame: Frame, message: tftp.Message) -> None:
        if not frame.ours:
            self.heard += 1
        match message:
            case tftp.Data(block) if not frame.ours:
                self._block(_absolute(block, self.newest), message, frame)
            case tftp.OptionAck() if not frame.ours and self.options is None:
                self.options = message
            case tftp.Error() if frame.ours:
                self.ending = self.ending or frame
            case tftp.Error():
                self.refusal = self.refusal or frame
            case tftp.Ack(block) if frame.ours:
                self.acknowledged = _absolute(block, self.acknowledged)
                if self.final is not None and self.acknowledged == self.final:
                    self.is_acknowledged = True
            case _:
                pass

    def _block(self, at: int, block: tftp.Data, frame: Frame) -> None:
        if at < 1:
            return
        self.newest = max(self.newest, at)
        self.is_cut = self.is_cut or frame.is_cut
        size = frame.size - 4
        if self.is_kept:
            first = self.blocks.setdefault(at, block)
            self.is_contradictory |= first is not block and first.content != block.content
        if not self.seen.add(at):
            return
        if self.final is None and size < self.block_size:
            self.final, self.final_size = at, size
        elif self.final is None or at < self.final:
            self.lengths.add(size)
        if self.final is None or at <= self.final:
            self.octets += size


def _error(frame: Frame | None) -> tftp.Error | None:
    return frame.said if frame is not None and isinstance(frame.said, tftp.Error) else None


def _absolute(block: int, near: int) -> int:
    """The count that a 16-bit block number stands for, next to one that is known."""
    ahead = (block - near) & 0xFFFF
    return near + (ahead if ahead < 0x8000 else ahead - 0x10000)
