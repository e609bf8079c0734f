"""The octets of a file that is being fetched, in memory that has an end."""

from __future__ import annotations

import hashlib

MOST_KEPT = 256 * 1024 * 1024
"""Octets of a file that are kept. No boot file that people serve by TFTP is as long, and a server
can send for ever: what comes after is counted and hashed, so that size and hash are still told."""


class Content:
    """What has come of a file, in order."""

    __slots__ = ("_digest", "kept", "size")

    def __init__(self) -> None:
        self.kept = bytearray()
        """All of it, or its beginning, if there is more than `MOST_KEPT`."""
        self.size = 0
        """Octets that have come."""
        self._digest: hashlib._Hash | None = None

    def add(self, more: bytes) -> None:
        """What comes next."""
        self.size += len(more)
        if self._digest is not None:
            self._digest.update(more)
        elif self.size <= MOST_KEPT:
            self.kept += more
        else:
            self._digest = hashlib.sha256(self.kept)
            self._digest.update(more)

    def take(self) -> bytes:
        """What is kept; from now on it is the caller's alone, for it may be large."""
        taken = bytes(self.kept)
        self.kept.clear()
        return taken

    @property
    def digest(self) -> str | None:
        """The SHA-256 of all of it, in hexadecimal, where not all of it is kept."""
        return None if self._digest is None else self._digest.hexdigest()
