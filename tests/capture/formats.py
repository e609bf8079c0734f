"""Capture files of every form, octet by octet, with the frames that are in them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

NANO, MICRO = 1_000_000_000, 1_000_000
START = 1_700_000_000


class Frame(NamedTuple):
    """A frame of a file."""

    nanoseconds: int
    octets: bytes
    wire: int


FRAMES = [
    Frame(
        START * NANO + number * 1_234_567_000,
        bytes([2, 0, 0, 0, 0, number]) * 2 + b"\x88\xb5" + bytes(range(46 + number)),
        60 + number + 100 * (number == 3),
    )
    for number in range(6)
]
"""Of all lengths modulo 4; one was cut. Their times are whole microseconds."""


def pcap(
    order: str = "<", nano: bool = False, version: tuple[int, int] = (2, 4), field: int = 1
) -> bytes:
    """The frames as a pcap file."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    ticks = NANO if nano else MICRO
    found = struct.pack(f"{order}IHHIIII", magic, *version, 0, 0, 65535, field)
    for one in FRAMES:
        seconds, part = divmod(one.nanoseconds * ticks // NANO, ticks)
        lengths = len(one.octets), one.wire
        if version < (2, 3):
            lengths = one.wire, len(one.octets)
        found += struct.pack(f"{order}IIII", seconds, part, *lengths) + one.octets
    return found


def old_linux() -> bytes:
    """The frames as a pcap file with Kuznetzov's longer heads."""
    found = struct.pack("<IHHIIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1)
    for one in FRAMES:
        seconds, part = divmod(one.nanoseconds // 1000, MICRO)
        head = struct.pack("<IIIIIHBx", seconds, part, len(one.octets), one.wire, 1, 0x0800, 0)
        found += head + one.octets
    return found


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def option(code: int, value: bytes, order: str = "<") -> bytes:
    """An option of a block."""
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<", options: bytes = b"") -> bytes:
    """The header of a section."""
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1) + options, order)


def interface(order: str = "<", options: bytes = b"", linktype: int = 1, snaplen: int = 0) -> bytes:
    """An interface."""
    return block(1, struct.pack(f"{order}HHI", linktype, 0, snaplen) + options, order)


def packet(one: Frame, ticks: int, order: str = "<", where: int = 0, options: bytes = b"") -> bytes:
    """A frame, with so many ticks as its time."""
    head = struct.pack(
        f"{order}IIIII", where, ticks >> 32, ticks & 0xFFFFFFFF, len(one.octets), one.wire
    )
    padding = bytes(-len(one.octets) % 4)
    return block(6, head + one.octets + padding + options, order)


def old_packet(one: Frame, ticks: int, order: str = "<") -> bytes:
    """A frame as the first writers of pcapng had it."""
    head = struct.pack(
        f"{order}HHIIII", 0, 7, ticks >> 32, ticks & 0xFFFFFFFF, len(one.octets), one.wire
    )
    return block(2, head + one.octets, order)


def pcapng(
    order: str = "<",
    resolution: int | None = None,
    offset: int = 0,
    options: Sequence[bytes] = (),
    old: bool = False,
) -> bytes:
    """The frames as a pcapng file.

    Args:
        order: ``<`` or ``>``.
        resolution: if_tsresol, whose top bit says that it is a power of 2.
        offset: if_tsoffset, in seconds.
        options: More of the interface's.
        old: Its blocks are those of the first writers.
    """
    ticks, about = MICRO, list(options)
    if resolution is not None:
        ticks = (2 if resolution & 0x80 else 10) ** (resolution & 0x7F)
        about.append(option(9, bytes([resolution]), order))
    if offset:
        about.append(option(14, struct.pack(f"{order}q", offset), order))
    found = section(order) + interface(order, b"".join(about) + (bytes(4) if about else b""))
    for one in FRAMES:
        at = -(-(one.nanoseconds - offset * NANO) * ticks // NANO)
        found += old_packet(one, at, order) if old else packet(one, at, order)
    return found


def strange_blocks(order: str = "<") -> list[bytes]:
    """Blocks that hold no frames: names, a journal's, secrets, a maker's own."""
    names = block(4, struct.pack(f"{order}HH", 0, 0), order)
    secrets = block(10, struct.pack(f"{order}II", 0x544C534B, 5) + b"abcde", order)
    own = block(0x0BAD, struct.pack(f"{order}I", 32473) + b"anything", order)
    return [names, secrets, own, block(0x40000BAD, struct.pack(f"{order}I", 32473), order)]


FILES = {
    "pcap": pcap(),
    "pcap, big-endian": pcap(">"),
    "pcap, nanoseconds": pcap(nano=True),
    "pcap, nanoseconds, big-endian": pcap(">", nano=True),
    "pcapng": pcapng(),
    "pcapng, big-endian": pcapng(">"),
    "pcapng, old packet blocks": pcapng(old=True),
    "pcapng, old packet blocks, big-endian": pcapng(">", old=True),
    "pcapng, nanoseconds": pcapng(resolution=9),
    "pcapng, nanoseconds, big-endian": pcapng(">", resolution=9),
    "pcapng, 2 to the 30th": pcapng(resolution=0x80 | 30),
    "pcapng, an interface with options": pcapng(
        options=[option(2, b"eth0"), option(3, b"a card"), option(12, b"Linux")]
    ),
    "pcapng, comments": section()
    + interface()
    + b"".join(
        packet(one, one.nanoseconds // 1000, options=option(1, b"why not") + bytes(4))
        for one in FRAMES
    ),
    "pcapng, section with options": section(options=option(4, b"a writer") + bytes(4))
    + pcapng()[28:],
}
"""Those of which scapy and tshark take every one."""
MORE = {
    "pcap 2.2, lengths swapped": pcap(version=(2, 2)),
    "pcap of an old Linux": old_linux(),
    "pcapng, an offset of time": pcapng(offset=1_600_000_000),
    "pcapng, an offset of time, big-endian": pcapng(">", resolution=9, offset=-86400),
}
"""Those that tshark takes and scapy does not."""


def write(folder: Path, octets: bytes) -> Path:
    """A file with these octets."""
    path = folder / "x.capture"
    path.write_bytes(octets)
    return path
