"""The one IPv6 message that an IPv4 boot can contain: a router solicitation (RFC 4861 §4.1)."""

from __future__ import annotations

from pxeclient.wire.addresses import Mac
from pxeclient.wire.checksum import checksum

ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT = 133, 134

ALL_ROUTERS = bytes.fromhex("ff02000000000000 0000000000000002")
ALL_ROUTERS_MAC = Mac(bytes.fromhex("333300000002"))

_NEXT_HEADER = 58
_HEADER = 40


def link_local(mac: Mac) -> bytes:
    """The link-local address that a station makes of its MAC (RFC 4291, appendix A)."""
    return b"\xfe\x80" + bytes(6) + bytes((mac[0] ^ 2,)) + mac[1:3] + b"\xff\xfe" + mac[3:]


def router_solicitation(mac: Mac) -> bytes:
    """The IPv6 packet in which the station `mac` asks for routers, its MAC in option 1."""
    source = link_local(mac)
    body = bytes(4) + b"\x01\x01" + mac
    length = 4 + len(body)
    pseudo = source + ALL_ROUTERS + length.to_bytes(4, "big") + bytes(3) + bytes((_NEXT_HEADER,))
    check = checksum(pseudo + bytes((ROUTER_SOLICITATION, 0, 0, 0)) + body)
    message = bytes((ROUTER_SOLICITATION, 0)) + check.to_bytes(2, "big") + body
    header = b"\x60\0\0\0" + length.to_bytes(2, "big") + bytes((_NEXT_HEADER, 255))
    return header + source + ALL_ROUTERS + message


def is_router_advertisement(packet: bytes) -> bool:
    """An IPv6 packet without extension headers that holds a router advertisement."""
    return (
        len(packet) > _HEADER
        and packet[6] == _NEXT_HEADER
        and packet[_HEADER] == ROUTER_ADVERTISEMENT
    )
