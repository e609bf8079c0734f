"""Every profile's own boot is told to be that profile's."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.capture.writing import write
from pxeclient.explain.fingerprint import Likeness
from pxeclient.explain.stop import Stop
from pxeclient.outcome import Booted, Failed
from pxeclient.report.commented import commented
from tests.boots import booted
from tests.explain.captures import told

TWINS = {frozenset({"edk2", "vmware-efi"}), frozenset({"vmware-e1000e", "virtualbox-intel"})}
"""Profiles whose frames are the same. The latter two differ in how long they collect offers, by
less than the clocks of recorded machines do."""
NETWORKS = ["plain-dhcp", "proxy-60-file-4011-dead", "silence", "nak"]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("name", profiles.names())
def test_a_profile_is_recognised(name: str, network: str, tmp_path: Path) -> None:
    """By its own frames, on every network; and its tables explain them to the end."""
    path = tmp_path / "x.pcapng"
    trace = booted(name, network)
    write(path, commented(trace))

    one = told(path)[0]

    same = {match.profile.name for match in one.fingerprint.equals}
    assert name in same
    assert len(same) == 1 or frozenset(same) in TWINS
    assert one.fingerprint.likeness is Likeness.SAME
    assert one.reasons is not None
    assert one.reasons.agrees, one.reasons.parts_at


@pytest.mark.parametrize("network", ["tftp-missing", "tftp-error-midway", "plain-dhcp"])
@pytest.mark.parametrize("name", profiles.names())
def test_its_end_is_told(name: str, network: str, tmp_path: Path) -> None:
    """The file with every octet; or the code and the words that the firmware had on its screen."""
    path = tmp_path / "x.pcapng"
    trace = booted(name, network)
    write(path, commented(trace))

    one = told(path)[0]

    match trace.outcome:
        case Booted(_, content):
            assert isinstance(one.trace.outcome, Booted)
            assert one.trace.outcome.content == content
            assert one.ending.stop is Stop.FETCHED
        case Failed(_, code, text):
            assert isinstance(one.trace.outcome, Failed)
            assert (one.trace.outcome.code, one.trace.outcome.text) == (code, text)
            assert one.ending.stop is not Stop.FETCHED
        case None:
            pytest.fail("the boot did not end")


@pytest.mark.parametrize("variant", sorted(profiles.load("vmware-e1000e").variants))
def test_a_variant_is_close_to_its_profile(variant: str, tmp_path: Path) -> None:
    """What differs is named; what does not show makes no difference."""
    path = tmp_path / "x.pcapng"
    write(path, commented(booted(f"vmware-e1000e+{variant}", "plain-dhcp")))
    one = told(path)[0]
    assert one.fingerprint.likeness in (Likeness.SAME, Likeness.CLOSE)
    assert one.ending.stop is Stop.FETCHED
