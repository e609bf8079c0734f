"""An offer that comes after this firmware's window, though the recorded client waited for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pxeclient.replay.verdict import FETCHES, Fate
from tests.compare.recordings import frames, write
from tests.replay.recorded import Recorded, put


def delayed(tmp_path: Path, seconds: float) -> Path:
    """EDK II's recording, with all that follows its only DHCPDISCOVER so much later."""
    first, *rest = frames(Recorded("ovmf-virtio", "plain-dhcp-bootfile").capture)
    later = [replace(one, at=one.at + seconds) for one in rest]
    return write(tmp_path / "late.pcap", [first, *later])


@pytest.mark.parametrize("profile", ["edk2", "ipxe"])
def test_who_still_listens_boots(tmp_path: Path, profile: str) -> None:
    """EDK II's first window is four seconds; iPXE keeps its transaction id."""
    assert put(delayed(tmp_path, 3.0), profile).verdict.result in FETCHES


def test_who_asks_again_is_perhaps_answered(tmp_path: Path) -> None:
    """VMware's window is over after 2.1 s, and its next has another transaction id."""
    verdict = put(delayed(tmp_path, 3.0), "vmware-e1000e").verdict
    assert verdict.result is Fate.CANNOT_TELL
    assert verdict.why.startswith(
        "it repeats a DHCPDISCOVER, and the recorded client, answered after 3.0 s, asked no more"
    )


def test_an_offer_in_time_is_no_matter(tmp_path: Path) -> None:
    """One second later VMware still listens."""
    assert put(delayed(tmp_path, 1.0), "vmware-e1000e").verdict.result in FETCHES
