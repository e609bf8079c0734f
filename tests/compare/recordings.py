"""Recordings for the tests: read as they are, changed, and written back."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from pxeclient.capture.reading import read
from pxeclient.capture.values import Recorded
from pxeclient.replay.client_of import dhcp_message
from pxeclient.replay.frames import frame_of

CAPTURES = Path(__file__).parent.parent / "captures"
PROXY = CAPTURES / "ipxe-e1000e" / "proxy-60-file" / "capture.pcap"
"""iPXE of 2019 with a proxy that names the boot file: 13 frames of the client."""
PROXY_PROFILE = "ipxe-20190125"
CLIENT = bytes.fromhex("525400123456")


def write(path: Path, frames: list[Recorded], linktype: int = 1) -> Path:
    """A pcap file with these frames, in microseconds."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, linktype))
        for frame in frames:
            whole, part = divmod(round(frame.at * 1_000_000), 1_000_000)
            file.write(struct.pack("<IIII", 1_000 + whole, part, len(frame.data), frame.length))
            file.write(frame.data)
    return path


def frames(capture: Path = PROXY) -> list[Recorded]:
    """The frames of a recording."""
    return list(read(capture).frames)


def client_frames(capture: Path) -> list[bytes]:
    """The frames of the recorded client."""
    return [frame.data for frame in read(capture).frames if frame.data[6:12] == CLIENT]


def lacking_one(capture: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """What is gone, and a file without it, for each of the servers' frames in turn."""
    whole = list(read(capture).frames)
    for lost in (frame for frame in whole if frame.data[6:12] != CLIENT):
        kept = [frame for frame in whole if frame is not lost]
        yield f"without frame {lost.number}", write(folder / "part.pcap", kept)


def stopped_early(capture: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """When it was stopped, and a file up to then, from the first DHCP message on."""
    whole = list(read(capture).frames)
    first = next(at for at, frame in enumerate(whole, 1) if dhcp_message(frame_of(frame.data)))
    for count in range(first, len(whole)):
        yield f"up to frame {count}", write(folder / "part.pcap", whole[:count])
