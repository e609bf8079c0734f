"""``--syslog``: a line in the system's log for each boot that ended."""

from __future__ import annotations

import logging
import os
from logging.handlers import SysLogHandler
from typing import TYPE_CHECKING

from pxeclient.cli.output import EnvironmentProblem
from pxeclient.watch.facts import Facts

if TYPE_CHECKING:
    from socket import socket

SOCKET = "/dev/log"


class _Handler(SysLogHandler):
    """Waits for nobody, and counts what cannot be told, where the library prints a traceback."""

    lost = 0
    trouble: OSError | None = None
    """Why it is not connected; the library would try again at each line."""

    def _connect_unixsocket(self, address: str) -> None:
        # Here, since the library connects again by itself, and would wait for a log that is full.
        try:
            super()._connect_unixsocket(address)  # type: ignore[misc]
        except OSError as error:
            self.trouble = error
            raise
        connected: socket = vars(self)["socket"]
        connected.setblocking(False)

    def handleError(self, record: logging.LogRecord) -> None:
        self.lost += 1


class SystemLog:
    """The system's log, as whoever keeps it listens.

    Raises:
        EnvironmentProblem: Nobody does.
    """

    def __init__(self) -> None:
        self._handler = _Handler(SOCKET, SysLogHandler.LOG_DAEMON)
        if (trouble := self._handler.trouble) is not None:
            why = trouble.strerror or trouble
            raise EnvironmentProblem(f"there is no system log at {SOCKET}: {why}")
        self._handler.ident = f"pxeclient[{os.getpid()}]: "

    @property
    def lost(self) -> int:
        """Lines that nobody took."""
        return self._handler.lost

    def take(self, told: Facts) -> None:
        """A boot ended."""
        level = logging.WARNING if told.is_trouble else logging.INFO
        self._handler.emit(logging.LogRecord("pxeclient", level, "", 0, told.line, None, None))

    def close(self) -> None:
        """Let go of it."""
        self._handler.close()
