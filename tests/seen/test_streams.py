"""TCP connections followed, whatever the wire and the capture did to their segments."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.seen.answers import Answer
from pxeclient.seen.follow import Follower
from pxeclient.seen.side import MOST_WAITING
from pxeclient.seen.streams import MOST_OPEN, Connections
from pxeclient.seen.web import MOST_REQUESTS, BodyEnd, WebRequest
from pxeclient.wire import dhcp
from pxeclient.wire.tcp import Flags
from tests.seen.connections import BODY, GET, HEAD, OK, WEB6, Speaking, followed, frames
from tests.seen.frames import PXE, asks, message

OLD = b"HTTP/1.0 200 OK\r\n\r\n"


def only(spoken: Speaking, most: int = 1 << 16) -> WebRequest:
    """The one request of the one connection."""
    (connection,) = followed(spoken.frames, most)
    (request,) = connection.requests
    return request


def whole(octets: bytes) -> Answer:
    """An answer to a GET that came in one piece, and whose connection was closed after it."""
    (frame,) = frames(Speaking().says(False, octets, 1 << 15).frames[:1])
    answer = Answer(b"GET", 1 << 20)
    answer.feed(octets, frame)
    answer.close()
    return answer


@pytest.mark.parametrize("server", [None, WEB6], ids=["IPv4", "IPv6"])
def test_a_file_is_fetched(server: object) -> None:
    """Method, target, status, length, and every octet; the sequence numbers wrap."""
    spoken = Speaking() if server is None else Speaking(server=WEB6)
    found = only(spoken.opens().fetched().reset(ours=True))
    assert (found.method, found.target, found.status) == ("GET", "/boot.efi", 200)
    assert (found.content_type, found.length, found.size) == ("application/efi", 6144, 6144)
    assert (found.content, found.end, found.number) == (BODY, BodyEnd.COMPLETE, 4)
    assert found.user_agent == b"UefiHttpBoot/1.0"


def test_segments_come_in_any_order() -> None:
    """The same file, and it is said that they did."""
    spoken = Speaking().opens().says(True, GET)
    before = len(spoken.frames)
    spoken.says(False, OK + BODY, 1700)
    begin, parts, rest = spoken.frames[:before], spoken.frames[before:-1], spoken.frames[-1:]
    assert len(parts) == 4
    for order in permutations(parts):
        (connection,) = followed([*begin, *order, *rest])
        assert connection.requests[0].content == BODY
        assert (connection.theirs.out_of_order > 0) is (list(order) != parts)


def test_what_comes_twice_counts_once() -> None:
    """Whole segments again, and segments that overlap."""
    spoken = Speaking().opens().says(True, GET)
    spoken.says(False, (OK + BODY)[:2000])
    spoken.send(False, (OK + BODY)[500:2000], ahead=-1500)
    spoken.send(False, (OK + BODY)[1500:2500], ahead=-500)
    spoken.theirs += 500
    spoken.says(False, (OK + BODY)[2500:])
    (connection,) = followed(spoken.frames)
    assert connection.requests[0].content == BODY
    assert (connection.theirs.retransmitted, connection.theirs.overlapping) == (1, 1)


def test_a_probe_of_an_idle_connection_is_no_repeat() -> None:
    """The octet before, again, asks for an answer only (RFC 9293 §3.8.4)."""
    spoken = Speaking().opens().fetched()
    spoken.send(False, BODY[-1:], ahead=-1)
    (connection,) = followed(spoken.frames)
    assert connection.theirs.retransmitted == 0


def test_large_segments_of_a_card_that_cuts_them() -> None:
    """A capture on the sending host has segments of many times the MTU."""
    assert only(Speaking().opens().says(True, GET).says(False, OK + BODY, 60000)).content == BODY


@pytest.mark.parametrize("lost", [5, 6, 7, 8, 9])
def test_a_frame_that_the_capture_lacks_is_said(lost: int) -> None:
    """The other side has acknowledged it: the file came, but what is in it is not known."""
    spoken = Speaking().opens().says(True, GET)
    before = len(spoken.frames)
    spoken.says(False, OK + BODY)
    spoken.reset(ours=True)
    octets = [one for at, one in enumerate(spoken.frames) if at != before + lost - 5]
    (connection,) = followed(octets)
    (found,) = connection.requests
    assert connection.theirs.lost > 0 or connection.ours.lost > 0
    assert found.content is None
    if lost == 5:
        assert (found.end, found.status) == (BodyEnd.LOST, None)
    else:
        assert (found.end, found.status, found.size) == (BodyEnd.COMPLETE, 200, 6144)
        assert 0 < found.answer.missing <= 1460


def test_a_segment_that_never_arrived_is_not_lost_by_the_capture() -> None:
    """Nobody acknowledged it: the body is not whole."""
    spoken = Speaking().opens().says(True, GET)
    spoken.send(False, (OK + BODY)[:1000])
    spoken.send(True, b"")
    spoken.send(False, (OK + BODY)[2000:3000], ahead=1000)
    spoken.send(True, b"")
    (connection,) = followed(spoken.frames)
    assert connection.lost == 0
    assert connection.requests[0].end is BodyEnd.OPEN


@pytest.mark.parametrize("most", [80, 100, 200])
def test_frames_that_were_cut(most: int) -> None:
    """Their content is not there, their length is."""
    spoken = Speaking().opens().says(True, b"GET /a HTTP/1.1\r\n\r\n")
    spoken.says(False, b"HTTP/1.1 200 OK\r\nContent-Length: 6144\r\n\r\n")
    spoken.says(False, BODY)
    (connection,) = followed(spoken.frames, most)
    (found,) = connection.requests
    assert connection.theirs.cut > 0 == connection.lost
    assert found.content is None
    if most > 100:
        assert (found.status, found.size, found.end) == (200, 6144, BodyEnd.COMPLETE)


@pytest.mark.parametrize("ours", [True, False])
def test_one_direction_only(ours: bool) -> None:
    """Of the other side there is nothing, and that is said."""
    spoken = Speaking().opens().fetched().reset(ours=True)
    octets = [one for one in frames(spoken.frames) if one.ours is ours]
    (connection,) = followed(one.octets for one in octets)
    (found,) = connection.requests
    assert connection.is_one_sided
    assert (found.method, found.status) == (("GET", None) if ours else ("", 200))
    assert found.end is (BodyEnd.NO_ANSWER if ours else BodyEnd.COMPLETE)


def test_a_connection_that_began_before_the_capture() -> None:
    """From the next request on it is told of, and the rest of an answer is no answer."""
    spoken = Speaking().opens().fetched()
    later = len(spoken.frames) - 3
    spoken.fetched(asked=GET.replace(b"boot", b"next"))
    (connection,) = followed(spoken.frames[later:])
    assert connection.is_joined
    assert [(one.target, one.content) for one in connection.requests] == [("/next.efi", BODY)]


@pytest.mark.parametrize(
    ("spoken", "end", "broken_by"),
    [
        (Speaking().opens().says(True, GET), BodyEnd.NO_ANSWER, None),
        (Speaking().opens().says(True, GET).finish(False), BodyEnd.NO_ANSWER, None),
        (Speaking().opens().says(True, GET).reset(True), BodyEnd.NO_ANSWER, True),
        (Speaking().opens().says(True, GET).reset(False), BodyEnd.RESET, False),
        (Speaking().opens().says(True, GET).says(False, OK), BodyEnd.OPEN, None),
        (Speaking().opens().fetched(body=BODY[1:]).finish(False), BodyEnd.TRUNCATED, None),
        (Speaking().opens().fetched(body=BODY[1:]).reset(False), BodyEnd.RESET, False),
        (Speaking().opens().fetched(body=BODY[1:]).reset(True), BodyEnd.STOPPED, True),
        (Speaking().opens().fetched(OK, b"", HEAD), BodyEnd.NO_BODY, None),
        (Speaking().opens().fetched(OLD).finish(False), BodyEnd.CLOSED, None),
        (Speaking().opens().fetched(OLD), BodyEnd.OPEN, None),
        (Speaking().opens().fetched(b"HTTP/1.1 304 No\r\n\r\n", b""), BodyEnd.NO_BODY, None),
        (Speaking().opens().fetched(b"nothing of the kind\r\n\r\n"), BodyEnd.NOT_HTTP, None),
        (Speaking().opens().fetched(b"no HTTP\r\n", b"").finish(False), BodyEnd.NOT_HTTP, None),
    ],
)  # fmt: skip
def test_how_an_answer_ends(spoken: Speaking, end: BodyEnd, broken_by: bool | None) -> None:
    """Complete, truncated, reset, given up, still under way."""
    found = only(spoken)
    assert (found.end, found.broken_by) == (end, broken_by)


CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("octets", "content", "is_whole", "oddity"),
    [
        (CHUNKED + b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n", b"abcde", True, ""),
        (CHUNKED + b"3\r\nabc\r\n", b"abc", False, ""),
        (CHUNKED + b"not a size\r\nabc", b"", False, "illegal chunk header"),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", b"abc", True, ""),
        (b"ICY 200 OK\r\nContent-Length: 3\r\n\r\nabcd", b"abcd", True, "no version"),
        (b"HTTP/1.1 200\r\n\r\nabc", b"abc", True, ""),
        (b"HTTP/1.1 200 OK\r\nA b: c\r\nContent-Length: 3\r\n\r\nabc", b"abc", True, "line 2"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", b"abc", True,
         "conflicting"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc", b"abc", False, "Content-Length"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OLD + b"abc", b"abc", True, ""),
    ],
)  # fmt: skip
def test_odd_servers(octets: bytes, content: bytes, is_whole: bool, oddity: str) -> None:
    """What is odd is said, and what there is is read all the same."""
    found = whole(octets)
    assert found.head is not None
    assert (found.head.status, bytes(found.content), found.is_whole) == (200, content, is_whole)
    assert oddity in found.oddity
    assert bool(found.oddity) is bool(oddity)


@given(st.binary(max_size=300), st.booleans(), st.booleans())
def test_any_octets_are_followed(octets: bytes, ours: bool, is_answer: bool) -> None:
    """Nothing that either side sends is more than odd."""
    start = (GET if ours else b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") * is_answer
    for connection in followed(
        Speaking().opens().says(ours, start + octets, 40).finish(ours).frames
    ):
        for request in connection.requests:
            assert request.url.isprintable()
            assert request.end in BodyEnd


@given(st.data())
def test_nothing_is_made_up_when_frames_are_missing(data: st.DataObject) -> None:
    """Whatever frames the capture lacks: a content that is told is the content."""
    spoken = Speaking().opens().fetched(asked=HEAD, body=b"").fetched().finish(False).reset(True)
    kept = data.draw(st.sets(st.integers(0, len(spoken.frames) - 1)))
    for connection in followed(spoken.frames[at] for at in sorted(kept)):
        for request in connection.requests:
            assert request.content in (None, BODY, b"")
            assert request.status in (None, 200)


def test_an_answer_to_a_head_that_the_capture_lacks() -> None:
    """What follows it is another answer, and no body of it; without requests nothing is whole."""
    spoken = Speaking().opens().fetched(asked=HEAD, body=b"").fetched()
    octets = [one.octets for one in frames(spoken.frames) if not one.ours]
    (connection,) = followed(octets)
    first, second = connection.requests
    assert (first.end, first.size) == (BodyEnd.NO_BODY, 0)
    assert (second.end, second.size, second.content) == (BodyEnd.COMPLETE, len(BODY), None)


def test_a_connection_again_from_the_same_port() -> None:
    """EDK II opens one so that the server has closed (http-v6: h4-keepalive-lost)."""
    spoken = Speaking().opens().fetched(OK, b"", HEAD).finish(False).reset(True)
    again = Speaking(ours=0x2000).opens().fetched().reset(True)
    found = followed([*spoken.frames, *again.frames])
    assert [[one.method for one in each.requests] for each in found] == [["HEAD"], ["GET"]]


def test_nobody_answers() -> None:
    """A SYN that is repeated is one connection; a RST refuses it."""
    spoken = Speaking()
    spoken.send(True, b"", Flags.SYN)
    spoken.frames *= 5
    (silent,) = followed(spoken.frames)
    assert (len(silent.opened), silent.is_unanswered, silent.is_refused) == (5, True, False)
    spoken.send(False, b"", Flags.RST | Flags.ACK)
    (refused,) = followed(spoken.frames)
    assert (refused.is_unanswered, refused.is_refused) == (False, True)


def test_a_connection_that_somebody_else_opens_is_nobody_elses_boot() -> None:
    """What comes to a machine that runs by then is not read as its requests."""
    spoken = Speaking()
    spoken.send(False, b"", Flags.SYN)
    spoken.send(True, b"", Flags.SYN | Flags.ACK)
    spoken.says(True, GET)
    (connection,) = followed(spoken.frames)
    assert connection.is_incoming
    assert connection.requests == ()


def test_memory_is_bounded() -> None:
    """However many connections, requests and segments there are."""
    follower = Connections(keeps=False)
    for port in range(1024, 1024 + 3 * MOST_OPEN):
        for frame in frames(Speaking(port).opens().fetched().frames):
            connection = follower.add(frame)
    assert follower.open == MOST_OPEN
    assert connection is not None
    assert connection.requests[0].size == len(BODY)
    assert connection.requests[0].answer.content == b""
    many = Speaking(9).opens()
    for _ in range(MOST_REQUESTS * 2):
        many.fetched(body=b"", asked=HEAD)
    late = Speaking(10).opens().says(True, GET)
    for at in range(MOST_WAITING * 3):
        late.send(False, b"x", ahead=100 + at * 2)
    for frame in frames([*many.frames, *late.frames]):
        last = follower.add(frame)
        requests = connection.requests if last is None else last.requests
        assert len(requests) <= MOST_REQUESTS
        assert last is None or len(list(last.theirs.waiting)) <= MOST_WAITING


def test_it_is_followed_on_a_wire_as_in_a_capture() -> None:
    """`Follower` says of each segment which connection it is of."""
    spoken = Speaking().opens().fetched().reset(True)
    follower = Follower()
    follower.add(1, 0.0, asks(message(dhcp.DISCOVER, PXE)))
    heard = [
        one
        for number, octets in enumerate(spoken.frames, 2)
        for one in follower.add(number, number / 100, octets)
    ]
    assert len({id(one.connection) for one in heard}) == 1
    connection = heard[-1].connection
    assert connection is not None
    (found,) = connection.requests
    assert (found.status, found.size, found.end) == (200, len(BODY), BodyEnd.COMPLETE)
