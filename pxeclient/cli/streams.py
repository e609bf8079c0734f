"""Standard output and standard error, made harmless in one place for all commands.

Whatever a command prints goes through a `Harmless` stream: no server's, profile's or suite's text
can move the cursor, turn a line around, or be an order to the CI service that keeps the log. That
is so everywhere, not only where a CI service is known: logs are looked at in other places, too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from pxeclient.harmless import for_a_log

_TAIL = 16
"""Characters of a line that are remembered: more than any order begins with."""


class Harmless:
    """A text stream that writes to another what is fit for a log; all else is the other's."""

    def __init__(self, stream: TextIO) -> None:
        """Take a stream that is at the beginning of a line."""
        self._stream = stream
        self._line = ""
        """The end of the line so far; with it whatever stands before, if only as a blank."""

    def write(self, text: str) -> int:
        """Write a text; the number of its characters."""
        shown = for_a_log(text, self._line)
        self._stream.write(shown)
        self._line = _end_of_line(self._line + shown)
        return len(text)

    def order(self, line: str) -> None:
        """Write our own order to a CI service on a line of its own.

        It ends with the line: whatever else is in the text, there is no second one.
        """
        begin = "\n" if self._line else ""
        self._stream.write(f"{begin}{' '.join(line.splitlines())}\n")
        self._line = ""

    def control(self, sequence: str) -> None:
        """Write our own orders to the terminal, in which nothing of anybody else's is."""
        self._stream.write(sequence)

    def writelines(self, lines: list[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def control(sequence: str, where: TextIO | None = None) -> None:
    """Our own orders to the terminal; on standard output, if nothing else is said."""
    stream: Any = where or sys.stdout
    stream.control(sequence) if isinstance(stream, Harmless) else stream.write(sequence)


def order(stream: Any, line: str) -> None:
    """Our own order to a CI service, in which all that is not ours is escaped."""
    guarded = stream if isinstance(stream, Harmless) else Harmless(stream)
    guarded.order(line)


def _end_of_line(shown: str) -> str:
    line = shown[max(shown.rfind("\n"), shown.rfind("\r")) + 1 :]
    if len(line) <= _TAIL:
        return line
    return (" " if line[:-_TAIL].isspace() else "x") + line[-_TAIL:]


@contextmanager
def harmless() -> Iterator[None]:
    """Within it, what goes to standard output and standard error is fit for a log."""
    before = sys.stdout, sys.stderr
    try:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is not None and not isinstance(stream, Harmless):
                setattr(sys, name, Harmless(_settled(stream)))
        yield
    finally:
        sys.stdout, sys.stderr = before


def _settled(stream: TextIO) -> TextIO:
    """The stream as click would have it: where it is ASCII, click goes around it with UTF-8."""
    if str(stream.encoding).lower() in ("ascii", "ansi_x3.4-1968", "us-ascii"):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
    return stream
