"""Every recording of real firmware is explained: what it is, and where it ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pxeclient.compare.suite import DECISION, Firmware, captures, firmwares, known
from pxeclient.explain.fingerprint import Likeness
from pxeclient.explain.stop import Stop
from pxeclient.explain.words import lines
from pxeclient.outcome import Booted, Failed
from tests.explain.captures import recording

FOLDER = Path(__file__).parent.parent / "captures"
CASES = [
    (firmware, capture)
    for firmware in firmwares(FOLDER)
    for capture in captures(FOLDER, firmware.name)
]
KNOWN = known(FOLDER)
BY_HTTP = ("ipxe-82540em/http-uri-filename", "ipxe-head-e1000e/http-uri-filename")
"""iPXE fetches a script by HTTP there, which profiles do not: its tables go only so far."""


def name_of(value: Firmware | Path) -> str:
    """How a recording is called in the list of tests."""
    return value.parent.name if isinstance(value, Path) else value.name


@pytest.mark.parametrize(("firmware", "capture"), CASES, ids=name_of)
def test_the_firmware_and_its_end_are_told(firmware: Firmware, capture: Path) -> None:
    """The profile is the firmware's own, its tables did what was recorded, and the end fits."""
    recorded = json.loads((capture.parent / "outcome.json").read_text(encoding="utf-8"))

    found = recording(capture)

    told = found.stories[0].attempts[0]
    best = told.fingerprint.best
    assert best is not None
    assert firmware.profile in {match.profile.name for match in told.fingerprint.equals}
    assert told.fingerprint.likeness is Likeness.SAME
    key = f"{firmware.name}/{capture.parent.name}"
    assert told.reasons is not None
    assert told.reasons.agrees is (key not in BY_HTTP), told.reasons.parts_at
    assert (told.ending.stop is Stop.FETCHED) is (recorded["result"] == "booted")
    assert "".join(lines(found, verbose=True)).isprintable()


@pytest.mark.parametrize(("firmware", "capture"), CASES, ids=name_of)
def test_the_file_and_the_last_words_are_told(firmware: Firmware, capture: Path) -> None:
    """Name and server of the file are the recorded ones, and so is what the firmware printed."""
    recorded = json.loads((capture.parent / "outcome.json").read_text(encoding="utf-8"))

    told = recording(capture).stories[0].attempts[0]

    if f"{firmware.name}/{capture.parent.name}" in BY_HTTP:
        assert told.ending.request is not None
        assert told.ending.request.url == "http://10.77.0.9/boot.ipxe"
        assert isinstance(told.trace.outcome, Booted)
        return
    if told.ending.stop is Stop.FETCHED:
        assert told.ending.transfer is not None
        name = recorded["bootfile"].encode("latin-1", "replace")
        assert told.ending.transfer.request.filename == name
        assert str(told.ending.transfer.server) == recorded["tftp_server"]
        assert told.trace.outcome is None or isinstance(told.trace.outcome, Booted)
        return
    entry = KNOWN.get(f"{firmware.name}/{capture.parent.name}")
    is_known = entry is not None and DECISION in entry.differs
    if isinstance(told.trace.outcome, Failed) and recorded["error_text"] and not is_known:
        # The screen has more on the line, such as the file's URI.
        assert told.trace.outcome.text.strip() in recorded["error_text"]


def test_most_files_have_their_hash() -> None:
    """All octets of a file were recorded, unless blocks were lost or sent twice in two ways."""
    whole = [
        told.ending.transfer
        for _, capture in CASES
        for told in recording(capture).stories[0].attempts
        if told.ending.stop is Stop.FETCHED and told.ending.transfer is not None
    ]
    hashed = [one for one in whole if one is not None and one.sha256]
    assert len(whole) == 208
    assert len(hashed) >= 190


@pytest.mark.parametrize("firmware", firmwares(FOLDER), ids=name_of)
def test_decisions_stand_where_they_were_made(firmware: Firmware) -> None:
    """In the order of the frames, whatever went beside the boot and whenever."""
    for capture in captures(FOLDER, firmware.name):
        told = recording(capture).stories[0].attempts[0]
        if told.reasons is not None:
            at = [one.frame for one in told.reasons.chosen]
            assert at == sorted(at), capture.parent.name
