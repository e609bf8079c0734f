"""The UDP datagrams of recorded frames."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.replay.mending import mended
from pxeclient.wire import ethernet, ipv4, udp
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame


class Sent(NamedTuple):
    """A UDP datagram with its addresses."""

    source: IPv4Address
    source_port: int
    destination: IPv4Address
    port: int
    payload: bytes


def datagram(data: bytes) -> Sent | None:
    """The UDP datagram in a frame; None if there is none, or only a fragment of one.

    Raises:
        WireError: The frame is malformed.
    """
    return datagram_in(ethernet.parse(mended(data)))


def datagram_in(frame: Frame) -> Sent | None:
    """The same of a frame that is mended and parsed.

    Raises:
        WireError: What it holds is malformed.
    """
    if frame.ethertype != ethernet.IPV4:
        return None
    packet = ipv4.parse(frame.payload)
    if packet.protocol != ipv4.UDP or packet.is_fragment:
        return None
    found = udp.parse(packet.payload, packet.source, packet.destination)
    ports = found.source_port, found.destination_port
    return Sent(packet.source, ports[0], packet.destination, ports[1], found.payload)


def readable(data: bytes) -> Sent | None:
    """As `datagram`; None, too, if the frame is malformed."""
    try:
        return datagram(data)
    except WireError:
        return None
