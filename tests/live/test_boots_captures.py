"""The capture of a boot against real servers, as Wireshark and scapy read it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from scapy.layers.dhcp import BOOTP
from scapy.utils import PcapNgReader

from pxeclient.lab import Lab
from tests.live import daemons
from tests.live.boots import BOTH, RANGE, Boot, assert_booted, boot, tftp_folder, tftp_options
from tests.live.needs import program, require

pytestmark = pytest.mark.live


def tshark(path: Path, *arguments: str) -> list[str]:
    """The lines that tshark prints for a capture, without a word of complaint."""
    done = subprocess.run(
        [program("tshark"), "-r", str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"HOME": str(path.parent), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    complaints = [line for line in done.stderr.splitlines() if "root" not in line]
    assert complaints == []
    return done.stdout.splitlines()


@pytest.fixture(params=BOTH)
def captured(lab: Lab, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Boot, Path]:
    """A boot against dnsmasq, and its capture."""
    daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=boot.0")
    path = tmp_path / "boot.pcapng"
    done = boot(lab, str(request.param), "--write", str(path))
    assert_booted(done, "10.77.0.1")
    return done, path


def test_tshark_reads_the_capture(captured: tuple[Boot, Path]) -> None:
    """Tshark finds every frame of the boot, none of them malformed or with a wrong checksum."""
    require("tshark")
    done, path = captured
    frames = tshark(path, "-T", "fields", "-e", "frame.len")
    assert [int(length) for length in frames] == [
        event["length"] for event in done.report["events"] if event["event"] in ("sent", "received")
    ]
    assert tshark(path, "-Y", "_ws.malformed") == []
    checks = ("-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
    wrong = "ip.checksum.status == Bad || udp.checksum.status == Bad"
    assert tshark(path, *checks, "-Y", wrong) == []
    assert tshark(path, "-Y", "_ws.expert.severity == error") == []


def test_tshark_shows_the_decisions(captured: tuple[Boot, Path]) -> None:
    """The decisions are comments of the frames that led to them."""
    require("tshark")
    done, path = captured
    lines = tshark(path, "-T", "fields", "-e", "frame.number", "-e", "frame.comment")
    comments = dict(line.split("\t", 1) for line in lines)
    for decision in done.report["decisions"]:
        if decision["frame"]:
            assert decision["rule"] in comments[str(decision["frame"])], decision["question"]
    assert comments[str(len(lines))].endswith("booted boot.0 from 10.77.0.1")


def test_tshark_sees_the_protocols(captured: tuple[Boot, Path]) -> None:
    """Tshark calls the frames what the JSON calls them."""
    require("tshark")
    done, path = captured
    types = tshark(path, "-Y", "dhcp", "-T", "fields", "-e", "dhcp.option.dhcp")
    kinds = {"1": "DHCPDISCOVER", "2": "DHCPOFFER", "3": "DHCPREQUEST", "5": "DHCPACK"}
    frames = [event for event in done.report["events"] if event["event"] in ("sent", "received")]
    told = [event["kind"] for event in frames if event["kind"].startswith("DHCP")]
    assert [kinds[number] for number in types] == told
    opcodes = tshark(path, "-Y", "tftp", "-T", "fields", "-e", "tftp.opcode")
    names = {"1": "RRQ", "3": "DATA", "4": "ACK", "5": "ERROR", "6": "OACK"}
    told = [event["kind"] for event in frames if event["kind"] in names.values()]
    assert [names[number] for number in opcodes] == told


def test_scapy_reads_the_capture(captured: tuple[Boot, Path]) -> None:
    """Scapy reads the same frames, their times in order and from today's clock."""
    done, path = captured
    with PcapNgReader(str(path)) as reader:
        packets = list(reader)
    frames = [event for event in done.report["events"] if event["event"] in ("sent", "received")]
    assert len(packets) == len(frames)
    times = [float(packet.time) for packet in packets]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(frames[-1]["at"] - frames[0]["at"], abs=0.001)
    assert times[0] > 1_700_000_000
    assert packets[0][BOOTP].op == 1
