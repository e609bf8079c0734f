"""The capture: every frame as it was, with what was decided as comments of the right frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scapy.utils import PcapNgReader, RawPcapNgReader

from pxeclient.boot.actions import Decide, Finish
from pxeclient.boot.events import FrameReceived, PowerOn
from pxeclient.capture.writing import write
from pxeclient.diagnose import diagnose
from pxeclient.report.commented import commented
from pxeclient.stack.acts import Ignore
from pxeclient.trace import Trace
from tests.boots import booted
from tests.report.traces import BOTH, IPXE, SMALL, VMWARE, of

STARTED = 1_700_000_000.0


def read(trace: Trace, folder: Path, started: float = STARTED) -> list[Any]:
    """The packets that scapy reads back."""
    path = folder / "boot.pcapng"
    write(path, commented(trace, started))
    with PcapNgReader(str(path)) as reader:
        return list(reader)


def comments(packet: Any) -> list[str]:
    """The comments of a packet."""
    return [comment.decode() for comment in packet.comments or []]


@pytest.mark.parametrize("network", [name for name in SMALL if name != "nak"])
@pytest.mark.parametrize("profile", BOTH)
def test_frames(tmp_path: Path, profile: str, network: str) -> None:
    """Every frame is there, octet by octet, at its time."""
    trace = booted(profile, network)
    packets = read(trace, tmp_path)
    frames = list(trace.frames())
    assert [bytes(packet) for packet in packets] == [frame for _, frame, _ in frames]
    for packet, (record, _, _) in zip(packets, frames, strict=True):
        assert float(packet.time) == pytest.approx(STARTED + record.at, abs=1e-5)


def test_directions(tmp_path: Path) -> None:
    """Frames are marked as received (1) or sent (2)."""
    trace = booted(IPXE)
    directions = [packet.direction for packet in read(trace, tmp_path)]
    assert directions == [2 if ours else 1 for _, _, ours in trace.frames()]


@pytest.mark.parametrize("network", ["proxy-60-only", "samehost-60-file-4011-dead", "two-dhcp"])
@pytest.mark.parametrize("profile", BOTH)
def test_decisions_are_comments(tmp_path: Path, profile: str, network: str) -> None:
    """Each decision is a comment of the frame after which it was made, and of no other."""
    trace = booted(profile, network)
    packets = read(trace, tmp_path)
    for record in trace.records:
        if isinstance(record.item, Decide) and record.frame:
            decision = record.item.decision
            found = [c for c in comments(packets[record.frame - 1]) if decision.rule in c]
            assert any(
                c.startswith(f"{decision.question}: {decision.answer}")
                and decision.because in c
                and str(decision.source) in c
                for c in found
            ), decision.question
    total = sum(len(comments(packet)) for packet in packets)
    told = [
        record
        for record in trace.records
        if isinstance(record.item, Decide | Ignore | Finish) and record.frame
    ]
    assert total == len(told) + len(diagnose(trace))


def test_findings_are_comments(tmp_path: Path) -> None:
    """What is wrong with a server's reply stands at that reply."""
    trace = booted(VMWARE, "proxy-60-file-4011-dead")
    [finding] = [one for one in diagnose(trace) if one.id == "D43-VMW"]
    packets = read(trace, tmp_path)
    told = comments(packets[finding.frames[0] - 1])
    assert f"D43-VMW (stops the boot): {finding.title}. {finding.seen}" in told


def test_the_4011_decision_is_at_the_ack(tmp_path: Path) -> None:
    """Why port 4011 is asked stands at the DHCPACK."""
    trace = booted(VMWARE, "samehost-60-file-4011-dead")
    (at,) = [
        number
        for number, packet in enumerate(read(trace, tmp_path))
        if any(comment.startswith("after-ack: ") for comment in comments(packet))
    ]
    assert b"\x35\x01\x05" in list(trace.frames())[at][1]


@pytest.mark.parametrize(
    ("profile", "network", "words"),
    [
        pytest.param(IPXE, "plain-dhcp", "booted boot.0 from 10.77.0.3", id="booted"),
        pytest.param(VMWARE, "silence", "PXE-E51: No DHCP or proxyDHCP offers were", id="failed"),
    ],
)
def test_end_is_at_the_last_frame(tmp_path: Path, profile: str, network: str, words: str) -> None:
    """How it ended is the last frame's last comment."""
    packets = read(booted(profile, network), tmp_path)
    assert comments(packets[-1])[-1].startswith(words)


def test_ignored_frames_say_why(tmp_path: Path) -> None:
    """A frame that was dropped says why."""
    trace = of(FrameReceived(b"\xff" * 60), Ignore("a frame", "it is not for us"), Ignore("b", "c"))
    (packet,) = read(trace, tmp_path)
    assert comments(packet) == ["ignored a frame: it is not for us", "ignored b: c"]


@pytest.mark.parametrize("frames", [[], [b""], [b"\x01"], [b"\xff" * 13], [bytes(9000)]])
def test_strange_frames(tmp_path: Path, frames: list[bytes]) -> None:
    """Frames of any length are kept, and a capture without frames can be read."""
    path = tmp_path / "strange.pcapng"
    write(path, commented(of(PowerOn(), *(FrameReceived(frame) for frame in frames))))
    with RawPcapNgReader(str(path)) as reader:
        assert [data for data, _ in reader] == frames


def test_practice_time_begins_at_zero(tmp_path: Path) -> None:
    """On the practice network there is no date: power-on is at 0."""
    packets = read(booted(IPXE), tmp_path, 0.0)
    assert float(packets[0].time) == pytest.approx(0.0, abs=1e-5)


def test_same_trace_gives_the_same_file(tmp_path: Path) -> None:
    """Nothing of the machine or the moment is in the file."""
    for name in ("one", "two"):
        write(tmp_path / name, commented(booted(IPXE)))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_cannot_be_written(tmp_path: Path) -> None:
    """A place that cannot be written to is an OSError."""
    with pytest.raises(IsADirectoryError):
        write(tmp_path, commented(booted(IPXE)))
