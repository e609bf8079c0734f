"""Messages between the owner of a lab and the process inside: one JSON object each way, in turn.

A file descriptor may travel with an answer, so that a socket opened inside is used outside.
"""

from __future__ import annotations

import array
import json
import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any

_LONGEST = 1 << 20
"""Octets of a message: an environment may be long."""

Message = Mapping[str, Any]


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a channel."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LONGEST)
    return ends


def send(end: socket.socket, message: Message, descriptors: Sequence[int] = ()) -> None:
    """Send a message, and copies of descriptors with it.

    Raises:
        OSError: The other end is closed, or the message is too long.
    """
    text = json.dumps(message).encode()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
    end.sendmsg([text], rights if descriptors else [], socket.MSG_NOSIGNAL)


def receive(end: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next message with its descriptors; None when the other end is closed."""
    size = array.array("i").itemsize
    try:
        text, ancillary, _, _ = end.recvmsg(
            _LONGEST, socket.CMSG_SPACE(4 * size), socket.MSG_CMSG_CLOEXEC
        )
    except ConnectionError:
        return None
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data[: len(data) - len(data) % size])
    if not text:
        return None
    try:
        message = json.loads(text)
    except ValueError:
        for descriptor in descriptors:
            os.close(descriptor)
        raise
    return message, list(descriptors)
