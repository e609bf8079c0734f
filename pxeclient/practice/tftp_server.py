"""The TFTP side of a host: requests, option negotiation, and who has which transfer."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from pxeclient.practice import boot_files
from pxeclient.practice.boot_files import BootFile, Kind
from pxeclient.practice.model import FileSpec, Tftp
from pxeclient.practice.schedule import Schedule
from pxeclient.practice.transfer import Agreement, Delivery
from pxeclient.wire import tftp as wire
from pxeclient.wire.errors import WireError
from pxeclient.wire.onestep import Peer


class Transmit(Protocol):
    """Sends a UDP payload to a peer, from that source port, at that time."""

    def __call__(
        self, to: Peer, source_port: int, payload: bytes, at: float, summed: int | None = None
    ) -> None:
        """`summed` is the payload's `word_sum`, if that is known."""
        ...


FIRST_PORT = 50001
"""Transfers have ports (TIDs) of their own, from here up."""
MOST = 64
"""Transfers at once; further requests are lost, so a flood costs bounded memory."""

_DATA, _ACK, _HEAD = 3 << 16, 4, 4
"""The words before a block's content, its number in the lower one; the operation of an ACK; the
octets of both."""

_LIMITS = {b"blksize": (8, 65464), b"windowsize": (1, 65535), b"timeout": (1, 255)}
"""RFC 2348 §2, RFC 7440 §3, RFC 2349 §2: values outside are not acknowledged."""


class TftpServer:
    """Serves files by one server's script."""

    def __init__(self, script: Tftp, kind: Kind, schedule: Schedule, transmit: Transmit) -> None:
        self._script, self._kind = script, kind
        self._schedule, self._transmit = schedule, transmit
        self._accepted = _accepted(script.options, script.only_opts)
        self._transfers: dict[int, tuple[Peer, Delivery]] = {}
        self._next_port = FIRST_PORT

    def requested(self, client: Peer, payload: bytes, now: float) -> None:
        """A packet came to port 69."""
        request = _read(payload)
        if self._script.silent or not isinstance(request, wire.Request):
            return
        self._forget_ended()
        if len(self._transfers) >= MOST or self._is_repeat(client):
            return
        port = self._take_port()
        refused = self._refusal(request)
        if refused is not None:
            self._emit(client, port, refused, now)
            return
        spec = self._file(request.filename)
        assert spec is not None
        agreed, file = negotiate(request.options, self._script, spec, self._kind, self._accepted)

        def block(number: int, octets: bytes, at: float) -> None:
            head = _DATA + number
            payload = head.to_bytes(_HEAD, "big") + octets
            summed = head + file.sum(octets)
            for _ in range(copies):
                self._transmit(client, port, payload, at, summed)

        copies = 2 if self._script.dup else 1
        transfer = Delivery(
            self._script,
            file,
            agreed,
            lambda packet, at: self._emit(client, port, packet, at),
            block,
        )
        self._transfers[port] = (client, transfer)
        transfer.start(now)
        self._schedule.watch(transfer)

    def continued(self, client: Peer, port: int, payload: bytes, now: float) -> bool:
        """A packet came to another port; False when that port is closed."""
        peer, transfer = self._transfers.get(port, (None, None))
        if transfer is None:
            return False
        if peer == client:
            if len(payload) == _HEAD and payload[1] == _ACK and payload[0] == 0:  # nearly all
                transfer.acknowledged(payload[2] << 8 | payload[3], now)
                return True
            match _read(payload):
                case wire.Ack(block):
                    transfer.acknowledged(block, now)
                case wire.Error():
                    transfer.end()
                case _:
                    pass
        return True

    def _refusal(self, request: wire.Request) -> wire.Error | None:
        is_there = self._file(request.filename) is not None
        return refusal(request, self._script.error, is_there)

    def _file(self, name: bytes) -> FileSpec | None:
        files = self._script.files
        return files.get(name.decode("latin-1"), files.get("*"))

    def _is_repeat(self, client: Peer) -> bool:
        """The client repeats an RRQ that is being answered: it has not yet seen our packet."""
        return any(peer == client for peer, _ in self._transfers.values())

    def _forget_ended(self) -> None:
        # Not sooner: a late repeat of the last ACK must not find its port closed.
        for port in [p for p, (_, t) in self._transfers.items() if t.wake_at is None]:
            del self._transfers[port]

    def _take_port(self) -> int:
        while True:
            port = self._next_port
            self._next_port = port + 1 if port < 0xFFFF else FIRST_PORT
            if port not in self._transfers:
                return port

    def _emit(self, client: Peer, port: int, packet: wire.Message, at: float) -> None:
        payload = wire.build(packet)
        for _ in range(2 if self._script.dup else 1):
            self._transmit(client, port, payload, at)


