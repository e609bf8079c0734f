"""ICMP messages (RFC 792)."""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import ChecksumError, WireError

ECHO_REPLY = 0
UNREACHABLE = 3
ECHO_REQUEST = 8
ERRORS = frozenset({3, 4, 5, 11, 12})
"""The types that tell of a packet that was not delivered (RFC 1122 §3.2.2)."""
PORT_UNREACHABLE = 3
"""The code of an UNREACHABLE that says: nobody listens on that UDP port."""


@dataclass(frozen=True, slots=True)
class Icmp:
    """One ICMP message."""

    type: int
    code: int
    body: bytes
    """All after the checksum: for an echo its identifier, sequence number and data."""


def parse(data: bytes) -> Icmp:
    """Read a message.

    Raises:
        WireError: Too short, or a wrong checksum.
    """
    if len(data) < 8:
        raise WireError(f"ICMP: {len(data)} octets, a message has at least 8")
    if checksum(data):
        raise ChecksumError("ICMP: wrong checksum at octet 2")
    return Icmp(data[0], data[1], data[4:])


def build(message: Icmp) -> bytes:
    """The message's octets, with its checksum."""
    head = bytes((message.type, message.code))
    check = checksum(head + b"\0\0" + message.body)
    return head + check.to_bytes(2, "big") + message.body
