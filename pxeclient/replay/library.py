"""The boot files that a capture shows, put together again to be served to other firmwares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.practice.model import FileSpec, Server, Tftp
from pxeclient.practice.scenario import Scenario
from pxeclient.replay.datagrams import datagram
from pxeclient.replay.scene import Heard, Said, Scene
from pxeclient.wire import tftp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError

_OPTIONS = ("blksize", "tsize", "timeout", "windowsize")


@dataclass(slots=True)
class Seen:
    """What a capture shows of one file of one server."""

    server: IPv4Address
    name: bytes
    blocks: list[bytes] = field(default_factory=list)
    """Of the transfer that got furthest."""
    is_whole: bool = False
    error: tftp.Error | None = None
    answered: bool = False
    refused: frozenset[str] = frozenset()
    """Options that were asked for and not acknowledged."""
    most_block: int = 65464
    """The longest block that the server agreed to, if it agreed to less than was asked."""

    @property
    def missing(self) -> str:
        """Why the file cannot be served; empty if it can, or if the capture shows that not."""
        if self.is_whole or self.error is not None or not self.answered:
            return ""
        return f"the capture has only the first {sum(map(len, self.blocks))} octets of it"

    def script(self) -> Tftp:
        """A TFTP server that does with this file as the recorded one did."""
        if self.is_whole:
            files = {self.name.decode("latin-1"): FileSpec(content=b"".join(self.blocks))}
            kept = tuple(name for name in _OPTIONS if name not in self.refused)
            return Tftp(files=files, options=kept, max_blksize=self.most_block)
        if self.error is not None:
            text = self.error.message.decode("latin-1")
            return Tftp(error=(self.error.code, text))
        return Tftp(silent=True)


@dataclass(slots=True)
class _Transfer:
    """One transfer as it goes on."""

    file: Seen
    asked: tuple[tuple[bytes, bytes], ...]
    block_size: int = tftp.BLOCK
    blocks: list[bytes] = field(default_factory=list)
    is_whole: bool = False

    def heard(self, message: tftp.Message) -> None:
        """The server says something."""
        file = self.file
        match message:
            case tftp.OptionAck() as answer:
                self._agreed(answer)
            case tftp.Error() if not file.is_whole and not self.blocks and not file.blocks:
                # An error to a request with options may only mean the options.
                file.error = message
            case tftp.Data(block, content):
                if not self.blocks and not file.answered:
                    file.refused = frozenset(_name(name) for name, _ in self.asked)
                self._data(block, content)
            case _:
                return
        file.answered = True

    def _agreed(self, answer: tftp.OptionAck) -> None:
        granted = {_name(name): value for name, value in answer.options}
        wanted = {_name(name): value for name, value in self.asked}
        self.file.refused |= frozenset(wanted) - frozenset(granted)
        size = granted.get("blksize", b"")
        if size.isdigit() and 8 <= int(size) <= 65464:
            self.block_size = int(size)
            most = wanted.get("blksize", b"")
            if most.isdigit() and int(size) < int(most):
                self.file.most_block = int(size)

    def _data(self, block: int, content: bytes) -> None:
        if self.is_whole or block != (len(self.blocks) + 1) & 0xFFFF:
            return
        self.blocks.append(content)
        self.is_whole = len(content) < self.block_size
        if self.is_whole or len(self.blocks) > len(self.file.blocks):
            self.file.blocks, self.file.is_whole = self.blocks, self.is_whole
            self.file.error = None


def _name(option: bytes) -> str:
    return option.decode("latin-1").lower()


class Library:
    """All files of a recording, and a practice host for each TFTP server."""

    def __init__(self, scene: Scene) -> None:
        self._files: dict[tuple[IPv4Address, bytes], Seen] = {}
        transfers: dict[int, _Transfer] = {}
        order: Iterable[Said | Heard] = sorted(
            (*scene.said, *scene.heard), key=lambda frame: frame.number
        )
        for frame in order:
            self._read(frame, transfers)

    def _read(self, frame: Said | Heard, transfers: dict[int, _Transfer]) -> None:
        try:
            found = datagram(frame.data)
            message = None if found is None else tftp.parse(found.payload)
        except WireError:
            return
        if found is None or message is None:
            return
        if isinstance(frame, Heard):
            if found.port in transfers:
                transfers[found.port].heard(message)
        elif isinstance(message, tftp.Request):
            key = found.destination, message.filename
            seen = self._files.setdefault(key, Seen(*key))
            transfers[found.source_port] = _Transfer(seen, message.options)

    def file(self, server: IPv4Address, name: bytes) -> Seen | None:
        """What is known of that file; None if nobody ever asked for it."""
        return self._files.get((server, name))

    def host(self, server: IPv4Address, mac: Mac, name: bytes) -> Scenario:
        """A network on which that host serves that file as it did in the recording."""
        tftp_script = self._files[server, name].script()
        return Scenario(
            name="recorded",
            servers=(Server(name="tftp", ip=server, mac=mac, no_arp=True, tftp=tftp_script),),
        )
