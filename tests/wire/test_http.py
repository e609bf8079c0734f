"""Heads of HTTP messages; h11 judges them."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import http
from pxeclient.wire.errors import WireError
from pxeclient.wire.http import Request, Response
from tests.wire.octets import reads_or_refuses

EDK2 = (
    b"HEAD /boot.efi HTTP/1.1\r\nHost: 10.77.0.7\r\nAccept: */*\r\n"
    b"User-Agent: UefiHttpBoot/1.0\r\n\r\n"
)
IPXE = (
    b"GET /boot.0 HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: iPXE/1.0.0+git-20190125\r\n"
    b"Host: 10.77.0.7\r\n\r\n"
)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,10}", fullmatch=True).map(str.encode)
values = st.from_regex(r"([!-~]([ -~]{0,20}[!-~])?)?", fullmatch=True).map(str.encode)
headers = st.lists(st.tuples(names, values), max_size=5).map(tuple)
FRAMING = {b"content-length", b"transfer-encoding", b"host", b"connection", b"expect", b"upgrade"}


@pytest.mark.parametrize("octets", [EDK2, IPXE])
def test_a_request_reads_and_writes(octets: bytes) -> None:
    """A firmware's request is read, and built to the same octets."""
    found = http.parse_request(octets)
    assert http.build(found) == octets
    assert (found.host, found.content_length) == (b"10.77.0.7", None)
    assert http.head_end(octets) == len(octets)
    assert http.is_request(octets)


@given(st.integers(200, 599), values, headers)
def test_h11_reads_the_answers_that_are_built(
    status: int, reason: bytes, found: http.Headers
) -> None:
    """Status, reason and headers, in their order and spelling."""
    told = tuple(pair for pair in found if pair[0].lower() not in FRAMING)
    octets = http.build(Response(status, reason, told))
    judge = h11.Connection(h11.CLIENT)
    judge.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    judge.receive_data(octets)
    event = judge.next_event()
    assert isinstance(event, h11.Response)
    assert (event.status_code, event.reason) == (status, reason)
    assert tuple(event.headers.raw_items()) == told
    assert http.parse_response(octets) == Response(status, reason, told)


@given(st.binary(max_size=200))
def test_anything_is_read_or_refused(data: bytes) -> None:
    """No octets do more, and leniently none do even that."""
    for head in (data, b"GET " + data, b"HTTP/1.1 200 " + data):
        reads_or_refuses(http.parse_request, head)
        reads_or_refuses(http.parse_response, head)
        http.lenient_request(head)
        http.lenient_response(head)


@pytest.mark.parametrize(
    ("head", "wrong", "lenient"),
    [
        (b"HTTP/1.1 200 OK\nContent-Length: 5\n\n", "", 200),
        (b"HTTP/1.1 404\r\n\r\n", "", 404),
        (b"ICY 200 OK\r\n\r\n", "line 1 has no version such as HTTP/1.1", 200),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", "line 1 has no status of three digits", None),
        (b"HTTP/1.1 200 OK\r\nno colon\r\nA: b\r\n\r\n", "line 2 has no colon", 200),
        (b"HTTP/1.1 200 OK\r\nA: b\r\nBad Name: b\r\n\r\n", "line 3 begins with no", 200),
        (b"HTTP/1.1 200 OK\r\nA: b\x00c\r\n\r\n", "line 2 has a control character", 200),
        (b"hello\r\n\r\n", "line 1 has no version", None),
    ],
)
def test_odd_answers(head: bytes, wrong: str, lenient: int | None) -> None:
    """What is wrong is said, and what can be made of it is made of it."""
    if wrong:
        with pytest.raises(WireError, match=f"^HTTP: {wrong}"):
            http.parse_response(head)
    else:
        assert http.parse_response(head).status == lenient
    found = http.lenient_response(head)
    assert (found.status if found is not None else None) == lenient


def test_a_target_that_is_no_url_is_refused_and_read_all_the_same() -> None:
    """EDK II asks so where its URL has no path: with what stands behind it in memory."""
    head = b"HEAD /\x0e HTTP/1.1\r\nHost: 10.77.0.7\r\n\r\n"
    with pytest.raises(WireError, match="a target with octets that no URL has"):
        http.parse_request(head)
    assert http.lenient_request(head) == Request(b"HEAD", b"/\x0e", ((b"Host", b"10.77.0.7"),))


def test_what_a_head_says_of_its_body() -> None:
    """Names in any case; the last transfer coding counts."""
    head = b"HTTP/1.0 200 OK\r\ncontent-LENGTH: 12\r\nTRANSFER-encoding: gzip, Chunked\r\n\r\n"
    found = http.parse_response(head)
    assert (found.content_length, found.is_chunked, found.closes) == (12, True, True)
    assert (
        http.parse_response(b"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n").content_length is None
    )
