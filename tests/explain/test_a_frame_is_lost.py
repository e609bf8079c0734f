"""Captures lose frames: what another firmware would have done is then open, and never otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.explain.otherwise import Otherwise, Result
from pxeclient.explain.story import explain
from tests.compare.recordings import frames, write
from tests.matrix.recorded import capture, load

FIRMWARES = ("ipxe", "vmware-e1000e", "edk2")


def put(path: Path, name: str) -> Otherwise | None:
    """What that firmware would have done in the client's place."""
    told = explain(path, [load("ipxe"), load("edk2")], load(name)).stories[0].told[0]
    return told.otherwise


@pytest.mark.parametrize(
    ("recorded", "scenario"),
    [
        ("ipxe-82540em", "plain-dhcp-bootfile"),
        ("ipxe-head-e1000e", "proxy-60-43-menu"),
        ("ipxe-e1000e", "samehost-60-only"),
        ("ovmf-virtio", "plain-dhcp-bootfile"),
        ("ovmf-virtio", "proxy-two"),
    ],
)
def test_who_boots_never_fails_for_want_of_a_frame(
    tmp_path: Path, recorded: str, scenario: str
) -> None:
    """Whichever frame of the servers is missing."""
    whole = frames(capture(recorded, scenario))
    client = whole[0].data[6:12]
    path = capture(recorded, scenario)
    booting = [
        name for name in FIRMWARES if (put(path, name) or pytest.fail(name)).result is Result.BOOTS
    ]
    assert booting
    for lost in (frame for frame in whole if frame.data[6:12] != client):
        part = write(tmp_path / "part.pcap", [frame for frame in whole if frame is not lost])
        for name in booting:
            found = put(part, name)
            assert found is not None
            assert found.result in (Result.BOOTS, Result.CANNOT_TELL), (lost.number, name, found)


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
