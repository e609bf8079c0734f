"""The lines of a text, without what forums, mails and web pages put around them."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from ipaddress import IPv4Address

LONGEST = 4096
"""Characters of a line that are read: what is longer is no line of these programs."""
_QUOTES = re.compile(r"^(?:\s{0,3}(?:>|\|)\s?){1,8}")
"""What mails and forums put before each line."""
_FENCE = re.compile(
    r"^\s{0,12}(?:```|~~~)[\w-]*\s*$|^\s*\[/?(?:code|quote|pre)[^\]]{0,40}\]\s*$", re.IGNORECASE
)
_TAG = re.compile(r"</?(?:pre|code|p|br|span|div)\b[^<>]{0,80}>", re.IGNORECASE)
_ESCAPE = re.compile(r"\x1b\[[0-9;]{0,12}[A-Za-z]")
_NUMBERED = re.compile(r"^\s{0,8}(\d{1,6})[\s|:.)]\s?")
_UNSEEN = str.maketrans("", "", "\u200b\u200c\u200d\ufeff\u00ad")


class Lines:
    """A text, line by line, with a place in it."""

    def __init__(self, text: str) -> None:
        """Take a text; what is around its lines is stripped."""
        self._lines = _unnumbered([_clean(line) for line in text.splitlines()])
        self.at = 0
        """The next line's place."""
        self.server: IPv4Address | None = None
        """Whose log it is, where a log has told its server's address."""
        self.servers: set[IPv4Address] = set()
        """All of them."""

    def __bool__(self) -> bool:
        return self.at < len(self._lines)

    @property
    def number(self) -> int:
        """The next line's number, from 1."""
        return self.at + 1

    @property
    def next(self) -> str:
        """The next line; empty at the end."""
        return self.ahead(0)

    def ahead(self, count: int) -> str:
        """A line further on."""
        at = self.at + count
        return self._lines[at] if at < len(self._lines) else ""

    def log_of(self, server: IPv4Address | None) -> None:
        """Take note of whose log it is."""
        if server is not None:
            self.server = server
            self.servers.add(server)

    def again(self) -> None:
        """Go back to the beginning, and know whose log it is, if it is that of one server."""
        self.at = 0
        self.server = next(iter(self.servers)) if len(self.servers) == 1 else None

    def take(self) -> str:
        """The next line, and go on."""
        line = self.next
        self.at += 1
        return line


def _clean(line: str) -> str:
    line = line[:LONGEST].translate(_UNSEEN).replace("\u00a0", " ").rstrip()
    if "\x1b" in line:
        line = _ESCAPE.sub("", line)
    if "&" in line:
        line = html.unescape(line)
    if "<" in line:
        line = _TAG.sub("", line)
    if ">" in line[:8] or "|" in line[:8]:
        line = _QUOTES.sub("", line)
    line = line.expandtabs(8)
    return "" if _FENCE.match(line) else line


def _unnumbered(lines: Sequence[str]) -> list[str]:
    """Without the numbers that a paste bin puts before each line, if it does."""
    found = [_NUMBERED.match(line) for line in lines]
    numbers = [(at, int(one.group(1))) for at, one in enumerate(found) if one is not None]
    counted = sum(value == at + 1 or value == at for at, value in numbers)
    filled = sum(bool(line) for line in lines)
    if filled < 3 or counted < filled * 0.9:
        return list(lines)
    return [
        line[one.end() :] if one is not None and int(one.group(1)) in (at, at + 1) else line
        for at, (line, one) in enumerate(zip(lines, found, strict=True))
    ]
