"""Recorded frames, read: the values that everything here takes."""

from __future__ import annotations

from collections.abc import Iterable

from pxeclient.capture.values import Recorded
from pxeclient.practice.oddities import Carriage
from pxeclient.seen.frame import Endpoint, Frame, What, packet_of
from pxeclient.seen.reading import read
from pxeclient.wire.ipv4 import Packet

_LEAST_MTU = 68
"""RFC 791 §3.2."""


def frames_of(recorded: Iterable[Recorded]) -> list[Frame]:
    """The frames of a capture, each read by itself."""
    return [one.read() for one in recorded]


def frame_of(octets: bytes) -> Frame:
    """A frame that goes or comes while a recording is played."""
    return read(0, 0.0, octets)


def is_malformed(frame: Frame) -> bool:
    """No host takes it, and nothing is made of it here.

    A wrong checksum is no such fault: a capture made on the sending machine has what its network
    card was still to complete.
    """
    return frame.fault is not None and frame.fault.what is not What.CHECKSUM


def ends(frame: Frame) -> tuple[Endpoint, Endpoint] | None:
    """Where a UDP datagram comes from and goes to; None where the frame brings none."""
    if not frame.is_udp or is_malformed(frame) or frame.source is None:
        return None
    assert frame.destination is not None, "what comes from somewhere goes somewhere"
    return frame.source, frame.destination


def wire_of(frame: Frame) -> Carriage:
    """How the packets went that brought a frame's content, to send others so."""
    packets = [one for one in map(_own, frame.frames) if one is not None]
    if not packets:
        return Carriage()
    first = packets[0]
    options = first.options.hex() if len(first.options) % 4 == 0 else ""
    if len(packets) == 1:
        return Carriage(ip_options=options)
    longest = max(20 + len(part.options) + len(part.payload) for part in packets)
    return Carriage(
        mtu=max(longest, _LEAST_MTU),
        backwards=first.fragment_offset > packets[-1].fragment_offset,
        dont_fragment=first.dont_fragment,
        ip_options=options,
    )


def _own(frame: Frame) -> Packet | None:
    """The packet or fragment in this very frame."""
    return packet_of(frame.octets)
