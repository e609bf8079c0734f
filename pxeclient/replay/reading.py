"""Capture files: pcap and pcapng, by scapy's raw readers."""

from __future__ import annotations

import gzip
import logging
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pxeclient.wire import ethernet

ETHERNET = 1
"""The link type of captures with Ethernet headers (tcpdump.org/linktypes.html)."""


_TAGS = (b"\x81\x00", b"\x88\xa8")
_PCAPNG = b"\x0a\x0d\x0d\x0a"
_LINKTYPE = 0x03FFFFFF
_SAYS_FCS = 0x04000000
"""In a pcap's field of the link type: the top four bits are the length of the frame check sequence
in units of two octets (draft-ietf-opsawg-pcap §4)."""
_FCS = 4
_SHORTEST = 60
"""Octets of the shortest Ethernet frame, without its check sequence (IEEE 802.3)."""


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
    """One frame as the file has it, but for a frame check sequence of which the file tells."""

    number: int
    """From 1, as Wireshark counts."""
    linktype: int
    data: bytes
    wire: int
    """Octets on the wire."""
    ticks: int
    resolution: int
    """Ticks per second."""
    is_timed: bool = True
    """It has a time stamp; otherwise it has that of the frame before it, or the first one's."""

    @property
    def nanoseconds(self) -> int:
        """Since the epoch. Interfaces of one file may count differently."""
        return self.ticks * _NANO // max(self.resolution, 1)


_NANO = 1_000_000_000


class Ethernet(NamedTuple):
    """The Ethernet frames of a capture."""

    frames: list[Recorded]
    remarks: tuple[str, ...]
    """What is to be said of the file itself, as sentences."""


def read(path: Path) -> Ethernet:
    """The Ethernet frames of a capture, which may be compressed with gzip.

    Raises:
        CaptureError: The file cannot be read, is no capture, breaks off, or holds no Ethernet
            frames.
    """
    raws: list[Raw] = []
    with scapys_warnings() as warnings:
        for raw in raw_frames(path):
            warnings.clear()  # of what scapy could pass over
            raws.append(raw)
    if warnings:
        raise CaptureError(f"{path} breaks off or is damaged after frame {len(raws)}")
    usable, remarks = sorted_out(raws, (ETHERNET,))
    foreign = next((raw.linktype for raw in raws if raw.linktype != ETHERNET), None)
    if not usable and foreign is not None:
        raise CaptureError(
            f"{path} has frames of link type {foreign}, not Ethernet:"
            " capture on one interface, not on 'any'"
        )
    if not usable:
        raise CaptureError(f"{path} holds no frames")
    first = usable[0].nanoseconds
    return Ethernet([_recorded(raw, first) for raw in usable], remarks)


def sorted_out(raws: Sequence[Raw], linktypes: Sequence[int]) -> tuple[list[Raw], tuple[str, ...]]:
    """The frames that can be used, and remarks on what is left out or lacks something."""
    known = [raw for raw in raws if raw.linktype in linktypes]
    usable = [raw for raw in known if len(raw.data) >= ethernet.HEADER]
    foreign = Counter(raw.linktype for raw in raws if raw.linktype not in linktypes)
    remarks = [
        f"{_frames(count)} of another interface, of link type {linktype}, {_are(count)} left out."
        for linktype, count in sorted(foreign.items())
        if usable
    ]
    short = len(known) - len(usable)
    if short:
        remarks.append(f"{_frames(short)} shorter than an Ethernet header {_are(short)} left out.")
    untimed = sum(not raw.is_timed for raw in usable)
    if untimed:
        remarks.append(
            f"{_frames(untimed)} in simple packet blocks {'has' if untimed == 1 else 'have'} no"
            " time stamp: the time is taken to be that of the frame before. Waits cannot be told."
        )
    return usable, tuple(remarks)


def _frames(count: int) -> str:
    return f"{count} frame{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _recorded(raw: Raw, first: int) -> Recorded:
    data = untagged(raw.data)
    at = (raw.nanoseconds - first) / _NANO
    return Recorded(raw.number, at, data, raw.wire - len(raw.data) + len(data))


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

    from pxeclient.replay.pcapng import Sections

    try:
        # scapy forgets to close what it cannot read, so the file is opened here.
        with path.open("rb") as file, _unpacked(file) as content:
            magic = content.read(len(_PCAPNG))
            content.seek(0)
            # Its hints know only names, but it reads open files too.
            reader_of: Any = Sections if magic == _PCAPNG else RawPcapReader
            yield from _timed(_raw(path, reader_of(content)))
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
        # 0 is a link type, too: that of a BSD's loopback.
        field = meta.linktype if hasattr(meta, "linktype") else reader.linktype
        claimed = getattr(meta, "caplen", len(data))
        if len(data) < claimed:
            raise CaptureError(f"{path} breaks off within frame {number}")
        ticks, resolution = _time(reader, meta)
        whole, wire = _without_fcs(bytes(data), meta.wirelen, field)
        yield Raw(number, field & _LINKTYPE, whole, wire, ticks or 0, resolution, ticks is not None)


def _without_fcs(data: bytes, wire: int, field: int) -> tuple[bytes, int]:
    """The frame without its frame check sequence, where the file or the octets tell of one."""
    octets = (field >> 28) * 2
    is_whole = len(data) == wire
    if is_whole and data[-_FCS:] == zlib.crc32(data[:-_FCS]).to_bytes(_FCS, "little"):
        octets = _FCS
    elif octets and not field & _SAYS_FCS:
        # Some writers leave out the bit that says that the length counts.
        octets = _FCS if _goes_on(data) else 0
    return (data[: max(wire - octets, 0)], wire - octets) if octets else (data, wire)


def _goes_on(data: bytes) -> bool:
    """There is room for a check sequence behind what the frame carries."""
    ends = len(data) - _FCS
    if data[12:14] == b"\x08\x00":
        ends = ethernet.HEADER + int.from_bytes(data[16:18], "big")
    return len(data) >= max(ends, _SHORTEST) + _FCS


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


def untagged(data: bytes) -> bytes:
    """The frame without the VLAN tags that a mirror port leaves in: no firmware sees them."""
    while data[12:14] in _TAGS:
        data = data[:12] + data[16:]
    return data


def _time(reader: Any, meta: Any) -> tuple[int | None, int]:
    """The time stamp in whole ticks, None for a simple packet block, and ticks per second."""
    if hasattr(meta, "sec"):
        resolution = _NANO if reader.nano else 1_000_000
        return meta.sec * resolution + meta.usec, resolution
    if meta.tshigh is None:
        return None, int(meta.tsresol)
    return (meta.tshigh << 32) + meta.tslow, int(meta.tsresol)
