"""Frames in the order in which they came, with the packets put together that came in parts.

The other two repairs need no memory and belong to `reading`: frames that were cut when they were
recorded, and checksums that a network card was still to fill in.
"""

from __future__ import annotations

from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import mended, read
from pxeclient.seen.said import Fragment
from pxeclient.wire import ethernet, ipv6
from pxeclient.wire.errors import WireError
from pxeclient.wire.fragments import LIFETIME, MOST, Reassembler, key_of
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.ipv6 import Packet6

MOST_PARTS = 128
"""Frames that are kept of one packet: 65,535 octets come in 119 parts over the least MTU of 576
(RFC 791 §3.1). Of a packet in more parts than that, the first frames are not told of."""

_Key = tuple[object, object, int, int]
"""Which packet a fragment is of (`fragments.key_of`)."""


class Reader:
    """Reads frames one by one; fragments wait for each other.

    Memory is bounded: at most `fragments.MOST` packets wait, of `MOST_PARTS` frames each, none
    longer than `fragments.LIFETIME` seconds. IPv4 and IPv6 share them.
    """

    def __init__(self) -> None:
        self._fragments: Reassembler[Packet] = Reassembler()
        self._fragments6: Reassembler[Packet6] = Reassembler()
        self._waiting: dict[_Key, list[Frame]] = {}

    @property
    def waiting(self) -> int:
        """Frames that are kept because their packets are not whole."""
        return sum(map(len, self._waiting.values()))

    def read(
        self, number: int, at: float, octets: bytes, ours: bool = False, length: int | None = None
    ) -> Frame:
        """One frame, as `reading.read` reads it; the last part of a packet as the whole packet."""
        return self.mend(read(number, at, octets, ours, length))

    def mend(self, frame: Frame) -> Frame:
        """The same for a frame that was read by itself."""
        if not isinstance(frame.said, Fragment):
            return frame
        part = frame.packet if frame.ethertype == ethernet.IPV4 else _packet6(frame)
        if part is None:
            return frame
        self._forget(frame.at)
        key = key_of(part)
        whole = self._whole(part, frame)
        if whole is None:
            self._keep(key, frame)
            return frame
        return mended(frame, whole, tuple(self._waiting.pop(key, ())))

    def _whole(self, part: Packet | Packet6, frame: Frame) -> Packet | Packet6 | None:
        """The packet that this fragment completes."""
        if len(frame.octets) < frame.length:
            return None
        try:
            if isinstance(part, Packet6):
                return self._fragments6.add(part, frame.at)
            return self._fragments.add(part, frame.at)
        except WireError:
            return None

    def _keep(self, key: _Key, frame: Frame) -> None:
        if key not in self._waiting and len(self._waiting) >= MOST:
            self._waiting.pop(next(iter(self._waiting)))
        parts = self._waiting.setdefault(key, [])
        parts.append(frame)
        del parts[:-MOST_PARTS]

    def _forget(self, now: float) -> None:
        old = [key for key, parts in self._waiting.items() if parts[0].at + LIFETIME <= now]
        for key in old:
            del self._waiting[key]


def _packet6(frame: Frame) -> Packet6 | None:
    """The fragment in a frame of IPv6."""
    try:
        return ipv6.parse(frame.octets[ethernet.HEADER :])
    except WireError:
        return None
