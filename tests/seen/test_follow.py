"""A wire frame by frame: the same as of a recording, and in bounded memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.seen.attempts import attempts
from pxeclient.seen.exchanges import Ask
from pxeclient.seen.follow import MOST_FRAMES, Follower
from pxeclient.seen.reading import read
from pxeclient.seen.stations import stations
from pxeclient.seen.talk import talk_of
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac
from tests.seen.frames import (
    CAPTURES,
    OTHER,
    PXE,
    THEIRS,
    answers,
    asks,
    download,
    framed,
    message,
    packet,
    recorded,
    recordings,
    reply,
    seen,
)

SPOKEN = (
    asks(message(dhcp.DISCOVER, PXE)),
    framed(packet(message(dhcp.DISCOVER, PXE, giaddr=OTHER), (OTHER, 67), (THEIRS, 67)), False),
    answers(reply(dhcp.OFFER)),
    answers(reply(dhcp.ACK)),
    *(octets for octets, _ in download(b"boot.0", [b"x" * 512, b"end"])),
)
PROXY = CAPTURES / "ipxe-e1000e" / "proxy-60-file" / "capture.pcap"


@pytest.mark.parametrize("path", recordings()[::20], ids=lambda path: "/".join(path.parts[-3:-1]))
def test_it_says_what_a_recording_says(path: Path) -> None:
    """The same exchanges answered, the same files whole, the same beginnings."""
    everything = seen(path)
    (station,) = stations(everything)
    whole = talk_of(station.frames, station.mac)
    follower = Follower()
    heard = [
        one
        for frame in everything
        for one in follower.add(frame.number, frame.at, frame.octets, frame.length)
    ]
    files = {id(one.transfer): one.transfer for one in heard if one.transfer is not None}
    assert [(one.name, one.size, one.is_whole, one.heard) for one in files.values()] == [
        (one.name, one.size, one.is_whole, one.heard) for one in whole.transfers
    ]
    asked = {id(one.exchange): one.exchange for one in heard if one.exchange is not None}
    assert [(one.question, bool(one.answers)) for one in asked.values()] == [
        (one.question, bool(one.answers)) for one in whole.exchanges
    ]
    ends = [one.why_over for one in attempts(whole, 0.0) if one.why_over]
    assert [one.begins for one in heard if one.begins] == ends


def test_what_a_frame_is() -> None:
    """Whose, which attempt, which question."""
    follower = Follower()
    (first,) = follower.add(1, 0.0, asks(message(dhcp.DISCOVER, PXE)))
    assert first.attempt == 1
    assert first.exchange is not None
    assert first.exchange.question.kind is Ask.DISCOVER
    (again,) = follower.add(2, 60.0, asks(message(dhcp.DISCOVER, PXE, xid=9)))
    assert (again.attempt, again.begins) == (2, "another attempt begins")


def test_thousands_of_clients() -> None:
    """At most so many are known, and of each little is kept."""
    follower = Follower(most=20)
    for at in range(2000):
        mac = Mac(b"\x02\0\0\0" + (at % 200).to_bytes(2, "big"))
        octets = asks(message(dhcp.DISCOVER, PXE, mac=mac, xid=at))
        (heard,) = follower.add(at, at / 1000, octets)
        assert heard.mac == mac
        assert heard.exchange is not None
        assert len(heard.exchange.asked) <= MOST_FRAMES
        assert follower.clients <= 20


def test_any_octets() -> None:
    """Each frame cut at many places: nothing raises."""
    follower = Follower()
    for frame in recorded(PROXY):
        for end in range(0, len(frame.data), 7):
            follower.add(frame.number, frame.at, frame.data[:end], frame.length)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(SPOKEN), st.integers(0, 400), st.integers(0, 255), st.floats(0, 100)
        ),
        max_size=30,
    )
)
def test_any_talk(changed: list[tuple[bytes, int, int, float]]) -> None:
    """Relayed, offered, fetched, each with an octet changed, in any order: nothing raises."""
    follower, frames = Follower(most=2), []
    for number, (octets, at, value, when) in enumerate(changed, 1):
        at %= len(octets)
        data = octets[:at] + bytes((value,)) + octets[at + 1 :]
        follower.add(number, when, data)
        frames.append(read(number, when, data))
    for station in stations(frames):
        talk = talk_of(station.frames, station.mac)
        assert all(one.frames for one in attempts(talk, 100.0))
        assert len(talk.exchanges) <= len(talk.frames)
        assert sum(one.heard for one in talk.transfers) <= len(talk.frames)
