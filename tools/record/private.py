"""Everything of a recording happens inside: networks, processes and scratch files without a name.

The program forks into namespaces of its own: network, mounts and processes. Inside it is process 1,
so that the kernel ends whatever runs there when it ends, however it ends; with the last process
goes the network. Scratch files lie on a file system in memory that is mounted inside only, where
the machine has its shared memory. After a Ctrl-C or a kill nothing is left to be cleaned up.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from pxeclient.lab import kernel
from pxeclient.lab.private import make_private

SCRATCH = Path("/dev/shm")
"""It is on every Linux, and hidden inside: no file of ours is made on the machine's own."""
INTERRUPTED = 130
_PATIENCE = 10.0
"""Seconds that an interrupted recording has to end in."""
_IN_MEMORY = kernel.MS_NOSUID | kernel.MS_NODEV


class NotRootError(RuntimeError):
    """Namespaces, taps and raw sockets need root."""


class HiddenError(ValueError):
    """A path lies where inside there is something else."""


def check_visible(*paths: Path) -> None:
    """See that these are the same inside.

    Raises:
        HiddenError: One is not.
    """
    for path in paths:
        if path.resolve().is_relative_to(SCRATCH.resolve()):
            raise HiddenError(f"{path} cannot be used: a recording has {SCRATCH} for itself")


def inside(work: Callable[[Path], int]) -> int:
    """Do `work` in namespaces of its own, given a scratch folder; its exit status.

    Raises:
        NotRootError: We are not root.
        OSError: The kernel refuses namespaces.
    """
    if os.geteuid() != 0:
        raise NotRootError("recording needs root: it makes network namespaces and a TAP")
    kernel.unshare(kernel.CLONE_NEWPID)
    child = os.fork()
    if child == 0:
        os._exit(_work(work))
    return _waited(child)


def _work(work: Callable[[Path], int]) -> int:
    """Process 1. It hears of a Ctrl-C, by itself or through its parent."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        kernel.die_with_parent()
        kernel.unshare(kernel.CLONE_NEWNET | kernel.CLONE_NEWNS)
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        kernel.mount("tmpfs", str(SCRATCH), "tmpfs", _IN_MEMORY, "mode=755")
        make_private(SCRATCH)
        folder = SCRATCH / "record"
        folder.mkdir()
        status = work(folder)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Exception:  # a fault of ours: to be seen, but the parent's frames must not run twice
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return status


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _waited(child: int) -> int:
    """The child's exit status; what asks us to end, ends it first."""
    before = {
        number: signal.signal(number, _interrupted)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except KeyboardInterrupt:
        _end(child)
        return INTERRUPTED
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(child: int) -> None:
    """Let it end in order; make it end."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGINT)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
