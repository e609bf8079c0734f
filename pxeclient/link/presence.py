"""Two of us under one MAC address on one interface, who would take each other's replies.

Each holds a name in the kernel's list of sockets (unix(7), abstract), which goes with its process
and is one for each network namespace. Anybody may hold such a name, so it is reason for a word, and
not for refusing to boot.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable


class Presence:
    """We are these stations on that interface, until `close`."""

    def __init__(self, interface: str, macs: Iterable[bytes]) -> None:
        self.has_others = False
        """Somebody else of us is one of them already."""
        self._held: list[socket.socket] = []
        for mac in dict.fromkeys(macs):
            held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                held.bind(f"\0pxeclient/{socket.if_nametoindex(interface)}/{mac.hex()}")
            except OSError as error:
                held.close()
                self.has_others |= error.errno == errno.EADDRINUSE
            else:
                self._held.append(held)

    def close(self) -> None:
        """Let go of the names. Harmless when repeated."""
        for held in self._held:
            held.close()
