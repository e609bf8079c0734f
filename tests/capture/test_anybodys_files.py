"""Capture files as every program writes them: the commands that read one agree on what is in it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pxeclient.capture.cooked import SLL, SLL2
from pxeclient.capture.reading import read
from pxeclient.capture.values import CaptureError, Recorded
from tests.cli.runner import run
from tests.compare.recordings import CLIENT, PROXY, frames, write
from tests.seen.frames import recordings

COMMANDS = [
    ("explain",),
    ("compare", "-p", "ipxe-20190125"),
    ("matrix", "-p", "ipxe-20190125", "--capture"),
    ("profiles", "learn", "-p", "ipxe-20190125"),
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


# --- recorded on `any` --------------------------------------------------------------------
def cooked(frame: Recorded, linktype: int, on_server: bool) -> Recorded:
    """The frame as Linux's ``any`` has it: what went out does not say whom to, even to all."""
    data = frame.data
    is_out = (data[6:12] != CLIENT) == on_server
    kind = 4 if is_out else 1 if data[:6] == b"\xff" * 6 else 2 if data[0] & 1 else 0
    if linktype == SLL:
        head = struct.pack(">HHH", kind, 1, 6) + data[6:12] + b"\0\0" + data[12:14]
    else:
        head = data[12:14] + struct.pack(">HIHBB", 0, 2, 1, kind, 6) + data[6:12] + b"\0\0"
    data = head + data[14:]
    return Recorded(frame.number, frame.at, data, len(data))


def outcomes(path: Path) -> list[tuple[int, str]]:
    """What each command ends with; `compare` and `matrix` without what they say of the file."""
    found = []
    for command in COMMANDS[1:3]:
        result = run(*command, str(path))
        last = [line for line in result.stdout.splitlines() if line.startswith("■")]
        found.append((result.exit_code, last[-1]))
    return found


@pytest.mark.parametrize("linktype", [SLL, SLL2])
@pytest.mark.parametrize("on_server", [True, False])
def test_recorded_on_any(linktype: int, on_server: bool, tmp_path: Path) -> None:
    """The frames are those of the wire again, so every command says the same."""
    taken = [cooked(frame, linktype, on_server) for frame in WHOLE]
    path = write(tmp_path / "x.pcap", taken, linktype=linktype)
    assert octets(read(path).frames) == DATA
    assert outcomes(path) == outcomes(PROXY)
    for command, out, err in told(path):
        assert "Recorded on Linux's 'any' interface" in " ".join((out + err).split()), command


def test_all_recordings_on_any(tmp_path: Path) -> None:
    """Whom a frame was for is known of every frame but an ARP request to one station alone."""
    for capture in recordings()[::9]:
        whole = frames(capture)
        for on_server in (True, False):
            taken = [cooked(frame, SLL, on_server) for frame in whole]
            found = read(write(tmp_path / "x.pcap", taken, linktype=SLL)).frames
            assert len(found) == len(whole), capture
            for ours, theirs in zip(found, whole, strict=True):
                is_refresh = theirs.data[12:14] == b"\x08\x06" and not theirs.data[0] & 1
                assert ours.data == theirs.data or is_refresh, (capture, theirs.number)


# --- several interfaces, and orders -------------------------------------------------------
def test_two_interfaces_that_saw_the_same(tmp_path: Path) -> None:
    """A bridge and its port: the later copy is left out, a repeat on one interface is not."""
    blocks = [section(), interface(), interface()]
    for frame in WHOLE:
        late = Recorded(frame.number, frame.at + 0.0005, frame.data, frame.length)
        blocks += [packet(frame, 0), packet(late, 1)]
    path = file(tmp_path, *blocks)
    assert octets(read(path).frames) == DATA
    assert outcomes(path) == outcomes(PROXY)
    count = len(DATA)
    remark = f"{count} copies of frames that another interface saw, too, are left out."
    for command, out, err in told(path):
        assert remark in " ".join((out + err).split()), command
    again = file(tmp_path, section(), interface(), *(packet(WHOLE[0]) for _ in range(2)))
    assert len(read(again).frames) == 2


