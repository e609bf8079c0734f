"""A recording that is watched frame by frame is told as `explain` tells it from the file."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

from pxeclient.capture.reading import read
from pxeclient.capture.values import Capture, Recorded
from pxeclient.compare.suite import captures, firmwares
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt, Explanation, Surroundings, explain_capture
from pxeclient.outcome import Failed
from pxeclient.watch import keeping, machine
from pxeclient.watch.events import Began, Ended, Event, Moved
from pxeclient.watch.room import Room
from pxeclient.watch.stage import Stage
from pxeclient.wire.addresses import Mac
from tests.examples import some
from tests.explain.captures import CAPTURES, PLAIN, PROFILES, recording

FIRMWARES = [firmware.name for firmware in firmwares(CAPTURES)]


def explained(capture: Capture, mac: Mac, beside: Surroundings) -> Explanation:
    """As the command has it."""
    return explain_capture(capture, PROFILES, None, mac, beside)


def watched(frames: Iterable[Recorded], until: float) -> tuple[Room, list[Event]]:
    """All that is told of frames that come one by one."""
    room = Room("here", explained)
    events = [event for one in frames for event in room.add(one.number, one.at, one.data)]
    return room, [*events, *room.end(until)]


def octets_of(one: Recorded) -> tuple[int, float, bytes]:
    """What `Room.add` takes."""
    return one.number, one.at, one.data


def verdict(told: ExplainedAttempt) -> tuple[object, ...]:
    """What an attempt came to."""
    outcome = told.trace.outcome
    code = outcome.code if isinstance(outcome, Failed) else ""
    found = [(one.id, one.severity) for one in told.findings]
    return told.number, told.ending.stop, code, found


@pytest.mark.parametrize("firmware", FIRMWARES)
def test_it_tells_what_explain_tells(firmware: str) -> None:
    """Every recording: machines, attempts, ends, codes and findings."""
    for path in some(captures(CAPTURES, firmware), 3, FIRMWARES.index(firmware)):
        capture, found = read(path), recording(path)
        _, events = watched(capture.frames, capture.seconds)
        last = {(one.mac, one.told.number): one.told for one in events if isinstance(one, Ended)}
        wanted = {
            (story.station.mac, told.number): verdict(told)
            for story in found.stories
            if story.is_network_boot
            for told in story.attempts
        }
        assert {key: verdict(told) for key, told in last.items()} == wanted, path.parent.name


def test_a_boot_is_told_while_the_network_goes_on() -> None:
    """Stage by stage, and two seconds after its file has come, not at the end of everything."""
    capture = read(PLAIN)
    later = capture.seconds + machine.SETTLES
    room = Room("here", explained)
    events = [one for frame in capture.frames for one in room.add(*octets_of(frame))]
    assert isinstance(events[0], Began)
    stages = [one.doing.stage for one in events if isinstance(one, Moved)]
    assert stages[0] is Stage.DISCOVER
    assert stages[-4:] == [Stage.REQUEST, Stage.LEASE, Stage.FILE, Stage.FETCHED]
    [ended] = [one for one in [*events, *room.pass_time(later)] if isinstance(one, Ended)]
    assert ended.at <= later


def test_a_silent_machine_is_told_and_forgotten() -> None:
    """Its silence ends the boot, whether or not another frame comes; then nothing of it is kept."""
    capture = read(PLAIN)
    first = [one for one in capture.frames if one.at < 1.0][:1]
    room = Room("here", explained)
    assert [type(one) for one in room.add(1, 0.0, first[0].data)] == [Began, Moved]
    assert not room.pass_time(machine.SILENCES[0] - 1)
    events = room.pass_time(machine.SILENCES[-1] + 1)
    assert [type(one) for one in events] == [Ended]
    assert (room.known, room.kept) == (0, 0)


def test_own_losses_make_silence_doubtful() -> None:
    """No server is blamed for what was lost here."""
    capture = read(CAPTURES / "ovmf-virtio" / "tftp-silent" / "capture.pcap")
    ends = {}
    for loses in (False, True):
        room = Room("here", explained)
        events: list[Event] = []
        for one in capture.frames:
            events += room.add(one.number, one.at, one.data)
            if loses and one.number == capture.frames[-1].number // 4:
                room.lost()
        events += room.end(capture.seconds)
        ends[loses] = next(one.told.ending.stop for one in events if isinstance(one, Ended))
    assert ends == {False: Stop.TFTP_SILENT, True: Stop.CANNOT_TELL}


def test_a_large_file_is_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound frames lose their ends, then are left out; the story says so."""
    monkeypatch.setattr(keeping, "MOST_WHOLE", 2000)
    capture = read(PLAIN)
    _, events = watched(capture.frames, capture.seconds)
    [ended] = [one for one in events if isinstance(one, Ended)]
    assert any("only the beginning was kept" in one for one in ended.remarks)
    monkeypatch.setattr(keeping, "MOST_FRAMES", 5)
    _, events = watched(capture.frames, capture.seconds)
    [ended] = [one for one in events if isinstance(one, Ended)]
    assert any("Only the first 5 frames" in one for one in ended.remarks)


def _of(number: int, data: bytes) -> bytes:
    """The frame as that of another machine, by its MAC in header and message."""
    mac = bytes.fromhex("525400123456")
    return data.replace(mac, b"\x02" + number.to_bytes(5, "big"))


def test_it_stays_small_with_a_hundred_thousand_machines() -> None:
    """Over a month: what is known and kept is bounded at every moment, and ends at nothing."""
    capture = read(PLAIN)
    discover = capture.frames[0]
    told = 0

    def cheap(capture: Capture, mac: Mac, beside: Surroundings) -> Explanation:
        nonlocal told
        told += 1
        return Explanation(capture, ())

    room, most, most_kept = Room("here", cheap), 0, 0
    # A hundred thousand in a month; as many in a day as there are in a month say the same sooner.
    count = 100_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 3_300
    step = 30 * 86400 / 100_000
    for number in range(count):
        room.add(number + 1, number * step, _of(number, discover.data))
        most, most_kept = max(most, room.known), max(most_kept, room.kept)
    room.end(count * step + 86400)
    assert most <= machine.SILENCES[-1] / step + 2
    assert most_kept <= most
    assert told >= count
    assert room.known <= most


def test_a_burst_of_machines_finds_room() -> None:
    """More at once than are known at once: those that were silent longest are told of early."""
    discover = read(PLAIN).frames[0]

    def cheap(capture: Capture, mac: Mac, beside: Surroundings) -> Explanation:
        return Explanation(capture, ())

    room = Room("here", cheap, most=50)
    for number in range(1000):
        room.add(number + 1, number * 0.001, _of(number, discover.data))
        assert room.known <= 50
        assert room.kept <= 50
