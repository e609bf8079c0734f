"""ICMPv6 messages (RFC 4443): any of them read, and those built that go beside an IPv4 boot.

Built are router and neighbour solicitations (RFC 4861 §4.1, §4.3) and multicast listener reports
(RFC 2710).
"""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient.wire import ipv6
from pxeclient.wire.addresses import Mac
from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv6 import Packet6

LISTENER_REPORT = 131
ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT = 133, 134
NEIGHBOUR_SOLICITATION = 135

ALL_ROUTERS = bytes.fromhex("ff02000000000000 0000000000000002")
ALL_ROUTERS_MAC = Mac(bytes.fromhex("333300000002"))

NEXT_HEADER = ipv6.ICMPV6
_HOP_BY_HOP = 0
_ROUTER_ALERT = bytes((NEXT_HEADER, 0)) + bytes.fromhex("05020000 0100")
"""The hop-by-hop options of a listener report (RFC 2710 §3, RFC 2711)."""
HEADER = 40


@dataclass(frozen=True, slots=True)
class Icmpv6:
    """One ICMPv6 message."""

    type: int
    code: int
    body: bytes
    """All after the checksum."""


def parse(packet: Packet6) -> Icmpv6:
    """Read the message that a whole packet carries.

    Raises:
        WireError: Too short, or a wrong checksum.
    """
    if len(packet.payload) < 4:
        raise WireError(f"ICMPv6: {len(packet.payload)} octets, a message has at least 4")
    ipv6.check(packet, "ICMPv6")
    return Icmpv6(packet.payload[0], packet.payload[1], packet.payload[4:])


def link_local(mac: Mac) -> bytes:
    """The link-local address that a station makes of its MAC (RFC 4291, appendix A)."""
    return b"\xfe\x80" + bytes(6) + bytes((mac[0] ^ 2,)) + mac[1:3] + b"\xff\xfe" + mac[3:]


def solicited_node(mac: Mac) -> bytes:
    """The group of all stations whose addresses end like that of `mac` (RFC 4291 §2.7.1)."""
    return bytes.fromhex("ff02000000000000 00000001ff") + mac[3:]


def router_solicitation(mac: Mac) -> bytes:
    """The IPv6 packet in which the station `mac` asks for routers, its MAC in option 1."""
    body = bytes(4) + b"\x01\x01" + mac
    return _packet(link_local(mac), ALL_ROUTERS, 255, ROUTER_SOLICITATION, body)


def listener_report(mac: Mac, unspecified: bool = False) -> bytes:
    """The packet in which `mac` joins its solicited-node group (RFC 2710 §3).

    Before it has an address of its own, its source is unspecified.
    """
    group = solicited_node(mac)
    source = bytes(16) if unspecified else link_local(mac)
    return _packet(source, group, 1, LISTENER_REPORT, bytes(4) + group, _ROUTER_ALERT)


def address_probe(mac: Mac) -> bytes:
    """The packet in which `mac` asks whether its address is taken (RFC 4862 §5.4.2)."""
    body = bytes(4) + link_local(mac)
    return _packet(bytes(16), solicited_node(mac), 255, NEIGHBOUR_SOLICITATION, body)


def _packet(
    source: bytes, target: bytes, hops: int, kind: int, body: bytes, hop_options: bytes = b""
) -> bytes:
    length = 4 + len(body)
    pseudo = source + target + length.to_bytes(4, "big") + bytes(3) + bytes((NEXT_HEADER,))
    check = checksum(pseudo + bytes((kind, 0, 0, 0)) + body)
    message = bytes((kind, 0)) + check.to_bytes(2, "big") + body
    payload = hop_options + message
    following = _HOP_BY_HOP if hop_options else NEXT_HEADER
    header = b"\x60\0\0\0" + len(payload).to_bytes(2, "big") + bytes((following, hops))
    return header + source + target + payload


def is_router_advertisement(packet: bytes) -> bool:
    """An IPv6 packet without extension headers that holds a router advertisement."""
    return (
        len(packet) > HEADER and packet[6] == NEXT_HEADER and packet[HEADER] == ROUTER_ADVERTISEMENT
    )
