"""Captures lose frames, and end too soon: what they leave open is not told as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.explain.otherwise import Otherwise
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt, explain
from tests.compare.recordings import frames, write
from tests.replay.recorded import capture, load


def put(path: Path, name: str) -> Otherwise | None:
    """What that firmware would have done in the client's place."""
    told = explain(path, [load("ipxe"), load("edk2")], load(name)).stories[0].attempts[0]
    return told.otherwise


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    """And what would follow if there was no more than is there."""
    whole = frames(capture("ipxe-82540em", "proxy-60-43-menu"))
    part = write(tmp_path / "part.pcap", [frame for frame in whole if frame.number != 3])
    found = put(part, "vmware-e1000e")
    assert found is not None
    assert found.sentence == (
        "What it would hear when it sends a DHCPDISCOVER, the capture cannot tell: the recorded"
        " client knows 10.77.0.5, which nothing in the capture tells it."
    )
    assert found.if_silent.startswith("If there was nothing else: It would end with: PXE-E53")


def without(tmp_path: Path, recorded: str, scenario: str, number: int) -> ExplainedAttempt:
    """What is told of a recording without that frame."""
    kept = [frame for frame in frames(capture(recorded, scenario)) if frame.number != number]
    part = write(tmp_path / "part.pcap", kept)
    return explain(part, [load("ipxe"), load("ipxe-20190125"), load("edk2")]).stories[0].attempts[0]


@pytest.mark.parametrize(
    ("recorded", "scenario", "number", "stray"),
    [
        ("ipxe-82540em", "plain-dhcp-bootfile", 16, 16),
        # EDK II asks twice: for the size, and for the file.
        ("ovmf-virtio", "plain-dhcp-bootfile", 12, 12),
        # All that comes is the server's ERROR.
        ("ipxe-efi-e1000e", "tftp-notfound", 16, 16),
    ],
)
def test_a_read_request_is_lost(
    tmp_path: Path, recorded: str, scenario: str, number: int, stray: int
) -> None:
    """The client did ask for something more, as the packets of the transfer show."""
    found = without(tmp_path, recorded, scenario, number).ending
    assert found.stop is Stop.CANNOT_TELL
    assert found.sentence == (
        f"A transfer with 10.77.0.3 (from frame {stray}) has no read request in the capture: which"
        " file it is, and what comes of it, cannot be told."
    )


def test_a_dhcpack_is_lost(tmp_path: Path) -> None:
    """The client has an address, as its ARP requests show: somebody confirmed it."""
    found = without(tmp_path, "ipxe-82540em", "tftp-no-arp", 10)
    assert found.ending.stop is Stop.ARP_SILENT
    assert found.findings == []
