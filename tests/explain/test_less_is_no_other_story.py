"""A capture that has less of a boot tells less of it, and nothing else.

Whatever part of a recording is left: an end that is told of it is the end of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pxeclient.capture.values import Recorded
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt
from pxeclient.outcome import Booted, Failed
from tests.examples import some
from tests.explain.captures import CAPTURES, CLIENT, changed, frames, told, whole, write

FIRMWARES = ("ipxe-head-e1000e", "ovmf-virtio", "ipxe-82540em")
SCENARIOS = (
    "proxy-only",
    "plain-dhcp-opt67",
    "plain-dhcp-bootfile",
    "proxy-60-only-4011-dead",
    "proxy-60-file",
    "no-bootfile",
    "no-server",
    "tftp-notfound",
    "tftp-silent",
    "tftp-no-arp",
    "tftp-error-midway",
    "samehost-60-43-menu",
    "samehost-60-43-menu-bs-dead",
    "dhcp-slow",
    "nak-then-ack",
)
CASES = [
    next((CAPTURES / firmware / scenario).glob("capture.pcap*"))
    for firmware in FIRMWARES
    for scenario in SCENARIOS
]
ENDS = {Stop.FETCHED, Stop.TFTP_ERROR}
"""Ends that a frame shows, not a silence."""


def case_name(capture: Path) -> str:
    """``FIRMWARE/SCENARIO``."""
    return "/".join(capture.parts[-3:-1])


def no_contradiction(part: ExplainedAttempt, all_of_it: ExplainedAttempt) -> None:
    """What is told of the part is true of the whole."""
    complete, partly = all_of_it.trace.outcome, part.trace.outcome
    if isinstance(partly, Booted):
        assert isinstance(complete, Booted)
        assert partly.content == complete.content
    if isinstance(partly, Failed):
        assert not isinstance(complete, Booted)
        if isinstance(complete, Failed):
            assert partly.text == complete.text
    if part.ending.stop in ENDS:
        assert part.ending.stop is all_of_it.ending.stop


def parts(recorded: list[Recorded], case: int) -> Iterable[list[Recorded]]:
    """The recording as others would have it: some of all ways for each case, in turn."""
    filters: list[Callable[[bytes], bool]] = [
        lambda data: data[6:12] == CLIENT,
        lambda data: data[6:12] != CLIENT,
        lambda data: bool(data[0] & 1),
        lambda data: data[12:14] == b"\x08\x00",
        lambda data: data[23:24] == b"\x11" and data[12:14] == b"\x08\x00",
        lambda data: data[36:38] in (b"\0\x43", b"\0\x44"),
        lambda data: data[34:36] != b"\0\x43",
        lambda data: data[36:38] != b"\0\x45",
    ]
    for keeps in some(filters, 2, case):
        yield changed(recorded, lambda data, keeps=keeps: data if keeps(data) else None)  # type: ignore[misc]
    for size in some((60, 96, 300, 400), 2, case):
        yield [replace(frame, data=frame.data[:size]) for frame in recorded]
    for count in some(range(1, min(len(recorded), 24)), 3, case):
        yield recorded[:count]
        yield recorded[count:]


@pytest.mark.parametrize("capture", CASES, ids=case_name)
def test_a_part_does_not_contradict_the_whole(capture: Path, tmp_path: Path) -> None:
    """One direction, one protocol, cut frames, the beginning alone, the end alone."""
    recorded = frames(capture)
    all_of_it = told(capture)[0]
    for number, part in enumerate(parts(recorded, CASES.index(capture))):
        if part:
            path = write(tmp_path / f"{number}.pcap", part)
            for attempt in told_any(path):
                no_contradiction(attempt, all_of_it)


def told_any(path: Path) -> list[ExplainedAttempt]:
    """The first attempt, if the capture has a client at all."""
    return [story.attempts[0] for story in whole(path).stories[:1]]
