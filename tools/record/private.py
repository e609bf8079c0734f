"""Everything of a recording happens inside: networks, processes and scratch files without a name.

The program forks into namespaces of its own: network, mounts and processes. Inside it is process 1,
so that the kernel ends whatever runs there when it ends, however it ends; with the last process
goes the network. Scratch files lie on a file system in memory that is mounted inside only. After a
Ctrl-C or a kill nothing is left that has to be cleaned up.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from pxeclient.lab import kernel
from pxeclient.lab.private import make_private

_PATIENCE = 10.0
"""Seconds that an interrupted recording has to end in."""
INTERRUPTED = 130


class NotRootError(RuntimeError):
    """Namespaces, taps and raw sockets need root."""


def inside(work: Callable[[Path], int]) -> int:
    """Do `work` in namespaces of its own, given a scratch folder; its exit status.

    Raises:
        NotRootError: We are not root.
        OSError: The kernel refuses namespaces.
    """
    if os.geteuid() != 0:
        raise NotRootError("recording needs root: it makes network namespaces and a TAP")
    folder = Path(tempfile.mkdtemp(prefix="record-"))
    try:
        kernel.unshare(kernel.CLONE_NEWPID)
        child = os.fork()
        if child == 0:
            os._exit(_work(work, folder))
        return _waited(child)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _work(work: Callable[[Path], int], folder: Path) -> int:
    status = 1
    try:
        kernel.die_with_parent()
        kernel.unshare(kernel.CLONE_NEWNET | kernel.CLONE_NEWNS)
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        kernel.mount("tmpfs", str(folder), "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755")
        make_private(folder)
        status = work(folder)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Exception:  # a fault of ours: to be seen, but the parent's frames must not run twice
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return status


def _waited(child: int) -> int:
    """The child's exit status; a Ctrl-C reaches it by itself, and again from here."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except KeyboardInterrupt:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGINT)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            found, _ = os.waitpid(child, os.WNOHANG)
            if found:
                return INTERRUPTED
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return INTERRUPTED
