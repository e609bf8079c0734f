"""``--as`` against the truth: the same servers were recorded with three firmwares.

One firmware's recording, told ``--as`` another, must not contradict what that other did in its
own recording of the same situation. It may say that the capture cannot tell.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.explain.chapters import Chapter, chapters
from pxeclient.explain.ending import ending
from pxeclient.explain.otherwise import Otherwise, Result, otherwise
from pxeclient.explain.reading import read_any
from pxeclient.explain.reasons import stage
from pxeclient.explain.stations import stations
from pxeclient.explain.story import explain
from pxeclient.profile import Profile
from pxeclient.wire.options import printable
from tests.explain.captures import CAPTURES, frames, write
from tests.explain.test_less_is_no_other_story import parts

PROFILE = {"ipxe-82540em": "ipxe-20190125", "ipxe-head-e1000e": "ipxe", "ovmf-virtio": "edk2"}
BY_ARCHITECTURE = {"dnsmasq-samehost"}
"""dnsmasq offers its menu to BIOS clients there, and not to UEFI: the caveat says so."""
SCENARIOS = sorted(
    folder.name
    for folder in (CAPTURES / "ovmf-virtio").iterdir()
    if folder.name not in BY_ARCHITECTURE
    and all((CAPTURES / firmware / folder.name).is_dir() for firmware in PROFILE)
)
PAIRS = [(one, other) for one in PROFILE for other in PROFILE if one != other]
NAMES = [f"{one}-as-{other}" for one, other in PAIRS]
EXPECTED = {Result.BOOTS: "booted", Result.FAILS: "failed", Result.WAITS: "timeout"}


@cache
def loaded(name: str) -> Profile:
    """A profile."""
    return profiles.load(name)


@cache
def chapter_of(firmware: str, scenario: str) -> Chapter:
    """The first attempt of a recording."""
    capture = read_any(next((CAPTURES / firmware / scenario).glob("capture.pcap*")))
    return chapters(stations(capture.frames)[0], capture.seconds)[0]


@cache
def other_in(recorded: str, scenario: str, other: str) -> Otherwise:
    """The other firmware in the place of the recorded one."""
    chapter = chapter_of(recorded, scenario)
    return otherwise(chapter, stage(chapter), loaded(PROFILE[other]), ending(chapter, False))


def outcome(firmware: str, scenario: str) -> dict[str, str]:
    """What that firmware came to."""
    path: Path = CAPTURES / firmware / scenario / "outcome.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(("recorded", "other"), PAIRS, ids=NAMES)
def test_no_recording_is_contradicted(recorded: str, other: str, scenario: str) -> None:
    """Result and boot file are those that were recorded, where they are told at all."""
    found = other_in(recorded, scenario, other)

    truth = outcome(other, scenario)
    if found.result is Result.CANNOT_TELL:
        assert "cannot tell" in found.sentence or "not known" in found.sentence
        return
    assert truth["result"] == EXPECTED[found.result], found.sentence
    if found.result is Result.BOOTS:
        name = printable(truth["bootfile"].encode("latin-1", "replace"))
        assert name in found.sentence


@pytest.mark.parametrize(("recorded", "other"), PAIRS, ids=NAMES)
def test_most_is_told(recorded: str, other: str) -> None:
    """To say that nothing can be told is no way out: half of the cases and more have an answer."""
    told = Counter(other_in(recorded, scenario, other).result for scenario in SCENARIOS)
    assert told[Result.CANNOT_TELL] < len(SCENARIOS) / 2
    assert told[Result.BOOTS] > len(SCENARIOS) / 3
    assert told[Result.FAILS] > len(SCENARIOS) / 8


@pytest.mark.parametrize("scenario", SCENARIOS[::12])
@pytest.mark.parametrize(("recorded", "other"), PAIRS, ids=NAMES)
def test_nor_is_it_by_a_part(recorded: str, other: str, scenario: str, tmp_path: Path) -> None:
    """A capture that has less may tell less, but nothing else."""
    truth = outcome(other, scenario)
    source = next((CAPTURES / recorded / scenario).glob("capture.pcap*"))
    for number, part in enumerate(parts(frames(source))):
        path = write(tmp_path / f"{number}.pcap", part)
        for found in in_place(path, other) if part else []:
            if found.result is not Result.CANNOT_TELL:
                assert truth["result"] == EXPECTED[found.result], (number, found.sentence)


def in_place(path: Path, other: str) -> Iterator[Otherwise]:
    """The other firmware in the place of the client, where there is one to be played to."""
    for story in explain(path, [], loaded(PROFILE[other])).stories[:1]:
        if story.told[0].otherwise is not None:
            yield story.told[0].otherwise
