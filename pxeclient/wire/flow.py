"""Many UDP datagrams from one end to another: what stays the same is worked out once.

A file comes in thousands of datagrams that differ in identification, lengths, checksums and
payload. `onestep` makes one of them; this makes the next ones. Tests hold it against `onestep`.
"""

from __future__ import annotations

import struct

from pxeclient.wire.checksum import word_sum
from pxeclient.wire.ethernet import IPV4
from pxeclient.wire.ipv4 import UDP
from pxeclient.wire.onestep import MTU, Peer

_BOTH = struct.Struct("!HHHHBBH8sHHHH")
_HEADERS = _BOTH.size
_UDP_HEADER = 8
_FIRST = 0x4500
_TTL = 64
_ACK = 4
"""Octets of a TFTP ACK."""


class Flow:
    """From a port of ours to a peer's."""

    __slots__ = ("_addresses", "_ethernet", "_ip", "_port", "_source_port", "_ttl", "_udp")

    def __init__(self, mac: bytes, source_port: int, to: Peer, ttl: int = _TTL) -> None:
        """From our `mac` and `source_port`; our address is the one that the peer talks to."""
        self._ttl = ttl
        self._ethernet = to.mac + mac + IPV4.to_bytes(2, "big")
        self._addresses = to.local + to.address
        self._source_port, self._port = source_port, to.port
        between = word_sum(self._addresses)
        self._ip = _FIRST + _HEADERS + (ttl << 8) + UDP + between
        self._udp = between + UDP + source_port + to.port + 2 * _UDP_HEADER

    def frame(self, ident: int, payload: bytes, summed: int | None = None) -> bytes | None:
        """The next datagram's frame; None when it exceeds the MTU.

        Args:
            ident: The packet's identification.
            payload: What it carries.
            summed: The payload's `word_sum`, if that is known.
        """
        size = len(payload)
        if size > MTU - _HEADERS:
            return None
        if summed is None:
            # An ACK, nearly always, is summed here, where that is no call.
            summed = int.from_bytes(payload, "big") if size == _ACK else word_sum(payload)
        head = _BOTH.pack(
            _FIRST, _HEADERS + size, ident, 0, self._ttl, UDP, -(self._ip + size + ident) % 0xFFFF,
            self._addresses, self._source_port, self._port, _UDP_HEADER + size,
            0xFFFF - (self._udp + 2 * size + summed) % 0xFFFF,
        )  # fmt: skip
        return b"".join((self._ethernet, head, payload))
