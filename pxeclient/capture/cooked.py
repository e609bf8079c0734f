"""Linux's "cooked" captures of ``any``: frames that do not tell whom they were sent to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

from pxeclient.capture.values import Recorded
from pxeclient.seen.frame import Address, Frame
from pxeclient.seen.reading import read
from pxeclient.wire import arp, ethernet
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC

SLL, SLL2 = 113, 276
"""tcpdump.org/linktypes: LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2."""
HEADER = {SLL: 16, SLL2: 20}
"""Octets of their headers."""
_BROADCAST = 1
_UNKNOWN = bytes(6)
_PAE_GROUP = bytes.fromhex("0180c2000003")
"""Where EAPOL goes before anybody is known (IEEE 802.1X-2010 table 11-1)."""


def uncooked(linktype: int, data: bytes) -> bytes:
    """The frame with an Ethernet header; where it does not tell its destination, that is zero."""
    if linktype == SLL:
        kind, protocol, source, payload = data[1], data[14:16], data[6:12], data[16:]
    else:
        kind, protocol, source, payload = data[10], data[0:2], data[12:18], data[20:]
    destination = BROADCAST_MAC if kind == _BROADCAST else _UNKNOWN
    return destination + source + protocol + payload


def addressed(frames: Iterable[Recorded]) -> list[Recorded]:
    """Frames without a destination get that of the station that has the address.

    All of the recording says whose an address is: who sends from it, and to whom it is given.
    """
    taken = list(frames)
    seen = [read(one.number, one.at, one.data, length=one.length) for one in taken]
    owners = {address: mac for frame in seen for address, mac in _owner(frame)}
    return [
        replace(one, data=_destination(frame, owners) + one.data[6:])
        if one.data.startswith(_UNKNOWN)
        else one
        for one, frame in zip(taken, seen, strict=True)
    ]


def _owner(frame: Frame) -> Iterator[tuple[Address, bytes]]:
    """Whose an address is, as a frame shows."""
    address: Address | None = None
    if isinstance(frame.said, arp.Arp):
        address = frame.said.sender
    elif frame.source is not None:
        address = frame.source.address
    if address is not None and frame.sender is not None and int(address):
        yield address, frame.sender


def _destination(frame: Frame, owners: dict[Address, bytes]) -> bytes:
    if isinstance(frame.said, arp.Arp):
        # A reply says whom it is for; who asks does not know whom.
        is_reply = frame.said.operation == arp.REPLY
        return frame.said.target_mac if is_reply else BROADCAST_MAC
    if frame.ethertype == ethernet.EAPOL:
        return _PAE_GROUP
    if frame.destination is None:
        return _UNKNOWN
    address = frame.destination.address
    group = _group(address)
    if group is not None:
        return group
    message = frame.message
    if message is not None and message.is_reply and message.giaddr is None and message.hardware:
        return message.hardware
    return owners.get(address, _UNKNOWN)


def _group(address: Address) -> bytes | None:
    """Where all, or a group's members, are addressed (RFC 1112 §6.4, RFC 2464 §7)."""
    if address == BROADCAST:
        return BROADCAST_MAC
    if not address.is_multicast:
        return None
    if isinstance(address, IPv6Address):
        return b"\x33\x33" + address.packed[-4:]
    assert isinstance(address, IPv4Address)
    low = int(address) & 0x7FFFFF
    return b"\x01\x00\x5e" + low.to_bytes(3, "big")
