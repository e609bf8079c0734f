"""A scripted web server: TCP as far as one request at a time needs it, and HTTP/1.1.

It takes segments in their order alone, sends a whole answer at once, and repeats it where the
client repeats its request: enough for a segment on which hardly anything is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.practice.boot_files import Kind
from pxeclient.practice.model import Page, Web
from pxeclient.practice.tftp_server import content
from pxeclient.wire import http, tcp
from pxeclient.wire.errors import WireError
from pxeclient.wire.http import Request, Response
from pxeclient.wire.tcp import Flags, Segment, TcpOption

MOST_OPEN = 256
"""Connections that are remembered."""
_MSS = 1460
_OPTIONS = (TcpOption(tcp.MSS, _MSS.to_bytes(2, "big")),)
_WHOLE = 1 << 32
_REASONS = {
    200: b"OK", 204: b"No Content", 301: b"Moved Permanently", 302: b"Found", 401: b"Unauthorized",
    403: b"Forbidden", 404: b"Not Found", 405: b"Method Not Allowed", 500: b"Server Error",
    501: b"Not Implemented", 503: b"Service Unavailable",
}  # fmt: skip


@dataclass(slots=True)
class _Connection:
    """One client's connection."""

    next: int
    """Our next sequence number."""
    expected: int
    """The client's."""
    asked: bytearray = field(default_factory=bytearray)
    said: list[Segment] = field(default_factory=list)
    """The latest answer."""


class WebServer:
    """One web server."""

    def __init__(self, script: Web, kind: Kind) -> None:
        """Serve as the script says; `kind` as in `PracticeNetwork`."""
        self._script, self._kind = script, kind
        self._open: dict[tuple[IPv4Address, int], _Connection] = {}

    def received(self, client: IPv4Address, segment: Segment) -> Iterator[Segment]:
        """What is answered to a segment."""
        key = client, segment.source_port
        if segment.flags & Flags.RST:
            self._open.pop(key, None)
        elif segment.destination_port != self._script.port:
            yield self._refusal(segment)
        elif segment.flags & Flags.SYN:
            yield self._accept(key, segment)
        elif key not in self._open:
            yield self._refusal(segment)
        elif segment.length:
            yield from self._take(self._open[key], segment)

    def _refusal(self, segment: Segment) -> Segment:
        """RFC 9293 §3.10.7.1."""
        ends = segment.destination_port, segment.source_port
        if segment.flags & Flags.ACK:
            return Segment(*ends, segment.acknowledgement, 0, Flags.RST, 0)
        after = (segment.sequence + segment.length) % _WHOLE
        return Segment(*ends, 0, after, Flags.RST | Flags.ACK, 0)

    def _accept(self, key: tuple[IPv4Address, int], segment: Segment) -> Segment:
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        # Any number will do: equal frames are to get equal answers.
        begins = segment.sequence ^ 0x55555555
        expected = (segment.sequence + 1) % _WHOLE
        self._open[key] = _Connection((begins + 1) % _WHOLE, expected)
        flags = Flags.SYN | Flags.ACK
        ends = segment.destination_port, segment.source_port
        return Segment(*ends, begins, expected, flags, 65535, b"", _OPTIONS)

    def _take(self, one: _Connection, segment: Segment) -> Iterator[Segment]:
        if segment.sequence != one.expected:
            yield self._segment(one, segment, Flags.ACK, b"")
            yield from one.said
            return
        one.expected = (one.expected + segment.length) % _WHOLE
        one.asked += segment.payload
        size = http.head_end(one.asked)
        if not size:
            yield self._segment(one, segment, Flags.ACK, b"")
            return
        head = bytes(one.asked[:size])
        del one.asked[:size]
        one.said = list(self._answer(one, segment, head))
        yield from one.said or [self._segment(one, segment, Flags.ACK, b"")]

    def _answer(self, one: _Connection, segment: Segment, head: bytes) -> Iterator[Segment]:
        try:
            request = http.parse_request(head)
        except WireError:
            request = Request(b"GET", b"")
        pages = self._script.pages
        page = pages.get(request.target.decode("latin-1"), pages.get("*"))
        if page is None:
            page = Page(status=404, type="text/html")
        if page.silent:
            return
        octets = self._octets(request, page)
        for at in range(0, len(octets), _MSS):
            part = octets[at : at + _MSS]
            is_last = at + _MSS >= len(octets)
            yield self._segment(one, segment, Flags.ACK | (Flags.PSH if is_last else 0), part)
        if not page.length:
            yield self._segment(one, segment, Flags.FIN | Flags.ACK, b"")

    def _octets(self, request: Request, page: Page) -> bytes:
        """Head and body."""
        is_head = request.method == b"HEAD"
        status = page.status if not is_head or page.head_status is None else page.head_status
        body = b""
        if status == 200:
            file = content(page.file, self._kind, _MSS)
            body = file.read(0, file.size)
        said = [(b"Content-Type", page.type.encode())] if page.type is not None else []
        if page.location is not None:
            said.append((b"Location", page.location.encode()))
        if page.length:
            said.append((b"Content-Length", b"%d" % len(body)))
        head = http.build(Response(status, _REASONS.get(status, b""), tuple(said)))
        return head if is_head else head + body

    def _segment(
        self, one: _Connection, to: Segment, flags: Flags | int, payload: bytes
    ) -> Segment:
        ends = to.destination_port, to.source_port
        sent = Segment(*ends, one.next, one.expected, Flags(flags), 65535, payload)
        one.next = (one.next + sent.length) % _WHOLE
        return sent
