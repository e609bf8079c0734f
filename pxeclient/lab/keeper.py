"""The process between the owner and the lab: it sees to it that nothing outlives the owner.

    owner ── keeper ── process 1 of a new process namespace ── servers

The keeper waits for the owner's death, however it comes; then it kills process 1, with which the
kernel kills all servers, and removes the lab's folder. Should the keeper itself be killed, the
kernel kills process 1. The namespaces have no names, so they go with their processes.

On loopback there are no namespaces: orphans fall to the keeper, which kills them, and the kernel
kills the servers with the process that has started them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path
from types import FrameType

from pxeclient.lab import channel, kernel
from pxeclient.lab.inside import LOOPBACK, Doing, serve

COMMAND = (
    "import sys; sys.path.insert(0, sys.argv[1]); from pxeclient.lab import keeper; keeper.main()"
)
"""Run with the folder of the package, the channel, the owner's pidfd and the kind as arguments."""

PREFIX = "pxec-"
"""Begins the name of the lab's folder."""


def main() -> None:
    """Keep a lab until its owner is gone."""
    end = socket.socket(fileno=int(sys.argv[2]))
    owner = int(sys.argv[3])
    end.set_inheritable(False)
    os.set_inheritable(owner, False)
    for wish in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wish, _leave)
    folder = Path(tempfile.gettempdir(), f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}")
    inside = 0
    step = Doing()
    try:
        folder.mkdir(0o700)
        folder.chmod(0o755)  # TFTP servers may read as nobody
        kind = _be_heir() if sys.argv[4] == LOOPBACK else _leave_namespaces(step)
        inside = os.fork()
        if inside == 0:
            _be_inside(end, folder, kind, step)
        end.close()
        _wait(owner, inside)
    except OSError as error:
        _report(end, step, error)
    finally:
        if inside:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(inside, signal.SIGKILL)
                os.waitpid(inside, 0)  # with its namespace, returns when all inside is gone
            _end_orphans()
        shutil.rmtree(folder, ignore_errors=True)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _leave_namespaces(step: Doing) -> str:
    """Have the next child be process 1 of a new namespace, with the rights to make networks."""
    if os.geteuid() == 0:
        # Root of a container may lack the right all the same; then it is as any other user.
        with contextlib.suppress(PermissionError):
            kernel.unshare(kernel.CLONE_NEWPID)
            return "root"
    uid, gid = os.geteuid(), os.getegid()
    step.doing = "making a user namespace"
    kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID)
    step.doing = "becoming root in a user namespace"
    kernel.be_root_inside(uid, gid)
    return "rootless"


def _be_heir() -> str:
    """Have orphans of our children fall to us, and not to process 1."""
    kernel.adopt_orphans()
    return LOOPBACK


def _end_orphans() -> None:
    """Kill all children, and theirs as they fall to us, until there are none."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for child in _children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def _children() -> list[int]:
    own, found = str(os.getpid()), []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it is gone by now
            state = path.read_text().rpartition(")")[2].split()
            if state[1] == own:
                found.append(int(path.parent.name))
    return found


def _be_inside(end: socket.socket, folder: Path, kind: str, step: Doing) -> None:
    """Never returns, and never comes to the keeper's own cleaning up."""
    try:
        for wish in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(wish, signal.SIG_DFL)  # process 1 is deaf to them
        kernel.die_with_parent()
        if kind == LOOPBACK:
            kernel.adopt_orphans()  # as process 1 does
        serve(end, folder, kind, step)
    except OSError as error:
        _report(end, step, error)
    except BaseException:  # a fault of ours: to be seen, but not to be handled by the keeper
        traceback.print_exc()
    finally:
        os._exit(0)


def _report(end: socket.socket, step: Doing, error: OSError) -> None:
    words = error.strerror or str(error)
    if error.errno == errno.ENOSPC and "namespace" in step.doing:
        words = "too many of them, or none allowed"  # user_namespaces(7)
    with contextlib.suppress(OSError):
        channel.send(end, {"unavailable": [step.doing, words]})


def _wait(owner: int, inside: int) -> None:
    """Until one of the two is gone."""
    poll = select.poll()
    poll.register(owner, select.POLLIN)
    poll.register(os.pidfd_open(inside), select.POLLIN)
    poll.poll()
