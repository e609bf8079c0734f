"""The trace: numbered frames, in order, and how it ended."""

from __future__ import annotations

from ipaddress import IPv4Address

from pxeclient.boot.actions import Finish, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Booted, BootFile, Failed, Failure
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
