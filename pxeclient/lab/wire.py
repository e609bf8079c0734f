"""Orders to the process inside a lab, and its answers."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from pxeclient.lab import channel, errors, keeper
from pxeclient.lab.errors import LabError

_DOING = {
    "host": "add a host",
    "start": "start the server",
    "look": "look after the server",
    "status": "look after the program",
    "watch": "look after the program",
    "signal": "send a signal",
    "stop": "stop the server",
    "segment": "add a segment",
    "plug": "plug a host in",
    "route": "add a route",
    "link": "plug a machine in",
    "unplug": "unplug a machine",
}
"""What the process inside is asked to do, in words."""


class Orders:
    """Orders to the process inside, and its answers."""

    def __init__(self, end: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self._end = end
        self._process = process
        self._one_at_a_time = threading.Lock()

    def ask(self, do: str, **values: Any) -> tuple[dict[str, Any], list[int]]:
        """Have something done.

        Raises:
            LabError: It cannot be done, or the lab is gone.
        """
        with self._one_at_a_time:
            try:
                channel.send(self._end, {"do": do, **values})
            except OSError as error:
                raise _gone() from error
            received = channel.receive(self._end)
        if received is None:
            raise _gone()
        if "error" in received[0]:
            raise LabError(f"The lab cannot {_DOING[do]}: {received[0]['error']}.")
        return received

    def greeting(self) -> dict[str, Any]:
        """What the process inside says first."""
        received = channel.receive(self._end)
        if received is None:
            raise errors.no_keeper(sys.executable, "it ended at once")
        if "unavailable" in received[0]:
            raise errors.unavailable(*received[0]["unavailable"])
        return received[0]

    def alive(self) -> bool:
        """The keeper runs, and with it the lab."""
        return self._process.poll() is None

    def close(self) -> None:
        """Let everything inside end, and wait until nothing is left."""
        with contextlib.suppress(OSError):
            self._end.shutdown(socket.SHUT_RDWR)
        self._end.close()
        self._process.wait()


def _gone() -> LabError:
    return LabError("The lab is closed: open another one.")


def launch(kind: str = "") -> Orders:
    """Start a lab's keeper. `kind`: ``loopback``; else with a network of its own, if that goes.

    Raises:
        LabUnavailable: It cannot be started here.
    """
    if not sys.platform.startswith("linux"):
        raise errors.unavailable("making a network namespace", "this is not Linux")
    ours, theirs = channel.pair()
    # Of the process, not of the thread that happens to call; it cannot be mistaken for another.
    owner = os.pidfd_open(os.getpid())
    root = str(Path(__file__).parents[2])
    code = ["-I", "-S", "-c", keeper.COMMAND, root, str(theirs.fileno()), str(owner), kind]
    try:
        process = subprocess.Popen(
            [sys.executable, *code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), owner),
            start_new_session=True,  # Ctrl-C is the owner's
        )
    except OSError as error:
        ours.close()
        raise errors.no_keeper(sys.executable, error.strerror or str(error)) from error
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
        os.close(owner)
    return Orders(ours, process)
