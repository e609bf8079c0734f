"""The frames of a capture file, whatever program wrote it: pcap and pcapng, by scapy's readers."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from pxeclient.capture import scapys
from pxeclient.capture.fcs import LINKTYPE, without_fcs
from pxeclient.capture.text.content import opened
from pxeclient.capture.unpacking import MOST_OCTETS, Bounded, unpacked
from pxeclient.capture.values import NANO, CaptureError, End, Raw, TooLong

MOST_FRAMES = 1_000_000
"""Frames that are read of one capture: a kilobyte of memory each, besides their octets."""
_PCAPNG = b"\x0a\x0d\x0d\x0a"


def raw_frames(path: Path, ends: list[End] | None = None) -> Iterator[Raw]:
    """What the file holds, frame by frame, up to where it breaks off.

    `ends` gets what the file says of its recording's end, if all of it can be read.

    Raises:
        TooLong: There is more in it than is read.
        CaptureError: The file cannot be read, is no capture, or breaks off.
    """
    # scapy takes a fifth of a second to import, so only those pay who read a capture.
    scapys.load()
    from scapy.error import Scapy_Exception

    try:
        # scapy forgets to close what it cannot read, so the file is opened here.
        with opened(path) as file, _scapys_warnings() as warnings:
            content = unpacked(path, file)
            reader = _reader(content)
            yield from _timed(_counted(path, _raw(path, reader, warnings), content))
            if ends is not None:
                ends += getattr(reader, "ends", ())
    except OSError as error:
        raise CaptureError(f"cannot read {path}: {error.strerror or error}") from None
    except CaptureError:
        raise
    except (Scapy_Exception, EOFError, struct.error, ValueError, LookupError) as error:
        raise CaptureError(f"{path} is no capture that can be read: {error}") from None


class Beginning(Protocol):
    """What scapy's readers take, as long as nothing was read of it."""

    def begins(self, octets: bytes, /) -> bool:
        """It does so with these."""
        ...


def raws_of(path: Path, content: Beginning) -> Iterator[Raw]:
    """The frames of a content, one by one as they are read, without any limit.

    Raises:
        CaptureError: It breaks off within a frame, or is damaged.
        Scapy_Exception, EOFError, struct.error, ValueError, LookupError: It is no capture.
    """
    with _scapys_warnings() as warnings:
        yield from _raw(path, _reader(content), warnings)


def _reader(content: Beginning) -> Any:
    from scapy.utils import RawPcapReader

    from pxeclient.capture.pcapng import Sections

    # Its hints know only names, but it reads whatever has `read`.
    reader_of: Any = Sections if content.begins(_PCAPNG) else RawPcapReader
    return reader_of(content)


@contextmanager
def _scapys_warnings() -> Iterator[list[str]]:
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


def _raw(path: Path, reader: Any, warnings: list[str]) -> Iterator[Raw]:
    number = 0
    for number, (data, meta) in enumerate(reader, 1):
        warnings.clear()  # of what scapy could pass over
        # 0 is a link type, too: that of a BSD's loopback.
        field = meta.linktype if hasattr(meta, "linktype") else reader.linktype
        claimed = getattr(meta, "caplen", len(data))
        if len(data) < claimed:
            raise CaptureError(f"{path} breaks off within frame {number}")
        ticks, resolution = _time(reader, meta)
        whole, wire = without_fcs(bytes(data), meta.wirelen, field)
        interface = getattr(reader, "interface", (0, 0))
        is_timed = ticks is not None
        yield Raw(
            number, field & LINKTYPE, whole, wire, ticks or 0, resolution, is_timed, interface
        )
    if warnings:
        raise CaptureError(f"{path} breaks off or is damaged after frame {number}")


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


def _time(reader: Any, meta: Any) -> tuple[int | None, int]:
    """The time stamp in whole ticks, None for a simple packet block, and ticks per second."""
    if hasattr(meta, "sec"):
        resolution = NANO if reader.nano else 1_000_000
        return meta.sec * resolution + meta.usec, resolution
    if meta.tshigh is None:
        return None, int(meta.tsresol)
    return (meta.tshigh << 32) + meta.tslow, int(meta.tsresol)
