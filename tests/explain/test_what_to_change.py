"""Findings about a recorded boot: what to change, and no word where the wire shows too little."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pxeclient.advice import Server
from pxeclient.diagnose import Severity
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt, explain
from pxeclient.explain.words import lines
from tests.cli.runner import complaint, run
from tests.explain.captures import CAPTURES, PROFILES, recording

SEED = CAPTURES / "ovmf-virtio" / "proxy-60-file" / "capture.pcap"
RECORDINGS = sorted(CAPTURES.glob("*/*/capture.pcap*"))


def told(path: Path) -> ExplainedAttempt:
    """The first attempt of a recording."""
    return recording(path).stories[0].attempts[0]


def test_the_case_that_puzzles_most_people() -> None:
    """EDK II was recorded giving up on port 4011: the bit, the frames, the cure."""
    [finding] = [one for one in told(SEED).findings if one.severity is Severity.STOPS]
    assert finding.id == "D43-VMW"
    assert 3 in finding.frames
    text = "\n".join(lines(recording(SEED), kind=Server.DNSMASQ))
    assert "    Cure  dnsmasq: dhcp-option=vendor:PXEClient,6,8\n" in text
    everything = "\n".join(lines(recording(SEED), verbose=True))
    assert "dhcp-option=vendor:PXEClient,6,8" in everything
    assert "option vendor-encapsulated-options 06:01:08:ff;" in everything


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_what_was_fetched_was_not_stopped(path: Path) -> None:
    """A firmware that has its boot file is not told why it has none."""
    if told(path).ending.stop is not Stop.FETCHED:
        return
    stopping = {one.id for one in told(path).findings if one.severity is Severity.STOPS}
    assert not stopping & {"D43-VMW", "D60", "D60-MOVED", "D4011-DEAF", "T-SILENT", "B-NEXT"}


def test_one_direction_blames_nobody(tmp_path: Path) -> None:
    """Where only the client's frames were recorded, no server is said to be silent."""
    from scapy.utils import rdpcap, wrpcap

    client = bytes.fromhex("525400123456")
    half = tmp_path / "half.pcap"
    wrpcap(str(half), [frame for frame in rdpcap(str(SEED)) if bytes(frame)[6:12] == client])
    assert explain(half, PROFILES).stories[0].attempts[0].findings == []


def test_an_attempt_as_a_ladder(tmp_path: Path) -> None:
    """With the capture's frame numbers, the decisions, and the findings."""
    path = tmp_path / "boot.txt"
    result = run("explain", str(SEED), "--ladder", str(path))
    assert result.exit_code == 0
    drawn = path.read_text(encoding="utf-8")
    assert "after-ack" in drawn
    assert "▲ D43-VMW" in drawn
    assert run("explain", str(SEED), "--ladder", "-").stdout == drawn
    found = json.loads(run("explain", str(SEED), "--json").stdout)
    assert found["clients"][0]["attempts"][0]["findings"][0]["id"] == "D43-VMW"


def test_a_ladder_that_cannot_be() -> None:
    """An attempt that is not there, a format that is none."""
    assert "the client has " in complaint(
        run("explain", str(SEED), "--ladder", "-", "--attempt", "99"), 2
    )
    assert "its name must end in" in complaint(run("explain", str(SEED), "--ladder", "x.pdf"), 2)
