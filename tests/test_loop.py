"""The loop: frames, timers and the deadline, over a link with a clock of its own."""

from __future__ import annotations

from collections import Counter as Counted

import pytest

from pxeclient.boot.actions import Finish
from pxeclient.boot.events import FrameReceived, PowerOn
from pxeclient.boots.boot import Watcher, Wire, boot
from pxeclient.boots.booting import LATEST, Booting, Client
from pxeclient.boots.loop import QUEUE, attend
from pxeclient.link.base import Link, LinkError
from pxeclient.outcome import Booted
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Item, Record, Trace
from tests.boots import link_to, machine, profile
from tests.stories.firmwares import IPXE, VMWARE


def run(
    link: Link, firmware: str = VMWARE, deadline: float | None = None, watch: Watcher | None = None
) -> Trace:
    """A boot on that link, be it cut short or not."""
    found = profile(firmware)
    return boot(
        found,
        found.machine,
        Wire(link, "a test"),
        deadline=deadline,
        watch=watch,
        partial=True,
    )


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


class InterruptedLink(ScriptedLink):
    """Somebody presses Ctrl-C while the machine waits."""

    def receive(self, until: float) -> bytes | None:
        """Wait to the end, and then not come back."""
        super().receive(until)
        raise KeyboardInterrupt


def test_a_boot_runs_to_its_end() -> None:
    """The trace ends with the outcome."""
    mine = run(link_to("plain-dhcp"), IPXE)
    assert isinstance(mine.outcome, Booted)
    assert mine.stopped == ""
    assert isinstance(mine.records[0].item, PowerOn)
    assert mine.ended == mine.records[-1].at > 3.0


def test_the_firmwares_clock_starts_with_the_run() -> None:
    """Whatever the link's clock shows."""
    link = ScriptedLink()
    mine = run(link)
    assert mine.records[0].at == 0.0
    assert mine.ended == pytest.approx(31.307)
    assert [at - 1000.0 for at, _ in link.sent] == pytest.approx([0.0, 2.087, 6.261, 14.61])


def test_a_deadline_stops_it() -> None:
    """At that time exactly, and the trace says so."""
    link = ScriptedLink()
    mine = run(link, deadline=5.0)
    assert mine.stopped == "deadline"
    assert mine.outcome is None
    assert mine.ended == pytest.approx(5.0)
    assert max(link.asked) == pytest.approx(1005.0)
    assert len(link.sent) == 2


def test_a_deadline_after_the_end_changes_nothing() -> None:
    """The boot is over before."""
    mine = run(ScriptedLink(), deadline=100.0)
    assert mine.stopped == ""
    assert mine.outcome is not None


def test_frames_are_handed_in_when_they_come() -> None:
    """With the link's time; frames that are nothing are recorded too."""
    mine = run(ScriptedLink((1000.5, b"x"), (1001.5, b"y")), deadline=2.0)
    came = [(record.at, record.item) for record in mine.records]
    assert (0.5, FrameReceived(b"x")) in came
    assert (1.5, FrameReceived(b"y")) in came


def test_a_link_that_wakes_early_is_asked_again() -> None:
    """A timer is not fired before its time."""
    link = ScriptedLink(drowsy=0.001)
    run(link, deadline=3.0)
    assert link.sent[1][0] == pytest.approx(1002.087)
    assert link.asked[:2] == pytest.approx([1000.549, 1000.549])  # the screen's spinner


def test_a_timer_whose_time_has_passed_fires_when_nothing_waits() -> None:
    """However late a frame came."""
    link = ScriptedLink((1000.5, b"x"))
    slow = link.receive

    def late(until: float) -> bytes | None:
        frame = slow(until)
        if frame is not None:
            link._now += 2.0
        return frame

    link.receive = late  # type: ignore[method-assign]
    run(link, deadline=4.0)
    assert link.sent[1][0] == pytest.approx(1002.5)


