"""``--as`` against the truth: the same servers were recorded with three firmwares.

One firmware's recording, told ``--as`` another, must not contradict what that other did in its
own recording of the same situation. It may say that the capture cannot tell.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.explain.chapters import Chapter, chapters
from pxeclient.explain.otherwise import Result, otherwise
from pxeclient.explain.reading import read_any
from pxeclient.explain.reasons import stage
from pxeclient.explain.stations import stations
from pxeclient.profile import Profile
from pxeclient.wire.options import printable
from tests.explain.captures import CAPTURES

PROFILE = {"ipxe-82540em": "ipxe-20190125", "ipxe-head-e1000e": "ipxe", "ovmf-virtio": "edk2"}
BY_ARCHITECTURE = {"dnsmasq-samehost"}
"""dnsmasq offers its menu to BIOS clients there, and not to UEFI: the caveat says so."""
SCENARIOS = sorted(
    folder.name
    for folder in (CAPTURES / "ovmf-virtio").iterdir()
    if folder.name not in BY_ARCHITECTURE
)
PAIRS = [(one, other) for one in PROFILE for other in PROFILE if one != other]
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


def outcome(firmware: str, scenario: str) -> dict[str, str]:
    """What that firmware came to."""
    path: Path = CAPTURES / firmware / scenario / "outcome.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(("recorded", "other"), PAIRS, ids="-as-".join)
def test_no_recording_is_contradicted(recorded: str, other: str, scenario: str) -> None:
    """Result and boot file are those that were recorded, where they are told at all."""
    chapter = chapter_of(recorded, scenario)

    found = otherwise(chapter, stage(chapter), loaded(PROFILE[other]))

    truth = outcome(other, scenario)
    if found.result is Result.CANNOT_TELL:
        assert "cannot tell" in found.sentence or "not known" in found.sentence
        return
    assert truth["result"] == EXPECTED[found.result], found.sentence
    if found.result is Result.BOOTS:
        name = printable(truth["bootfile"].encode("latin-1", "replace"))
        assert name in found.sentence


@pytest.mark.parametrize(("recorded", "other"), PAIRS, ids="-as-".join)
def test_most_is_told(recorded: str, other: str) -> None:
    """To say that nothing can be told is no way out: half of the cases and more have an answer."""
    told = Counter(
        otherwise(chapter, stage(chapter), loaded(PROFILE[other])).result
        for chapter in (chapter_of(recorded, scenario) for scenario in SCENARIOS)
    )
    assert told[Result.CANNOT_TELL] < len(SCENARIOS) / 2
    assert told[Result.BOOTS] > len(SCENARIOS) / 3
    assert told[Result.FAILS] > len(SCENARIOS) / 6
