"""One frame cut into what each layer carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pxeclient.wire import ethernet, ipv4, udp
from pxeclient.wire.ethernet import Frame
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram

FRAME, IP_PACKET, IP_PAYLOAD, UDP_PAYLOAD = "frame", "ip-packet", "ip-payload", "udp-payload"
NAMES = (FRAME, IP_PACKET, IP_PAYLOAD, UDP_PAYLOAD)
_IP_HEADER, _UDP_HEADER = 20, 8


class Layer(NamedTuple):
    """The octets of one layer."""

    name: str
    """One of `NAMES`."""
    offset: int
    """In the frame."""
    octets: bytes


class Layers(NamedTuple):
    """One frame and what is in it."""

    frame: Frame
    packet: Packet | None
    """None in all but IPv4."""
    datagram: Datagram | None
    """None in all but UDP."""
    octets: bytes
    """The whole frame."""

    @property
    def ports(self) -> tuple[int, int] | None:
        """Source and destination port of UDP."""
        found = self.datagram
        return None if found is None else (found.source_port, found.destination_port)

    @property
    def innermost(self) -> bytes:
        """What the last layer carries: by this two messages are told to be the same."""
        return self.parts()[-1].octets

    def parts(self) -> tuple[Layer, ...]:
        """The layers, the whole frame first. Ethernet's padding is in the frame alone."""
        return tuple(self._parts())

    def _parts(self) -> Iterator[Layer]:
        yield Layer(FRAME, 0, self.octets)
        if self.packet is None:
            return
        at = ethernet.HEADER
        header = _IP_HEADER + len(self.packet.options)
        end = at + header + len(self.packet.payload)
        yield Layer(IP_PACKET, at, self.octets[at:end])
        yield Layer(IP_PAYLOAD, at + header, self.packet.payload)
        if self.datagram is not None:
            yield Layer(UDP_PAYLOAD, at + header + _UDP_HEADER, self.datagram.payload)


def layers(octets: bytes) -> Layers:
    """The layers of a frame.

    Raises:
        WireError: It cannot be read, which no frame of ours may be.
    """
    frame = ethernet.parse(octets)
    if frame.ethertype != ethernet.IPV4:
        return Layers(frame, None, None, octets)
    packet = ipv4.parse(frame.payload)
    if packet.protocol != ipv4.UDP or packet.is_fragment:
        return Layers(frame, packet, None, octets)
    datagram = udp.parse(packet.payload, packet.source, packet.destination)
    return Layers(frame, packet, datagram, octets)
