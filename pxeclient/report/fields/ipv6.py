"""What runs over IPv6: its header, ICMPv6, and DHCPv6 option by option."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address

from pxeclient.report.fields.walk import Walk, judged, octets
from pxeclient.wire import dhcp6, dhcp6_options, ndp, tftp
from pxeclient.wire.checksum import checksum
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable

_UDP, _ICMPV6 = 17, 58
_NEXT = {_UDP: "UDP", _ICMPV6: "ICMPv6", 6: "TCP", 44: "fragment"}
_TYPES = {
    1: "destination unreachable",
    2: "packet too big",
    3: "time exceeded",
    4: "parameter problem",
    ndp.LISTENER_QUERY: "multicast listener query",
    ndp.LISTENER_REPORT: "multicast listener report",
    ndp.LISTENER_DONE: "multicast listener done",
    ndp.ROUTER_SOLICITATION: "router solicitation",
    ndp.ROUTER_ADVERTISEMENT: "router advertisement",
    ndp.NEIGHBOUR_SOLICITATION: "neighbour solicitation",
    ndp.NEIGHBOUR_ADVERTISEMENT: "neighbour advertisement",
    ndp.LISTENER_REPORT_2: "multicast listener report",
}
_PORTS = {
    dhcp6.CLIENT_PORT: "DHCPv6 client",
    dhcp6.SERVER_PORT: "DHCPv6 server",
    dhcp6.PROXY_PORT: "PXE boot servers",
    tftp.PORT: "TFTP",
}
_TEXT = frozenset({dhcp6.BOOT_URL})
_NUMBERS = frozenset({dhcp6.OPTION_REQUEST, dhcp6.ARCHITECTURE})
_ADDRESSES = frozenset({dhcp6.UNICAST, dhcp6.DNS_SERVERS})
_DUIDS = frozenset({dhcp6.CLIENT_ID, dhcp6.SERVER_ID})


def ipv6_packet(walk: Walk, datagram: Callable[[Walk, bool], None]) -> None:
    """A whole packet (RFC 8200), and what is in it.

    Args:
        walk: Where it begins.
        datagram: Names what a UDP datagram carries that is no DHCPv6; told whether it is TFTP's
            port.
    """
    layer = "IPv6"
    length = walk.peek(2, 4)
    if walk.left < 40 or walk.left - 40 < length:
        why = "the header alone has 40 octets" if walk.left < 40 else f"length {length} is too much"
        walk.undecoded(layer, why)
        return
    walk.take(4, layer, "version, class, flow", f"0x{walk.peek(4):08x}")
    walk.number(2, layer, "payload length", "octets")
    following = walk.number(1, layer, "next header", _NEXT.get(walk.peek(1), ""))
    walk.number(1, layer, "hop limit")
    ends = walk.data[walk.at : walk.at + 32]
    for name in ("source", "destination"):
        address = IPv6Address(walk.data[walk.at : walk.at + 16])
        walk.take(16, layer, name, str(address))
    if following == _ICMPV6 and length >= 4:
        walk.inside(length, _icmpv6)
    elif following == _UDP and length >= 8:
        walk.inside(length, lambda inner: _udp(inner, ends, datagram))
    else:
        walk.take(length, layer, "payload", octets(length))


def _icmpv6(walk: Walk) -> None:
    layer = "ICMPv6"
    walk.number(1, layer, "type", _TYPES.get(walk.peek(1), ""))
    walk.number(1, layer, "code")
    walk.take(2, layer, "checksum", f"0x{walk.peek(2):04x}")
    walk.take(walk.left, layer, "body", octets(walk.left))


def _udp(walk: Walk, ends: bytes, datagram: Callable[[Walk, bool], None]) -> None:
    layer = "UDP"
    length = walk.peek(2, 4)
    if not 8 <= length <= walk.left:
        walk.undecoded(layer, f"length {length} does not fit")
        return
    data = walk.rest[:length]
    ports = {
        walk.number(2, layer, f"{end} port", _PORTS.get(walk.peek(2), ""))
        for end in ("source", "destination")
    }
    walk.number(2, layer, "length", "octets")
    pseudo = ends + length.to_bytes(4, "big") + bytes((0, 0, 0, _UDP))
    right = checksum(pseudo + data[:6] + bytes(2) + data[8:]) or 0xFFFF
    walk.take(2, layer, "checksum", f"0x{walk.peek(2):04x}", judged(walk, right))
    if ports & (dhcp6.PORTS | {dhcp6.PROXY_PORT}):
        walk.inside(length - 8, _message)
    else:
        walk.inside(length - 8, lambda inner: datagram(inner, tftp.PORT in ports))
    walk.take(walk.left, "IPv6", "rest of the packet", octets(walk.left))


def _message(walk: Walk) -> None:
    """A DHCPv6 message, in relays or not."""
    layer = "DHCPv6"
    least = dhcp6.RELAY_HEADER if walk.peek(1) in dhcp6.RELAYS else dhcp6.HEADER
    if walk.left < least:
        walk.undecoded(layer, f"a message has at least {least} octets")
        return
    kind = walk.number(1, layer, "message type", dhcp6.NAMES.get(walk.peek(1), "unknown"))
    if kind in dhcp6.RELAYS:
        walk.number(1, layer, "hop count")
        for name in ("link address", "peer address"):
            address = IPv6Address(walk.data[walk.at : walk.at + 16])
            walk.take(16, layer, name, str(address))
    else:
        walk.take(3, layer, "transaction id", f"{walk.peek(3):06x}")
    _options(walk)


def _options(walk: Walk) -> None:
    while walk.left >= 4:
        code, size = walk.peek(2), walk.peek(2, 2)
        layer = f"DHCPv6 option {code}"
        if walk.left < 4 + size:
            walk.undecoded(layer, f"it says {octets(size)}, {walk.left - 4} are left")
            return
        walk.number(2, layer, "code", dhcp6_options.NAMES.get(code, ""))
        walk.number(2, layer, "length", "octets")
        data = walk.rest[:size]
        walk.take(size, layer, "value", *_value(code, data))
    if walk.left:
        walk.undecoded("DHCPv6", "an option has at least 4 octets")


def _value(code: int, data: bytes) -> tuple[str, str]:
    """An option's value in words, and what is wrong with it."""
    try:
        return _words(code, data), ""
    except WireError as error:
        return data.hex(" "), str(error).removeprefix("DHCPv6: ")


