"""Web requests, each with what came of it, read from the octets of a connection's two sides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pxeclient.seen.frame import Address, Frame
from pxeclient.seen.side import Piece
from pxeclient.wire import http
from pxeclient.wire.errors import WireError
from pxeclient.wire.http import Request, Response
from pxeclient.wire.options import printable

if TYPE_CHECKING:
    from pxeclient.seen.answers import Answer

MOST_KEPT = 64 << 20
"""Octets of a body that are kept of what is in memory anyway."""
MOST_REQUESTS = 64
"""Requests that are kept of a connection which is only followed: a script that is fetched over and
over makes thousands (`stage2`: a redirect to itself)."""


class BodyEnd(StrEnum):
    """How an answer ended."""

    NO_ANSWER = "no-answer"
    """No head of one is in the capture."""
    NO_BODY = "no-body"
    """A head, to which no body belongs: to a HEAD, or with such a status."""
    COMPLETE = "complete"
    """All came that the head announced, or the last chunk."""
    CLOSED = "closed"
    """The head announces nothing, and the connection was closed: whether all came is not said."""
    TRUNCATED = "truncated"
    """The server closed the connection before the announced end."""
    RESET = "reset"
    """The server broke the connection off before it."""
    STOPPED = "stopped"
    """The client did."""
    OPEN = "open"
    """It is not over in the capture."""
    NOT_HTTP = "not-http"
    """What the server sent is no answer."""
    LOST = "lost"
    """The capture lacks so much of it that its end cannot be told."""


@dataclass(slots=True, eq=False)
class WebRequest:
    """One request and its answer."""

    request: Request | None
    """None where the capture has only the answer."""
    server: Address
    port: int
    local_port: int
    number: int
    """The frame that brought the request's first octet; of the answer, if there is none."""
    at: float
    answer: Answer
    oddity: str = ""
    """What is wrong with the request itself; safe to print."""
    ended: Frame | None = None
    """The frame by which it was over."""
    broken_by: bool | None = None
    """The connection was broken off before the end: by the client (True) or the server."""
    is_closed: bool = False
    """The server closed the connection before the end, or as the end."""
    last: float = 0.0
    last_number: int = 0
    """The last frame with octets of it, either way."""

    # --- what was asked --------------------------------------------------------------------
    @property
    def method(self) -> str:
        """Such as ``GET``, safe to print; empty if the request is not there."""
        return printable(self.request.method) if self.request else ""

    @property
    def target(self) -> str:
        """What was asked for, as written; safe to print."""
        return printable(self.request.target) if self.request else ""

    @property
    def host(self) -> str:
        """The Host header; safe to print."""
        return printable(self.request.host) if self.request else ""

    @property
    def url(self) -> str:
        """What was asked for, as a URL; safe to print."""
        if self.target.lower().startswith(("http://", "https://")):
            return self.target
        host = self.host or (f"[{self.server}]" if self.server.version == 6 else f"{self.server}")
        port = f":{self.port}" if self.port != http.PORT and not _has_port(host) else ""
        return f"http://{host}{port}{self.target}"

    @property
    def path(self) -> bytes:
        """The target without its query, and without scheme and host where it has these."""
        target = self.request.target if self.request else b""
        scheme, _, rest = target.partition(b"://")
        if scheme.lower() in (b"http", b"https"):
            target = b"/" + rest.partition(b"/")[2]
        return target.partition(b"?")[0].partition(b"#")[0]

    @property
    def is_head(self) -> bool:
        """It asks for the head alone."""
        return self.request is not None and self.request.method == b"HEAD"

    @property
    def user_agent(self) -> bytes:
        """Which program asks, as it says itself."""
        return (self.request.header(b"User-Agent") or b"") if self.request else b""

    # --- what came -------------------------------------------------------------------------
    @property
    def response(self) -> Response | None:
        """The head of the answer."""
        return self.answer.head

    @property
    def status(self) -> int | None:
        """Of the answer."""
        return self.response.status if self.response else None

    @property
    def is_success(self) -> bool:
        """The status is one of 200 to 299."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def content_type(self) -> str | None:
        """As written; safe to print."""
        value = self.response.content_type if self.response else None
        return None if value is None else printable(value)

    @property
    def length(self) -> int | None:
        """Octets of the body that the head announces; of a HEAD, those that a GET would bring."""
        return self.response.content_length if self.response else None

    @property
    def location(self) -> str | None:
        """Where it redirects to; safe to print."""
        value = self.response.location if self.response else None
        return None if value is None else printable(value)

    @property
    def seconds(self) -> float:
        """From the request's first octet to its end, or to the last that came of it."""
        return (self.ended.at if self.ended is not None else self.last) - self.at

    @property
    def end(self) -> BodyEnd:
        """How it ended."""
        answer = self.answer
        if answer.is_lost or answer.is_foreign:
            return BodyEnd.LOST if answer.is_lost else BodyEnd.NOT_HTTP
        if answer.head is not None and answer.is_whole:
            if self._has_no_body:
                return BodyEnd.NO_BODY
            head = answer.head
            is_told = head.content_length is not None or head.is_chunked
            return BodyEnd.COMPLETE if is_told else BodyEnd.CLOSED
        if answer.head is None and self.broken_by is not False:
            return BodyEnd.NO_ANSWER
        if self.broken_by is not None:
            return BodyEnd.STOPPED if self.broken_by else BodyEnd.RESET
        if not self.is_closed:
            return BodyEnd.OPEN
        return BodyEnd.CLOSED if answer.oddity else BodyEnd.TRUNCATED

    @property
    def _has_no_body(self) -> bool:
        return self.is_head or self.answer.is_bare or self.status in (101, 204, 304)

    @property
    def is_whole(self) -> bool:
        """A success, and all of its body came, as far as that is said."""
        return self.is_success and self.end in (BodyEnd.COMPLETE, BodyEnd.CLOSED)

    @property
    def size(self) -> int:
        """Octets of the body that went over the wire."""
        return self.answer.octets

    @property
    def content(self) -> bytes | None:
        """The body, if all of it came and was recorded and kept.

        None without the request: what was asked tells where an answer ends.
        """
        answer = self.answer
        if self.request is None:
            return None
        is_kept = len(answer.content) == answer.octets
        whole = self.is_whole and is_kept and not answer.missing
        return bytes(answer.content) if whole else None

    @property
    def beginning(self) -> bytes:
        """The body as far as it was recorded without a gap, and kept."""
        return bytes(self.answer.content[: self.answer.first_missing])

    @property
    def sha256(self) -> str | None:
        """Of the content, if it is all there."""
        content = self.content
        return None if content is None else hashlib.sha256(content).hexdigest()


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and not host.endswith("]")


