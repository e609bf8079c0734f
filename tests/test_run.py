"""The loop: frames, timers and the deadline, over a link with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pxeclient.boot.actions import Finish, SendFrame
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import FrameReceived, PowerOn
from pxeclient.boot.outcome import Booted
from pxeclient.link.base import Link, LinkError
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name
from pxeclient.run import run
from pxeclient.trace import Record, Trace
from tests.stories.firmwares import IPXE, VMWARE, profile


def client(name: str = IPXE) -> BootClient:
    """A machine that is off."""
    return BootClient(profile(name).traits, profile(name).policy, profile(name).machine)


def trace() -> Trace:
    """An empty one."""
    return Trace("ipxe", "iPXE", "a test")


class ScriptedLink(Link):
    """A link that starts at 1000 s and does as it is told."""

    def __init__(self, *frames: tuple[float, bytes], drowsy: float = 0.0) -> None:
        self.sent: list[tuple[float, bytes]] = []
        self.asked: list[float] = []
        self._frames = list(frames)
        self._now = 1000.0
        self._drowsy = drowsy

    def now(self) -> float:
        """Seconds since 1000 s before."""
        return self._now

    def send(self, frame: bytes) -> None:
        """Keep the frame."""
        self.sent.append((self._now, frame))

    def receive(self, until: float) -> bytes | None:
        """The next frame, or a nap that is `drowsy` seconds too short."""
        self.asked.append(until)
        if self._frames and self._frames[0][0] <= until:
            self._now, frame = self._frames.pop(0)
            return frame
        self._now = max(self._now, until - self._drowsy)
        self._drowsy = 0.0
        return None

    def close(self) -> None:
        """Nothing to give back."""


class BrokenLink(ScriptedLink):
    """A link that is gone after some frames."""

    def send(self, frame: bytes) -> None:
        """Keep the first, then fail."""
        if self.sent:
            raise LinkError("the cable is out")
        super().send(frame)

    def lost(self) -> int:
        """Frames that were not kept."""
        return 2


def practice(network: str) -> SimulatedLink:
    """A link to a practice network."""
    return SimulatedLink(PracticeNetwork(by_name(network)))


def test_a_boot_runs_to_its_end() -> None:
    """The trace is the one handed in, and ends with the outcome."""
    mine = trace()
    assert run(client(), practice("plain-dhcp"), mine) is mine
    assert isinstance(mine.outcome, Booted)
    assert mine.stopped == ""
    assert isinstance(mine.records[0].item, PowerOn)
    assert mine.ended == mine.records[-1].at > 3.0


def test_the_firmwares_clock_starts_with_the_run() -> None:
    """Whatever the link's clock shows."""
    link = ScriptedLink()
    mine = run(client(VMWARE), link, trace())
    assert mine.records[0].at == 0.0
    assert mine.ended == pytest.approx(31.307)
    assert [at - 1000.0 for at, _ in link.sent] == pytest.approx([0.0, 2.087, 6.261, 14.61])


def test_a_deadline_stops_it() -> None:
    """At that time exactly, and the trace says so."""
    link = ScriptedLink()
    mine = run(client(VMWARE), link, trace(), deadline=5.0)
    assert mine.stopped == "deadline"
    assert mine.outcome is None
    assert mine.ended == pytest.approx(5.0)
    assert max(link.asked) == pytest.approx(1005.0)
    assert len(link.sent) == 2


def test_a_deadline_after_the_end_changes_nothing() -> None:
    """The boot is over before."""
    mine = run(client(VMWARE), ScriptedLink(), trace(), deadline=100.0)
    assert mine.stopped == ""
    assert mine.outcome is not None


def test_frames_are_handed_in_when_they_come() -> None:
    """With the link's time; frames that are nothing are recorded too."""
    mine = run(client(VMWARE), ScriptedLink((1000.5, b"x"), (1001.5, b"y")), trace(), deadline=2.0)
    came = [(record.at, record.item) for record in mine.records]
    assert (0.5, FrameReceived(b"x")) in came
    assert (1.5, FrameReceived(b"y")) in came


def test_a_link_that_wakes_early_is_asked_again() -> None:
    """A timer is not fired before its time."""
    link = ScriptedLink(drowsy=0.001)
    run(client(VMWARE), link, trace(), deadline=3.0)
    assert link.sent[1][0] == pytest.approx(1002.087)
    assert link.asked[:2] == pytest.approx([1000.549, 1000.549])  # the screen's spinner


def test_a_timer_whose_time_has_passed_fires_before_the_link_is_asked() -> None:
    """However late a frame came."""
    link = ScriptedLink((1000.5, b"x"))
    slow = link.receive

    def late(until: float) -> bytes | None:
        frame = slow(until)
        if frame is not None:
            link._now += 2.0
        return frame

    link.receive = late  # type: ignore[method-assign]
    run(client(VMWARE), link, trace(), deadline=4.0)
    assert link.sent[1][0] == pytest.approx(1002.5)


def test_a_watcher_sees_every_record_as_it_is_made() -> None:
    """The same ones, in the same order."""
    seen: list[Record] = []
    watch: Callable[[Record], None] = seen.append
    mine = run(client(), practice("plain-dhcp"), trace(), watch=watch)
    assert seen == mine.records
    assert isinstance(seen[-1].item, Finish)


def test_what_happened_before_a_link_failed_is_in_the_trace() -> None:
    """The error goes to the caller."""
    link, mine = BrokenLink(), trace()
    with pytest.raises(LinkError, match="the cable is out"):
        run(client(VMWARE), link, mine)
    assert sum(isinstance(record.item, SendFrame) for record in mine.records) == 1
    assert mine.outcome is None
    assert mine.ended == link.now() - 1000.0 > 0.0
    assert mine.lost == 2


def test_equal_boots_have_equal_traces() -> None:
    """Nothing in the loop is left to chance."""
    first, second = (run(client(), practice("proxy-60-only"), trace()) for _ in range(2))
    assert first == second