def refusal(
    request: wire.Request, error: tuple[int, str] | None, is_there: bool
) -> wire.Error | None:
    """Why a request is refused, if it is: by the script, or because it cannot be met."""
    if error is not None:
        code, text = error
        return wire.Error(code, text.encode())
    if request.write:
        return wire.Error(wire.ACCESS_VIOLATION, b"Access violation")
    return None if is_there else wire.Error(wire.FILE_NOT_FOUND, b"File not found")


@lru_cache(maxsize=256)
def _accepted(options: tuple[str, ...], only: tuple[str, ...] | None) -> frozenset[bytes]:
    """The names of the options that are acknowledged."""
    narrowed = options if only is None else only
    return frozenset(name.lower().encode() for name in options if name in narrowed)


def negotiate(
    requested: tuple[tuple[bytes, bytes], ...],
    script: Tftp,
    spec: FileSpec,
    kind: Kind,
    accepted: frozenset[bytes],
) -> tuple[Agreement, BootFile]:
    """The options that are acknowledged, and the file, whose size may depend on them.

    Options that are unknown, repeated or out of range are left out (RFC 2347).
    """
    values: dict[bytes, int | bytes] = {}
    for raw_name, raw_value in requested:
        name = raw_name.lower()
        value = _value(name, raw_value)
        if name in accepted and name not in values and value is not None:
            values[name] = value
    blksize = _lowered(values, b"blksize", script.max_blksize, wire.BLOCK)
    window = _lowered(values, b"windowsize", script.max_windowsize, 1)
    file = content(spec, kind, blksize)
    if b"tsize" in values:
        values[b"tsize"] = file.size
    for wrong, text in script.oack.items():
        if (name := wrong.lower().encode("latin-1", "replace")) in values:
            values[name] = text.encode("latin-1")
    answers = tuple(
        (name, value if isinstance(value, bytes) else b"%d" % value)
        for name, value in values.items()
    )
    return Agreement(answers, blksize, window), file


def _lowered(values: dict[bytes, int | bytes], name: bytes, most: int, default: int) -> int:
    value = values.get(name)
    if not isinstance(value, int):
        return default
    values[name] = value = min(value, most)
    return value


def _value(name: bytes, raw: bytes) -> int | bytes | None:
    """An option's value as a number if it should be one; None when it cannot be accepted."""
    if name not in _LIMITS:
        return raw
    low, high = _LIMITS[name]
    if not raw.isdigit() or len(raw) > 9:
        return None
    return int(raw) if low <= int(raw) <= high else None


def content(spec: FileSpec, default_kind: Kind, blksize: int) -> BootFile:
    """The file that a scenario describes."""
    kind = Kind(spec.kind) if spec.kind else default_kind
    if spec.text is not None:
        return boot_files.text(spec.text)
    if spec.content is not None:
        return boot_files.exactly(spec.content)
    if spec.junk is not None:
        return boot_files.junk(spec.junk)
    if spec.exact_blocks is not None:
        return boot_files.whole_blocks(kind, spec.exact_blocks * blksize)
    return boot_files.boot_file(kind, spec.size or 0)


def _read(payload: bytes) -> wire.Message | None:
    try:
        return wire.parse(payload)
    except WireError:
        return None