def _words(code: int, data: bytes) -> str:
    if code in _DUIDS:
        return dhcp6_options.duid_words(data)
    if code in _TEXT:
        return printable(data)
    if code in _NUMBERS:
        return ", ".join(map(str, dhcp6_options.numbers(data)))
    if code in _ADDRESSES:
        return ", ".join(map(str, dhcp6_options.addresses(data)))
    match code:
        case dhcp6.IA_NA:
            found = dhcp6_options.association(data)
            parts = [f"IAID {found.iaid:08x}", f"T1 {found.t1}", f"T2 {found.t2}"]
            parts += [f"{one.address} for {one.valid} s" for one in found.leases]
            parts += [f"status {found.status.name}"] if found.status is not None else []
            return ", ".join(parts)
        case dhcp6.ELAPSED:
            return f"{int.from_bytes(data, 'big') / 100:g} s"
        case dhcp6.STATUS:
            told = dhcp6_options.status(data)
            return f"{told.code} {told.name} {printable(told.text)}".rstrip()
        case dhcp6.VENDOR_CLASS:
            said = dhcp6_options.vendor_class(data)
            return f"{said.enterprise} {' '.join(map(printable, said.items))}".rstrip()
        case dhcp6.BOOT_PARAMETERS:
            return " ".join(map(printable, dhcp6_options.strings(data)))
        case dhcp6.RELAY_MESSAGE:
            return octets(len(data))
        case _:
            return data.hex(" ")
