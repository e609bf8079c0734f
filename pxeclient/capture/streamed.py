"""A capture that is still being written, frame by frame: a pipe, or a file that grows.

Only Ethernet: whom a frame on Linux's ``any`` was sent to is worked out from frames that come
later, and so from whole files alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pxeclient.capture.file import raws_of
from pxeclient.capture.reading import untagged
from pxeclient.capture.values import ETHERNET, NANO, CaptureError
from pxeclient.wire import ethernet


class Streamed(NamedTuple):
    """One frame."""

    at: float
    """Seconds since the epoch."""
    data: bytes
    """With an Ethernet header, without VLAN tags."""
    length: int
    """Octets on the wire."""


class Content:
    """Octets that come in their time, for readers that take what `read` gives for all there is.

    Args:
        take: At most so many octets; nothing at the end, or where the end is now.
        wait: Called there: waits for more, and says whether there can be any.
    """

    def __init__(self, take: Callable[[int], bytes], wait: Callable[[], bool]) -> None:
        self._take, self._wait = take, wait
        self._head = b""

    def begins(self, octets: bytes) -> bool:
        """It does so with these."""
        self._head = self.read(len(octets))
        return self._head == octets

    def read(self, size: int = -1, /) -> bytes:
        """So many octets; fewer only at the very end."""
        found, self._head = self._head[:size], self._head[size:]
        while len(found) < size:
            more = self._take(size - len(found))
            if more:
                found += more
            elif not self._wait():
                break
        return found


def streamed(name: str, content: Content) -> Iterator[Streamed]:
    """The frames, as they come.

    Raises:
        CaptureError: It is no capture, or not of Ethernet.
    """
    for raw in raws_of(Path(name), content):
        if raw.linktype != ETHERNET:
            raise CaptureError(
                f"{name} has frames of link type {raw.linktype}, not Ethernet: record on one"
                " interface by its name (tcpdump -i eth1), not on `any`"
            )
        if len(raw.data) >= ethernet.HEADER:
            data = untagged(raw.data)
            length = max(raw.wire - len(raw.data), 0) + len(data)
            yield Streamed(raw.nanoseconds / NANO, data, length)
