"""Every form of pcap and pcapng, beside scapy's reader; and what is wrong with each."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.utils import RawPcapReader

from pxeclient.capture.file import raw_frames
from pxeclient.capture.reading import read
from pxeclient.capture.streamed import Content, streamed
from pxeclient.capture.values import CaptureError, Raw
from tests.capture import formats
from tests.capture.formats import FILES, FRAMES, MORE, NANO
from tests.seen.frames import recordings

ALL = FILES | MORE


def found(path: Path) -> list[Raw]:
    """The frames of a file."""
    return list(raw_frames(path))


def as_frames(raws: list[Raw]) -> list[formats.Frame]:
    """The same as what the files were made of."""
    return [formats.Frame(raw.nanoseconds, raw.data, raw.wire) for raw in raws]


@pytest.mark.parametrize("name", ALL)
def test_every_form(name: str, tmp_path: Path) -> None:
    """The frames are there, to the nanosecond."""
    assert as_frames(found(formats.write(tmp_path, ALL[name]))) == FRAMES


def by_scapy(path: Path) -> list[formats.Frame]:
    """The frames as scapy reads them."""
    frames = []
    opened: Any = RawPcapReader
    with opened(str(path)) as reader:
        for data, meta in reader:
            if hasattr(meta, "sec"):
                resolution = NANO if reader.nano else 1_000_000
                ticks = meta.sec * resolution + meta.usec
            else:
                ticks, resolution = (meta.tshigh << 32) + meta.tslow, meta.tsresol
            frames.append(formats.Frame(ticks * NANO // resolution, data, meta.wirelen))
    return frames


@pytest.mark.parametrize("name", FILES)
def test_scapy_reads_the_same(name: str, tmp_path: Path) -> None:
    """Another reader, so the files are what they are said to be."""
    assert by_scapy(formats.write(tmp_path, FILES[name])) == FRAMES


def test_scapy_reads_the_same_of_recordings() -> None:
    """What dumpcap and others wrote."""
    for capture in recordings()[::5]:
        assert as_frames(found(capture)) == by_scapy(capture), capture


@pytest.mark.parametrize("order", ["<", ">"])
def test_blocks_without_frames_are_passed_over(order: str, tmp_path: Path) -> None:
    """Wherever they stand."""
    head = formats.section(order) + formats.interface(order)
    blocks = [formats.packet(one, one.nanoseconds // 1000, order) for one in FRAMES]
    for strange in formats.strange_blocks(order):
        octets = head + strange + strange.join(blocks) + strange
        assert as_frames(found(formats.write(tmp_path, octets))) == FRAMES


def test_sections_of_two_orders(tmp_path: Path) -> None:
    """Files of two machines, one behind the other."""
    raws = found(formats.write(tmp_path, formats.pcapng("<") + formats.pcapng(">", resolution=9)))
    assert as_frames(raws) == FRAMES * 2
    assert [raw.interface for raw in raws] == [(1, 0)] * 6 + [(2, 0)] * 6
    assert [raw.number for raw in raws] == list(range(1, 13))


@pytest.mark.parametrize("resolution", [0, 3, 6, 9, 12, 18, 127, 0x80, 0x8A, 0xFF])
def test_any_resolution(resolution: int, tmp_path: Path) -> None:
    """From seconds to what no clock has."""
    options = formats.option(9, bytes([resolution]))
    ticks = 0x1122334455667788
    octets = formats.section() + formats.interface(options=options)
    (raw,) = found(formats.write(tmp_path, octets + formats.packet(FRAMES[0], ticks)))
    base = 2 if resolution & 0x80 else 10
    assert raw.nanoseconds == ticks * NANO // base ** (resolution & 0x7F)
    assert read(tmp_path / "x.capture").frames[0].at == 0.0


@pytest.mark.parametrize(
    "options",
    [
        formats.option(9, b""),
        formats.option(9, b"\x09\x09"),
        formats.option(14, b"\x01"),
        b"\x09",
        struct.pack("<HH", 9, 60_000),
        formats.option(0, b"") + formats.option(9, b"\x09"),
    ],
)
def test_options_that_are_wrong_say_nothing(options: bytes, tmp_path: Path) -> None:
    """Of a wrong length, cut, or behind the end."""
    octets = formats.section() + formats.interface(options=options)
    octets += formats.packet(FRAMES[0], FRAMES[0].nanoseconds // 1000)
    assert as_frames(found(formats.write(tmp_path, octets))) == FRAMES[:1]


def test_an_interface_that_tells_of_check_sequences(tmp_path: Path) -> None:
    """if_fcslen, in bits: what stands there is none of the frame, even if blotted out."""
    octets = formats.section() + formats.interface(options=formats.option(13, b"\x20"))
    one = FRAMES[0]
    checked = formats.Frame(one.nanoseconds, one.octets + bytes(4), one.wire + 4)
    octets += formats.packet(checked, one.nanoseconds // 1000)
    assert as_frames(found(formats.write(tmp_path, octets))) == [one]


# --- what is wrong with files -------------------------------------------------------------
@pytest.mark.parametrize("name", ALL)
def test_cut_anywhere(name: str, tmp_path: Path) -> None:
    """The frames that are whole, and a remark unless the cut is between two."""
    whole = ALL[name]
    for size in range(0, len(whole), 3):
        path = formats.write(tmp_path, whole[:size])
        raws: list[Raw] = []
        try:
            for raw in raw_frames(path):
                raws.append(raw)  # noqa: PERF402 - what came before an error is kept
        except CaptureError as error:
            words = str(error)
            assert "no capture that can be read" in words or "breaks off" in words
        else:
            # Nothing is missing of the last block.
            assert whole[size:] == b"" or as_frames(found(path)) == FRAMES[: len(raws)]
            again = formats.write(tmp_path, whole[:size] + b"\0")
            with pytest.raises(CaptureError, match="breaks off"):
                found(again)
        assert as_frames(raws) == FRAMES[: len(raws)]


@pytest.mark.parametrize("length", [262_145, 0x7FFFFFFF, 0xFFFFFFFF])
@pytest.mark.parametrize("name", ["pcap", "pcap, big-endian", "pcapng", "pcapng, big-endian"])
def test_endless_lengths(name: str, length: int, tmp_path: Path) -> None:
    """Of a frame or a block: neither waited for, nor room made."""
    order = ">" if "big" in name else "<"
    octets = bytearray(FILES[name] + bytes(300_000))
    places = [24 + 8] if name.startswith("pcap") and "ng" not in name else [48 + 4, 48 + 20]
    for place in places:
        changed = octets[:]
        struct.pack_into(f"{order}I", changed, place, length)
        path = formats.write(tmp_path, bytes(changed))
        tracemalloc.start()
        with pytest.raises(CaptureError, match="breaks off"):
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 << 20


def test_an_endless_length_on_a_pipe_is_not_waited_for() -> None:
    """Who watches a pipe hears of damage at once, not when gigabytes have come."""
    damaged = bytearray(formats.pcapng())
    struct.pack_into("<I", damaged, 48 + 4, 0xFFFFFFF0)

    def take(size: int) -> bytes:
        nonlocal damaged
        part, damaged = damaged[:size], damaged[size:]
        return bytes(part)

    def wait() -> bool:
        raise AssertionError("more is waited for")

    with pytest.raises(CaptureError, match="damaged before its first frame"):
        list(streamed("-", Content(take, wait)))


def test_the_longest_frame(tmp_path: Path) -> None:
    """libpcap's longest, which a local network with large offloads has, is taken whole."""
    long = FRAMES[0].octets[:14] + bytes(range(256)) * 1023 + bytes(242)
    one = formats.Frame(FRAMES[0].nanoseconds, long, len(long))
    assert len(long) == 262_144
    octets = formats.section() + formats.interface() + formats.packet(one, one.nanoseconds // 1000)
    assert as_frames(found(formats.write(tmp_path, octets))) == [one]
    head = struct.pack("<IIII", formats.START, 0, len(long), len(long))
    octets = formats.pcap()[:24] + head + long
    assert as_frames(found(formats.write(tmp_path, octets))) == [one]


@pytest.mark.parametrize("is_simple", [False, True])
def test_frames_of_no_interface_are_told_of(is_simple: bool, tmp_path: Path) -> None:
    """A silence may be theirs."""
    stray = formats.packet(FRAMES[0], 5, where=3)
    octets = formats.pcapng()
    if is_simple:
        stray = formats.block(3, struct.pack("<I", 60) + FRAMES[0].octets)
        octets = formats.section() + stray + octets
    else:
        octets += stray
    capture = read(formats.write(tmp_path, octets))
    assert len(capture.frames) == 6
    words = "1 frame of interfaces that the file does not describe is left out"
    assert any(remark.startswith(words) for remark in capture.remarks)
    assert capture.loses


def test_a_frame_longer_than_its_block(tmp_path: Path) -> None:
    """It is damage, and no shorter frame."""
    octets = bytearray(formats.pcapng())
    at = octets.rindex(FRAMES[-1].octets)
    struct.pack_into("<I", octets, at - 8, 4000)
    capture = read(formats.write(tmp_path, bytes(octets)))
    assert len(capture.frames) == 5
    assert "The file breaks off or is damaged after frame 5." in capture.remarks


@given(
    place=st.integers(0, 400),
    octets=st.binary(min_size=1, max_size=8),
    name=st.sampled_from(sorted(ALL)),
)
def test_any_damage_gets_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, place: int, octets: bytes, name: str
) -> None:
    """Whatever octets are changed."""
    whole = ALL[name]
    path = formats.write(
        tmp_path_factory.mktemp("damaged"), whole[:place] + octets + whole[place + len(octets) :]
    )
    raws: list[Raw] = []
    words = "breaks off"
    try:
        for raw in raw_frames(path):
            raws.append(raw)  # noqa: PERF402 - what came before an error is kept
    except CaptureError as error:
        words = str(error)
    assert "breaks off" in words or ("no capture" in words and not raws)
    assert all(len(raw.data) <= 262_144 for raw in raws)
