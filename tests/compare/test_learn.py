"""Learning a profile from a recording."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.capture.values import CaptureError
from pxeclient.compare.learn import learn
from pxeclient.compare.suite import Firmware, captures, firmwares
from pxeclient.compare.verdict import compare
from pxeclient.compare.written import contradictions, document
from pxeclient.decisions import Evidence
from tests.compare.recordings import CAPTURES, PROXY
from tests.examples import some

FIRMWARES = [one for one in firmwares(CAPTURES) if one.has_profile]


@pytest.mark.parametrize("firmware", FIRMWARES, ids=lambda one: one.name)
def test_no_recording_contradicts_its_profile_but_in_waits(firmware: Firmware) -> None:
    """Options, values, padding, TTL and ports are the same in every one of them."""
    profile = profiles.load(firmware.profile)
    found = [
        sentence
        for capture in some(captures(CAPTURES, firmware.name), 2, FIRMWARES.index(firmware))
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
        if one.frame == found.play.said[0].number and one.field != "secs"
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


@pytest.mark.parametrize("octet", [b"\x99", b"\x7f", b"\x1b", b"\x85", b'"', b"\\"])
def test_what_no_terminal_should_see_is_escaped(octet: bytes, tmp_path: Path) -> None:
    """An option of a read request with such an octet in its name; TOML reads it back."""
    capture = CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile" / "capture.pcap"
    path = tmp_path / "x.pcap"
    path.write_bytes(capture.read_bytes().replace(b"blksize", b"blksiz" + octet))
    base = profiles.load("edk2")
    text = document(learn(path, base), base, "learnt", path.name)
    assert all(one.isprintable() or one == "\n" for one in text)
    names = [name for one in tomllib.loads(text)["tftp"]["requests"] for name, _ in one["options"]]
    assert (b"blksiz" + octet).decode("latin-1") in names
    assert "blksize" not in names


def test_a_client_that_asks_at_no_servers_port(tmp_path: Path) -> None:
    """Its messages show no firmware: a sentence."""
    (tmp_path / "x.pcap").write_bytes(PROXY.read_bytes().replace(b"\0\x44\0\x43", b"\0\x44\0\x47"))
    with pytest.raises(CaptureError, match="shows no firmware"):
        learn(tmp_path / "x.pcap", profiles.load("ipxe"))
