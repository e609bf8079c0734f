"""``pxeclient boot --screen``: the machine's own screen, and nothing else on standard output."""

from __future__ import annotations

import sys

import click

from pxeclient.boot.actions import Highlight, Print
from pxeclient.boot.screen.terminal import Terminal
from pxeclient.boots.boot import Wire
from pxeclient.boots.booting import Client
from pxeclient.cli.showing import tell_lost, tell_own_losses
from pxeclient.trace import Record, Trace

_CLEAR = "\r\x1b[K"
_REVERSE, _PLAIN = "\x1b[7m", "\x1b[0m"


class MachineScreen:
    """On a terminal a line grows as it comes; elsewhere it is written when it is complete."""

    def __init__(self, columns: int) -> None:
        self._screen = Terminal(columns)
        self._is_terminal = sys.stdout.isatty()

    def begin(self, trace: Trace, wire: Wire, client: Client) -> None:
        """Nothing: the machine does not know where it is."""

    def show(self, record: Record) -> None:
        """A record has come; what the machine prints is shown."""
        match record.item:
            case Print():
                for line in self._screen.write(record.item):
                    self._write((_CLEAR if self._is_terminal else "") + line + "\n")
                self._show_growing()
            case Highlight(line, up, on) if self._is_terminal:
                shown = f"{_REVERSE}{line}{_PLAIN}" if on else line
                self._write(f"\x1b[{up}A\r{shown}\x1b[{up}B")
                self._show_growing()

    def end(self, trace: Trace) -> None:
        """The screen stands as it is."""
        if self._screen.line:
            self._write("\n" if self._is_terminal else self._screen.line + "\n")
        tell_lost(trace)
        tell_own_losses(trace)

    def _show_growing(self) -> None:
        if self._is_terminal:
            back = self._screen.after
            self._write(_CLEAR + self._screen.line + ("\b" * back if back > 0 else " " * -back))

    @staticmethod
    def _write(text: str) -> None:
        click.echo(text, nl=False, color=True)
        sys.stdout.flush()
