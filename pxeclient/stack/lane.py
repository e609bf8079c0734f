"""One conversation of a host's over UDP, by what changes in it from datagram to datagram.

A file comes in thousands of datagrams from one port to one port. `Host.receive` and `Host.send` ask
all that there is to be asked of each; a lane asks whether a frame is another one of the same
conversation, and makes the next answer of the latest. What it does not take is for the host; tests
hold it against that.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

from pxeclient.stack.acts import SendFrame
from pxeclient.stack.chance import Counts
from pxeclient.stack.traits import IpTraits
from pxeclient.wire import ethernet
from pxeclient.wire.addresses import Mac
from pxeclient.wire.checksum import word_sum
from pxeclient.wire.flow import Flow
from pxeclient.wire.ipv4 import UDP

_IP = ethernet.HEADER
_START, _PLACE, _CHECKSUM, _ADDRESSES, _ADDRESSES_END, _ENDS, _PAYLOAD = (
    _IP + at for at in (2, 6, 10, 12, 20, 24, 28)
)
"""Where these begin: the packet's length, its place among fragments (with ttl and protocol behind
it), its checksum, the addresses, the ports, the datagram's length, what it carries."""
_LENGTHS = struct.Struct("!H20xHH")
"""From `_START` on: the packet's length, the datagram's, its checksum."""


class Hop(NamedTuple):
    """A neighbour who takes our packets, as long as he is known by that address."""

    neighbours: Mapping[bytes, Mac]
    """All that are known, by the octets of their addresses."""
    octets: bytes
    mac: Mac


class Lane:
    """Between a port of a host's and a peer's."""

    __slots__ = (
        "_counts", "_ends", "_flow", "_fragment", "_hop", "_mac", "_most", "_neighbours", "_pad_to",
        "_start",
    )  # fmt: skip

    def __init__(
        self, frame: bytes, flow: Flow, counts: Counts, traits: IpTraits, hop: Hop
    ) -> None:
        """The conversation that a frame belongs to, which the host has just taken.

        Args:
            frame: A whole datagram from the peer to the host, without options.
            flow: The way back.
            counts: The host's.
            traits: The host's.
            hop: Who takes what goes back.
        """
        self._start = frame[:_START]
        self._fragment = frame[_PLACE:_CHECKSUM]  # its place in a packet, its ttl, the protocol
        self._ends = frame[_ADDRESSES:_ENDS]
        self._flow, self._counts = flow, counts
        self._most, self._pad_to = traits.most_frame, traits.pad_to
        self._neighbours, self._hop, self._mac = hop

    def payload(self, frame: bytes) -> bytes | None:
        """What the frame brings, if it is another one of the conversation and whole; else None.

        Nothing has happened by that: the host has not taken the frame yet (`take`).
        """
        size = len(frame)
        if (
            size < _PAYLOAD
            or frame[_ADDRESSES:_ENDS] != self._ends
            or frame[:_START] != self._start
            or frame[_PLACE:_CHECKSUM] != self._fragment
            or self._neighbours.get(self._hop) != self._mac
        ):
            return None
        total, length, check = _LENGTHS.unpack_from(frame, _START)
        end = _IP + total
        if total != length + 20 or length < 8 or end > size or size > self._most or not check:
            return None
        if int.from_bytes(frame[_IP:_ADDRESSES_END], "big") % 0xFFFF:
            return None
        if (word_sum(frame[_ADDRESSES:end]) + UDP + length) % 0xFFFF:
            return None
        return frame[_PAYLOAD:end]

    def take(self) -> None:
        """The host has taken that frame."""
        self._counts.received += 1

    def answer(self, payload: bytes) -> SendFrame:
        """Send the peer a short answer.

        Raises:
            ValueError: It does not fit one frame.
        """
        frame = self._flow.frame(self._counts.next_id(), payload)
        if frame is None:
            raise ValueError(f"an answer of {len(payload)} octets does not fit one frame")
        return SendFrame(frame.ljust(self._pad_to, b"\0") if self._pad_to else frame)
