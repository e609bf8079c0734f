"""What a file holds, if that is text: from a file or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pxeclient.capture.unpacking import MOST_OCTETS, unpacked
from pxeclient.capture.values import CaptureError

MOST_TEXT = 32 * 1024 * 1024
"""Octets of a text that are read: a line of tcpdump for each frame of a large capture."""
STDIN = Path("-")
_HEAD = 4096
_CHUNK = 1024 * 1024
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""How a text of Windows' shells begins."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, or standard input, which is kept for who reads it again."""
    if path == STDIN:
        yield BytesIO(_standard_input())
        return
    with path.open("rb") as file:
        yield file


@cache
def _standard_input() -> bytes:
    return sys.stdin.buffer.read(MOST_OCTETS + 1)


def text_of(path: Path) -> tuple[str, bool] | None:
    """The text of a file, and whether there was more of it; None where it is none.

    A capture file has zeros in its first octets, a text has none.

    Raises:
        CaptureError: The file cannot be read.
    """
    try:
        with opened(path) as file:
            content = unpacked(path, file)
            head = content.read(_HEAD)
            encoding = _MARKS.get(head[:2], "utf-8")
            if not head.strip() or (b"\0" in head and encoding == "utf-8"):
                return None
            octets = bytearray(head)
            while len(octets) < MOST_TEXT and (more := content.read(_CHUNK)):
                octets += more
            is_more = bool(content.read(1))
    except OSError as error:
        raise CaptureError(f"cannot read {path}: {error.strerror or error}") from None
    return bytes(octets).decode(encoding, errors="replace"), is_more
