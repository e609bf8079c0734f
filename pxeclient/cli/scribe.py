"""Who writes files for us once we have given up the rights that it takes.

Root without capabilities is a stranger in most folders, such as that of the user who called sudo.
So before they go a child is made that keeps those for files, and no others. It knows the few paths
that the user named, reads nothing but which of them is meant, and puts the content there that is
handed to it. In a folder that the user named it also takes a name, of those that lead nowhere else
(`artifacts.naming`). It ends with us, however we end.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from pxeclient.artifacts.naming import is_safe
from pxeclient.cli.placing import Fill, place, place_in
from pxeclient.link import rights

_PR_SET_PDEATHSIG = 1
_ANSWER = struct.Struct("=i")
"""An error's number, 0 if there was none; its words follow."""
_NUMBER = struct.Struct(">I")
"""Which of the paths; the one after the last is the folder, and the name in it follows."""
_LONGEST = 4096
_END = signal.SIGUSR1
"""No terminal, shell or service manager sends that: it is for us to say when it is over."""


class Scribe:
    """A process that may write to these paths, and into the folder. It is there until `close`.

    Raises:
        OSError: There is no room for another process.
    """

    def __init__(self, paths: Sequence[Path], into: Path | None = None) -> None:
        self._paths = list(paths)
        self._into = into
        self._end, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self._child = os.fork()
        if self._child == 0:
            try:
                self._end.close()
                _serve(theirs, self._paths, into, parent)
            finally:
                os._exit(0)
        theirs.close()

    def place(self, path: Path, fill: Fill) -> None:
        """As `placing.place`.

        Raises:
            OSError: It cannot be written, or the path is none of those that were named.
        """
        self._hand_over(_NUMBER.pack(self._paths.index(path)), fill)

    def place_in(self, folder: Path, name: str, fill: Fill) -> None:
        """As `placing.place_in`.

        Raises:
            OSError: It cannot be written, the folder is not the one that was named, or the name
                is none of those that are taken.
        """
        if folder != self._into:
            raise OSError(f"{folder} is no folder that was named")
        self._hand_over(_NUMBER.pack(len(self._paths)) + name.encode(), fill)

    def _hand_over(self, request: bytes, fill: Fill) -> None:
        with os.fdopen(os.memfd_create("pxeclient", os.MFD_CLOEXEC), "w+b") as content:
            fill(content)
            content.flush()
            try:
                socket.send_fds(self._end, [request], [content.fileno()])
                answer = self._end.recv(_LONGEST)
            except ConnectionError:
                answer = b""
        if len(answer) < _ANSWER.size:
            raise OSError("the process that keeps the right to write files is gone")
        if code := _ANSWER.unpack_from(answer)[0]:
            raise OSError(code, answer[_ANSWER.size :].decode(errors="replace"))

    def close(self) -> None:
        """Let it go. What it has half done vanishes."""
        self._end.close()
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            # Who is another user by now may not tell it; its end of the socket does.
            with contextlib.suppress(PermissionError):
                os.kill(self._child, _END)
            os.waitpid(self._child, 0)


def _serve(end: socket.socket, paths: list[Path], into: Path | None, parent: int) -> None:
    # The terminal's Ctrl-C is for those who tell of the boot; then its files are wanted still.
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(wish, signal.SIG_IGN)
    signal.signal(_END, _leave)
    rights.drop(rights.FILES)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(_END), 0, 0, 0)
    if os.getppid() != parent:
        return
    with contextlib.suppress(SystemExit):
        while True:
            request, descriptors, _, _ = socket.recv_fds(end, _LONGEST, 1)
            if len(request) < _NUMBER.size or len(descriptors) != 1:
                return
            end.send(_written(paths, into, request, descriptors[0]))


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit


def _written(paths: list[Path], into: Path | None, request: bytes, descriptor: int) -> bytes:
    number, name = _NUMBER.unpack_from(request)[0], request[_NUMBER.size :].decode(errors="replace")
    try:
        with os.fdopen(descriptor, "rb") as content:
            content.seek(0)

            def fill(out: BinaryIO) -> None:
                _copy(content.fileno(), out.fileno())

            if number < len(paths):
                place(paths[number], fill)
            elif into is not None and is_safe(name):
                place_in(into, name, fill)
            else:
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    except OSError as error:
        words = (error.strerror or str(error)).encode()[: _LONGEST - _ANSWER.size]
        return _ANSWER.pack(error.errno or 5) + words
    return _ANSWER.pack(0)


def _copy(source: int, target: int) -> None:
    while block := os.read(source, 1 << 20):
        whole = memoryview(block)
        while whole:
            whole = whole[os.write(target, whole) :]