class Web:
    """The requests of one connection, in their order."""

    def __init__(self, server: Address, port: int, local_port: int, is_kept: bool) -> None:
        """Read the requests of a connection to that server."""
        self.server, self.port, self.local_port = server, port, local_port
        self.is_kept = is_kept
        self.requests: list[WebRequest] = []
        self.is_web: bool | None = None
        """What goes over it are requests and answers; None as long as nothing shows."""
        self._buffer = bytearray()
        self._begins: Frame | None = None
        """The frame with the first octet in the buffer."""
        self._body = 0
        """Octets of a request's own body that are still to come."""
        self._is_closed = False

    # --- the client's side -----------------------------------------------------------------
    def asks(self, piece: Piece) -> None:
        """Take what the client sends."""
        octets = piece.octets
        skipped = min(self._body, len(octets))
        self._body -= skipped
        octets = octets[skipped:]
        if octets and not self._buffer:
            self._begins = piece.frame
        self._buffer += octets
        self._read_requests(piece.frame)
        if piece.missing:
            over = max(piece.missing - self._body, 0)
            self._body = max(self._body - piece.missing, 0)
            if over:
                self._buffer.clear()  # The next one that begins as a request is the next.

    def _read_requests(self, frame: Frame) -> None:
        while self._buffer:
            del self._buffer[: len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))]
            if not _may_be_request(self._buffer):
                self.is_web = bool(self.is_web)
                self._buffer.clear()
                return
            size = http.head_end(self._buffer)
            if not size:
                if len(self._buffer) > http.MOST_HEAD:
                    self._buffer.clear()
                return
            head = bytes(self._buffer[:size])
            del self._buffer[:size]
            self._ask(head, self._begins or frame, frame)
            self._begins = frame
            self._body = self._last_length()
            rest = min(self._body, len(self._buffer))
            del self._buffer[:rest]
            self._body -= rest

    def _ask(self, head: bytes, first: Frame, last: Frame) -> None:
        oddity = ""
        request: Request | None
        try:
            request = http.parse_request(head)
        except WireError as error:
            request, oddity = http.lenient_request(head), str(error)
        if request is not None:
            self.is_web = True
            self._add(request, first, last, oddity)

    def _last_length(self) -> int:
        request = self.requests[-1].request if self.requests else None
        return (request.content_length or 0) if request is not None else 0

    def _add(self, request: Request | None, first: Frame, last: Frame, oddity: str) -> WebRequest:
        # Most boots have no web server: they do without h11, which takes its time to import.
        from pxeclient.seen.answers import Answer

        method = request.method if request is not None else b"GET"
        answer = Answer(method, MOST_KEPT if self.is_kept else 0)
        found = WebRequest(
            request, self.server, self.port, self.local_port, first.number, first.at, answer, oddity
        )
        found.last, found.last_number = last.at, last.number
        self.requests.append(found)
        if not self.is_kept:
            del self.requests[:-MOST_REQUESTS]
        return found

    # --- the server's side -----------------------------------------------------------------
    def answers(self, piece: Piece) -> None:
        """Take what the server sends."""
        octets = piece.octets
        while octets:
            waiting = self._waiting()
            if waiting is None:
                octets = octets.lstrip(b"\r\n")
                if not http.is_response(octets):
                    break
                self.is_web = True
                waiting = self._add(None, piece.frame, piece.frame, "")
            elif waiting.answer.began is None and self._is_after_gap(octets):
                break
            elif (
                waiting.request is None
                and waiting.answer.is_about_to_begin
                and http.is_response(octets)
            ):
                waiting.answer.turns_out_bare()
                self._note(waiting, piece.frame)
                continue
            octets = waiting.answer.feed(octets, piece.frame)
            self._note(waiting, piece.frame)
        waiting = self._waiting()
        if piece.missing and waiting is not None:
            waiting.answer.skip(piece.missing)
            self._note(waiting, piece.frame)

    def _waiting(self) -> WebRequest | None:
        """The first request of which the answer is not over."""
        return next((one for one in self.requests if not one.answer.is_over), None)

    def _is_after_gap(self, octets: bytes) -> bool:
        """What came may still be of the answer before, of which the capture lacks a part."""
        return any(one.answer.is_lost for one in self.requests) and not http.is_response(octets)

    def _note(self, one: WebRequest, frame: Frame) -> None:
        one.last, one.last_number = frame.at, frame.number
        if one.answer.is_over and one.ended is None:
            one.ended = frame

    # --- the end ---------------------------------------------------------------------------
    def closes(self, frame: Frame) -> None:
        """The server has no more to say."""
        if self._is_closed:
            return
        self._is_closed = True
        for one in self.requests:
            if not one.answer.is_over:
                one.answer.close()
                one.is_closed = True
                one.ended = one.ended or frame

    def breaks(self, frame: Frame, ours: bool) -> None:
        """One side breaks the connection off."""
        for one in self.requests:
            if one.ended is None:
                one.broken_by, one.ended = ours, frame


def _may_be_request(data: bytearray) -> bool:
    """It begins as a request does, as far as it goes."""
    return any(method.startswith(data[: len(method)]) for method in http.METHODS)
