"""Recordings that were tampered with: what `compare` finds is what was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.capture.values import Recorded
from pxeclient.compare.verdict import Comparison, Settings, compare
from pxeclient.replay.mending import mended
from tests.compare.recordings import CAPTURES, CLIENT, PROXY_PROFILE, frames, write

Change = Callable[[list[Recorded]], list[Recorded]]


def compared(tmp_path: Path, found: list[Recorded], profile: str = PROXY_PROFILE) -> Comparison:
    """These frames against a profile."""
    return compare(write(tmp_path / "x.pcap", found), profiles.load(profile))


def sentences(comparison: Comparison) -> list[str]:
    """The differences in words."""
    return [one.sentence for one in comparison.differences]


def changed(number: int, change: Callable[[bytes], bytes]) -> Change:
    """The frame of that number, changed."""
    return lambda found: [
        replace(frame, data=mended(change(frame.data))) if frame.number == number else frame
        for frame in found
    ]


def late(number: int, seconds: float) -> Change:
    """All from that number on come later."""
    return lambda found: [
        replace(frame, at=frame.at + seconds) if frame.number >= number else frame
        for frame in found
    ]


def without(number: int) -> Change:
    """All but the frame of that number."""
    return lambda found: [frame for frame in found if frame.number != number]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda found: found, []),
        (
            changed(5, lambda data: data.replace(b"\x39\x02\x05\xc0", b"\x39\x02\xff\x00")),
            ["frame 5 DHCPREQUEST: option 57 is 1472, capture has 65280"],
        ),
        (
            changed(5, lambda data: data[:22] + b"\x80" + data[23:]),
            ["frame 5 DHCPREQUEST: TTL is 64, capture has 128"],
        ),
        (
            changed(15, lambda data: data.replace(b"tsize\0" + b"0\0", b"tsize\0" + b"1\0")),
            [
                "frame 15 RRQ: TFTP options is blksize 1432, tsize 0,"
                " capture has blksize 1432, tsize 1"
            ],
        ),
        (
            late(13, 4.0),
            [
                "frame 13 ARP request for 10.77.0.3: comes 8.000 s after frame 12,"
                " capture has 12.147 s"
            ],
        ),
        (
            without(7),
            [
                "our client sends a frame that is not in the capture: ARP announcement at 0.001 s",
            ],
        ),
    ],
    ids=["nothing", "option", "ttl", "tftp", "time", "frame"],
)
def test_what_was_changed_is_what_is_found(
    tmp_path: Path, change: Change, expected: list[str]
) -> None:
    """One change, one sentence."""
    assert expected == sentences(compared(tmp_path, change(frames())))


def test_mac_and_uuid_are_taken_from_the_capture(tmp_path: Path) -> None:
    """Another machine with the same firmware is equal."""
    uuid, other = bytes.fromhex("0033221100554477668899aabbccddeeff"), b"\0" + bytes(range(16))
    machine = [
        replace(
            frame,
            data=mended(
                frame.data.replace(CLIENT, bytes.fromhex("525400abcdef")).replace(uuid, other)
            ),
        )
        for frame in frames()
        if frame.data[12:14] != b"\x86\xdd"
    ]
    found = sentences(compared(tmp_path, machine))
    # Router solicitations carry the MAC in their checksum, so they were left out above.
    assert not [one for one in found if "router solicitation" not in one]


def test_checksums_that_a_servers_card_completes_are_completed(tmp_path: Path) -> None:
    """A capture made on a server shows none that is right."""
    raw = [
        replace(frame, data=frame.data[:40] + b"\x12\x34" + frame.data[42:])
        if frame.data[6:12] != CLIENT and frame.data[23] == 17
        else frame
        for frame in frames()
    ]
    assert compared(tmp_path, raw).is_equal


def test_a_wire_that_pads_is_allowed_for(tmp_path: Path) -> None:
    """A capture taken behind a real card has no frame shorter than 60 octets."""
    padded = [
        replace(frame, data=frame.data.ljust(60, b"\0"), length=max(60, frame.length))
        for frame in frames()
    ]
    assert compared(tmp_path, padded).is_equal


def test_what_follows_the_boot_is_left_out(tmp_path: Path) -> None:
    """The system that was booted asks for an address again, and is somebody else."""
    found = frames()
    linux = replace(found[0], number=20, at=found[-1].at + 3.0)
    again = replace(linux, data=linux.data.replace(b"PXEClient", b"Linux ker"))
    comparison = compared(tmp_path, [*found, again])
    assert comparison.is_equal
    assert "the boot file is complete" in comparison.play.ended


def test_lost_blocks_of_a_download_are_filled_in(tmp_path: Path) -> None:
    """A client that acknowledges a block has had it, recorded or not."""
    found = frames(CAPTURES / "ipxe-e1000e" / "plain-dhcp-bootfile" / "capture.pcap")
    data = [frame for frame in found if frame.data[42:44] == b"\0\3"]
    assert data
    comparison = compared(tmp_path, [frame for frame in found if frame not in data])
    # Without any block there is nothing to go by: this is what a loss of all looks like.
    assert not comparison.is_equal

    large = frames(CAPTURES / "ipxe-head-e1000e" / "tftp-large" / "capture.pcap.gz")
    holes = [frame for frame in large if not 100 <= frame.number < 120]
    comparison = compared(tmp_path, holes, "ipxe")
    assert comparison.play.lost == 20
    assert comparison.is_equal


def test_another_firmware_is_not_equal() -> None:
    """The recording of one iPXE is not that of another."""
    capture = CAPTURES / "ipxe-head-e1000e" / "plain-dhcp-bootfile" / "capture.pcap"
    comparison = compare(capture, profiles.load(PROXY_PROFILE))
    assert not comparison.bytes_equal
    assert any("option 55" in one for one in sentences(comparison))


def test_a_deaf_card_needs_to_be_told() -> None:
    """Without `deaf`, the recorded client answers an offer about a second late."""
    capture = CAPTURES / "ipxe-82540em" / "samehost-60-only" / "capture.pcap"
    profile = profiles.load(PROXY_PROFILE)
    assert not compare(capture, profile).timing_equal
    assert compare(capture, profile, Settings(deaf=(0.0, 0.97))).deaf == 0.97
