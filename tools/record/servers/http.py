"""HTTP and HTTPS servers with faults, on the kernel's sockets.

``http`` is one server or a list: ``ip``, ``ip6``, ``port`` (80; 443 with ``tls``), ``tls``,
``ciphers``, ``tls_max``, and the answers by path, in one of two notations; ``*`` is any other path.

``files``: an answer is a file (`tools.record.contents`; ``file``: one that was made for it) with
``status``, ``reason``, ``type`` (Content-Type), ``location``, ``headers`` ``[[name, value]]``,
``length`` (false: none; a number: a wrong one), ``chunked`` (the size of a chunk), ``http10``,
``close``, ``delay``, ``header_gap``, ``rate`` (octets a second), ``stall_at``, ``rst_at`` and
``close_at`` (after so many octets of the body; -1: before the head), ``head_body``, ``raw``.
``HEAD``, ``GET``, ``GET2`` (the second one) hold other answers for those requests.

``paths``: an answer has a file as ``body``, and ``status``, ``reason``, ``headers``, ``length``
("right", "none", a number), ``chunked`` with ``chunk``, ``http`` (the version), ``close``,
``delay``, ``piece`` and ``pace``, ``cut``, ``rst`` (0: instead of an answer), ``hang``, ``ranges``,
``raw``. A list holds one answer after the other, the last for ever.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time

from tools.record.contents import Contents
from tools.record.scenario import Table
from tools.record.servers.answers import Answer, Ending, from_files, from_paths
from tools.record.servers.part import Log

_FOR_EVER = 3600.0
_LONGEST_HEAD = 65536


class HttpServer:
    """One server: its sockets, and a thread for each connection."""

    def __init__(self, script: Table, contents: Contents, log: Log) -> None:
        self._script, self._contents, self._log = script, contents, log
        self._counts: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Listen, and answer in the background."""
        port = self._script.get("port", 443 if self._script.get("tls") else 80)
        for family, key in ((socket.AF_INET, "ip"), (socket.AF_INET6, "ip6")):
            if key not in self._script:
                continue
            listening = socket.socket(family, socket.SOCK_STREAM)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((self._script[key], port))
            listening.listen(50)
            threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            if self._script.get("tls"):
                connection = self._wrapped(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            rest = b""
            while True:
                head, rest = _request(connection, rest)
                if not head or not self._answered(connection, head):
                    return
        except OSError as error:
            self._log.write("http-error", error=str(error))
        finally:
            with contextlib.suppress(OSError):
                connection.close()

    def _wrapped(self, connection: socket.socket) -> ssl.SSLSocket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._contents.made / "server.pem")
        ciphers = self._script.get("ciphers", "ALL:@SECLEVEL=0")
        if ciphers != "DEFAULT":
            context.set_ciphers(ciphers)
        if self._script.get("tls_max") == "1.2":
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        wrapped = context.wrap_socket(connection, server_side=True)
        self._log.write("tls", version=wrapped.version(), cipher=wrapped.cipher())
        return wrapped

    def _answered(self, connection: socket.socket, head: str) -> bool:
        """Answer a request; whether the connection stays open."""
        line, *fields = head.split("\r\n")
        method, path, version = (*line.split(" "), "", "")[:3]
        self._log.write("http", request=head)
        with self._lock:
            count = self._counts[method, path] = self._counts.get((method, path), 0) + 1
        answer = self._answer(method, path, count)
        kept = send(connection, answer, method, _range(fields))
        return kept and _keeps(fields, version)

    def _answer(self, method: str, path: str, count: int) -> Answer:
        octets = self._contents.octets
        if "paths" in self._script:
            return from_paths(self._script["paths"], path, count, octets)
        return from_files(self._script.get("files", {}), method, path, count, octets)


def _request(connection: socket.socket, data: bytes) -> tuple[str, bytes]:
    """The next request's head, and what came after it and its body; no head at the end."""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more or len(data) > _LONGEST_HEAD:
            return "", b""
        data += more
    head, rest = data.split(b"\r\n\r\n", 1)
    sizes = [
        int(value)
        for line in head.split(b"\r\n")[1:]
        for name, _, value in [line.partition(b":")]
        if name.lower() == b"content-length" and value.strip().isdigit()
    ]
    while len(rest) < sum(sizes[:1]) and (more := connection.recv(65536)):
        rest += more
    return head.decode("latin-1"), rest[sum(sizes[:1]) :]


def _keeps(fields: list[str], version: str) -> bool:
    """The client wants the connection to stay open."""
    wishes = [line.lower() for line in fields if line.lower().startswith("connection:")]
    if version == "HTTP/1.0":
        return any("keep-alive" in wish for wish in wishes)
    return not any("close" in wish for wish in wishes)


def _range(fields: list[str]) -> str | None:
    found = [line for line in fields if line.lower().startswith("range: bytes=")]
    return found[0][13:] if found else None


def send(connection: socket.socket, answer: Answer, method: str, wanted: str | None) -> bool:
    """Send an answer as slowly and as far as it says; whether the connection may stay open."""
    time.sleep(answer.delay)
    if answer.ending is not None and answer.ends_after < 0:
        return _end(connection, answer.ending)
    if answer.raw is not None:
        connection.sendall(answer.raw)
        return not answer.closes
    answer = answer.ranged(wanted) if answer.ranges and wanted else answer
    _send_head(connection, answer)
    if method == "HEAD" and not answer.head_body:
        return not answer.closes
    body = answer.encoded()
    stop = len(body) if answer.ending is None else min(answer.ends_after, len(body))
    step = answer.piece or len(body) or 1
    for start in range(0, stop, step):
        connection.sendall(body[start : min(start + step, stop)])
        time.sleep(answer.pace)
    if answer.ending is not None:
        return _end(connection, answer.ending)
    return not answer.closes and (answer.length is not None or answer.chunk > 0)


def _send_head(connection: socket.socket, answer: Answer) -> None:
    lines = answer.head()
    if not answer.header_gap:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        return
    for line in [*lines, ""]:
        connection.sendall(f"{line}\r\n".encode("latin-1"))
        time.sleep(answer.header_gap)


def _end(connection: socket.socket, ending: Ending) -> bool:
    match ending:
        case Ending.CLOSE:
            pass
        case Ending.RESET:
            time.sleep(0.2)  # what was sent reaches the client before the reset does
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        case Ending.STALL:
            time.sleep(_FOR_EVER)
    return False
