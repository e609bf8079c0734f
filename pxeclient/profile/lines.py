"""The lines of a firmware's screen: which names may stand in their braces, and how.

A line is filled in by Python's ``format_map``. Nothing of what that can do is allowed but a name
and the plainest of formats, such as ``{tftp-code:02}``: no attributes, no conversions, no names in
formats, and no width that is wider than a screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from pxeclient.boot.screen.screen import NAMES
from pxeclient.fetch.tftp.refusal import TftpErrorUse
from pxeclient.outcome import Failure

_OF_NUMBERS = re.compile(r"(?:[^{}]?[<>^])?0?\d{0,2}[dxX,]?")
_OF_TEXTS = re.compile(r"(?:[^{}]?[<>^])?\d{0,2}s?")
_NUMBERS = {"size", "number", "type", "tftp-code", "seconds"}
"""Names that stand for whole numbers; the others are texts."""

_OF_TFTP = {use.failure for use in TftpErrorUse if use is not TftpErrorUse.RETRY_PLAIN}
_OF_DISCOVERY = {
    Failure.NO_BOOT_SERVER,
    Failure.TYPE_NOT_LISTED,
    Failure.NO_DISCOVERY_REPLY,
    Failure.DISCOVERY_REFUSED,
    Failure.DISCOVERY_NO_FILE,
}


def told(failure: str) -> set[str]:
    """The names that are known where a firmware fails so, besides `screen.NAMES`."""
    if failure in _OF_TFTP:
        return {"tftp-code", "tftp-message"}
    return {"type"} if failure in _OF_DISCOVERY else set()


def wrong_line(line: str, more: set[str], key: str) -> Iterator[str]:
    """What is wrong with a line that may name what every line may, and `more`."""
    yield from wrong_text(line, {*NAMES, *more}, key)


def wrong_text(line: str, known: set[str], key: str) -> Iterator[str]:
    """What is wrong with a text that may name those things alone."""
    try:
        parts = list(Formatter().parse(line))
    except ValueError as error:
        yield f"{key}: {line!r}: {error}"
        return
    for _, name, format, conversion in parts:
        if name is None:
            continue
        if name not in known:
            yield f"{key}: {{{name}}} is not one of {', '.join(sorted(known)) or 'none'}"
        elif conversion:
            yield f"{key}: {{{name}!{conversion}}}: no conversion may stand there"
        elif not (_OF_NUMBERS if name in _NUMBERS else _OF_TEXTS).fullmatch(format or ""):
            what = "a number" if name in _NUMBERS else "a text"
            yield f"{key}: {{{name}:{format}}}: no format of {what}, such as 02 or >8"