@pytest.mark.parametrize("shift", [1, 5, len(DATA) - 1])
def test_time_that_runs_backwards(shift: int, tmp_path: Path) -> None:
    """Files that were put together, or several queues: frames come in the order of their times."""
    whole = [replace(frame, at=frame.at + 1e-5 * at) for at, frame in enumerate(WHOLE)]
    path = write(tmp_path / "x.pcap", [*whole[shift:], *whole[:shift]])
    assert octets(read(path).frames) == DATA
    assert outcomes(path) == outcomes(PROXY)
    for command, out, err in told(path):
        assert "in the file behind a frame of a later time" in " ".join((out + err).split()), (
            command
        )


def test_a_microsecond_backwards_is_equal_to_one_firmware_only(tmp_path: Path) -> None:
    """The DISCOVER stands behind its offer, a microsecond before it."""
    first = next(at for at, one in enumerate(WHOLE) if one.data[6:12] == CLIENT)
    swapped = [*WHOLE]
    swapped[first], swapped[first + 1] = swapped[first + 1], swapped[first]
    path = write(tmp_path / "x.pcap", swapped)
    assert run("compare", "-p", "ipxe-20190125", str(path)).exit_code == 0
    for profile in ("edk2", "vmware-e1000e"):
        assert run("compare", "-p", profile, str(path)).exit_code == 1


def test_the_clients_first_message_decides_where_it_begins(tmp_path: Path) -> None:
    """Frames of an operating system that have the same time stamp are not the boot's."""
    plain = replace(WHOLE[0], data=WHOLE[0].data.replace(b"PXEClient", b"Linux ker"))
    path = write(tmp_path / "x.pcap", [plain, *WHOLE])
    assert outcomes(path) == outcomes(PROXY)


# --- packed -------------------------------------------------------------------------------
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("parts", [1, 3])
def test_packed(packer: str, parts: int, tmp_path: Path) -> None:
    """Whatever its name says, and in several streams as parallel packers write them."""
    content, path = PROXY.read_bytes(), tmp_path / "x.pcap"
    step = len(content) // parts + 1
    pieces = [content[at : at + step] for at in range(0, len(content), step)]
    path.write_bytes(b"".join(map(PACKERS[packer], pieces)))
    assert octets(read(path).frames) == DATA
    assert read(path).remarks == ()
    assert outcomes(path) == outcomes(PROXY)


def test_packed_again(tmp_path: Path) -> None:
    """A file that a browser or a mail program packed once more; but there is an end to it."""
    content, path = PROXY.read_bytes(), tmp_path / "x.pcap"
    for times, packer in enumerate(("xz", "gz", "bz2", "gz"), 1):
        content = PACKERS[packer](content)
        path.write_bytes(content)
        if times < 4:
            assert octets(read(path).frames) == DATA
    with pytest.raises(CaptureError, match="compressed more than 3 times: unpack it first"):
        read(path)


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_packed_file_that_breaks_off(packer: str, keep: float, tmp_path: Path) -> None:
    """It is read up to there, and a remark says so; or a sentence that there is nothing."""
    whole = PACKERS[packer](PROXY.read_bytes())
    path = tmp_path / "x.pcap"
    path.write_bytes(whole[: int(len(whole) * keep)])
    try:
        found = read(path)
    except CaptureError as error:
        # Of a packer's only block nothing may come out.
        words = str(error)
        assert "no capture that can be read" in words or "breaks off within frame 1" in words
        return
    assert octets(found.frames) == DATA[: len(found.frames)]
    assert found.remarks == (f"The file breaks off or is damaged after frame {len(found.frames)}.",)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"PK\3\4", "a zip archive: unpack it first (unzip x.pcap)"),
        (b"\x04\x22\x4d\x18", "compressed with lz4: unpack it first (lz4 -d x.pcap)"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first (7z x x.pcap)"),
        pytest.param(
            b"\x28\xb5\x2f\xfd",
            "with zstd, which this Python cannot unpack: unpack it first (zstd -d x.pcap)",
            marks=pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python unpacks it"),
        ),
    ],
)
def test_packed_as_nothing_here_unpacks(head: bytes, words: str, tmp_path: Path) -> None:
    """The sentence says what does."""
    path = tmp_path / "x.pcap"
    path.write_bytes(head + bytes(100))
    for command in COMMANDS:
        result = run(*command, str(path))
        assert result.exit_code == 3, command
        assert words in " ".join(result.stderr.split()), command


