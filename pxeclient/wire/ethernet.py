"""Ethernet II frames, without the checksum trailer."""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient.wire.addresses import Mac, mac
from pxeclient.wire.errors import WireError

IPV4 = 0x0800
ARP = 0x0806
VLAN = 0x8100
"""A tag follows, then the true type (IEEE 802.1Q)."""
PROVIDER_VLAN = 0x88A8
"""The same for the outer of two tags (IEEE 802.1ad, "QinQ")."""
IPV6 = 0x86DD
EAPOL = 0x888E

HEADER = 14
TAG = 4
"""Octets of a VLAN tag, its type included."""
LONGEST = 1514
"""The longest frame that carries no tag, without its checksum trailer (IEEE 802.3)."""
MINIMUM = 60
"""The shortest frame on a real wire, without its checksum trailer."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One Ethernet frame."""

    destination: Mac
    source: Mac
    ethertype: int
    """0x0600 and up: what the payload is. Below: a length (IEEE 802.3), e.g. of spanning tree."""
    payload: bytes
    """Everything after the header, padding included."""


def parse(data: bytes) -> Frame:
    """Read a frame.

    Raises:
        WireError: It is shorter than the 14-octet header.
    """
    if len(data) < HEADER:
        raise WireError(f"Ethernet: {len(data)} octets, the header alone has {HEADER}")
    return Frame(mac(data[:6]), mac(data[6:12]), int.from_bytes(data[12:14], "big"), data[14:])


def build(frame: Frame, pad_to: int = 0) -> bytes:
    """The frame's octets, zero-padded to `pad_to` octets in all (60 is Ethernet's minimum)."""
    return join(frame.destination, frame.source, frame.ethertype, frame.payload, pad_to)


def join(
    destination: bytes, source: bytes, ethertype: int, payload: bytes, pad_to: int = 0
) -> bytes:
    """The same as `build` where nobody needs the `Frame`."""
    return b"".join((destination, source, ethertype.to_bytes(2, "big"), payload)).ljust(
        pad_to, b"\0"
    )


def untag(frame: Frame) -> tuple[int, Frame]:
    """The VLAN that a tagged frame is for (0: none, the tag gives a priority only), and the frame
    without its outer tag.

    Raises:
        WireError: The frame ends within the tag.
    """
    if len(frame.payload) < TAG:
        raise WireError(f"Ethernet: a tag of {len(frame.payload)} octets, it has {TAG}")
    vlan = int.from_bytes(frame.payload[:2], "big") & 0x0FFF
    ethertype = int.from_bytes(frame.payload[2:4], "big")
    return vlan, Frame(frame.destination, frame.source, ethertype, frame.payload[TAG:])