@pytest.mark.parametrize("flood", [1, 50, 3 * QUEUE])
def test_what_waits_goes_before_a_timer_that_is_overdue(flood: int) -> None:
    """We come late, and frames lie there: they are heard first, but no flood has no end."""

    class Late(ScriptedLink):
        """Somebody who slept from 1000.5 to 1002.5 s."""

        given = 0
        before: tuple[int, ...] = ()
        """How many frames had been given when each was sent."""

        def receive(self, until: float) -> bytes | None:
            frame = super().receive(until)
            self.given += frame is not None
            if frame == b"first":
                self._now = 1002.5
            return frame

        def send(self, frame: bytes) -> None:
            self.before = (*self.before, self.given)
            super().send(frame)

    link = Late((1000.5, b"first"), *[(1002.5, b"more")] * flood)
    run(link, deadline=2.6)
    assert link.before[:2] == (0, 1 + min(flood, QUEUE))
    assert link.sent[1][0] == 1002.5


class DatedLink(ScriptedLink):
    """The same, and it knows when frames came, though somebody comes `late` to fetch the first."""

    dates = True

    def __init__(self, *frames: tuple[float, bytes], late: float) -> None:
        super().__init__(*frames)
        self._late = late
        self._came = 0.0

    def receive(self, until: float) -> bytes | None:
        """What is there by now, or by then."""
        now = self._now
        frame = super().receive(max(until, now))
        if frame is not None:
            self._came = self._now
            self._now = max(now, self._came + self._late)
            self._late = 0.0
        return frame

    def came(self) -> float:
        """Of the frame that was fetched last."""
        return self._came


def test_a_frame_that_came_in_time_is_heard_in_time() -> None:
    """However late we are: before the timer that ran out meanwhile, and at its own time."""
    mine = run(DatedLink((1000.5, b"x"), (1001.9, b"y"), (1002.2, b"z"), late=3.0), deadline=6.0)
    frames = [record for record in mine.records if isinstance(record.item, FrameReceived)]
    assert [round(one.at, 3) for one in frames[:2]] == [0.5, 1.9]
    second = next(
        at for at, one in enumerate(mine.records) if isinstance(one.item, SendFrame) and one.at > 0
    )
    # The timer of 2.087 s ran out before the third came, and so is done before it.
    assert mine.records.index(frames[1]) < second < mine.records.index(frames[2])
    assert mine.records[second].at == frames[2].at == pytest.approx(2.2)
    assert sorted(record.at for record in mine.records) == [record.at for record in mine.records]


def test_a_deadline_is_one_for_who_never_catches_up() -> None:
    """Each frame takes a second, and ten come in each: they would be from before it for ever."""

    class Drowning(DatedLink):
        """Frames of the time from 1000 s on; we are later with each."""

        def receive(self, until: float) -> bytes | None:
            self._came = self._came + 0.1 if self._came else 1000.1
            self._now += 1.0
            return b"flood"

    link = Drowning(late=0.0)
    mine = run(link, IPXE, deadline=30.0)
    assert mine.stopped == "deadline"
    assert 30.0 + LATEST <= link.now() - 1000.0 <= 30.0 + LATEST + 1.0
    assert mine.ended == pytest.approx(link.now() - 1000.1)
    assert mine.records[-1].at < 30.0


def test_what_came_before_power_on_is_nothing() -> None:
    """It lay in the socket."""
    mine = run(DatedLink((999.0, b"old"), (1000.5, b"x"), late=0.0), deadline=2.0)
    heard = [record.item for record in mine.records if isinstance(record.item, FrameReceived)]
    assert heard == [FrameReceived(b"x")]


class Watching:
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.seen: list[Record] = []
        self.progress: list[int] = []
        self.traces: list[tuple[str, Trace]] = []

    def begin(self, trace: Trace, wire: Wire, client: Client) -> None:
        """Nothing has happened yet."""
        assert not trace.records
        assert wire.name == trace.where
        self._client = client
        self.traces.append(("begin", trace))

    def show(self, record: Record) -> None:
        """The client can be asked how far it is."""
        self.seen.append(record)
        self.progress.append(self._client.progress[0])

    def end(self, trace: Trace) -> None:
        """It is known by now how it ended."""
        assert trace.ended > 0
        self.traces.append(("end", trace))


