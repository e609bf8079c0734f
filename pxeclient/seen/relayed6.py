"""A DHCPv6 message between relay and server, as it went between client and relay."""

from __future__ import annotations

from dataclasses import replace

from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read
from pxeclient.wire import dhcp6, ethernet, ipv6
from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError

_TO_ALL = Mac(bytes.fromhex("333300010002"))
"""The group of `dhcp6.ALL_SERVERS` on Ethernet (RFC 2464 §7)."""


def rebuilt6(frame: Frame, copy: Dhcp6, mac: Mac) -> Frame:
    """The frame that the client must have sent or got. What a relay's copy cannot show (hop limit,
    the relay's address on the client's link) is not to be looked at.
    """
    ours, client = not copy.is_reply, copy.relays[-1].peer
    if frame.is_cut:
        return frame._replace(said=replace(copy, relays=(), ours=ours), ours=ours, is_rebuilt=True)
    source, target = (client, dhcp6.ALL_SERVERS) if ours else (copy.source, client)
    ports = dhcp6.CLIENT_PORT, dhcp6.SERVER_PORT
    try:
        packet = ipv6.datagram(
            source, target, ports if ours else ports[::-1], dhcp6.build(copy.message)
        )
    except WireError:
        return frame._replace(said=replace(copy, relays=(), ours=ours), ours=ours, is_rebuilt=True)
    ends = (_TO_ALL, mac) if ours else (mac, frame.sender or mac)
    octets = ethernet.join(*ends, ethernet.IPV6, packet)
    return read(frame.number, frame.at, octets, ours)._replace(is_rebuilt=True)
