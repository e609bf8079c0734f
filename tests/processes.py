"""Processes of tests: they heed signals whoever has started us, and no test waits for ever."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

PATIENCE = 300.0
"""Seconds after which a test that waits for an event is told that there will be none."""


def heeding_signals() -> None:
    """For `preexec_fn`: the program heeds Ctrl-C even if we were started in the background.

    A shell without job control has what it starts by `&` ignore SIGINT, which children inherit.
    """
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, signal.SIG_DFL)


@contextlib.contextmanager
def ended_in_time(running: subprocess.Popen[Any], seconds: float = PATIENCE) -> Iterator[None]:
    """Kill a process when it is time, so that whoever reads what it prints comes to an end."""
    guard = threading.Timer(seconds, running.kill)
    guard.start()
    try:
        yield
    finally:
        guard.cancel()
        running.kill()  # harmless if it has ended


def await_that(is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Return as soon as it is so; fail if it is not after so many seconds."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.002)
