"""A pcapng file (draft-ietf-opsawg-pcapng §4): one section, one interface, frames with comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import Struct, pack
from typing import BinaryIO

from pxeclient.capture import pcapng
from pxeclient.capture.pcap import MOST_OF_A_FRAME
from pxeclient.capture.values import ETHERNET

INBOUND, OUTBOUND = 1, 2
_COMMENT, _FLAGS = 1, 2
"""Options of a frame (§3.5, §4.3.1)."""
_MICRO = 1_000_000
_HEAD = Struct("<IIIII")
_PADDING = tuple(bytes(-length % 4) for length in range(4))
"""By the length of what is padded, modulo 4."""
_MOST_OF_A_COMMENT = 65_532
"""Octets: its length, with the padding, is a number of 16 bits."""


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
    for block in _blocks(frames, until, loses):
        where.write(block)
    where.flush()


def _blocks(frames: Iterable[Written], until: float | None, loses: bool) -> Iterator[bytes]:
    version, unknown = (1, 0), -1
    yield _block(pcapng.SECTION, pack("<IHHq", pcapng.MAGIC, *version, unknown))
    yield _block(pcapng.INTERFACE, pack("<HHI", ETHERNET, 0, MOST_OF_A_FRAME))
    count = 0
    for frame in frames:
        count += 1
        yield _block(pcapng.ENHANCED, _frame(frame))
    if until is not None:
        yield _block(pcapng.STATISTICS, _end(until, count, loses))


def _block(kind: int, body: bytes) -> bytes:
    length = pack("<I", len(body) + 12)
    return pack("<I", kind) + length + body + length


def _frame(frame: Written) -> bytes:
    octets = frame.octets
    length = len(octets)
    head = _HEAD.pack(0, *_time(frame.at), length, max(frame.length, length))
    comments = b"".join(_option(_COMMENT, _cut(text)) for text in frame.comments)
    return head + octets + _PADDING[length % 4] + comments + _DIRECTION[frame.ours]


def _end(until: float, count: int, loses: bool) -> bytes:
    """Interface statistics (§4.6), with the time of the end."""
    stamp = pack("<II", *_time(until))
    options = _option(pcapng.END_TIME, stamp)
    options += _option(pcapng.SYSTEM_DROPPED, pack("<Q", loses))  # one at least
    options += _option(pcapng.DELIVERED, pack("<Q", count))
    return pack("<I", 0) + stamp + options + bytes(4)


def _time(seconds: float) -> tuple[int, int]:
    """Microseconds, which is what a number of seconds since 1970 is exact to, in two words."""
    return divmod(min(max(round(seconds * _MICRO), 0), (1 << 64) - 1), 1 << 32)


def _option(code: int, value: bytes) -> bytes:
    return pack("<HH", code, len(value)) + value + _PADDING[len(value) % 4]


def _cut(text: str) -> bytes:
    """As much of a comment as there is room for, in whole characters."""
    octets = text.encode()
    if len(octets) <= _MOST_OF_A_COMMENT:
        return octets
    return octets[:_MOST_OF_A_COMMENT].decode(errors="ignore").encode()


_DIRECTION = tuple(_option(_FLAGS, pack("<I", one)) + bytes(4) for one in (INBOUND, OUTBOUND))
"""The last options, by whether the frame is ours."""
