"""The heads of HTTP/1 messages (RFC 9112): requests and answers, without their bodies.

A head is read as RFC 9112 §2.2 lets a recipient: lines may end with LF alone. What is beyond that
is refused, with the line and why; `lenient_request` and `lenient_response` have what can be made of
such a head all the same. Bodies are framed by h11 (`seen.answers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pxeclient.wire.errors import WireError

PORT, TLS_PORT = 80, 443
MOST_HEAD = 65536
"""Octets of a head beyond which nobody reads it: servers stop at 8 to 64 KiB."""

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Names and values in their order, each as it was written."""

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A method or a header's name (RFC 9110 §5.6.2)."""
_VERSION = re.compile(rb"HTTP/[0-9]\.[0-9]")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_END = re.compile(rb"\r?\n\r?\n")
METHODS = (b"GET ", b"HEAD ", b"POST ", b"PUT ", b"OPTIONS ", b"CONNECT ", b"DELETE ")
"""How a request begins, of those that a boot can have."""


class _Head:
    """What requests and answers have in common."""

    __slots__ = ()

    headers: Headers

    def header(self, name: bytes) -> bytes | None:
        """The value of the first header of that name; None if there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def content_length(self) -> int | None:
        """Octets of the body as the head says; None if it does not, or not in a number."""
        value = self.header(b"Content-Length") or b""
        return int(value) if value.isdigit() and len(value) <= 19 else None

    @property
    def is_chunked(self) -> bool:
        """The body comes in chunks (RFC 9112 §7.1)."""
        value = self.header(b"Transfer-Encoding") or b""
        return value.lower().rpartition(b",")[2].strip() == b"chunked"


@dataclass(frozen=True, slots=True)
class Request(_Head):
    """What a client asks."""

    method: bytes
    target: bytes
    """As written: nearly always a path, with a query if there is one."""
    headers: Headers = ()
    version: bytes = b"HTTP/1.1"

    @property
    def host(self) -> bytes:
        """The Host header; empty without one."""
        return self.header(b"Host") or b""


@dataclass(frozen=True, slots=True)
class Response(_Head):
    """What a server answers."""

    status: int
    reason: bytes = b""
    headers: Headers = ()
    version: bytes = b"HTTP/1.1"

    @property
    def location(self) -> bytes | None:
        """Where it redirects to."""
        return self.header(b"Location")

    @property
    def content_type(self) -> bytes | None:
        """As written, parameters included."""
        return self.header(b"Content-Type")

    @property
    def is_final(self) -> bool:
        """No interim answer, after which another comes (RFC 9110 §15.2)."""
        return self.status >= 200 or self.status == 101

    @property
    def closes(self) -> bool:
        """The server says that it closes the connection after it (RFC 9112 §9.3)."""
        said = (self.header(b"Connection") or b"").lower()
        return b"close" in said or (self.version == b"HTTP/1.0" and b"keep-alive" not in said)


Message: TypeAlias = Request | Response


def head_end(data: bytes | bytearray) -> int:
    """Octets of the head at the beginning, its empty line included; 0 if it is not all there."""
    found = _END.search(data)
    return 0 if found is None else found.end()


def is_request(data: bytes | bytearray) -> bool:
    """It begins as a client's request does."""
    return bytes(data[:8]).startswith(METHODS)


def is_response(data: bytes | bytearray) -> bool:
    """It begins as a server's answer does."""
    return bytes(data[:5]) == b"HTTP/"


def parse_request(head: bytes) -> Request:
    """Read a request's head.

    Raises:
        WireError: The line at which it is no request, and why.
    """
    first, *rest = _lines(head)
    parts = first.split(b" ")
    if len(parts) != 3:
        raise WireError(f"HTTP: line 1 has {len(parts)} words, a request line has 3")
    method, target, version = parts
    if not _TOKEN.fullmatch(method):
        raise WireError("HTTP: line 1 begins with no method")
    if not target or _CONTROL.search(target) or any(octet > 126 for octet in target):
        raise WireError("HTTP: line 1 has a target with octets that no URL has")
    return Request(method, target, tuple(_headers(rest)), _version(version))


def parse_response(head: bytes) -> Response:
    """Read an answer's head.

    Raises:
        WireError: The line at which it is no answer, and why.
    """
    first, *rest = _lines(head)
    version, _, after = first.partition(b" ")
    status, _, reason = after.partition(b" ")
    _version(version)
    if len(status) != 3 or not status.isdigit():
        raise WireError("HTTP: line 1 has no status of three digits")
    return Response(int(status), reason, tuple(_headers(rest)), version)


def lenient_request(head: bytes) -> Request | None:
    """What can be made of a request's head that is wrong; None if it is no request at all."""
    first, *rest = _lines(head)
    method, _, after = first.partition(b" ")
    target, space, version = after.rpartition(b" ")
    if not is_request(head) or not space:
        return None
    return Request(method, target, tuple(_those_that_read(rest)), version)


def lenient_response(head: bytes) -> Response | None:
    """What can be made of an answer's head that is wrong; None if it is no answer at all."""
    first, *rest = _lines(head)
    version, *words = first.split(None, 2)[:3] or [b""]
    if not words or not words[0][:3].isdigit() or len(words[0][:3]) < 3:
        return None
    reason = words[1] if len(words) > 1 else b""
    return Response(int(words[0][:3]), reason, tuple(_those_that_read(rest)), version)


def build(message: Message) -> bytes:
    """A head's octets, with the empty line that ends it."""
    match message:
        case Request(method, target, headers, version):
            first = b" ".join((method, target, version))
        case Response(status, reason, headers, version):
            first = b" ".join((version, b"%03d" % status, reason))
    lines = (b"%s: %s" % pair for pair in headers)
    return b"\r\n".join((first, *lines, b"", b""))


def _lines(head: bytes) -> list[bytes]:
    """The lines of a head, without the empty one at its end; there is at least one."""
    return [line.removesuffix(b"\r") for line in head.rstrip(b"\r\n").split(b"\n")]


def _version(version: bytes) -> bytes:
    if not _VERSION.fullmatch(version):
        raise WireError("HTTP: line 1 has no version such as HTTP/1.1")
    return version


def _headers(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for at, line in enumerate(lines, 2):
        name, colon, value = line.partition(b":")
        if not colon:
            raise WireError(f"HTTP: line {at} has no colon")
        if not _TOKEN.fullmatch(name):
            raise WireError(f"HTTP: line {at} begins with no header's name")
        value = value.strip(b" \t")
        if _CONTROL.search(value):
            raise WireError(f"HTTP: line {at} has a control character")
        yield name, value


def _those_that_read(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            yield name.strip(), value.strip(b" \t")
