"""What is in a file that may be compressed, up to a limit: a small file can hold very much."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from pxeclient.capture.values import CaptureError, Content

MOST_OCTETS = 512 * 1024 * 1024
"""Octets that are read of one capture, unpacked."""
_MOST_MEMORY = 256 * 1024 * 1024
"""That an xz file may ask for: ``xz -9`` needs a quarter of it (xz(1), memory usage)."""
_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b"
_PACKED = {"xz": b"\xfd7zXZ\0", "bzip2": b"BZh", "zstd": b"\x28\xb5\x2f\xfd"}
"""How compressed files begin, by the name of the program that unpacks them with ``-d``."""
_ELSEWHERE = {
    b"PK\3\4": ("a zip archive", "unzip"),
    b"\x04\x22\x4d\x18": ("compressed with lz4", "lz4 -d"),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", "7z x"),
}
"""What cannot be unpacked here: what it is, and what unpacks it."""
_HEAD = 6
"""Octets of the longest of these beginnings."""
_MOST_LAYERS = 4
"""Compressed files in each other that are looked into; the last must be none."""


class Bounded:
    """The content of a file, read once from the beginning, up to `MOST_OCTETS`.

    What breaks off or is damaged ends there.
    """

    def __init__(self, content: Content) -> None:
        """Take a content of which nothing was read yet."""
        self._content = content
        self._head = b""
        """Read ahead."""
        self._left = MOST_OCTETS
        self.is_too_long = False
        """There is more than the limit."""
        self.is_damaged = False
        """The compressed file breaks off, or is damaged."""

    def begins(self, octets: bytes) -> bool:
        """It begins with these octets. To be asked before anything is read."""
        if not self._head:
            self._head = self._read(_HEAD)
        return self._head.startswith(octets)

    def read(self, size: int, /) -> bytes:
        """So many octets; fewer only at the end."""
        octets = self._read(min(size, self._left))
        self._left -= len(octets)
        if not self._left and size:
            self.is_too_long = self.is_too_long or bool(self._read(1))
        return octets

    def _read(self, size: int) -> bytes:
        found = b""
        if self._head:
            found, self._head = self._head[:size], self._head[size:]
            if len(found) == size:
                return found
        try:
            return found + self._content.read(size - len(found))
        except OSError as error:
            if error.errno is not None:
                raise
        except (EOFError, zlib.error, ValueError):
            pass
        self.is_damaged = True
        return found


class _Streams:
    """The content of compressed streams, one behind the other."""

    def __init__(self, packed: Content, start: Callable[[], Any], error: type[Exception]) -> None:
        self._packed, self._start, self._error = packed, start, error
        self._stream = start()
        self._rest = b""
        """Read, and not yet given to the stream."""

    def read(self, size: int, /) -> bytes:
        """At most so many octets.

        Raises:
            EOFError: It breaks off, or is damaged.
        """
        found = bytearray()
        while len(found) < size and self._goes_on():
            try:
                found += self._stream.decompress(self._input(), size - len(found))
            except (self._error, EOFError) as error:
                if found:
                    break
                raise EOFError(str(error)) from None
        return bytes(found)

    def _goes_on(self) -> bool:
        """There is a stream to read from; the next begins where one ends."""
        if not self._stream.eof:
            return True
        # Zeros may stand between the streams of xz (its file format, 2.2).
        self._rest = (self._stream.unused_data or self._packed.read(_CHUNK)).lstrip(b"\0")
        if self._rest:
            self._stream = self._start()
        return bool(self._rest)

    def _input(self) -> bytes:
        if not self._stream.needs_input:
            return b""
        octets, self._rest = self._rest or self._packed.read(_CHUNK), b""
        if not octets:
            raise EOFError("it breaks off")
        return octets


def unpacked(path: Path, file: BinaryIO) -> Bounded:
    """The content of a file that may be compressed, once or again.

    Raises:
        CaptureError: It cannot be unpacked here; the sentence says what can.
    """
    content = Bounded(file)
    for _ in range(_MOST_LAYERS):
        inner = _inner(path, content)
        if inner is None:
            return content
        content = inner
    raise CaptureError(f"{path} is compressed more than {_MOST_LAYERS - 1} times: unpack it first")


def _inner(path: Path, packed: Bounded) -> Bounded | None:
    """What is in a compressed file; None if it is none."""
    for start, (what, command) in _ELSEWHERE.items():
        if packed.begins(start):
            raise CaptureError(f"{path} is {what}: unpack it first ({command} {path.name})")
    if packed.begins(_GZIP):
        return Bounded(gzip.GzipFile(fileobj=packed))  # type: ignore[call-overload]
    found = next((name for name, start in _PACKED.items() if packed.begins(start)), None)
    if found is None:
        return None
    try:
        return Bounded(_Streams(packed, *_decompressor(found)))
    except ImportError:
        raise CaptureError(
            f"{path} is compressed with {found}, which this Python cannot unpack: unpack it first"
            f" ({found} -d {path.name})"
        ) from None


def _decompressor(name: str) -> tuple[Callable[[], Any], type[Exception]]:
    """What begins a stream, and what it raises. A Python may be built without any of these."""
    match name:
        case "xz":
            import lzma

            return partial(lzma.LZMADecompressor, memlimit=_MOST_MEMORY), lzma.LZMAError
        case "bzip2":
            import bz2

            return bz2.BZ2Decompressor, OSError
        case _:
            zstd = import_module("compression.zstd")  # from Python 3.14 on
            return zstd.ZstdDecompressor, zstd.ZstdError
