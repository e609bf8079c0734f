"""The boot files that a capture shows, put together again to be served to other firmwares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address

from pxeclient.practice.model import FileSpec, Server, Tftp
from pxeclient.practice.oddities import Carriage
from pxeclient.practice.scenario import Scenario
from pxeclient.replay.frames import ends, wire_of
from pxeclient.replay.play import Heard, Play, Said
from pxeclient.seen.exchanges import Question
from pxeclient.seen.frame import Address
from pxeclient.wire import tftp
from pxeclient.wire.addresses import Mac

_OPTIONS = ("blksize", "tsize", "timeout", "windowsize")
_WHATEVER_OPTIONS = (tftp.FILE_NOT_FOUND, tftp.ACCESS_VIOLATION)
"""ERROR codes that are about the file, not about how it was asked for."""


@dataclass(slots=True)
class File:
    """What a capture shows of one file of one server."""

    server: IPv4Address
    name: bytes
    requests: list[tftp.Request] = field(default_factory=list)
    """As the recorded client worded them."""
    number: int = 0
    """The frame of the first of them."""
    answered_in: int = 0
    """The frame of the server's latest packet that told something of it; 0 if there is none."""
    blocks: list[bytes] = field(default_factory=list)
    """Of the transfer that got furthest."""
    is_whole: bool = False
    error: tftp.Error | None = None
    """The server's latest."""
    answered: bool = False
    refused: frozenset[str] = frozenset()
    """Options that were asked for and not acknowledged."""
    most_block: int = 65464
    """The longest block that the server agreed to, if it agreed to less than was asked."""
    wire: Carriage = field(default_factory=Carriage)
    """How its packets went."""
    ended: set[int] = field(default_factory=set)
    """The frames of those requests whose transfer was ended by an ERROR, whoever sent it."""

    @property
    def missing(self) -> str:
        """Why another request for it than the recorded ones has no known answer; or empty."""
        if self.is_whole:
            return "the recorded client's first request for it was refused" if self.error else ""
        if not self.answered:
            return ""
        if self.error is None or self.blocks:
            return f"the capture has only the first {sum(map(len, self.blocks))} octets of it"
        if self.error.code not in _WHATEVER_OPTIONS:
            return "the recorded client, with other options, did not get it"
        return ""

    def is_played(self, number: int) -> bool:
        """Who asks as the recorded client did in that frame gets what that got, and no file.

        The recording shows all that came of it: an ERROR, or nothing at all.
        """
        return not self.answered or number in self.ended

    @property
    def is_sized(self) -> bool:
        """The recorded client asked for its size (RFC 2349)."""
        return any(_name(name) == "tsize" for one in self.requests for name, _ in one.options)

    def script(self) -> Tftp:
        """A TFTP server that does with this file as the recorded one did."""
        if self.is_whole:
            files = {self.name.decode("latin-1"): FileSpec(content=b"".join(self.blocks))}
            kept = tuple(name for name in _OPTIONS if name not in self.refused)
            return Tftp(files=files, options=kept, max_blksize=self.most_block, wire=self.wire)
        if self.error is not None:
            text = self.error.message.decode("latin-1")
            return Tftp(error=(self.error.code, text), wire=self.wire)
        return Tftp(silent=True)


@dataclass(slots=True)
class _Transfer:
    """One transfer as it goes on."""

    file: File
    number: int
    """The frame of its request."""
    asked: tuple[tuple[bytes, bytes], ...]
    block_size: int = tftp.BLOCK
    blocks: list[bytes] = field(default_factory=list)
    is_whole: bool = False

    def heard(self, message: tftp.Message, number: int, wire: Carriage) -> None:
        """The server says something."""
        file = self.file
        match message:
            case tftp.OptionAck() as answer:
                self._agreed(answer)
            case tftp.Error():
                # After some blocks it is no answer to a request, but the end of this transfer.
                file.error = message
                file.ended.add(self.number)
            case tftp.Data(block, content):
                if not self.blocks and not file.answered:
                    file.refused = frozenset(_name(name) for name, _ in self.asked)
                self._data(block, content)
                if wire != Carriage():
                    file.wire = wire
            case _:
                return
        file.answered, file.answered_in = True, number

    def _agreed(self, answer: tftp.OptionAck) -> None:
        granted = {_name(name): value for name, value in answer.options}
        wanted = {_name(name): value for name, value in self.asked}
        self.file.refused |= frozenset(wanted) - frozenset(granted)
        size = _number(granted.get("blksize", b""))
        if size is not None and 8 <= size <= 65464:
            self.block_size = size
            most = _number(wanted.get("blksize", b""))
            if most is not None and size < most:
                self.file.most_block = size

    def _data(self, block: int, content: bytes) -> None:
        if self.is_whole or block != (len(self.blocks) + 1) & 0xFFFF:
            return
        self.blocks.append(content)
        self.is_whole = len(content) < self.block_size
        if self.is_whole or len(self.blocks) > len(self.file.blocks):
            self.file.blocks, self.file.is_whole = self.blocks, self.is_whole


def _name(option: bytes) -> str:
    return option.decode("latin-1").lower()


class Library:
    """All files of a recording, and a practice host for each TFTP server."""

    def __init__(self, play: Play) -> None:
        self._scene = play

    @cached_property
    def _files(self) -> dict[tuple[Address, bytes], File]:
        files: dict[tuple[Address, bytes], File] = {}
        transfers: dict[int, _Transfer] = {}
        order: Iterable[Said | Heard] = sorted(
            (*self._scene.said, *self._scene.heard), key=lambda frame: frame.number
        )
        for frame in order:
            _read(frame, files, transfers)
        return files

    def file(self, asked: Question) -> File | None:
        """What is known of the file that is asked for; None if nobody ever asked for it."""
        if asked.to is None or not isinstance(asked.about, bytes):
            return None
        return self._files.get((asked.to, asked.about))

    def host(self, file: File, mac: Mac) -> Scenario:
        """A network on which a host with that MAC address serves that file as it was recorded."""
        host = Server(name="tftp", ip=file.server, mac=mac, no_arp=True, tftp=file.script())
        return Scenario(name="recorded", servers=(host,))


def _read(
    frame: Said | Heard,
    files: dict[tuple[Address, bytes], File],
    transfers: dict[int, _Transfer],
) -> None:
    """Take note of a frame, if it is of a transfer."""
    way, message = ends(frame.frame), frame.frame.tftp
    if way is None or message is None:
        return
    ours, theirs = way[0].port or 0, way[1].port or 0
    if isinstance(frame, Heard):
        if theirs in transfers:
            transfers[theirs].heard(message, frame.number, wire_of(frame.frame))
    elif isinstance(message, tftp.Request) and isinstance(way[1].address, IPv4Address):
        file = files.setdefault(
            (way[1].address, message.filename),
            File(way[1].address, message.filename, number=frame.number),
        )
        file.requests.append(message)
        transfers[ours] = _Transfer(file, frame.number, message.options)
    elif isinstance(message, tftp.Error) and ours in transfers:
        transfer = transfers[ours]
        transfer.file.ended.add(transfer.number)


def _number(digits: bytes) -> int | None:
    """The number that an option says; None if it says none that fits a field."""
    return int(digits) if digits.isdigit() and len(digits) <= 9 else None
