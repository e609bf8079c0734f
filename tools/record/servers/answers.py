"""What an HTTP server answers: two notations of scenarios, one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from http import HTTPStatus
from typing import TypeAlias

from tools.record.scenario import Table

Octets: TypeAlias = Callable[[Table], bytes]
"""Makes a file by its specification."""

_NOT_FOUND = (
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n"
    "<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)
_MISSING = {
    "status": 404,
    "headers": [["Content-Type", "text/html"]],
    "body": {"text": _NOT_FOUND},
}


class Ending(Enum):
    """How an answer breaks off."""

    CLOSE = auto()
    RESET = auto()
    STALL = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    body: bytes = b""
    status: int = 200
    reason: str = "OK"
    version: str = "HTTP/1.1"
    first: tuple[str, str] | None = None
    """The header that stands before the length."""
    headers: tuple[tuple[str, str], ...] = ()
    """Those at the end."""
    length: int | None = None
    """What Content-Length claims; None: there is none."""
    chunk: int = 0
    """Octets in a chunk; 0: not chunked."""
    closes: bool = False
    delay: float = 0.0
    header_gap: float = 0.0
    piece: int = 0
    """Octets that are sent at once; 0: all."""
    pace: float = 0.0
    """Seconds after each piece."""
    ending: Ending | None = None
    ends_after: int = 0
    """So many octets of the body come before the ending; -1: not even the head."""
    head_body: bool = False
    """HEAD is answered with a body."""
    raw: bytes | None = None
    """The whole answer, as it is."""
    ranges: bool = False
    """A range is given, if one is asked for."""

    def head(self) -> list[str]:
        """The status line and the header lines."""
        lines = [f"{self.version} {self.status} {self.reason}"]
        lines += [": ".join(self.first)] if self.first else []
        if self.chunk:
            lines.append("Transfer-Encoding: chunked")
        elif self.length is not None:
            lines.append(f"Content-Length: {self.length}")
        lines += ["Connection: close"] if self.closes else []
        return lines + [f"{name}: {value}" for name, value in self.headers]

    def encoded(self) -> bytes:
        """The body as it is sent."""
        if not self.chunk:
            return self.body
        parts = [self.body[at : at + self.chunk] for at in range(0, len(self.body), self.chunk)]
        return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    def ranged(self, wanted: str) -> Answer:
        """A part of it, as ``first-last`` says."""
        first, _, last = wanted.partition("-")
        begin, end = int(first or 0), int(last) if last else len(self.body) - 1
        field = "Content-Range", f"bytes {begin}-{end}/{len(self.body)}"
        body = self.body[begin : end + 1]
        return replace(
            self, body=body, status=206, reason="Partial Content", length=len(body),
            headers=(*self.headers, field),
        )  # fmt: skip


def from_files(files: Table, method: str, path: str, count: int, octets: Octets) -> Answer:
    """An answer in the notation ``files``."""
    spec = files.get(path, files.get("*", {"status": 404, "text": "not found"}))
    spec = spec.get(f"{method}{count}", spec.get(method, spec))
    body = b"" if "raw" in spec else octets(spec)
    status = spec.get("status", 200)
    length = spec.get("length", True)
    headers = [("Location", spec["location"])] if "location" in spec else []
    headers += [(name, value) for name, value in spec.get("headers", ())]
    rate = spec.get("rate", 0)
    ending, after = _ending(spec, {"stall_at": Ending.STALL, "rst_at": Ending.RESET})
    return Answer(
        body=body,
        status=status,
        reason=spec.get("reason", _phrase(status)),
        version="HTTP/1.0" if spec.get("http10") else "HTTP/1.1",
        first=("Content-Type", spec["type"]) if "type" in spec else None,
        headers=tuple(headers),
        length=None if length is False else len(body) if length is True else length,
        chunk=spec.get("chunked", 0),
        closes=bool(spec.get("close")),
        delay=spec.get("delay", 0.0),
        header_gap=spec.get("header_gap", 0.0),
        piece=max(1, rate // 10) if rate else 0,
        pace=max(1, rate // 10) / rate if rate else 0.0,
        ending=ending,
        ends_after=after,
        head_body=bool(spec.get("head_body")),
        raw=spec["raw"].encode("latin-1") if "raw" in spec else None,
    )


def _ending(spec: Table, endings: dict[str, Ending]) -> tuple[Ending | None, int]:
    for key, ending in {**endings, "close_at": Ending.CLOSE}.items():
        if key in spec:
            return ending, int(spec[key])
    return None, 0


def from_paths(paths: Table, path: str, count: int, octets: Octets) -> Answer:
    """An answer in the notation ``paths``."""
    found = paths.get(path, paths.get("*", _MISSING))
    spec: Table = found[min(count, len(found)) - 1] if isinstance(found, list) else found
    body = octets(spec["body"]) if "body" in spec else b""
    status = spec.get("status", 200)
    length = spec.get("length", "right")
    ending, after = None, 0
    if spec.get("hang"):
        ending, after = Ending.STALL, -1
    elif "rst" in spec:
        ending, after = Ending.RESET, spec["rst"] or -1
    elif "cut" in spec:
        ending, after = Ending.CLOSE, spec["cut"]
    return Answer(
        body=body,
        status=status,
        reason=spec.get("reason", "OK" if status == 200 else _phrase(status)),
        version=spec.get("http", "HTTP/1.1"),
        first=("Server", "stage2"),
        headers=tuple((name, value) for name, value in spec.get("headers", ())),
        length=None if length == "none" else len(body) if length == "right" else length,
        chunk=spec.get("chunk", 1000) if spec.get("chunked") else 0,
        closes=bool(spec.get("close")),
        delay=spec.get("delay", 0.0),
        piece=spec.get("piece", 0),
        pace=spec.get("pace", 0.0),
        ending=ending,
        ends_after=after,
        raw=spec["raw"].encode("latin-1") if "raw" in spec else None,
        ranges=bool(spec.get("ranges")),
    )


def _phrase(status: int) -> str:
    """The usual reason phrase."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
