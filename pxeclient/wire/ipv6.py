"""IPv6 packets (RFC 8200): the header, and past its extensions; those built have none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv6Address

from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import ChecksumError, WireError

HEADER = 40
TCP, UDP, ICMPV6 = 6, 17, 58
NOTHING = 59
"""The next header of a packet that carries none (RFC 8200 §4.7)."""

_FRAGMENT = 44
_SKIPPED = frozenset({0, 43, 60})
"""Hop-by-hop options, routing and destination options: they say how long they are."""


@dataclass(frozen=True, slots=True)
class Packet6:
    """One IPv6 packet, or the part of one that a fragment carries."""

    source: IPv6Address
    destination: IPv6Address
    protocol: int
    """What the payload is: the next header of the last extension that could be read."""
    payload: bytes
    """What follows the extension headers."""
    hop_limit: int = 64
    size: int = 0
    """Octets of the payload on the wire, as the header counts them."""
    more_fragments: bool = False
    fragment_offset: int = 0
    """Where the payload belongs in the whole, in octets."""
    identification: int = 0
    """Of a fragment: which packet it is of, between its two addresses (RFC 8200 §4.5)."""

    @property
    def is_fragment(self) -> bool:
        """This is only a part of a packet."""
        return self.more_fragments or self.fragment_offset > 0


def parse(data: bytes, is_cut: bool = False) -> Packet6:
    """Read a packet; octets after its length are Ethernet padding.

    Args:
        data: The packet, from its header on.
        is_cut: The end may be missing, as in a capture of short frames.

    Raises:
        WireError: Not IPv6, or lengths that do not fit.
    """
    if len(data) < HEADER:
        raise WireError(f"IPv6: {len(data)} octets, the header alone has {HEADER}")
    if data[0] >> 4 != 6:
        raise WireError(f"IPv6: version {data[0] >> 4} at octet 0, not 6")
    length = int.from_bytes(data[4:6], "big")
    if HEADER + length > len(data) and not is_cut:
        raise WireError(f"IPv6: payload length {length} at octet 4, {len(data) - HEADER} are left")
    end = min(HEADER + length, len(data))
    whole = Packet6(
        IPv6Address(data[8:24]),
        IPv6Address(data[24:40]),
        data[6],
        data[HEADER:end],
        data[7],
        length,
    )
    return _past(whole, HEADER)


def inside(packet: Packet6) -> Packet6:
    """What a packet that was put together of fragments carries, past the extensions in it.

    Raises:
        WireError: An extension header is cut off.
    """
    return _past(packet, 0)


def _past(packet: Packet6, before: int) -> Packet6:
    """The packet past its extension headers; `before` octets of it came before the payload.

    A fragment's payload begins where its fragment header ends, whatever that is a part of. Each
    header takes 8 octets at least, so the work is bounded by the length.
    """
    data, protocol, at, end = packet.payload, packet.protocol, 0, len(packet.payload)
    fragment = identification = 0
    while protocol in _SKIPPED or protocol == _FRAGMENT:
        if at + 8 > end:
            raise WireError(f"IPv6: the extension header at octet {before + at} is cut off")
        following, size = data[at], (data[at + 1] + 1) * 8
        if protocol == _FRAGMENT:
            fragment, size = int.from_bytes(data[at + 2 : at + 4], "big") & 0xFFF9, 8
            identification = int.from_bytes(data[at + 4 : at + 8], "big")
        if at + size > end:
            raise WireError(
                f"IPv6: the extension header at octet {before + at} claims {size} octets"
            )
        protocol, at = following, at + size
        if fragment:
            break
    return replace(
        packet,
        protocol=protocol,
        payload=data[at:],
        size=max(packet.size - at, 0),
        more_fragments=bool(fragment & 1),
        fragment_offset=fragment & 0xFFF8,
        identification=identification,
    )


def build(packet: Packet6) -> bytes:
    """The packet's octets; of a fragment with the header that says so.

    Raises:
        WireError: It is longer than a packet can be.
    """
    payload, protocol = packet.payload, packet.protocol
    if packet.is_fragment:
        place = packet.fragment_offset | packet.more_fragments
        head = bytes((protocol, 0)) + place.to_bytes(2, "big")
        payload = head + packet.identification.to_bytes(4, "big") + payload
        protocol = _FRAGMENT
    if len(payload) > 0xFFFF:
        raise WireError(f"IPv6: {len(payload)} octets are more than a packet can carry")
    head = b"\x60\0\0\0" + len(payload).to_bytes(2, "big") + bytes((protocol, packet.hop_limit))
    return head + packet.source.packed + packet.destination.packed + payload


def sealed(packet: Packet6, at: int) -> Packet6:
    """The packet with the checksum of its payload put in at octet `at` of it, where zeros are."""
    pseudo = packet.source.packed + packet.destination.packed
    pseudo += len(packet.payload).to_bytes(4, "big") + bytes((0, 0, 0, packet.protocol))
    # A sum of 0 is sent as 0xffff in UDP, where 0 is not allowed (RFC 8200 §8.1).
    found = checksum(pseudo + packet.payload)
    found = 0xFFFF if found == 0 and packet.protocol == UDP else found
    data = packet.payload[:at] + found.to_bytes(2, "big") + packet.payload[at + 2 :]
    return replace(packet, payload=data)


def datagram(
    source: IPv6Address,
    destination: IPv6Address,
    ports: tuple[int, int],
    payload: bytes,
    hop_limit: int = 64,
) -> bytes:
    """The octets of a packet with a UDP datagram from port `ports[0]` to `ports[1]`.

    Raises:
        WireError: It is longer than a packet can be.
    """
    length = 8 + len(payload)
    if length > 0xFFFF:
        raise WireError(f"UDP: {length} octets are more than a datagram can have")
    head = b"".join(one.to_bytes(2, "big") for one in (*ports, length, 0))
    return build(sealed(Packet6(source, destination, UDP, head + payload, hop_limit), 6))


def check(packet: Packet6, what: str) -> None:
    """Hold a whole payload against its checksum, which covers addresses and length (RFC 8200 §8.1).

    Raises:
        ChecksumError: It is wrong; `what` says of what.
    """
    pseudo = packet.source.packed + packet.destination.packed
    pseudo += len(packet.payload).to_bytes(4, "big") + bytes((0, 0, 0, packet.protocol))
    if checksum(pseudo + packet.payload):
        raise ChecksumError(f"{what}: wrong checksum")
