"""When a recording ended: what its file says of it, and when that is believed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.utils import rdpcap

from pxeclient.capture.reading import read
from pxeclient.capture.writing import Written, write

FRAME = bytes(12) + b"\x08\x00" + bytes(50)
START = 1_700_000_000.0


def written(path: Path, count: int = 3, until: float | None = 60.0) -> bytes:
    """A file with so many frames, a second apart, and that end."""
    frames = [Written(START + number, FRAME, True) for number in range(count)]
    write(path, frames, None if until is None else START + until)
    return path.read_bytes()


def blocks(octets: bytes) -> list[bytes]:
    """A pcapng file's blocks."""
    found = []
    while octets:
        length = int.from_bytes(octets[4:8], "little")
        found.append(octets[:length])
        octets = octets[length:]
    return found


def test_the_silence_at_the_end_is_in_the_file(tmp_path: Path) -> None:
    """And nothing else changes, for scapy's own reader neither."""
    path = tmp_path / "c.pcapng"
    written(path)
    capture = read(path)
    assert (capture.until, capture.seconds) == (60.0, 60.0)
    assert len(capture.frames) == len(rdpcap(str(path))) == 3
    assert capture.remarks == ()


@pytest.mark.parametrize("until", [None, -5.0, 0.0, 1.0])
def test_a_recording_never_ends_before_its_last_frame(tmp_path: Path, until: float | None) -> None:
    """Whatever is claimed."""
    path = tmp_path / "c.pcapng"
    written(path, until=until)
    assert read(path).seconds == 2.0


def test_nobody_is_silent_for_ever(tmp_path: Path) -> None:
    """A file can claim any time."""
    path = tmp_path / "c.pcapng"
    written(path, until=1e9)
    assert read(path).until == 2.0 + 3600


@pytest.mark.parametrize("out", [2, 3, 4])
def test_what_was_taken_out_is_no_silence(tmp_path: Path, out: int) -> None:
    """A frame less than were recorded: the end is that of another file."""
    path = tmp_path / "c.pcapng"
    parts = blocks(written(path))
    path.write_bytes(b"".join(part for number, part in enumerate(parts) if number != out))
    capture = read(path)
    assert (capture.until, len(capture.frames)) == (0.0, 2)


def test_frames_that_were_lost_are_told(tmp_path: Path) -> None:
    """By dumpcap too, whose block has no number of those that it wrote (isb_ifdrop, isb_osdrop)."""
    path = tmp_path / "c.pcapng"
    write(path, [Written(START, FRAME, True)], START + 5, loses=True)
    capture = read(path)
    assert capture.loses
    assert "frames were lost when it was recorded" in capture.remarks[0]
    *parts, _ = blocks(path.read_bytes())
    for option, loses in ((5, True), (7, True), (4, False)):
        body = bytes(12) + struct.pack("<HHQHH", option, 8, 7, 0, 0)
        length = struct.pack("<I", len(body) + 12)
        path.write_bytes(b"".join([*parts, struct.pack("<I", 5), length, body, length]))
        capture = read(path)
        assert (capture.loses, capture.until) == (loses, 0.0)


def test_two_ends_are_none(tmp_path: Path) -> None:
    """Files that were put together."""
    path = tmp_path / "c.pcapng"
    octets = written(path)
    path.write_bytes(octets + blocks(octets)[-1])
    assert read(path).until == 0.0


@given(place=st.integers(8, 51), value=st.integers(0, 255))
def test_a_damaged_block_harms_nothing(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    """Its frames are read all the same."""
    path = tmp_path_factory.mktemp("damaged") / "c.pcapng"
    octets = written(path)
    end = len(octets) - len(blocks(octets)[-1])
    path.write_bytes(octets[: end + place] + bytes([value]) + octets[end + place + 1 :])
    capture = read(path)
    assert len(capture.frames) == 3
    assert 2.0 <= capture.seconds <= 3602.0
