"""What is recorded of a boot has an end, whatever the segment sends; the rest is counted."""

from __future__ import annotations

import pytest

from pxeclient.boot.events import FrameReceived
from pxeclient.boots import repeats
from pxeclient.boots.boot import Wire, boot
from pxeclient.boots.repeats import MOST_ALIKE, Repeats
from pxeclient.diagnose import diagnose
from pxeclient.link.base import Link
from pxeclient.outcome import Booted
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import ethernet
from pxeclient.wire.addresses import BROADCAST_MAC, Mac
from tests.boots import boot_on, link_to, profile
from tests.stories.firmwares import IPXE, VMWARE
from tests.test_loop import ScriptedLink, run

OTHER = Mac.from_text("52:54:00:00:00:02")
MANY = 1000


def junk(number: int) -> bytes:
    """A frame that is nothing to anybody."""
    payload = bytes(20) + number.to_bytes(4, "big") + bytes(26)
    return ethernet.build(ethernet.Frame(BROADCAST_MAC, OTHER, 0x88B5, payload))


def heard(trace: Trace) -> list[bytes]:
    """The frames that are recorded as received."""
    return [octets for _, octets, ours in trace.frames() if not ours]


def test_what_comes_again_and_again_is_counted() -> None:
    """The first are recorded, with the numbers of a capture of them."""
    frames = [(1000.5 + number / MANY, junk(7)) for number in range(MANY)]
    mine = run(ScriptedLink(*frames), deadline=3.0)
    assert len(heard(mine)) == 2 * MOST_ALIKE
    assert (mine.repeated, mine.not_kept) == (MANY - 2 * MOST_ALIKE, 0)
    numbers = [record.frame for record, _, _ in mine.frames()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_of_no_effect_is_counted_when_there_is_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However different it is."""
    monkeypatch.setattr(repeats, "MOST_IDLE", 50)
    frames = [(1000.5 + number / MANY, junk(number)) for number in range(MANY)]
    mine = run(ScriptedLink(*frames), deadline=3.0)
    most = MOST_ALIKE + 50
    assert (len(heard(mine)), mine.repeated, mine.not_kept) == (most, 0, MANY - most)


class Repeating(Link):
    """A link that gives each frame a hundred times."""

    def __init__(self, link: Link) -> None:
        self._link, self._again = link, [b""] * 0
        self.sent = 0

    def now(self) -> float:
        """As the link inside."""
        return self._link.now()

    def send(self, frame: bytes) -> None:
        """Counted."""
        self.sent += 1
        self._link.send(frame)

    def receive(self, until: float) -> bytes | None:
        """The same again, or the next."""
        if not self._again:
            frame = self._link.receive(until)
            self._again = [] if frame is None else [frame] * 100
        return self._again.pop() if self._again else None

    def close(self) -> None:
        """Nothing to give back."""


def test_a_machine_answers_what_is_only_counted() -> None:
    """Every block again and again: the boot goes on as if all were recorded."""
    link = Repeating(link_to("plain-dhcp", IPXE))
    mine = boot(profile(IPXE), profile(IPXE).machine, Wire(link, "a test"))
    assert isinstance(mine.outcome, Booted)
    assert mine.repeated > 0
    told = sum(isinstance(record.item, SendFrame) for record in mine.records)
    assert link.sent > told


def test_a_download_that_is_too_long_is_counted_and_nothing_is_said_of_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The boot file is whole; findings know that frames are missing."""
    whole = boot_on(VMWARE, "plain-dhcp")
    monkeypatch.setattr(repeats, "MOST_ALIKE", 1)
    monkeypatch.setattr(repeats, "MOST_OCTETS", 8_000)
    mine = boot_on(VMWARE, "plain-dhcp")
    assert mine.outcome == whole.outcome
    assert mine.not_kept > 0
    assert len(heard(mine)) < len(heard(whole))
    assert {one.id for one in diagnose(mine)} <= {one.id for one in diagnose(whole)}


def test_a_boot_without_repeats_is_recorded_whole() -> None:
    """Each frame once."""
    mine = boot_on(IPXE, "plain-dhcp")
    assert (mine.repeated, mine.not_kept) == (0, 0)


def test_what_a_decision_was_made_on_is_always_recorded() -> None:
    """Though it is the thousandth of its kind."""
    mine = Repeats()
    boots = boot_on(IPXE, "plain-dhcp").records
    (at, *_) = [n for n, one in enumerate(boots) if isinstance(one.item, FrameReceived)]
    frame = boots[at].item
    assert isinstance(frame, FrameReceived)
    did = [boots[at + 1].item]
    assert not isinstance(did[0], FrameReceived)
    assert all(mine.keeps(frame.frame, did) for _ in range(MANY))  # type: ignore[arg-type]
