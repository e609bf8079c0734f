"""What is packed inside a BIOS boot file: version, build, script, prefix.

iPXE's prefixes and GRUB's core.0 carry a raw LZMA1 stream without a header. Where it begins was
measured on Debian's files; other builds have it elsewhere, so the zero octet that every stream
begins with is searched for, within bounds.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator

from pxeclient.nbp.kinds import NbpKind
from pxeclient.nbp.programs import Recognised, recognise

_IPXE = {"lc": 2, "lp": 0, "pb": 0}
_GRUB = {"lc": 3, "lp": 0, "pb": 2}
_FIRST, _LAST = 0x400, 0x1C00
"""Between these offsets the streams of all measured files begin."""
_KNOWN = (0x13D4, 0x13A4, 0x1484, 0x1414, 0x1254, 0x12C4, 0x1120)
_PROBE, _LEAST, _MOST = 1 << 12, 60_000, 8 << 20
"""Octets that tell whether it is a stream, that a payload has at least, and that are unpacked."""
_PACKED = 4 << 20


def unpacked(content: bytes, found: NbpKind) -> Recognised | None:
    """What the payload of iPXE or GRUB for BIOS says of itself; None where there is none.

    Args:
        content: The whole file.
        found: What `identify` says of it.
    """
    name = found.program.name if found.program else ""
    is_ipxe = name == "iPXE" or (found.kind == "linux" and not name)
    if found.kind == "pe" or not (is_ipxe or name == "GRUB"):
        return None
    properties = _IPXE if is_ipxe else _GRUB
    for start in _starts(content):
        payload = _unpack(content[start : start + _PACKED], properties)
        told = recognise("payload", payload) if payload else None
        if told is not None:
            return told
    return None


def _starts(content: bytes) -> Iterator[int]:
    """Where a stream may begin, the likeliest first."""
    yield from (one for one in _KNOWN if content[one : one + 1] == b"\0")
    zeros = (one for one in range(_FIRST, min(_LAST, len(content))) if not content[one])
    # A run of zeros is padding; the stream is behind it, and its second octet is none.
    yield from (one for one in zeros if content[one + 1 : one + 2] != b"\0")


def _unpack(content: bytes, properties: dict[str, int]) -> bytes | None:
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": _MOST, **properties}]
    try:
        # Most places that are no stream say so within the first octets.
        probe = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
        if len(probe.decompress(content, _PROBE)) < _PROBE:
            return None
        whole = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
        payload = whole.decompress(content, _MOST)
    except lzma.LZMAError:
        return None
    return payload if len(payload) >= _LEAST else None