@pytest.mark.parametrize("packer", ["", *PACKERS])
def test_more_than_is_read(packer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may hold very much: what is read is limited, and a remark says so."""
    path, count = tmp_path / "x.pcap", 5
    content = PROXY.read_bytes()
    path.write_bytes(PACKERS[packer](content) if packer else content)
    limit = 24 + sum(16 + len(data) for data in DATA[:count]) + 10
    monkeypatch.setattr("pxeclient.capture.unpacking.MOST_OCTETS", limit)
    found = read(path)
    assert octets(found.frames) == DATA[:count]
    assert f"is read up to frame {count}: more than" in found.remarks[0]
    monkeypatch.undo()
    monkeypatch.setattr("pxeclient.capture.file.MOST_FRAMES", count)
    found = read(path)
    assert octets(found.frames) == DATA[:count]
    assert f"is read up to frame {count}: more than" in found.remarks[0]
    for command, out, err in told(path):
        assert "tcpdump -r FILE -w boot.pcap" in " ".join((out + err).split()), command


@pytest.mark.parametrize("packer", PACKERS)
def test_a_bomb_takes_no_memory(packer: str, tmp_path: Path) -> None:
    """A gigabyte of zeros is no capture, and that is found at once; nor is one behind frames."""
    stream: Any = {"gz": zlib.compressobj(1, wbits=31), "xz": lzma.LZMACompressor(preset=0)}.get(
        packer
    )
    stream = stream or bz2.BZ2Compressor(1)
    zeros = bytes(1 << 20)
    path = tmp_path / "x.pcap"
    pieces = [stream.compress(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))]
    pieces += [stream.compress(b"\xff" * 16)]
    pieces += [stream.compress(zeros) for _ in range(64)]
    path.write_bytes(b"".join([*pieces, stream.flush()]))
    tracemalloc.start()
    with pytest.raises(CaptureError, match="breaks off within frame 1"):
        read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


def test_why_there_is_no_client_may_be_the_file(tmp_path: Path) -> None:
    """Where no client is found, what is to be said of the file is said, too."""
    path = write(tmp_path / "x.pcap", [one for one in WHOLE if one.data[6:12] != CLIENT])
    path.write_bytes(path.read_bytes()[:-5])
    for command in COMMANDS[1:]:
        result = run(*command, str(path))
        assert result.exit_code == 3
        said = " ".join(result.stderr.split())
        assert "PXEClient" in said, command
        assert "The file breaks off or is damaged after frame" in said, command


# --- parts of a boot ----------------------------------------------------------------------
def test_begun_in_the_middle(tmp_path: Path) -> None:
    """From any frame on: whatever is said, no command says more than a sentence, or fails."""
    for at in range(1, len(WHOLE)):
        path = write(tmp_path / "x.pcap", WHOLE[at:])
        for command in COMMANDS:
            assert run(*command, str(path)).exit_code in (0, 1, 3), (command, at)


@pytest.mark.parametrize("is_clients", [True, False])
def test_of_one_direction(is_clients: bool, tmp_path: Path) -> None:
    """Silence that is none is not told as one."""
    kept = [frame for frame in WHOLE if (frame.data[6:12] == CLIENT) is is_clients]
    path = write(tmp_path / "x.pcap", kept)
    for command in COMMANDS:
        assert run(*command, str(path)).exit_code in (0, 1, 3), command


@pytest.mark.parametrize("size", [60, 96, 200, 300])
def test_cut_frames(size: int, tmp_path: Path) -> None:
    """`explain` tells what there is; what plays the servers needs whole frames, and says so."""
    path = write(tmp_path / "x.pcap", [replace(one, data=one.data[:size]) for one in WHOLE])
    for command in COMMANDS:
        result = run(*command, str(path))
        said = " ".join((result.stdout + result.stderr).split())
        assert result.exit_code == (0 if command == ("explain",) else 3), command
        assert "cut" in said or "no DHCP" in said or "no PXE" in said, command
