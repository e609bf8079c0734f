"""What runs beside DHCP and TFTP: ICMP, IPv6, 802.1X."""

from __future__ import annotations

from ipaddress import IPv6Address

from pxeclient.report.fields.walk import Walk, judged, octets
from pxeclient.wire import icmp, icmpv6
from pxeclient.wire.checksum import checksum

_ICMP = {0: "echo reply", 3: "unreachable", 4: "source quench", 5: "redirect",
         8: "echo request", 11: "time exceeded", 12: "parameter problem"}  # fmt: skip
_UNREACHABLE = {0: "network", 1: "host", 2: "protocol", 3: "port", 4: "fragmentation needed"}
_ICMPV6 = {
    icmpv6.LISTENER_REPORT: "multicast listener report",
    icmpv6.ROUTER_SOLICITATION: "router solicitation",
    icmpv6.ROUTER_ADVERTISEMENT: "router advertisement",
    icmpv6.NEIGHBOUR_SOLICITATION: "neighbour solicitation",
}


def icmp_message(walk: Walk) -> None:
    """A whole message (RFC 792)."""
    layer = "ICMP"
    if walk.left < 8:
        walk.undecoded(layer, "a message has at least 8 octets")
        return
    data = walk.rest
    kind = walk.number(1, layer, "type", _ICMP.get(walk.peek(1), ""))
    reason = _UNREACHABLE.get(walk.peek(1), "") if kind == icmp.UNREACHABLE else ""
    walk.number(1, layer, "code", reason)
    right = checksum(data[:2] + bytes(2) + data[4:])
    walk.take(2, layer, "checksum", f"0x{walk.peek(2):04x}", judged(walk, right))
    if kind in (icmp.ECHO_REQUEST, icmp.ECHO_REPLY):
        walk.number(2, layer, "identifier")
        walk.number(2, layer, "sequence number")
        walk.take(walk.left, layer, "data", octets(walk.left))
        return
    walk.take(4, layer, "parameters", walk.data[walk.at : walk.at + 4].hex(" "))
    quoted = "the packet it is about" if kind in icmp.ERRORS else ""
    walk.take(walk.left, layer, "data", octets(walk.left), quoted)


def ipv6_packet(walk: Walk) -> None:
    """A whole packet (RFC 8200), and the ICMPv6 message in it."""
    layer = "IPv6"
    length = walk.peek(2, 4)
    if walk.left < 40 or walk.left - 40 < length:
        why = "the header alone has 40 octets" if walk.left < 40 else f"length {length} is too much"
        walk.undecoded(layer, why)
        return
    walk.take(4, layer, "version, class, flow", f"0x{walk.peek(4):08x}")
    walk.number(2, layer, "payload length", "octets")
    following = walk.number(1, layer, "next header", "ICMPv6" if walk.peek(1) == 58 else "")
    walk.number(1, layer, "hop limit")
    for name in ("source", "destination"):
        address = IPv6Address(walk.data[walk.at : walk.at + 16])
        walk.take(16, layer, name, str(address))
    if following == 58 and length >= 4:
        walk.inside(length, _icmpv6)
    else:
        walk.take(length, layer, "payload", octets(length))


def _icmpv6(walk: Walk) -> None:
    layer = "ICMPv6"
    walk.number(1, layer, "type", _ICMPV6.get(walk.peek(1), ""))
    walk.number(1, layer, "code")
    walk.take(2, layer, "checksum", f"0x{walk.peek(2):04x}")
    walk.take(walk.left, layer, "body", octets(walk.left))


def eapol_frame(walk: Walk) -> None:
    """What a station says to a switch that guards its port (IEEE 802.1X)."""
    layer = "802.1X"
    if walk.left < 4 or walk.peek(2, 2) > walk.left - 4:
        walk.undecoded(layer, "its length does not fit")
        return
    walk.number(1, layer, "version")
    kinds = {0: "EAP packet", 1: "EAPOL-Start", 2: "EAPOL-Logoff"}
    walk.number(1, layer, "type", kinds.get(walk.peek(1), ""))
    length = walk.number(2, layer, "length", "octets")
    walk.take(length, layer, "body", octets(length))
