"""Programs that run inside a network namespace, and never outlive the test that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.live.needs import program

_PATIENCE = 10.0
"""Seconds a server may take until it is ready; kea takes about 0.2."""


def inside(namespace: str, command: Sequence[str]) -> list[str]:
    """The command line that runs a command in a network namespace.

    The kernel kills it when the process that started it dies, however that dies.
    """
    guard = [program("setpriv"), "--pdeathsig", "KILL", "--"]
    return [program("ip"), "netns", "exec", namespace, *guard, *command]


class Server:
    """A server process that has been started and is ready.

    Raises:
        RuntimeError: It ended or did not become ready; the text has its log.
    """

    def __init__(
        self,
        namespace: str,
        command: Sequence[str],
        log: Path,
        ready: Callable[[Server], bool],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = Path(command[0]).name
        self.namespace = namespace
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                inside(namespace, command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                cwd=log.parent,
                start_new_session=True,  # a group of its own: Ctrl-C is ours, `stop` takes all
            )
        try:
            self._await(ready)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The process, which leads a process group of the same number."""
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(errors="replace")

    def listens(self, port: int) -> bool:
        """Some process in the same namespace has a UDP socket on that port."""
        command = inside(self.namespace, [program("ss"), "-Hlun", f"sport = :{port}"])
        answer = subprocess.run(command, capture_output=True, timeout=10, check=True)
        return bool(answer.stdout.strip())

    def stop(self) -> None:
        """End it and all it has started. Harmless when repeated."""
        for wish, patience in ((signal.SIGTERM, 2.0), (signal.SIGKILL, None)):
            self._signal(wish)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            break
        self._signal(signal.SIGKILL)  # children that outlived their parent

    def _signal(self, wish: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, wish)
        except ProcessLookupError:
            return

    def _await(self, ready: Callable[[Server], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not ready(self):
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended at once:\n{self.log}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} is not ready after {_PATIENCE:g} s:\n{self.log}")
            time.sleep(0.02)
