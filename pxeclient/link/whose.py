"""Whose a frame is that goes to everybody, for links with many stations (`boots.crowd`)."""

from __future__ import annotations

from pxeclient.wire import arp, dhcp, ethernet, ipv4
from pxeclient.wire.errors import WireError

_IP = ethernet.HEADER
_FRAGMENTED = 0x3FFF
_REPLY = bytes((dhcp.BOOTREPLY, 1, 6))
"""How a reply to a client with an Ethernet address begins."""
_CHADDR = 28


def client_of(frame: bytes) -> bytes | None:
    """The client's MAC address in a DHCP reply; None of any other frame.

    Read as far as that needs, checksums and lengths unlooked at: a broken reply is for the same
    client. In fragments it is nobody's, for only the first has the address.
    """
    if len(frame) < _IP + 20 or frame[12:14] != ethernet.IPV4.to_bytes(2, "big"):
        return None
    header = (frame[_IP] & 15) * 4
    if frame[_IP + 9] != ipv4.UDP or int.from_bytes(frame[_IP + 6 : _IP + 8], "big") & _FRAGMENTED:
        return None
    at = _IP + header
    if int.from_bytes(frame[at : at + 2], "big") not in (dhcp.SERVER_PORT, dhcp.PROXY_PORT):
        return None
    message = at + 8
    if frame[message : message + 3] != _REPLY or len(frame) < message + _CHADDR + 6:
        return None
    return frame[message + _CHADDR : message + _CHADDR + 6]


def arp_in(frame: bytes) -> arp.Arp | None:
    """The ARP message in a frame; None in any other frame, or if it cannot be read."""
    if frame[12:14] != ethernet.ARP.to_bytes(2, "big"):
        return None
    try:
        return arp.parse(frame[ethernet.HEADER :])
    except WireError:
        return None
