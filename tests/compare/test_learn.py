"""Learning a profile from a recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.boot.decisions import Evidence
from pxeclient.compare.learn import learn
from pxeclient.compare.suite import Firmware, captures, firmwares
from pxeclient.compare.verdict import compare
from pxeclient.compare.written import contradictions, document
from tests.compare.recordings import CAPTURES

FIRMWARES = [one for one in firmwares(CAPTURES) if one.has_profile]


@pytest.mark.parametrize("firmware", FIRMWARES, ids=lambda one: one.name)
def test_no_recording_contradicts_its_profile_but_in_waits(firmware: Firmware) -> None:
    """Options, values, padding, TTL and ports are the same in every one of them."""
    profile = profiles.load(firmware.profile)
    found = [
        sentence
        for capture in captures(CAPTURES, firmware.name)
        for sentence in contradictions(learn(capture, profile), profile)
        if "waits is" not in sentence and not sentence.startswith("background")
    ]
    assert not found


@pytest.mark.parametrize("recorded", ["ovmf-virtio", "ipxe-head-e1000e", "ipxe-e1000e"])
@pytest.mark.parametrize("base", ["ipxe", "vmware-e1000e", "vmware-e1000e+port-68+strict-list"])
def test_a_learnt_profile_sends_what_was_recorded(tmp_path: Path, recorded: str, base: str) -> None:
    """Whatever base it takes its decisions from, its first message is the recorded one."""
    capture = CAPTURES / recorded / "plain-dhcp-bootfile" / "capture.pcap"
    known = profiles.load(base)
    path = tmp_path / "learnt.toml"
    path.write_text(document(learn(capture, known), known, "learnt", capture.name))
    profile = profiles.load(str(path))
    assert profile.policy.name == known.policy.name

    found = compare(capture, profile)
    first = [
        one.sentence
        for one in found.differences
        if one.frame == found.scene.said[0].number and one.field != "secs"
    ]
    assert not first


def test_what_was_not_recorded_is_marked_as_inferred(tmp_path: Path) -> None:
    """Only what the capture shows counts as observed; decisions are another firmware's."""
    capture = CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile" / "capture.pcap"
    base = profiles.load("ipxe")
    path = tmp_path / "learnt.toml"
    path.write_text(document(learn(capture, base), base, "learnt", capture.name))
    profile = profiles.load(str(path))
    assert profile.evidence["dhcp.values.60"].level is Evidence.OBSERVED
    assert profile.evidence["ip.id"].level is Evidence.INFERRED
    rules = profile.policy.select_offer.rules
    assert {Evidence.INFERRED} == {rule.source.level for rule in rules}
