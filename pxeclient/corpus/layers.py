"""One frame cut into what each layer carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read
from pxeclient.wire import ethernet
from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv4 import Packet

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

    @property
    def packet(self) -> Packet | None:
        """None in all but IPv4."""
        return self.frame.packet

    @property
    def octets(self) -> bytes:
        """The whole frame."""
        return self.frame.octets

    @property
    def ports(self) -> tuple[int, int] | None:
        """Source and destination port of UDP."""
        source, target = self.frame.source_port, self.frame.port
        if not self.frame.is_udp or source is None or target is None:
            return None
        return source, target

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
        if self.frame.is_udp:
            yield Layer(UDP_PAYLOAD, at + header + _UDP_HEADER, self.frame.payload)


def layers(octets: bytes) -> Layers:
    """The layers of a frame.

    Raises:
        WireError: It is not as it should be, which no frame of ours may be.
    """
    frame = read(1, 0.0, octets, ours=True)
    if frame.fault is not None:
        raise WireError(frame.fault.why)
    return Layers(frame)
