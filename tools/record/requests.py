"""Which transfer or HTTP answer a frame belongs to."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from pxeclient.wire import tftp
from pxeclient.wire.errors import WireError
from tools.record import tcp
from tools.record.layers import Layers

_REQUEST = re.compile(rb"(GET|HEAD) (\S+) HTTP")
_ETHERNET = 14


@dataclass(slots=True)
class Transfers:
    """The TFTP transfers of a capture, by the machine's port."""

    _by_port: dict[int, tuple[int, str]] = field(default_factory=dict)

    def of(self, frame: Layers) -> tuple[int, str] | None:
        """The transfer that a DATA or ACK belongs to: its RRQ's number, and the file's name."""
        if not frame.is_udp or len(frame.payload) < 4:
            return None
        port = frame.source_port if frame.ours else frame.port
        try:
            message = tftp.parse(frame.payload)
        except WireError:
            return None
        if isinstance(message, tftp.Request):
            if frame.ours and frame.port == tftp.PORT:
                self._by_port[port] = frame.number, message.filename.decode("latin-1")
            return None
        return self._by_port.get(port) if isinstance(message, tftp.Data | tftp.Ack) else None


@dataclass(slots=True)
class _Connection:
    """One HTTP connection."""

    is_program: bool = False
    """What was asked for last is a program."""
    body: int | None = None
    """The sequence number at which the answer's body begins."""


@dataclass(slots=True)
class Bodies:
    """The bodies of HTTP answers over IPv4."""

    paths: Set[str]
    """What is looked for."""
    kept: int
    """Octets at a body's beginning that do not count."""
    _by_ends: dict[tuple[str, int], _Connection] = field(default_factory=dict)

    def late(self, frame: Layers, octets: bytes) -> int | None:
        """Where in a frame the late part of such a body begins; None if it has none."""
        segment = tcp.parse(frame.payload)
        if segment is None or not segment.data:
            return None
        server = frame.destination if frame.ours else frame.source
        port = segment.source_port if frame.ours else segment.port
        connection = self._by_ends.setdefault((str(server), port), _Connection())
        if frame.ours:
            if asked := _REQUEST.match(segment.data):
                method, path = asked.groups()
                connection.is_program = method == b"GET" and path.decode("latin-1") in self.paths
                connection.body = None
            return None
        return self._late(connection, segment, octets) if connection.is_program else None

    def _late(self, connection: _Connection, segment: tcp.Segment, octets: bytes) -> int | None:
        if connection.body is None and b"\r\n\r\n" in segment.data:
            connection.body = segment.sequence + segment.data.index(b"\r\n\r\n") + 4
        if connection.body is None:
            return None
        into = max(0, connection.body + self.kept - segment.sequence)
        if into >= len(segment.data):
            return None
        header = _ETHERNET + (octets[_ETHERNET] & 15) * 4
        return header + 20 + len(segment.options) + into
