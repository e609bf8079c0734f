"""What runs beside DHCP and TFTP: ICMP, 802.1X."""

from __future__ import annotations

from pxeclient.report.fields.walk import Walk, judged, octets
from pxeclient.wire import icmp
from pxeclient.wire.checksum import checksum

_ICMP = {0: "echo reply", 3: "unreachable", 4: "source quench", 5: "redirect",
         8: "echo request", 11: "time exceeded", 12: "parameter problem"}  # fmt: skip
_UNREACHABLE = {0: "network", 1: "host", 2: "protocol", 3: "port", 4: "fragmentation needed"}


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
