"""A pcapng file. scapy writes it, and takes a fifth of a second to import."""

from __future__ import annotations

import os
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


def write(where: Path | BinaryIO, frames: Iterable[Written]) -> None:
    """Write frames into an open file, or one that is made, or replaced.

    Raises:
        OSError: The file cannot be written.
    """
    if isinstance(where, Path):
        with where.open("wb") as file:
            write(file, frames)
        return
    scapys.load()
    from scapy.packet import Raw
    from scapy.utils import PcapNgWriter

    where.flush()
    # Its hints know only names, but it opens descriptors as well, and closes what it has opened.
    descriptor: Any = os.dup(where.fileno())
    writer = PcapNgWriter(descriptor)
    writer.linktype = ETHERNET
    try:
        writer.write_header(None)
        for frame in frames:
            packet = Raw(load=frame.octets)
            packet.time = frame.at
            packet.direction = OUTBOUND if frame.ours else INBOUND
            packet.wirelen = max(frame.length, len(frame.octets))
            packet.comments = [text.encode() for text in frame.comments]
            writer.write_packet(packet)
    finally:
        writer.close()