def test_a_watcher_sees_every_record_as_it_is_made() -> None:
    """The same ones, in the same order, between beginning and end."""
    watching = Watching()
    mine = run(link_to("plain-dhcp"), IPXE, watch=watching)
    assert watching.seen == mine.records
    assert isinstance(watching.seen[-1].item, Finish)
    assert watching.progress[0] == 0
    assert max(watching.progress) == 4000
    assert watching.traces == [("begin", mine), ("end", mine)]


def test_a_broken_link_ends_it() -> None:
    """The trace has what happened before, how much was lost, and what broke."""
    link, watching = BrokenLink(), Watching()
    mine = run(link, watch=watching)
    assert sum(isinstance(record.item, SendFrame) for record in mine.records) == 1
    assert mine.outcome is None
    assert (mine.stopped, mine.trouble) == ("link-error", "the cable is out")
    assert mine.ended == link.now() - 1000.0 > 0.0
    assert mine.lost == 2
    assert watching.traces[-1] == ("end", mine)


def test_an_interrupt_ends_it() -> None:
    """In the midst of a wait, at that time."""
    mine = run(InterruptedLink())
    assert (mine.stopped, mine.trouble) == ("interrupted", "")
    assert mine.ended == pytest.approx(0.549)
    assert mine.outcome is None


@pytest.mark.parametrize(
    ("link", "error"), [(BrokenLink(), LinkError), (InterruptedLink(), KeyboardInterrupt)]
)
def test_whoever_wants_whole_boots_only_is_told_by_the_error(
    link: Link, error: type[BaseException]
) -> None:
    """Nobody takes half a boot for a boot, and Ctrl-C ends a program."""
    found = profile(VMWARE)
    with pytest.raises(error):
        boot(found, found.machine, Wire(link, "a test"))


def test_equal_boots_have_equal_traces() -> None:
    """Nothing in the loop is left to chance."""
    first, second = (run(link_to("proxy-60-only"), IPXE) for _ in range(2))
    assert first == second


class Counter:
    """A recorder that keeps no record."""

    def __init__(self) -> None:
        self.kinds: Counted[str] = Counted()
        self.ended: list[tuple[float, str, int, str]] = []

    def add(self, at: float, item: Item) -> None:
        """Count it."""
        self.kinds[type(item).__name__] += 1

    def count(self, repeated: int, not_kept: int) -> None:
        """Nothing is kept at all."""

    def end(self, at: float, stopped: str, lost: int, trouble: str) -> None:
        """Once, and nothing comes after it."""
        self.ended.append((at, stopped, lost, trouble))


def test_who_only_counts_is_a_recorder_too() -> None:
    """It is told all that a trace is."""
    counter, whole = Counter(), run(link_to("plain-dhcp"), IPXE)
    link = link_to("plain-dhcp")
    attend(Booting(machine(IPXE), link, counter), link)
    assert counter.kinds == Counted(type(record.item).__name__ for record in whole.records)
    assert counter.kinds["Finish"] == 1
    assert counter.ended == [(whole.ended, "", 0, "")]


class Impatient(Watching):
    """Somebody presses Ctrl-C while the end is being told."""

    def end(self, trace: Trace) -> None:
        """It takes long."""
        raise KeyboardInterrupt


def test_an_interrupt_while_the_end_is_told_leaves_the_end_as_it_was() -> None:
    """Of a boot that had ended, and of one that a first interrupt had ended."""
    assert isinstance(run(link_to("plain-dhcp"), IPXE, watch=Impatient()).outcome, Booted)
    mine = run(InterruptedLink(), watch=Impatient())
    assert mine.stopped == "interrupted"
    assert mine.ended == pytest.approx(0.549)
