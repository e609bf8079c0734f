"""What the HTTP servers send, in both notations, over a pair of sockets."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from tools.record.scenario import Table
from tools.record.servers.answers import Answer, from_files, from_paths
from tools.record.servers.http import send


def octets(spec: Table) -> bytes:
    """Files for these tests."""
    return str(spec["text"]).encode() if "text" in spec else b"program"


def received(answer: Answer, method: str = "GET", wanted: str | None = None) -> tuple[str, bool]:
    """All that comes, and whether the connection would stay open."""
    kept: list[bool] = []
    ours, theirs = socket.socketpair()

    def talk() -> None:
        with theirs:
            kept.append(send(theirs, answer, method, wanted))

    talking = threading.Thread(target=talk)
    talking.start()
    with ours:
        data = b"".join(iter(lambda: ours.recv(65536), b""))
    talking.join()
    return data.decode("latin-1"), kept[0]


def a_file(**spec: Any) -> Answer:
    """The first answer to GET /x in the notation ``files``."""
    return from_files({"/x": spec}, "GET", "/x", 1, octets)


def a_path(**spec: Any) -> Answer:
    """The first answer to /x in the notation ``paths``."""
    return from_paths({"/x": spec}, "/x", 1, octets)


@pytest.mark.parametrize(
    ("answer", "text", "stays"),
    [
        (
            a_file(text="hello", type="application/efi"),
            "HTTP/1.1 200 OK\r\nContent-Type: application/efi\r\nContent-Length: 5\r\n\r\nhello",
            True,
        ),
        (a_file(text="hello", length=False), "HTTP/1.1 200 OK\r\n\r\nhello", False),
        (a_file(text="hello", length=9), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", True),
        (
            a_file(text="hello", chunked=4),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n1\r\no\r\n0\r\n\r\n",
            True,
        ),
        (
            a_file(text="", status=302, location="/y", close=True),
            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: /y\r\n\r\n",
            False,
        ),
        (a_file(text="hello", http10=True, close_at=2), "HTTP/1.0 200 OK\r\n"
         "Content-Length: 5\r\n\r\nhe", False),
        (a_file(text="hello", close_at=-1), "", False),
        (a_file(raw="what?"), "what?", True),
        (
            a_path(body={"text": "hello"}),
            "HTTP/1.1 200 OK\r\nServer: stage2\r\nContent-Length: 5\r\n\r\nhello",
            True,
        ),
        (a_path(body={"text": "hello"}, cut=1), "HTTP/1.1 200 OK\r\nServer: stage2\r\n"
         "Content-Length: 5\r\n\r\nh", False),
        (
            a_path(body={"text": "hello"}, chunked=True, chunk=3),
            "HTTP/1.1 200 OK\r\nServer: stage2\r\nTransfer-Encoding: chunked\r\n\r\n"
            "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
            True,
        ),
    ],
)  # fmt: skip
def test_what_is_sent(answer: Answer, text: str, stays: bool) -> None:
    """Octet for octet, and what becomes of the connection."""
    assert received(answer) == (text, stays)


def test_head() -> None:
    """The head alone."""
    assert received(a_file(text="hello"), "HEAD")[0].endswith("Content-Length: 5\r\n\r\n")
    assert received(a_file(text="hello", head_body=True), "HEAD")[0].endswith("hello")


def test_a_range() -> None:
    """Where the scenario gives ranges."""
    text, _ = received(a_path(body={"text": "hello"}, ranges=True), wanted="1-3")
    assert text.startswith("HTTP/1.1 206 Partial Content\r\n")
    assert "Content-Range: bytes 1-3/5\r\n" in text
    assert text.endswith("\r\n\r\nell")
    assert received(a_path(body={"text": "hello"}), wanted="1-3")[0].endswith("hello")


def test_a_reset() -> None:
    """The client is told so, not that it is the end."""
    listening = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listening.getsockname())
    accepted, _ = listening.accept()
    assert not send(accepted, a_file(text="hello", rst_at=2), "GET", None)
    accepted.close()
    with listening, client, pytest.raises(ConnectionResetError):
        list(iter(lambda: client.recv(100), b""))


@pytest.mark.parametrize(
    ("method", "count", "body"), [("HEAD", 1, b"h"), ("GET", 1, b"g"), ("GET", 2, b"again")]
)
def test_by_method(method: str, count: int, body: bytes) -> None:
    """HEAD, GET and the second GET have answers of their own."""
    files = {"*": {"HEAD": {"text": "h"}, "GET": {"text": "g"}, "GET2": {"text": "again"}}}
    assert from_files(files, method, "/any", count, octets).body == body


def test_one_after_the_other() -> None:
    """The last for ever."""
    paths = {"*": [{"status": 503}, {"body": {"text": "now"}}]}
    found = [from_paths(paths, "/any", count, octets) for count in (1, 2, 3)]
    assert [answer.status for answer in found] == [503, 200, 200]
    assert found[2].body == b"now"


def test_what_is_not_there() -> None:
    """404, as servers say it."""
    assert from_files({}, "GET", "/x", 1, octets).status == 404
    assert b"<h1>404 Not Found</h1>" in from_paths({}, "/x", 1, octets_of_text).body


def octets_of_text(spec: Table) -> bytes:
    """Only texts."""
    return str(spec["text"]).encode()
