"""ICMPv6 messages (RFC 4443): any of them read, and those built that go beside an IPv4 boot.

Built are router and neighbour solicitations (RFC 4861 §4.1, §4.3) and multicast listener reports
(RFC 2710).
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import NamedTuple

from pxeclient.wire import ipv6
from pxeclient.wire.addresses import Mac
from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv6 import Packet6

UNREACHABLE, PORT_UNREACHABLE = 1, 4
"""A type and one of its codes (RFC 4443 §3.1)."""
ERRORS = range(1, 5)
_WHY = {
    0: "no route to it",
    1: "it is forbidden",
    2: "beyond the scope of the source address",
    3: "nobody there has the address",
    5: "the source address is refused",
    6: "the route to it rejects",
}
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


def packet(
    message: Icmpv6, source: IPv6Address, destination: IPv6Address, hop_limit: int = 255
) -> bytes:
    """The octets of an IPv6 packet with the message, its checksum put in."""
    data = bytes((message.type, message.code, 0, 0)) + message.body
    whole = Packet6(source, destination, NEXT_HEADER, data, hop_limit)
    return ipv6.build(ipv6.sealed(whole, 2))


class Quoted6(NamedTuple):
    """The packet that an error complains of, as far as it is quoted (RFC 4443 §2.4)."""

    source: IPv6Address
    destination: IPv6Address
    protocol: int
    destination_port: int | None


def quoted(message: Icmpv6) -> Quoted6 | None:
    """What an error quotes; None if it is no error, or quotes too little."""
    if message.type not in ERRORS:
        return None
    try:
        packet = ipv6.parse(message.body[4:], is_cut=True)
    except WireError:
        return None
    has_port = packet.protocol in (ipv6.UDP, ipv6.TCP) and len(packet.payload) >= 4
    port = int.from_bytes(packet.payload[2:4], "big") if has_port else None
    return Quoted6(packet.source, packet.destination, packet.protocol, port)


def error_words(
    type: int,
    code: int,
    source: IPv6Address,
    about: IPv6Address,
    port: int | None,
) -> str:
    """What an error says, such as ``port 69 is closed on fd77::3``."""
    if type == UNREACHABLE and code == PORT_UNREACHABLE and port:
        where = f" (says {source})" if source != about else ""
        return f"port {port} is closed on {about}{where}"
    if type == UNREACHABLE:
        why = _WHY.get(code, f"code {code}")
        return f"{about} cannot be reached, {source} says: {why}"
    names = {2: "the packet is too big", 3: "its hops are used up", 4: "a header is not understood"}
    return f"{source} says of a packet to {about}: {names.get(type, f'ICMPv6 type {type}')}"


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
