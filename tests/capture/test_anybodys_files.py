"""Capture files as every program writes them: the commands that read one agree on what is in it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from pxeclient.capture.reading import read
from pxeclient.capture.values import Recorded
from tests.cli.runner import run
from tests.compare.recordings import frames, write

COMMANDS = [
    ("explain",),
    ("compare", "-p", "ipxe-20190125"),
    ("matrix", "-p", "ipxe-20190125", "--capture"),
    ("profiles", "learn", "--base", "ipxe-20190125"),
]
LOOPBACK, RAW_IP, RADIO = 0, 101, 127
"""Link types: a BSD's loopback, Linux's tun, IEEE 802.11."""
WHOLE = frames()
DATA = [frame.data for frame in WHOLE]


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    size = len(body) + 12
    return struct.pack(f"{order}II", kind, size) + body + struct.pack(f"{order}I", size)


def section(order: str = "<") -> bytes:
    """The header of a section."""
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(linktype: int = 1, snaplen: int = 0, order: str = "<") -> bytes:
    """An interface; a snap length of 0 is no limit."""
    return block(1, struct.pack(f"{order}HHI", linktype, 0, snaplen), order)


def packet(frame: Recorded, where: int = 0, order: str = "<") -> bytes:
    """A frame with its time, on one of the interfaces of its section."""
    ticks = round((1_000 + frame.at) * 1_000_000)
    size = len(frame.data)
    head = struct.pack(f"{order}IIIII", where, ticks >> 32, ticks & 0xFFFFFFFF, size, size)
    return block(6, head + frame.data, order)


def simple(data: bytes) -> bytes:
    """A frame without a time, on the first interface."""
    return block(3, struct.pack("<I", len(data)) + data)


def file(folder: Path, *blocks: bytes) -> Path:
    """A file of these blocks."""
    path = folder / "x.pcapng"
    path.write_bytes(b"".join(blocks))
    return path


def told(path: Path) -> Iterator[tuple[str, str, str]]:
    """What each command says of a file, and on standard error; it must not fail."""
    for command in COMMANDS:
        result = run(*command, str(path))
        assert result.exit_code in (0, 1), (command, result.output)
        yield command[0], result.stdout, result.stderr


def octets(recorded: Iterable[Recorded]) -> list[bytes]:
    """The frames' octets."""
    return [frame.data for frame in recorded]


@pytest.mark.parametrize("linktype", [LOOPBACK, RAW_IP, RADIO])
@pytest.mark.parametrize("order", ["<", ">"])
def test_an_interface_that_is_no_ethernet(linktype: int, order: str, tmp_path: Path) -> None:
    """Its frames are left out, and every command says so; the boot is in the others."""
    strange = Recorded(1, 0.0, bytes(4) + DATA[0][14:], 0)
    path = file(
        tmp_path,
        section(order),
        interface(linktype, order=order),
        interface(order=order),
        packet(strange, 0, order),
        *(packet(frame, 1, order) for frame in WHOLE),
    )
    assert octets(read(path).frames) == DATA
    assert read(path).frames[0].number == 2
    for command, out, err in told(path):
        said = " ".join((out + err).split())
        remark = f"1 frame of another interface, of link type {linktype}, is left out."
        assert remark in said, command


def test_interfaces_are_numbered_anew_in_each_section(tmp_path: Path) -> None:
    """Two files that were put one behind the other."""
    path = file(
        tmp_path,
        section(), interface(LOOPBACK), packet(Recorded(1, 0.0, DATA[0], 0)),
        section(), interface(), *map(packet, WHOLE),
    )  # fmt: skip
    assert octets(read(path).frames) == DATA


@pytest.mark.parametrize("at", [0, 5, len(DATA) - 1])
def test_a_frame_without_a_time(at: int, tmp_path: Path) -> None:
    """It is told with the time of the frame before it; first of all, with that of the next."""
    blocks = [simple(one.data) if i == at else packet(one) for i, one in enumerate(WHOLE)]
    path = file(tmp_path, section(), interface(), *blocks)
    found = read(path)
    assert octets(found.frames) == DATA
    beside = WHOLE[1 if at == 0 else at - 1].at - (WHOLE[1].at if at == 0 else 0)
    assert found.frames[at].at == pytest.approx(beside, abs=1e-5)
    assert "1 frame in simple packet blocks has no time stamp" in found.remarks[0]
    list(told(path))


def test_no_frame_has_a_time(tmp_path: Path) -> None:
    """As some devices write them: what was said is told, when it was cannot be."""
    path = file(tmp_path, section(), interface(snaplen=65535), *map(simple, DATA))
    assert octets(read(path).frames) == DATA
    list(told(path))


@pytest.mark.parametrize("bits", [0x2400_0000, 0x2000_0000, 0])
def test_the_frame_check_sequence_is_no_part_of_a_frame(bits: int, tmp_path: Path) -> None:
    """Whether the file tells of it, half tells, or only the octets do."""
    checked = []
    for frame in WHOLE:
        data = frame.data.ljust(60, b"\0")
        data += zlib.crc32(data).to_bytes(4, "little")
        checked.append(Recorded(frame.number, frame.at, data, len(data)))
    found = read(write(tmp_path / "x.pcap", checked, linktype=bits | 1)).frames
    assert octets(found) == [data.ljust(60, b"\0") for data in DATA]
    assert all(frame.length == len(frame.data) for frame in found)


@pytest.mark.parametrize("bits", [0x2400_0000, 0x3000_0000])
def test_a_check_sequence_that_was_blotted_out(bits: int, tmp_path: Path) -> None:
    """The file says that it is there; a writer of anonymous captures has zeros for it."""
    blotted = [
        Recorded(frame.number, frame.at, frame.data.ljust(60, b"\0") + bytes(4), 0)
        for frame in WHOLE
    ]
    blotted = [Recorded(one.number, one.at, one.data, len(one.data)) for one in blotted]
    found = read(write(tmp_path / "x.pcap", blotted, linktype=bits | 1)).frames
    assert octets(found) == [data.ljust(60, b"\0") for data in DATA]


@pytest.mark.parametrize("size", [0, 1, 6, 11, 12, 13, 14, 15, 20, 34, 42])
def test_tiny_frames_anywhere(size: int, tmp_path: Path) -> None:
    """First, last and in between: a sentence about them, or none, and never the end."""
    tiny = [Recorded(0, frame.at, frame.data[:size], size) for frame in WHOLE]
    mixed = [one for pair in zip(tiny, WHOLE, tiny, strict=True) for one in pair]
    path = write(tmp_path / "x.pcap", mixed)
    if size < 14:
        assert octets(read(path).frames) == DATA
        for command, out, err in told(path):
            assert "shorter than an Ethernet header are left out" in " ".join(
                (out + err).split()
            ), command
    else:
        list(told(path))


@pytest.mark.parametrize("size", [0, 13])
def test_nothing_but_tiny_frames(size: int, tmp_path: Path) -> None:
    """Wrong input gets a sentence."""
    path = write(tmp_path / "x.pcap", [Recorded(1, 0.0, DATA[0][:size], size)])
    for command in COMMANDS:
        result = run(*command, str(path))
        assert result.exit_code == 3, command
        assert "holds no frames" in result.stderr, command
