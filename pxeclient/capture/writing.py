"""A pcapng file. scapy writes it, and takes a fifth of a second to import."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pxeclient.capture import scapys
from pxeclient.capture.values import ETHERNET

INBOUND, OUTBOUND = 1, 2


@dataclass(frozen=True, slots=True)
class Written:
    """A frame that goes into a file."""

    at: float
    """Seconds since 1970."""
    octets: bytes
    ours: bool
    """Sent, not received."""
    comments: tuple[str, ...] = ()
    """Wireshark shows them; filter for them with ``frame.comment``."""
    length: int = 0
    """Octets on the wire, if `octets` has not all of them."""


def write(
    where: Path | BinaryIO,
    frames: Iterable[Written],
    until: float | None = None,
    loses: bool = False,
) -> None:
    """Write frames into an open file, or one that is made, or replaced.

    Args:
        where: The file.
        frames: In order.
        until: When the recording ended, in seconds since 1970, if that is to be told: it makes a
            silence of what follows the last frame.
        loses: Others were lost by then, as far as is known.

    Raises:
        OSError: The file cannot be written.
    """
    if isinstance(where, Path):
        with where.open("wb") as file:
            write(file, frames, until, loses)
        return
    scapys.load()
    from scapy.packet import Raw
    from scapy.utils import PcapNgWriter

    where.flush()
    # Its hints know only names, but it opens descriptors as well, and closes what it has opened.
    descriptor: Any = os.dup(where.fileno())
    writer = PcapNgWriter(descriptor)
    writer.linktype = ETHERNET
    count = 0
    try:
        writer.write_header(None)
        for frame in frames:
            packet = Raw(load=frame.octets)
            packet.time = frame.at
            packet.direction = OUTBOUND if frame.ours else INBOUND
            packet.wirelen = max(frame.length, len(frame.octets))
            packet.comments = [text.encode() for text in frame.comments]
            writer.write_packet(packet)
            count += 1
        if until is not None:
            _write_end(writer, until, count, loses)
    finally:
        writer.close()


def _write_end(writer: Any, until: float, count: int, loses: bool) -> None:
    """An interface statistics block (draft-ietf-opsawg-pcapng §4.6), with its end time."""
    from pxeclient.capture.pcapng import DELIVERED, END_TIME, STATISTICS, SYSTEM_DROPPED

    high, low = divmod(max(int(until * writer.tsresol), 0), 1 << 32)
    stamp = struct.pack("<II", min(high, 0xFFFFFFFF), low)
    options = struct.pack("<HH", END_TIME, len(stamp)) + stamp
    options += struct.pack("<HHQ", SYSTEM_DROPPED, 8, loses)  # one at least
    options += struct.pack("<HHQ", DELIVERED, 8, count) + bytes(4)
    body = struct.pack("<I", 0) + stamp
    writer.f.write(writer.build_block(struct.pack("<I", STATISTICS), body, options))
