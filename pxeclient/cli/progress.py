"""A progress line for long downloads, on standard error and only on a terminal."""

from __future__ import annotations

from pxeclient.boots.booting import Client
from pxeclient.cli.live import LiveLine, can_show
from pxeclient.trace import Record

WORTH_SHOWING = 256 * 1024
"""Octets below which a download is over before a line could be read."""
STEP = 64 * 1024
"""Octets between two updates."""
WIDTH = 30


class Progress:
    """Shows how much of the boot file is here."""

    def __init__(self, client: Client, line: LiveLine) -> None:
        self._client = client
        self._line = line
        self._shown = 0
        self._terminal = can_show()

    def update(self, record: Record) -> None:
        """Something happened; draw if enough has come since the last time."""
        if not self._terminal:
            return
        here, of = self._client.progress
        if here < WORTH_SHOWING or here - self._shown < STEP:
            return
        self._shown = here
        self._line.show(bar(here, of))


def bar(here: int, of: int | None) -> str:
    """Such as ``[######----] 60% of 2.0 MiB``; without a known length only what is here."""
    megabytes = f"{here / 1048576:.1f}"
    if not of:
        return f"{megabytes} MiB"
    share = min(1.0, here / of)
    filled = round(share * WIDTH)
    return f"[{'#' * filled}{'-' * (WIDTH - filled)}] {share:4.0%} of {of / 1048576:.1f} MiB"
