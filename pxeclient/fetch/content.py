"""Where the octets of a file go that is being fetched: memory that has an end, a file, a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO, Protocol, TypeAlias

from pxeclient.outcome import Whole

MOST_KEPT = 256 * 1024 * 1024
"""Octets of a file that are kept. No boot file that people serve by TFTP is as long, and a server
can send for ever: what comes after is counted and hashed, so that size and hash are still told."""


class Sink(Protocol):
    """Takes a file, from its beginning on and in order."""

    @property
    def size(self) -> int:
        """Octets that have come."""
        ...

    def add(self, more: bytes) -> None:
        """What comes next."""
        ...

    def take(self) -> tuple[bytes, Whole | None]:
        """Nothing more comes: what is kept, and what is known of the whole if that is not all.

        From now on it is the caller's alone, for it may be large.
        """
        ...


NewSink: TypeAlias = Callable[[], Sink]
"""Makes a sink; each request for a file begins a new one."""


class Content:
    """What has come of a file, in memory: all of it, or its beginning beyond `MOST_KEPT`."""

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

    def take(self) -> tuple[bytes, Whole | None]:
        """What is kept; from now on it is the caller's alone."""
        taken, digest = bytes(self.kept), self.digest
        self.kept.clear()
        return taken, None if digest is None else Whole(self.size, digest)

    @property
    def digest(self) -> str | None:
        """The SHA-256 of all of it, in hexadecimal, where not all of it is kept."""
        return None if self._digest is None else self._digest.hexdigest()


BEGINNING = 4096
"""Octets that tell what a file is, for those who keep no more."""


class Hashed:
    """Counts and hashes; of the file only the beginning is kept, which tells what it is."""

    def __init__(self, keeps: int = BEGINNING) -> None:
        self.size = 0
        self._keeps = keeps
        self._beginning = bytearray()
        self._digest = hashlib.sha256()

    def add(self, more: bytes) -> None:
        """What comes next."""
        room = self._keeps - self.size
        if room > 0:
            self._beginning += more[:room]
        self.size += len(more)
        self._digest.update(more)

    def take(self) -> tuple[bytes, Whole | None]:
        """The beginning, and what is known of the whole, be it longer or not."""
        return bytes(self._beginning), Whole(self.size, self._digest.hexdigest())


class Written(Hashed):
    """Written to a file, from its beginning on; a request that begins anew writes over it."""

    def __init__(self, file: BinaryIO) -> None:
        """Into `file`, which is the caller's to open and to close.

        Raises:
            OSError: It cannot be written; this goes for every call.
        """
        super().__init__()
        self._file = file
        file.seek(0)
        file.truncate()

    def add(self, more: bytes) -> None:
        """What comes next."""
        super().add(more)
        self._file.write(more)
