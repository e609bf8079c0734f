"""The frames of a capture file, whatever program wrote it: pcap (`pcap`) and pcapng (`pcapng`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pxeclient.capture import pcap, pcapng
from pxeclient.capture.text.content import opened
from pxeclient.capture.unpacking import MOST_OCTETS, Bounded, unpacked
from pxeclient.capture.values import (
    Broken,
    CaptureError,
    Content,
    NoCapture,
    Raw,
    Told,
    TooLong,
)

MOST_FRAMES = 1_000_000
"""Frames that are read of one capture: a kilobyte of memory each, besides their octets."""
_PCAPNG = b"\x0a\x0d\x0d\x0a"


def raw_frames(path: Path, told: Told | None = None) -> Iterator[Raw]:
    """What the file holds, frame by frame, up to where it breaks off.

    `told` gets what it says besides.

    Raises:
        TooLong: There is more in it than is read.
        CaptureError: The file cannot be read, is no capture, or breaks off.
    """
    try:
        with opened(path) as file:
            content = unpacked(path, file)
            yield from _timed(_counted(path, raws_of(path, content, told), content))
    except OSError as error:
        raise CaptureError(f"cannot read {path}: {error.strerror or error}") from None


class Beginning(Content, Protocol):
    """A content whose first octets can be asked for as long as nothing was read of it."""

    def begins(self, octets: bytes, /) -> bool:
        """It does so with these."""
        ...


def raws_of(path: Path, content: Beginning, told: Told | None = None) -> Iterator[Raw]:
    """The frames of a content, one by one as they are read, without any limit.

    Raises:
        CaptureError: It breaks off within a frame, is damaged, or is no capture.
    """
    is_pcapng = content.begins(_PCAPNG)
    number = 0
    try:
        for raw in pcapng.frames(content, told) if is_pcapng else pcap.frames(content):
            number = raw.number
            yield raw
    except NoCapture as error:
        raise CaptureError(f"{path} is no capture that can be read: {error}") from None
    except Broken as error:
        if error.within:
            raise CaptureError(f"{path} breaks off within frame {number + 1}") from None
        where = f"after frame {number}" if number else "before its first frame"
        raise CaptureError(f"{path} breaks off or is damaged {where}") from None


def _counted(path: Path, raws: Iterator[Raw], content: Bounded) -> Iterator[Raw]:
    """The frames up to the limit; what is wrong with the file itself goes before other words."""
    number = 0
    try:
        for raw in raws:
            if raw.number > MOST_FRAMES:
                raise _too_long(path, number)
            number = raw.number
            yield raw
    except CaptureError:
        if content.is_too_long:
            raise _too_long(path, number) from None
        raise
    if content.is_too_long:
        raise _too_long(path, number)
    if content.is_damaged:
        raise CaptureError(f"{path} breaks off or is damaged after frame {number}")


def _too_long(path: Path, number: int) -> TooLong:
    return TooLong(
        f"{path} is read up to frame {number}: more than {MOST_OCTETS >> 20} MiB or"
        f" {MOST_FRAMES:,} frames are not. Keep only what belongs to boots (tcpdump -r FILE -w"
        " boot.pcap 'arp or icmp or udp')"
    )


def _timed(raws: Iterator[Raw]) -> Iterator[Raw]:
    """Frames without a time stamp get one of those beside them."""
    waiting: list[Raw] = []
    known: Raw | None = None
    try:
        for raw in raws:
            if raw.is_timed:
                known = raw
                if not waiting:
                    yield raw
                    continue
            elif known is None:
                waiting.append(raw)
                continue
            for one in (*waiting, raw):
                yield one._replace(ticks=known.ticks, resolution=known.resolution)
            waiting.clear()
    except CaptureError:
        yield from waiting
        raise
    yield from waiting
