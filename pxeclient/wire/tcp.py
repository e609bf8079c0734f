"""TCP segments (RFC 9293 §3.1), over IPv4 and IPv6."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple, TypeAlias

from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import ChecksumError, WireError

HEADER = 20
PROTOCOL = 6
_LAYOUT = struct.Struct("!HHIIBBHHH")
_MOST_OPTIONS = 40

IpAddress: TypeAlias = IPv4Address | IPv6Address

END, NOTHING = 0, 1
"""The two options of one octet (RFC 9293 §3.1)."""
MSS, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS = 2, 3, 4, 5, 8
"""Their sources: RFC 9293 §3.7.1, RFC 7323 §2, RFC 2018 §2 and §3, RFC 7323 §3."""


class Flags(IntFlag):
    """The octet of flags."""

    FIN = 0x01
    SYN = 0x02
    RST = 0x04
    PSH = 0x08
    ACK = 0x10
    URG = 0x20
    ECE = 0x40
    CWR = 0x80


class TcpOption(NamedTuple):
    """One option."""

    kind: int
    data: bytes = b""
    """What follows kind and length; none in `END` and `NOTHING`, which have no length either."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One TCP segment."""

    source_port: int
    destination_port: int
    sequence: int
    """Of the first octet, or of the SYN; modulo 2**32, as all sequence numbers."""
    acknowledgement: int
    """The next octet that is expected from the other side; means something only with ACK."""
    flags: Flags
    window: int
    """As it stands in the header, not yet scaled (RFC 7323 §2.2)."""
    payload: bytes = b""
    options: tuple[TcpOption, ...] = ()
    """All of them, in order, padding of `NOTHING` and an `END` included."""
    urgent: int = 0

    @property
    def length(self) -> int:
        """How many sequence numbers it takes: its octets, and one each for SYN and FIN."""
        bits = self.flags.value
        return len(self.payload) + (bits >> 1 & 1) + (bits & 1)

    def option(self, kind: int) -> bytes | None:
        """The first option of that kind; None if there is none."""
        return next((one.data for one in self.options if one.kind == kind), None)

    @property
    def mss(self) -> int | None:
        """The largest payload that its sender takes, if it says so."""
        data = self.option(MSS)
        return int.from_bytes(data, "big") if data is not None and len(data) == 2 else None


def parse(data: bytes, source: IpAddress, destination: IpAddress) -> Segment:
    """Read a segment sent from `source` to `destination`.

    Raises:
        WireError: Lengths that do not fit, options that are malformed, or a wrong checksum.
    """
    if len(data) < HEADER:
        raise WireError(f"TCP: {len(data)} octets, the header alone has {HEADER}")
    fields = _LAYOUT.unpack_from(data)
    source_port, destination_port, sequence, acknowledgement, offset, flags, window, _, urgent = (
        fields
    )
    size = (offset >> 4) * 4
    if not HEADER <= size <= len(data):
        raise WireError(f"TCP: data offset {size} at octet 12, the segment has {len(data)}")
    if checksum(_pseudo(source, destination, len(data)) + data):
        raise ChecksumError("TCP: wrong checksum at octet 16")
    return Segment(
        source_port,
        destination_port,
        sequence,
        acknowledgement,
        Flags(flags),
        window,
        data[size:],
        tuple(parse_options(data[HEADER:size])),
        urgent,
    )


def parse_options(data: bytes) -> Iterator[TcpOption]:
    """Read the options of a header, up to and with an `END`; what is behind it is padding.

    Raises:
        WireError: A length that does not fit.
    """
    at = 0
    while at < len(data):
        kind = data[at]
        if kind in (END, NOTHING):
            yield TcpOption(kind)
            at += 1
            if kind == END:
                return
            continue
        size = data[at + 1] if at + 1 < len(data) else 0
        if size < 2 or at + size > len(data):
            where = f"at octet {HEADER + at}"
            raise WireError(f"TCP: option {kind} {where} claims {size} octets")
        yield TcpOption(kind, data[at + 2 : at + size])
        at += size


def build(segment: Segment, source: IpAddress, destination: IpAddress) -> bytes:
    """The segment's octets, with its checksum. Options are padded with zeros to words of 4 octets.

    Raises:
        WireError: The options are longer than a header can have.
    """
    options = build_options(segment.options)
    head = _LAYOUT.pack(
        segment.source_port,
        segment.destination_port,
        segment.sequence,
        segment.acknowledgement,
        (HEADER + len(options)) // 4 << 4,
        segment.flags,
        segment.window,
        0,
        segment.urgent,
    )
    octets = head + options + segment.payload
    check = checksum(_pseudo(source, destination, len(octets)) + octets)
    return octets[:16] + check.to_bytes(2, "big") + octets[18:]


def build_options(options: tuple[TcpOption, ...]) -> bytes:
    """The options' octets, padded with zeros to words of 4 octets.

    Raises:
        WireError: They are longer than a header can have.
    """
    parts = []
    for kind, data in options:
        bare = kind in (END, NOTHING)
        parts.append(bytes((kind,)) if bare else bytes((kind, len(data) + 2)) + data)
    octets = b"".join(parts)
    if len(octets) > _MOST_OPTIONS:
        raise WireError(f"TCP: {len(octets)} octets of options, a header has room for 40")
    return octets + bytes(-len(octets) % 4)


def _pseudo(source: IpAddress, destination: IpAddress, length: int) -> bytes:
    """What the checksum covers besides the segment (RFC 9293 §3.1, RFC 8200 §8.1).

    IPv6's has the length in four octets instead of two, which sums to the same.
    """
    protocol = bytes((0, 0, 0, PROTOCOL))
    return source.packed + destination.packed + length.to_bytes(4, "big") + protocol
