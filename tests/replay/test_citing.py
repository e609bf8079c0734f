"""Findings on recorded servers cite the capture's frames, whatever the other firmware did."""

from __future__ import annotations

from pathlib import Path

from pxeclient.capture.values import Recorded as Frame
from pxeclient.diagnose import diagnose
from pxeclient.replay.citing import cited
from pxeclient.replay.verdict import Fate
from pxeclient.seen.mending import Reader
from pxeclient.wire import dhcp
from tests.compare.recordings import frames, write
from tests.replay.recorded import Recorded, put

BEFORE = 30
NOISE = bytes.fromhex("ffffffffffff 02000000aa07 88b5") + bytes(46)


def shifted(tmp_path: Path, one: Recorded) -> Path:
    """The recording, with so many frames of somebody else before it."""
    noise = [Frame(at + 1, 0.0, NOISE, len(NOISE)) for at in range(BEFORE)]
    return write(tmp_path / "shifted.pcap", [*noise, *frames(one.capture)])


def test_requests_to_a_silent_port_4011(tmp_path: Path) -> None:
    """VMware asks more often than the recorded EDK II: all that it asks is cited as recorded."""
    path = shifted(tmp_path, Recorded("ovmf-virtio", "proxy-60-only-4011-dead"))
    found = put(path, "vmware-e1000e")
    assert found.verdict.result is Fate.FAILS
    reader = Reader()
    asked = {
        frame.number
        for frame in (reader.read(one.number, one.at, one.data) for one in frames(path))
        if frame.port == dhcp.PROXY_PORT
    }
    findings = diagnose(found.trace)
    assert any(asked <= set(one.frames) for one in findings), findings
    assert all(number > BEFORE for one in findings for number in one.frames)


def test_every_frame_is_cited_by_one_of_the_capture(tmp_path: Path) -> None:
    """What was recorded by its own number; the rest by the nearest that shows the same."""
    path = shifted(tmp_path, Recorded("ipxe-82540em", "proxy-60-43-menu"))
    there = {one.number for one in frames(path)}
    for profile in ("ipxe", "vmware-e1000e", "edk2"):
        found = put(path, profile)
        numbers = [record.frame for record, _, _ in found.trace.frames()]
        assert set(numbers) <= there - set(range(1, BEFORE + 1)), profile
        shown = [number for number, _ in found.played.shown]
        assert all(cite == own for cite, own in zip(numbers, shown, strict=True) if own)


def test_a_menu_of_messages_keeps_its_order(tmp_path: Path) -> None:
    """An offer that the recorded client did not wait for comes before VMware's request."""
    path = shifted(tmp_path, Recorded("ipxe-head-e1000e", "proxy-late-0.5"))
    found = put(path, "vmware-e1000e")
    assert "D-LATE" not in [one.id for one in diagnose(found.trace)]
    assert cited(found.trace, found.played).records == found.trace.records
