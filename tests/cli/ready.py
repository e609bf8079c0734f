"""The command line as a process of its own, without the time that an interpreter takes to start.

One process has imported all commands, and does nothing but fork: the child has the streams, the
folder and the environment that were asked for, runs the command, and ends as it would end.
What matters only while an interpreter starts or ends is for `runner.started`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket  # noqa: TID251
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from tests.processes import PATIENCE

CHECKOUT = Path(__file__).parents[2]
_LONGEST = 1 << 20


def run(
    arguments: Sequence[str],
    env: Mapping[str, str],
    stdout: int | None = None,
    stderr: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `pxeclient` with these arguments, and what is added to our environment.

    Args:
        arguments: Of the command line.
        env: Variables besides our own.
        stdout: A descriptor; else it is read, and told.
        stderr: The same.
    """
    wish = json.dumps([list(arguments), dict(env)]).encode()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given = [out.fileno() if stdout is None else stdout]
        given += [err.fileno() if stderr is None else stderr]
        socket.send_fds(_waiting(), [wish], given)
        status = int.from_bytes(_waiting().recv(4), "big", signed=True)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8"))
    return subprocess.CompletedProcess(arguments, status, *texts)


@cache
def _waiting() -> socket.socket:
    """The way to the process that waits, which ends when we do."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    waiting = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.cli.ready", str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        cwd=CHECKOUT,
    )
    theirs.close()

    def end() -> None:
        ours.close()
        waiting.wait()

    atexit.register(end)
    ours.settimeout(PATIENCE)
    return ours


# --- the process that waits -------------------------------------------------------------------
def serve(way: socket.socket) -> None:
    """Fork for every wish, and tell how it ended."""
    while True:
        wish, given, _, _ = socket.recv_fds(way, _LONGEST, 2)
        if not wish:
            return
        child = os.fork()
        if not child:
            way.close()
            _be(*json.loads(wish), *given)
        for one in given:
            os.close(one)
        _, status = os.waitpid(child, 0)
        way.send(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))


def _be(arguments: list[str], env: dict[str, str], out: int, err: int) -> NoReturn:
    """Run the command, and end."""
    from pxeclient.cli.main import main

    status: Any = 1
    try:
        os.environ.update(env)
        sys.argv = ["pxeclient", *arguments]
        encoding, _, errors = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")
        for number, given in ((1, out), (2, err)):
            os.dup2(given, number)
            os.close(given)
        sys.stdout = open(1, "w", encoding=encoding, errors=errors or None, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding=encoding, errors="backslashreplace", closefd=False)  # noqa: SIM115
        main()
        status = 0
    except SystemExit as end:
        status = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                status = 120  # what the interpreter makes of it
        os._exit(status)


def _import_all() -> None:
    """All commands, and what each imports before it does anything; scapy is not among them."""
    import importlib

    from pxeclient.cli.main import cli

    for name in cli.list_commands(None):  # type: ignore[arg-type]
        cli.get_command(None, name)  # type: ignore[arg-type]
    for name in ("diagnose.diagnosis", "report.closing", "check.running"):
        importlib.import_module(f"pxeclient.{name}")
    assert "scapy" not in sys.modules


if __name__ == "__main__":
    _import_all()
    with contextlib.closing(socket.socket(fileno=int(sys.argv[1]))) as way:
        serve(way)
