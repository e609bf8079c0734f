"""Capture files: pcap and pcapng, by scapy's raw readers."""

from __future__ import annotations

import gzip
import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

ETHERNET = 1
"""The link type of captures with Ethernet headers (tcpdump.org/linktypes.html)."""


_TAGS = (b"\x81\x00", b"\x88\xa8")


class CaptureError(ValueError):
    """A capture cannot be used; the text is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One frame of a capture."""

    number: int
    """From 1, as Wireshark counts."""
    at: float
    """Seconds since the first frame."""
    data: bytes
    length: int
    """Octets on the wire: more than `data` has if the frame was cut when it was recorded."""


class Raw(NamedTuple):
    """One frame as the file has it."""

    number: int
    """From 1, as Wireshark counts."""
    linktype: int
    data: bytes
    wire: int
    """Octets on the wire."""
    ticks: int
    resolution: int
    """Ticks per second."""


def read(path: Path) -> list[Recorded]:
    """The frames of a capture, which may be compressed with gzip.

    Raises:
        CaptureError: The file cannot be read, is no capture, breaks off, or holds something
            other than Ethernet frames.
    """
    frames: list[Recorded] = []
    first: int | None = None
    with scapys_warnings() as warnings:
        for raw in raw_frames(path):
            warnings.clear()  # of what scapy could pass over
            if raw.linktype != ETHERNET:
                raise CaptureError(
                    f"{path} has frames of link type {raw.linktype}, not Ethernet:"
                    " capture on one interface, not on 'any'"
                )
            first = raw.ticks if first is None else first
            whole = untagged(raw.data)
            length = raw.wire - len(raw.data) + len(whole)
            frames.append(Recorded(raw.number, (raw.ticks - first) / raw.resolution, whole, length))
    if warnings:
        raise CaptureError(f"{path} breaks off or is damaged after frame {len(frames)}")
    if not frames:
        raise CaptureError(f"{path} holds no frames")
    return frames


@contextmanager
def scapys_warnings() -> Iterator[list[str]]:
    """What scapy would write on standard error, which is ours."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    logger, listener = logging.getLogger("scapy.runtime"), Listener()
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [listener], False
    try:
        yield heard
    finally:
        logger.handlers, logger.propagate = handlers, propagate


def raw_frames(path: Path) -> Iterator[Raw]:
    """What the file holds, frame by frame, up to where it breaks off.

    Raises:
        CaptureError: The file cannot be read, is no capture, or breaks off.
    """
    # scapy takes a fifth of a second to import, so only those pay who read a capture.
    from scapy.error import Scapy_Exception
    from scapy.utils import RawPcapReader

    # Its hints know only names, but it reads open files too.
    reader_of: Any = RawPcapReader
    try:
        # scapy forgets to close what it cannot read, so the file is opened here.
        with path.open("rb") as file, _unpacked(file) as content:
            yield from _raw(path, reader_of(content))
    except OSError as error:
        raise CaptureError(f"cannot read {path}: {error.strerror or error}") from None
    except CaptureError:
        raise
    except (Scapy_Exception, EOFError, zlib.error, struct.error, ValueError, LookupError) as error:
        raise CaptureError(f"{path} is no capture that can be read: {error}") from None


def _unpacked(file: BinaryIO) -> BinaryIO | gzip.GzipFile:
    """The content of a file that may be compressed."""
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return gzip.open(file) if is_packed else file


def _raw(path: Path, reader: Any) -> Iterator[Raw]:
    for number, (data, meta) in enumerate(reader, 1):
        linktype = getattr(meta, "linktype", None) or reader.linktype
        claimed = getattr(meta, "caplen", len(data))
        if len(data) < claimed:
            raise CaptureError(f"{path} breaks off within frame {number}")
        ticks, resolution = _time(path, number, reader, meta)
        yield Raw(number, linktype, bytes(data), meta.wirelen, ticks, resolution)


def untagged(data: bytes) -> bytes:
    """The frame without the VLAN tags that a mirror port leaves in: no firmware sees them."""
    while data[12:14] in _TAGS:
        data = data[:12] + data[16:]
    return data


def _time(path: Path, number: int, reader: Any, meta: Any) -> tuple[int, int]:
    """The time stamp in whole ticks, and ticks per second."""
    if hasattr(meta, "sec"):
        resolution = 1_000_000_000 if reader.nano else 1_000_000
        return meta.sec * resolution + meta.usec, resolution
    if meta.tshigh is None:
        raise CaptureError(f"{path}: frame {number} has no time stamp")
    return (meta.tshigh << 32) + meta.tslow, int(meta.tsresol)
