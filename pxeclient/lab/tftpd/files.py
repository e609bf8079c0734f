"""What a TFTP server is asked for: files of a folder, and options."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from pxeclient.wire import tftp

_BLOCKS = (8, 65_464)
"""The smallest and the largest block (RFC 2348 §2)."""


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def agreed(asked: Iterable[tuple[bytes, bytes]], size: int) -> dict[str, str]:
    """What of the options that were asked for holds, and nothing else (RFC 2347).

    Args:
        asked: Names and values, in order.
        size: Octets of the file.
    """
    found: dict[str, str] = {}
    for key, value in asked:
        name = key.decode("ascii", "replace").lower()
        number = int(value) if value.isdigit() and len(value) < 10 else -1
        if name in found:
            continue
        if name == "tsize":
            found[name] = str(size)
        elif name == "blksize" and number >= _BLOCKS[0]:
            found[name] = str(min(number, _BLOCKS[1]))
        elif name == "timeout" and 1 <= number <= 255:
            found[name] = str(number)
    return found


def found(folder: Path, name: bytes) -> BinaryIO:
    """The file that a client names, opened.

    Names are those of the folder, whether they begin with a slash or with the folder itself, and
    with backslashes if there is none other so called; they never lead out of it. Links that
    somebody put there are followed, wherever they lead.

    Raises:
        Refused: There is none, or it cannot be read.
    """
    text = os.fsdecode(name)
    inside = text.removeprefix(f"{folder}/")
    for one in dict.fromkeys((inside, inside.replace("\\", "/"))):
        parts = [part for part in one.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise Refused(tftp.ACCESS_VIOLATION, "The name leads out of the folder")
        file = _opened(folder.joinpath(*parts))
        if file is not None:
            return file
    raise Refused(tftp.FILE_NOT_FOUND, "File not found")


def _opened(path: Path) -> BinaryIO | None:
    """A file; None where there is none, or something else, such as a folder or a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        raise Refused(tftp.ACCESS_VIOLATION, "The file may not be read") from None
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return os.fdopen(descriptor, "rb")
