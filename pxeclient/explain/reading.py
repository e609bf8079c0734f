"""The frames of anybody's capture, as a machine on an Ethernet would have seen them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pxeclient.replay.reading import (
    ETHERNET,
    CaptureError,
    Raw,
    Recorded,
    raw_frames,
    scapys_warnings,
    sorted_out,
    untagged,
)
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.wire import ethernet

SLL, SLL2 = 113, 276
"""Linux "cooked" captures of `any` (tcpdump.org/linktypes: LINKTYPE_LINUX_SLL, _SLL2)."""

_TWICE = 2_000_000
"""Nanoseconds within which ``any`` shows one frame on several interfaces."""
_BROADCAST, _MULTICAST = 1, 2
_NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Capture:
    """A file's frames."""

    path: Path
    frames: tuple[Recorded, ...]
    """In the order of time."""
    remarks: tuple[str, ...]
    """What is to be said of the file itself, as sentences."""

    def read(self) -> Iterator[Frame]:
        """The frames, read in order; packets that came in parts are put together."""
        reader = Reader()
        for one in self.frames:
            yield reader.read(one.number, one.at, one.data, length=one.length)

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return self.frames[-1].at if self.frames else 0.0


def read_any(path: Path) -> Capture:
    """Read a capture, as far as it can be read.

    Ethernet and Linux "cooked" frames; VLAN tags are left out; a file that breaks off is read
    up to there, and a remark says so.

    Raises:
        CaptureError: There is no frame in it that can be used.
    """
    raws, remarks = _collected(path)
    kinds = {raw.linktype for raw in raws}
    usable, left_out = sorted_out(raws, (ETHERNET, SLL, SLL2))
    foreign = sorted(kinds - {ETHERNET, SLL, SLL2})
    if not usable and foreign:
        raise CaptureError(
            f"{path} has frames of link type {foreign[0]}, neither Ethernet nor Linux cooked:"
            " nothing in them tells one machine from another"
        )
    if not usable:
        raise CaptureError(f"{path} holds no frames")
    remarks += left_out
    frames = _frames(usable)
    if kinds & {SLL, SLL2}:
        remarks.append(
            "Recorded on Linux's 'any' interface: whom a frame was sent to is worked out from the"
            " other frames, and copies of one frame are left out."
        )
    cut = sum(len(frame.data) < frame.length for frame in frames)
    if cut:
        remarks.append(
            f"{cut} of {len(frames)} frames were cut when they were recorded (tcpdump -s 0"
            " records whole ones): what was in the rest of them cannot be told."
        )
    return Capture(path, tuple(frames), tuple(remarks))


def _collected(path: Path) -> tuple[list[Raw], list[str]]:
    """The frames up to where the file breaks off, and that it does."""
    raws: list[Raw] = []
    remarks: list[str] = []
    with scapys_warnings() as warnings:
        try:
            for raw in raw_frames(path):
                raws.append(raw)  # noqa: PERF402 - what came before an error is kept
        except CaptureError:
            if not raws:
                raise
            warnings.append("broken off")
    if warnings and raws:
        remarks.append(f"The file breaks off or is damaged after frame {raws[-1].number}.")
    return raws, remarks


def _frames(raws: list[Raw]) -> list[Recorded]:
    first = min(raw.nanoseconds for raw in raws)
    frames: list[Recorded] = []
    latest: dict[bytes, int] = {}
    is_cooked = False
    for raw in sorted(raws, key=lambda raw: raw.nanoseconds):
        since = raw.nanoseconds - first
        data = raw.data
        if raw.linktype != ETHERNET:
            is_cooked = True
            data = _uncooked(raw)
            if since - latest.get(data[6:], -_TWICE) < _TWICE:
                continue
            latest[data[6:]] = since
        data = untagged(data)
        length = max(raw.wire - len(raw.data), 0) + len(data)
        frames.append(Recorded(raw.number, since / _NANO, data, length))
    return _addressed(frames) if is_cooked else frames


def _uncooked(raw: Raw) -> bytes:
    """The frame with an Ethernet header; where it does not tell its destination, that is zero."""
    data = raw.data
    if raw.linktype == SLL:
        kind, protocol, source, payload = data[1:2], data[14:16], data[6:12], data[16:]
    else:
        kind, protocol, source, payload = data[10:11], data[0:2], data[12:18], data[20:]
    is_group = kind and kind[0] in (_BROADCAST, _MULTICAST)
    destination = b"\xff" * 6 if is_group else bytes(6)
    return destination + source.ljust(6, b"\0") + protocol.ljust(2, b"\0") + payload


def _addressed(frames: list[Recorded]) -> list[Recorded]:
    """Frames without a destination get that of the station that has the address."""
    owners = {
        frame.data[26:30]: frame.data[6:12]
        for frame in frames
        if frame.data[12:14] == b"\x08\x00" and len(frame.data) >= ethernet.HEADER + 20
    }
    found = []
    for frame in frames:
        data = frame.data
        if data[:6] == bytes(6) and data[12:14] == b"\x08\x00":
            data = owners.get(data[30:34], bytes(6)) + data[6:]
        elif data[:6] == bytes(6) and data[12:14] == b"\x08\x06" and len(data) >= 42:
            # An ARP reply says whom it is for.
            data = data[32:38] + data[6:]
        found.append(Recorded(frame.number, frame.at, data, frame.length))
    return found
