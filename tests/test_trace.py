"""The trace: numbered frames, in order, and how it ended."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.boot.actions import BeginStage, Finish, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Booted, BootFile, Exited, Failed, Failure, StageKind
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


EXITED = Exited(1, "", "nothing to list", "Neither file is there.")


def staged(*items: Item) -> Trace:
    """A boot whose firmware fetched a file, and what happened then; each a second later."""
    mine = trace()
    for at, item in enumerate((PowerOn(), SendFrame(b"out"), Finish(BOOTED), *items)):
        mine.add(float(at), item)
    mine.end(float(at))
    return mine


def test_a_boot_without_a_program_has_one_stage() -> None:
    """It is the firmware's, and all is in it."""
    mine = staged()
    (rom,) = mine.stages
    assert (rom.number, rom.name, rom.kind, rom.began) == (1, "ipxe", StageKind.ROM, 0.0)
    assert rom.records == mine.records
    assert rom.outcome == mine.outcome == mine.ended_as == BOOTED
    assert mine.rom is mine
    assert not mine.has_stages


def test_a_programs_end_is_the_boots_and_not_the_firmwares() -> None:
    """What the firmware came to stays what it was."""
    begin = BeginStage("lister", StageKind.PROGRAM)
    mine = staged(begin, SendFrame(b"more"), Finish(EXITED))
    rom, program = mine.stages
    assert (mine.outcome, mine.ended_as) == (BOOTED, EXITED)
    assert (program.number, program.name, program.kind) == (2, "lister", StageKind.PROGRAM)
    assert (program.began, program.ended, program.resumes) == (3.0, 5.0, 0)
    assert [record.item for record in program.records] == [
        begin,
        SendFrame(b"more"),
        Finish(EXITED),
    ]
    assert [*rom.records, *program.records] == mine.records


def test_a_program_that_was_stopped_leaves_the_firmwares_end() -> None:
    """The boot has none."""
    mine = staged(BeginStage("lister", StageKind.PROGRAM), SendFrame(b"more"))
    mine.end(9.0, "deadline")
    assert (mine.outcome, mine.ended_as, mine.stages[-1].outcome) == (BOOTED, None, None)
    assert mine.rom.stopped == ""
    assert mine.rom.ended == 2.0


def test_stages_are_found_while_they_come() -> None:
    """A trace is asked before, between and after."""
    mine = staged()
    counts = [len(mine.stages)]
    mine.add(3.0, BeginStage("shim", StageKind.PROGRAM))
    counts.append(len(mine.stages))
    assert counts == [1, 2]
    mine.add(4.0, Finish(BOOTED))
    mine.add(4.0, BeginStage("grub", StageKind.PROGRAM))
    mine.add(5.0, Finish(EXITED))
    mine.add(5.0, BeginStage("shim", StageKind.PROGRAM, resumes=2))
    assert [(one.name, one.resumes, one.outcome) for one in mine.stages] == [
        ("ipxe", 0, BOOTED),
        ("shim", 0, BOOTED),
        ("grub", 0, EXITED),
        ("shim", 2, None),
    ]
    assert len(mine.rom.records) == 3


def test_frames_of_all_stages_are_in_the_talk_and_the_firmwares_in_its_own() -> None:
    """Numbers go on."""
    mine = staged(BeginStage("lister", StageKind.PROGRAM), SendFrame(b"more"))
    assert [frame.number for frame in mine.talk().frames] == [1, 2]
    assert [frame.number for frame in mine.rom.talk().frames] == [1]
