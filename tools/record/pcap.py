"""Capture files octet for octet: frames are left out or changed, the rest stays as it was."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_HEADER = 24
_LITTLE = (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")


@dataclass(frozen=True, slots=True)
class Record:
    """One frame as the file has it."""

    head: bytes
    """Time stamp and lengths."""
    octets: bytes


@dataclass(frozen=True, slots=True)
class Capture:
    """A classic pcap file."""

    header: bytes
    records: tuple[Record, ...]

    def written(self, records: Iterable[Record]) -> bytes:
        """The file with these records instead of its own."""
        return self.header + b"".join(one.head + one.octets for one in records)


def read(path: Path) -> Capture:
    """Read a file, which may be compressed; an unfinished last record is left out.

    Raises:
        ValueError: It is no classic pcap file.
    """
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] not in _LITTLE or len(data) < _HEADER:
        raise ValueError(f"{path} is no pcap file as tcpdump writes it here")
    records: list[Record] = []
    at = _HEADER
    while at + 16 <= len(data):
        (size,) = struct.unpack_from("<I", data, at + 8)
        start = at + 16
        if start + size > len(data):
            break
        records.append(Record(data[at:start], data[start : start + size]))
        at = start + size
    return Capture(data[:_HEADER], tuple(records))
