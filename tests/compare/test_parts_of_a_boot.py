"""Captures that have not all of a boot: filtered, or begun in the middle. What is not there says
nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.capture.reading import read
from pxeclient.capture.values import Recorded
from pxeclient.capture.writing import write as write_ours
from pxeclient.compare.verdict import Comparison, compare
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import explain
from pxeclient.report.commented import commented
from pxeclient.seen.reading import read as read_frame
from pxeclient.wire import dhcp
from tests.boots import booted
from tests.compare.recordings import write

FILES = Path(__file__).parent.parent / "explain" / "files"
FIRMWARES = ["vmware-e1000e", "intel-boot-agent", "edk2", "ipxe"]


def ours(profile: str, network: str, folder: Path) -> list[Recorded]:
    """The frames of a boot of ours."""
    path = folder / "ours.pcapng"
    write_ours(path, commented(booted(profile, network)))
    return list(read(path).frames)


def held(found: list[Recorded], profile: str, folder: Path) -> Comparison:
    """These frames, held against a profile."""
    return compare(write(folder / "part.pcap", found), profiles.load(profile))


def is_port(*ports: int) -> Callable[[Recorded], bool]:
    """What a filter for these UDP ports lets through."""

    def passes(one: Recorded) -> bool:
        frame = read_frame(1, 0.0, one.data)
        return frame.is_udp and not {frame.port, frame.source_port}.isdisjoint(ports)

    return passes


def is_udp(one: Recorded) -> bool:
    """What a filter for UDP lets through."""
    return read_frame(1, 0.0, one.data).is_udp


@pytest.mark.parametrize("network", ["plain-dhcp", "proxy-60-file"])
@pytest.mark.parametrize("profile", FIRMWARES)
def test_without_arp(profile: str, network: str, tmp_path: Path) -> None:
    """It was filtered out, and is not taken for silence."""
    found = [one for one in ours(profile, network, tmp_path) if is_udp(one)]
    result = held(found, profile, tmp_path)
    assert result.differences == ()
    assert any("nobody's ARP" in remark for remark in result.remarks)


@pytest.mark.parametrize("profile", FIRMWARES)
def test_dhcp_and_the_tftp_port_alone(profile: str, tmp_path: Path) -> None:
    """Files come from other ports: the comparison ends with the first read request."""
    passes = is_port(67, 68, 69, 4011)
    found = [one for one in ours(profile, "plain-dhcp", tmp_path) if passes(one)]
    result = held(found, profile, tmp_path)
    assert result.differences == ()
    assert "no packet of a transfer" in result.play.ended


@pytest.mark.parametrize("profile", FIRMWARES)
def test_a_file_is_not_called_unanswered(profile: str, tmp_path: Path) -> None:
    """`explain` blames no server for the answers that a filter left out."""
    passes = is_port(67, 68, 69, 4011)
    found = [one for one in ours(profile, "plain-dhcp", tmp_path) if passes(one)]
    noise = [one for one in ours(profile, "silence", tmp_path) if passes(one)][:1]
    found += [Recorded(1, 60.0, one.data, one.length) for one in noise]
    (story,) = explain(write(tmp_path / "x.pcap", found), [profiles.load(profile)]).stories
    first = story.attempts[0]
    assert first.ending.stop is Stop.CANNOT_TELL
    assert "T-SILENT" not in {one.id for one in first.findings}


def test_silence_is_silence_where_arp_is_there(tmp_path: Path) -> None:
    """The near miss: a capture that has ARP is compared with it, and nothing is made up."""
    found = ours("ipxe", "plain-dhcp", tmp_path)
    answers = [one for one in found if one.data[12:14] == b"\x08\x06" and one.data[21] == 2]
    result = held([one for one in found if one not in answers], "ipxe", tmp_path)
    assert answers
    assert result.differences
    assert not any("nobody's ARP" in remark for remark in result.remarks)


def test_a_capture_made_by_hand() -> None:
    """Of a BIOS ROM with a proxy, filtered so."""
    result = compare(FILES / "no-arp-filter.pcap", profiles.load("vmware-e1000e"))
    assert result.differences == ()
    other = compare(FILES / "no-arp-filter.pcap", profiles.load("intel-boot-agent"))
    assert other.differences


def from_discover(nth: int, found: list[Recorded]) -> list[Recorded]:
    """The frames from the nth DHCPDISCOVER on."""
    count = 0
    for at, one in enumerate(found):
        message = read_frame(1, 0.0, one.data).dhcp
        count += message is not None and message.type == dhcp.DISCOVER
        if count >= nth:
            return found[at:]
    raise AssertionError("so many DHCPDISCOVERs")


@pytest.mark.parametrize("nth", [2, 3])
@pytest.mark.parametrize("profile", FIRMWARES)
def test_from_a_later_discover(profile: str, nth: int, tmp_path: Path) -> None:
    """Its waits are the later ones, its seconds are counted on."""
    found = from_discover(nth, ours(profile, "silence", tmp_path))
    result = held(found, profile, tmp_path)
    assert result.differences == ()
    assert result.before == nth - 1
    assert any("begins with a later DHCPDISCOVER" in remark for remark in result.remarks)


def test_another_firmware_from_a_later_discover(tmp_path: Path) -> None:
    """The near miss: it is another firmware from there on, too."""
    found = from_discover(2, ours("edk2", "silence", tmp_path))
    assert held(found, "ipxe", tmp_path).differences
    assert held(found, "vmware-e1000e", tmp_path).differences


def test_a_rom_from_its_second_discover() -> None:
    """Made by hand: secs 8, IP identification 1, a window of 8 s, and a whole boot after it."""
    path = FILES / "starts-at-discover-2.pcap"
    assert compare(path, profiles.load("vmware-e1000e")).differences == ()
    assert compare(path, profiles.load("edk2")).differences
