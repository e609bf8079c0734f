"""ICMP messages (RFC 792)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import ChecksumError, WireError

ECHO_REPLY = 0
UNREACHABLE = 3
ECHO_REQUEST = 8
ERRORS = frozenset({3, 4, 5, 11, 12})
"""The types that tell of a packet that was not delivered (RFC 1122 §3.2.2)."""
SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM = 4, 5, 11, 12
NET_UNREACHABLE, HOST_UNREACHABLE, PROTOCOL_UNREACHABLE = 0, 1, 2
"""Codes of an UNREACHABLE."""
PORT_UNREACHABLE = 3
"""The code of an UNREACHABLE that says: nobody listens on that UDP port."""
FRAGMENTATION_NEEDED = 4
"""The code of an UNREACHABLE that says: too long for the way, and may not be cut."""


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


@dataclass(frozen=True, slots=True)
class Quoted:
    """The packet that an error is about, as far as it is quoted (RFC 792): its ends."""

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    source_port: int | None
    """None where the quotation ends before it."""
    destination_port: int | None


def quoted(message: Icmp) -> Quoted | None:
    """The packet that an error quotes; None if it quotes no IPv4 header.

    Nothing else is checked: whether it is a packet of ours is for its receiver to say.
    """
    packet = message.body[4:]
    if message.type not in ERRORS or len(packet) < 20 or packet[0] >> 4 != 4:
        return None
    header = (packet[0] & 15) * 4
    ports = packet[header : header + 4] if header >= 20 else b""
    return Quoted(
        IPv4Address(packet[12:16]),
        IPv4Address(packet[16:20]),
        packet[9],
        int.from_bytes(ports[:2], "big") if len(ports) >= 2 else None,
        int.from_bytes(ports[2:], "big") if len(ports) == 4 else None,
    )


_FILTERED = (9, 10, 13)
_UNREACHABLE = {
    0: "has no route to the network of",
    1: "cannot reach the host",
    4: "cannot pass on what is too long for the way, and must not be cut, to",
    6: "does not know the network of",
    7: "does not know the host",
}
"""What a station says that is on the way (RFC 792, RFC 1122 §3.2.2.1)."""


def words(message: Icmp, source: IPv4Address) -> str:
    """What an error from `source` says, such as ``port 4011 is closed on 10.77.0.1``."""
    about = quoted(message)
    if about is None:
        told = f"(type {message.type} code {message.code})"
        return f"{source} says by ICMP that a packet was not delivered {told}"
    port = about.destination_port
    return error_words(message.type, message.code, source, about.destination, about.protocol, port)


def error_words(
    type: int, code: int, source: IPv4Address, whom: IPv4Address, protocol: int, port: int | None
) -> str:
    """The same of an error that was read, about a packet to `whom`."""
    where = f"{whom}:{port}" if port else str(whom)
    match type, code:
        case 3, 3 if port:
            says = "" if source == whom else f", says {source}"
            return f"port {port} is closed on {whom}{says}"
        case 3, 2:
            return f"{whom} does not speak IP protocol {protocol}"
        case 3, code if code in _FILTERED:
            return f"{source} forbids packets to {where} (ICMP: filtered, code {code})"
        case 3, code if code in _UNREACHABLE:
            return f"{source} {_UNREACHABLE[code]} {whom}"
        case 11, 0:
            return f"a packet to {where} went in circles, or too far: {source} drops it (TTL)"
        case 11, 1:
            return f"{source} got only parts of a packet to {where}"
        case _:
            return f"{where} cannot be reached, says {source} (ICMP type {type} code {code})"
