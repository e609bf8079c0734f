"""A pcapng file. scapy writes it, and takes a fifth of a second to import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scapy.packet import Raw
from scapy.utils import PcapNgWriter

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


def write(path: Path, frames: Iterable[Written]) -> None:
    """Write frames; a file that is there is replaced.

    Raises:
        OSError: The file cannot be written.
    """
    writer = PcapNgWriter(str(path))
    writer.linktype = ETHERNET
    try:
        writer.write_header(None)
        for frame in frames:
            packet = Raw(load=frame.octets)
            packet.time = frame.at
            packet.direction = OUTBOUND if frame.ours else INBOUND
            packet.comments = [text.encode() for text in frame.comments]
            writer.write_packet(packet)
    finally:
        writer.close()
