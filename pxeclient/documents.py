"""Reading documents that somebody else may have written: profiles, scenarios, suites, lessons.

The one place that opens a TOML or JSON file. What it gives is small enough to be looked at: a
bounded number of values, not nested deeply, whole numbers of 64 bits, other numbers finite. So
nobody behind it meets a file that is endless, a number that no field holds, or a recursion
without end. What the values mean is for the reader of each kind to check.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec

MOST_OCTETS = 2 * 1024 * 1024
"""Of a file; the largest that comes with pxeclient has 31 kB."""
MOST_DEPTH = 32
"""Tables and lists in each other; our own have 8 at most."""
MOST_VALUES = 200_000
"""Tables, lists and what is in them."""
MOST_KEY = 1024
"""Characters of a key; a name of a file on a TFTP server is one, and has 500 at most."""
MOST_BITS = 64
"""Of a whole number: TOML asks for no more (TOML 1.0, Integer), and no field here has more."""

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
_UNREAD = "cannot be read: "
_DOTTED = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MOST_DEPTH}}}"""
)
"""More names with dots between than tables may be in each other. Python's reader takes time by
the square of their number, so they are looked for before it sees them."""


class DocumentError(ValueError):
    """A document cannot be used; says why, and where in it. The file's name is the caller's."""

    @property
    def bare(self) -> str:
        """Without the words that it cannot be read, where the system's own say that."""
        return str(self).removeprefix(_UNREAD)


def octets(path: Path, most: int = MOST_OCTETS) -> bytes:
    """All that is in a file.

    Raises:
        DocumentError: It cannot be read, is no file, or has more than `most` octets.
    """
    try:
        # A FIFO that nobody writes to would be waited for otherwise.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _check_kind(path, os.fstat(descriptor).st_mode)
            os.set_blocking(descriptor, True)
            found = file.read(most + 1)
    except OSError as error:
        raise DocumentError(f"{_UNREAD}{error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(f"{_UNREAD}its name has a NUL") from None
    if len(found) > most:
        raise DocumentError(f"longer than {most} octets, which is the most for such a file")
    return found


def _check_kind(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise DocumentError(f"{_UNREAD}it is a directory")
    if stat.S_ISFIFO(mode) and Path(os.path.realpath(path)).name.startswith("pipe:["):
        return  # a shell's <(…) or /dev/stdin: somebody is at the other end
    for is_kind, words in _KINDS:
        if is_kind(mode):
            raise DocumentError(f"cannot be read: it is {words}, not a file")


def text(path: Path) -> str:
    """A file's text.

    Raises:
        DocumentError: It cannot be read, or is not UTF-8.
    """
    return _decoded(octets(path), "text")


def toml(path: Path, finite: bool = True, most_values: int = MOST_VALUES) -> dict[str, Any]:
    """The values of a TOML file.

    Args:
        path: The file.
        finite: No number may be infinite or none; else that is for the caller to say.
        most_values: Tables, lists and what is in them, at most.

    Raises:
        DocumentError: It cannot be read, is no TOML, or holds what no document here may hold.
    """
    written = _decoded(octets(path), "TOML")
    if found := _DOTTED.search(written):
        line = written.count("\n", 0, found.start()) + 1
        raise DocumentError(f"line {line}: nested too deeply, {MOST_DEPTH} names are the most")
    try:
        data = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"not TOML: {error}") from None
    except RecursionError:
        raise DocumentError(_TOO_DEEP) from None
    except ValueError as error:
        raise DocumentError(f"not TOML: {_of_digits(error)}") from None
    _check(data, finite, most_values)
    return data


def toml_string(written: str) -> str | None:
    """What a string of TOML says, its quotes included; None if it is none."""
    try:
        found = tomllib.loads(f"value = {written}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def json(path: Path) -> object:
    """The value of a JSON file.

    Raises:
        DocumentError: It cannot be read, is no JSON, or holds what no document here may hold.
    """
    written = octets(path)
    try:
        data: object = msgspec.json.decode(written)
    except RecursionError:
        raise DocumentError(_TOO_DEEP) from None
    except ValueError as error:
        raise DocumentError(f"not JSON: {_of_digits(error)}") from None
    _check(data)
    return data


def own_toml(path: Path) -> dict[str, Any]:
    """The values of a TOML file that is part of pxeclient, taken as they are."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


_TOO_DEEP = f"nested too deeply, {MOST_DEPTH} tables and lists in each other are the most"


def _decoded(written: bytes, kind: str) -> str:
    try:
        return written.decode()
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"not {kind}: line {line} is not UTF-8") from None


def _of_digits(error: ValueError) -> str:
    """What is wrong; of a number that Python refuses to read, in words that say so."""
    found = str(error)
    return "a number has thousands of digits" if "digits" in found else found


def _check(data: object, finite: bool = True, most_values: int = MOST_VALUES) -> None:
    """Look at all values, without recursion.

    Raises:
        DocumentError: Names the key.
    """
    left: list[tuple[object, str, int]] = [(data, "", 0)]
    count = 0
    while left:
        value, where, depth = left.pop()
        count += 1
        if count > most_values:
            raise DocumentError(f"more than {most_values} values, which are the most")
        match value:
            case dict() | list():
                if depth >= MOST_DEPTH:
                    raise DocumentError(f"{where.removeprefix('.')}: {_TOO_DEEP}")
                left += [(one, f"{where}{key}", depth + 1) for key, one in _inside(value, where)]
            case bool():
                pass
            case int() if value.bit_length() > MOST_BITS:
                _refuse(where, f"a whole number of {value.bit_length()} bits, 64 are the most")
            case float() if finite and not isfinite(value):
                _refuse(where, f"{value} is not a finite number")
            case _:
                pass


def _inside(value: dict[str, Any] | list[Any], where: str) -> Iterator[tuple[str, object]]:
    """What is in a table or list, with how it is named there."""
    if isinstance(value, list):
        yield from ((f"[{at}]", one) for at, one in enumerate(value))
        return
    for key, one in value.items():
        if len(key) > MOST_KEY:
            _refuse(
                f"{where}.{key[:40]}…", f"a key of {len(key)} characters, {MOST_KEY} is the most"
            )
        yield f".{key}", one


def _refuse(where: str, why: str) -> None:
    raise DocumentError(f"{where.removeprefix('.')}: {why}")
