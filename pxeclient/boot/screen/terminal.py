"""A screen as far as text goes: lines that grow, are written over, and are done.

Firmwares write a line bit by bit (``Configuring (net0 ...)...`` and a dot a second), move back
over what they wrote (BS, CR) and write on. A `Terminal` makes lines of that.
"""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Print


class Terminal:
    """Takes what a machine prints; gives lines as they are complete."""

    def __init__(self, columns: int = 0) -> None:
        """Lines go on in the next one after so many `columns`; 0 for never."""
        self._columns = columns
        self._cells: list[str] = []
        self._at = 0

    @property
    def line(self) -> str:
        """The line that the cursor is in."""
        return "".join(self._cells).rstrip()

    @property
    def after(self) -> int:
        """Characters of `line` at and after the cursor; negative if the cursor is beyond it."""
        return len(self.line) - self._at

    def write(self, text: Print) -> Iterator[str]:
        """What comes on the screen; the lines that are complete with it."""
        for character in text.line:
            if character == "\r":
                self._at = 0
            elif character == "\b":
                self._at = max(0, self._at - 1)
            else:
                self._cells[self._at : self._at + 1] = [character]
                self._at += 1
                if self._at == self._columns:
                    yield self._next_line()
        if text.ends:
            yield self._next_line()

    def _next_line(self) -> str:
        line = self.line
        self._cells, self._at = [], 0
        return line


def erase(shown: str) -> str:
    """What a firmware writes to take back the end of a line."""
    count = len(shown)
    return "\b" * count + " " * count + "\b" * count
