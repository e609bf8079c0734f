"""The value that tellers take: of a boot here and of a recording alike."""

from __future__ import annotations

from pxeclient.boot.events import FrameReceived
from pxeclient.seen.exchanges import Ask
from pxeclient.seen.talk import talk_of
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import dhcp
from pxeclient.wire.pxe import Purpose
from tests.boots import booted
from tests.seen.frames import CAPTURES, CLIENT, seen

PROXY = CAPTURES / "ipxe-e1000e" / "proxy-60-file" / "capture.pcap"


def as_trace(numbers: bool = True) -> Trace:
    """That recording as a trace."""
    trace = Trace("p", "t", "w")
    for frame in seen(PROXY):
        said = SendFrame if frame.sender == CLIENT else FrameReceived
        trace.add(frame.at, said(frame.octets), frame.number if numbers else 0)
    return trace


def test_a_trace_gives_the_same_as_the_capture() -> None:
    """Frame for frame."""
    of_capture = talk_of(one.of_client(one.sender == CLIENT) for one in seen(PROXY))
    of_trace = as_trace().talk()
    assert of_trace.frames == of_capture.frames
    assert of_trace.mac == of_capture.mac == CLIENT
    assert len(of_trace.transfers) == len(of_capture.transfers) > 0


def test_a_trace_is_read_once_and_grows() -> None:
    """The talk is kept until something is added to it."""
    trace = as_trace()
    first = trace.talk()
    assert trace.talk() is first
    frame = first.frames[0]
    trace.add(99.0, SendFrame(frame.octets))
    grown = trace.talk()
    assert len(grown.frames) == len(first.frames) + 1
    assert grown.frames[:-1] == first.frames
    assert all(a is b for a, b in zip(grown.frames, first.frames, strict=False))


def test_what_it_has() -> None:
    """Messages by purpose, questions, transfers."""
    talk = as_trace().talk()
    assert talk.discover is not None
    assert talk.first is talk.discover
    assert len(talk.by_purpose[Purpose.REQUEST]) == 1
    assert {message.type for message in talk.replies} == {dhcp.OFFER, dhcp.ACK}
    assert talk.last_read is not None
    assert talk.last_read.is_whole
    assert next(asked.kind for _, asked in talk.questions) is Ask.DISCOVER
    assert not list(talk.faulty)


def test_nothing_is_a_talk_too() -> None:
    """A boot that sent no frame."""
    talk = Trace("p", "t", "w").talk()
    assert (talk.mac, talk.frames, talk.first, talk.last_read) == (None, (), None, None)
    assert talk.began == 0.0


def test_port_4011_has_one_meaning_each() -> None:
    """Boot files, boot servers, and both."""
    talk = booted("vmware-e1000e", "boot-server-silent").talk()
    both = {message.number for message in talk.asked_4011}
    searches = {message.number for message in talk.searches if message.port == dhcp.PROXY_PORT}
    assert searches
    assert {message.number for message in talk.proxy_requests} == both - searches
