"""One answer of a web server, read as its octets come.

The head is read by `wire.http`, strictly and leniently where that fails. Where the body ends, h11
says, which knows what servers do: lengths, chunks, trailers, bodies that end with the connection.
What it refuses is odd, and told: of such an answer the head alone counts. Octets that the capture
lacks are made up for h11, and counted as missing.
"""

from __future__ import annotations

import h11

from pxeclient.seen.frame import Frame
from pxeclient.wire import http
from pxeclient.wire.errors import WireError
from pxeclient.wire.http import Response

_FILLER = 65536
"""Octets that are made up at once."""


class Answer:
    """One answer to a request with that method."""

    def __init__(self, method: bytes, most_kept: int) -> None:
        """Read; `most_kept` octets of the body are kept."""
        self.head: Response | None = None
        self.frame: Frame | None = None
        """That completed the head."""
        self.began: Frame | None = None
        """That brought its first octet."""
        self.interim: list[int] = []
        """The statuses of the answers before it that are none yet (RFC 9110 §15.2)."""
        self.oddity = ""
        """What a strict client would refuse; safe to print."""
        self.octets = 0
        """Of the body, on the wire: without what frames it."""
        self.missing = 0
        """Of these, what the capture lacks."""
        self.content = bytearray()
        """The body's octets, zeros for what is missing, as far as it is kept."""
        self.first_missing: int | None = None
        """Where in the body the first octet is that the capture lacks."""
        self.is_whole = False
        """It came to its end."""
        self.is_bare = False
        """It has no body, whatever its head announces."""
        self.is_lost = False
        """What it is cannot be told any more, because the capture lacks some of it."""
        self.is_foreign = False
        """What came is no answer."""
        self._method = method
        self._most_kept = most_kept
        self._buffer = bytearray()
        self._reader: h11.Connection | None = None

    @property
    def is_over(self) -> bool:
        """Nothing more belongs to it."""
        return self.is_whole or self.is_lost or self.is_foreign

    def feed(self, octets: bytes, frame: Frame) -> bytes:
        """Take what comes; what is left after its end."""
        if octets and self.began is None:
            self.began = frame
        if self.head is not None:
            return self._body(octets)
        self._buffer += octets
        while size := http.head_end(self._buffer):
            head = bytes(self._buffer[:size])
            rest = bytes(self._buffer[size:])
            self._buffer.clear()
            found = self._read(head)
            if found is None:
                self.is_foreign = True
                return b""
            if found.is_final:
                self.head, self.frame = found, frame
                self._begin(head)
                return self._body(rest)
            self.interim.append(found.status)
            self._buffer += rest
        if len(self._buffer) > http.MOST_HEAD:
            self.is_foreign = True
            self.oddity = f"HTTP: a head of more than {http.MOST_HEAD} octets"
        return b""

    def skip(self, count: int) -> None:
        """Take note of octets that the capture lacks."""
        if self.head is None:
            self.is_lost = True
            return
        self.missing += count
        if self.first_missing is None:
            self.first_missing = self.octets
        while count > 0 and not self.is_over:
            part = min(count, _FILLER)
            self._body(bytes(part))
            count -= part

    @property
    def is_about_to_begin(self) -> bool:
        """Its head is there, and of its body nothing yet."""
        return self.head is not None and not self.octets and not self.is_over

    def turns_out_bare(self) -> None:
        """It has no body: what follows is another answer, so it was one to a HEAD."""
        self.is_whole, self.is_bare = True, True

    def close(self) -> None:
        """The server has no more to say."""
        if self.head is None and self._buffer:
            self.is_foreign = not http.is_response(self._buffer)
            self.oddity = "HTTP: the connection ends within the answer's head"
        if self.head is not None and not self.is_over:
            self._body(b"", is_end=True)

    # --- reading ---------------------------------------------------------------------------
    def _read(self, head: bytes) -> Response | None:
        try:
            return http.parse_response(head)
        except WireError as error:
            self.oddity = self.oddity or str(error)
            return http.lenient_response(head)

    def _begin(self, head: bytes) -> None:
        """Have h11 read the body, as the client that asked would."""
        reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=http.MOST_HEAD)
        # What was asked for in which words is of no account to where the answer ends.
        method = self._method if self._method in (b"HEAD", b"CONNECT") else b"GET"
        reader.send(h11.Request(method=method, target="/", headers=[("Host", "x")]))
        reader.send(h11.EndOfMessage())
        try:
            reader.receive_data(head)
            event = reader.next_event()
        except h11.RemoteProtocolError as error:
            self._odd(error)
            return
        if isinstance(event, h11.Response):
            self._reader = reader

    def _body(self, octets: bytes, is_end: bool = False) -> bytes:
        """Take octets of the body; what is left after its end."""
        if self._reader is None and self.head is not None and self.head.is_chunked:
            return b""  # Where a chunk begins nobody knows.
        if self._reader is None:
            self._take(octets)
            self.is_whole = self._is_enough
            return b""
        try:
            if octets or is_end:
                self._reader.receive_data(octets)
            return self._events(self._reader)
        except h11.RemoteProtocolError as error:
            if is_end:
                return b""  # It ends before its end; whoever asks sees that it is not whole.
            self._odd(error)
            return b""

    def _events(self, reader: h11.Connection) -> bytes:
        while True:
            event = reader.next_event()
            match event:
                case h11.Data():
                    self._take(bytes(event.data))
                case h11.EndOfMessage():
                    self.is_whole = True
                    return bytes(reader.trailing_data[0])
                case _:
                    return b""

    @property
    def _is_enough(self) -> bool:
        """Of an answer that h11 refuses: all came that its head announces."""
        length = self.head.content_length if self.head is not None else None
        return self._method == b"HEAD" or (length is not None and self.octets >= length)

    def _take(self, octets: bytes) -> None:
        self.octets += len(octets)
        self.content += octets[: max(self._most_kept - len(self.content), 0)]

    def _odd(self, error: h11.RemoteProtocolError) -> None:
        """What h11 refuses, without the octets that it quotes."""
        self._reader = None
        if self.missing:
            self.is_lost = True
        else:
            self.oddity = self.oddity or f"HTTP: {str(error).partition(':')[0]}"
