"""Capture files of every form, beside tshark: what it takes, we take; what we write, it takes."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest

from pxeclient.capture.file import raw_frames
from pxeclient.capture.values import CaptureError
from pxeclient.capture.writing import Written, write
from tests.capture import formats
from tests.capture.formats import FILES, FRAMES, MORE, NANO
from tests.live.needs import program

pytestmark = pytest.mark.live

ALL = FILES | MORE
CONVERTED = ["pcap", "nsecpcap", "modpcap", "pcapng"]
"""Formats of editcap; modpcap is an old Linux's."""


def by_tshark(path: Path) -> tuple[list[tuple[int, int, int]], int]:
    """Times in nanoseconds, octets in the file and on the wire; and tshark's exit status."""
    fields = ("frame.time_epoch", "frame.cap_len", "frame.len")
    words = [word for field in fields for word in ("-e", field)]
    done = subprocess.run(
        [program("tshark"), "-n", "-r", str(path), "-T", "fields", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = []
    for line in done.stdout.splitlines():
        time, *lengths = line.split("\t")
        seconds, _, part = time.partition(".")
        captured, wire = map(int, lengths)
        found.append((int(seconds) * NANO + int(part.ljust(9, "0")), captured, wire))
    return found, done.returncode


def by_us(path: Path) -> list[tuple[int, int, int]]:
    """The same, read by ourselves, as far as it goes."""
    found: list[tuple[int, int, int]] = []
    with contextlib.suppress(CaptureError):
        found.extend((raw.nanoseconds, len(raw.data), raw.wire) for raw in raw_frames(path))
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_form(name: str, tmp_path: Path) -> None:
    """Times, lengths, and that there is nothing to complain of."""
    path = formats.write(tmp_path, ALL[name])
    told, status = by_tshark(path)
    assert status == 0
    assert told == by_us(path) == [(one.nanoseconds, len(one.octets), one.wire) for one in FRAMES]


@pytest.mark.parametrize("name", ["pcap", "pcapng", "pcap, nanoseconds, big-endian"])
@pytest.mark.parametrize("off", [1, 3, 7, 17, 31, 70, 102])
def test_cut(name: str, off: int, tmp_path: Path) -> None:
    """tshark reads as many frames, and it, too, finds that the file breaks off."""
    path = formats.write(tmp_path, FILES[name][:-off])
    told, status = by_tshark(path)
    assert status != 0
    assert told == by_us(path)
    with pytest.raises(CaptureError, match="breaks off"):
        list(raw_frames(path))


@pytest.mark.parametrize("form", CONVERTED)
def test_what_editcap_writes(form: str, tmp_path: Path) -> None:
    """Wireshark's own writer."""
    editcap = shutil.which("editcap") or str(Path(program("tshark")).with_name("editcap"))
    source, made = formats.write(tmp_path, FILES["pcapng, nanoseconds"]), tmp_path / "made"
    subprocess.run([editcap, "-F", form, str(source), str(made)], check=True, timeout=120)
    assert by_us(made) == [(one.nanoseconds, len(one.octets), one.wire) for one in FRAMES]


def test_what_we_write(tmp_path: Path) -> None:
    """Frames and comments, with the end of the recording, and one long comment."""
    path = tmp_path / "x.pcapng"
    comments = ("a word", "ä" * 70_000)
    frames = [
        Written(one.nanoseconds / NANO, one.octets, number % 2 == 0, comments, one.wire)
        for number, one in enumerate(FRAMES)
    ]
    write(path, frames, until=FRAMES[-1].nanoseconds / NANO + 60)
    told, status = by_tshark(path)
    assert (told, status) == (by_us(path), 0)
    assert [one[1:] for one in told] == [(len(one.octets), one.wire) for one in FRAMES]
    shown = subprocess.run(
        [program("tshark"), "-n", "-r", str(path), "-Y", 'frame.comment == "a word"'],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert len(shown.stdout.splitlines()) == len(FRAMES)
