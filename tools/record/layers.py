"""A frame of a capture, read as far as it goes: whose it is, addresses, ports, payload."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from pxeclient.wire import ethernet, ipv4, udp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError
from tools.record import ipv6
from tools.record.firmwares import MAC

CLIENT = Mac.from_text(MAC)
UBOOT = Mac.from_text("52:52:52:52:52:52")
"""U-Boot for QEMU keeps the address of its default environment."""
TCP = 6
UDP = ipv4.UDP


@dataclass(frozen=True, slots=True)
class Layers:
    """One frame."""

    number: int
    """In its capture, from 1."""
    at: float
    """Seconds since the capture's first frame."""
    ours: bool
    """The recorded machine sent it."""
    to: Mac
    ethertype: int
    payload: bytes
    """Of the innermost layer that was read."""
    source: IPv4Address | IPv6Address | None = None
    destination: IPv4Address | IPv6Address | None = None
    hops: int = 0
    protocol: int | None = None
    """Of the IP packet; None for a frame without one."""
    source_port: int = 0
    """0 where UDP was not read."""
    port: int = 0
    is_fragment: bool = False
    """It is a part of a packet, and its payload is not looked into."""

    @property
    def is_udp(self) -> bool:
        """Its payload is a whole datagram's."""
        return self.protocol == UDP and self.port > 0


def read(number: int, at: float, octets: bytes) -> Layers | None:
    """The frame's layers; None for what is no frame.

    Checksums are not held against it: a capture may have been made before the card set them.
    """
    try:
        frame = ethernet.parse(octets)
    except WireError:
        return None
    ours = frame.source in (CLIENT, UBOOT)
    found = Layers(number, at, ours, frame.destination, frame.ethertype, frame.payload)
    match frame.ethertype:
        case ethernet.IPV4:
            return _ipv4(found)
        case ethernet.IPV6:
            return _ipv6(found)
        case _:
            return found


def _ipv4(frame: Layers) -> Layers:
    try:
        packet = ipv4.parse(frame.payload)
    except WireError:
        return frame
    addresses = packet.source, packet.destination
    whole = not packet.is_fragment
    return _inner(frame, addresses, packet.ttl, packet.protocol, packet.payload, whole)


def _ipv6(frame: Layers) -> Layers:
    packet = ipv6.parse(frame.payload)
    if packet is None:
        return frame
    addresses = packet.source, packet.destination
    whole = not packet.is_fragment
    return _inner(frame, addresses, packet.hops, packet.protocol, packet.payload, whole)


def _inner(
    frame: Layers,
    addresses: tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address],
    hops: int,
    protocol: int,
    payload: bytes,
    whole: bool,
) -> Layers:
    ports = 0, 0
    if protocol == UDP and whole:
        try:
            # Without its checksum, which only the pseudo header of IPv4 would fit.
            bare = payload[:6] + b"\0\0" + payload[8:]
            datagram = udp.parse(bare, IPv4Address(0), IPv4Address(0))
        except WireError:
            pass
        else:
            ports = datagram.source_port, datagram.destination_port
            payload = datagram.payload
    base = frame.number, frame.at, frame.ours, frame.to, frame.ethertype
    return Layers(*base, payload, *addresses, hops, protocol, *ports, not whole)
