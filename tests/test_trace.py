"""The trace: numbered frames, in order, and how it ended."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.boot.actions import Finish, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Booted, BootFile, Failed, Failure
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Item, Record, Trace

FAILED = Failed(Failure.NO_OFFER, "PXE-E51", "PXE-E51: …", "Nobody answered.")
BOOTED = Booted(BootFile(b"boot.0", IPv4Address("10.77.0.3"), "the DHCPACK"), b"NBP")


def trace() -> Trace:
    """An empty one."""
    return Trace("ipxe", "iPXE", "a test")


def test_frames_are_numbered_and_the_rest_goes_with_the_latest() -> None:
    """Both ways in one count, from 1; before the first frame the number is 0."""
    mine = trace()
    items: tuple[Item, ...] = (
        PowerOn(),
        SendFrame(b"out"),
        Print("x"),
        FrameReceived(b"in"),
        KeyPressed("F8"),
    )
    records = [mine.add(at / 10, item) for at, item in enumerate(items)]
    assert [record.frame for record in records] == [0, 1, 1, 2, 2]
    assert mine.records == records
    assert records[3] == Record(0.3, FrameReceived(b"in"), 2)


def test_frames_come_with_their_direction() -> None:
    """And nothing but frames."""
    mine = trace()
    items: tuple[Item, ...] = (PowerOn(), SendFrame(b"out"), Print("x"), FrameReceived(b"in"))
    for item in items:
        mine.add(0.0, item)
    assert [(frame, ours) for _, frame, ours in mine.frames()] == [(b"out", True), (b"in", False)]


def test_the_outcome_is_that_of_the_last_record() -> None:
    """There is none before the end."""
    outcomes = []
    for item in (None, PowerOn(), Finish(FAILED), Finish(BOOTED)):
        mine = trace()
        if item is not None:
            mine.add(1.0, item)
        outcomes.append(mine.outcome)
    assert outcomes == [None, None, FAILED, BOOTED]


@pytest.mark.parametrize("at", range(4))
def test_a_reading_that_is_interrupted_is_begun_anew(
    monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Whoever lost patience, and asks again, is told of each frame once."""
    mine = trace()
    for _ in range(4):
        mine.add(0.0, SendFrame(b"frame"))
    mend = Reader.mend

    def interrupted(self: Reader, frame: Frame) -> Frame:
        if frame.number == at + 1:
            raise KeyboardInterrupt
        return mend(self, frame)

    with monkeypatch.context() as patched:
        patched.setattr(Reader, "mend", interrupted)
        with pytest.raises(KeyboardInterrupt):
            mine.talk()
    assert [frame.number for frame in mine.talk().frames] == [1, 2, 3, 4]
