"""The layers below DHCP and TFTP: Ethernet, ARP, IPv4, UDP."""

from __future__ import annotations

from pxeclient.report.fields.beside import eapol_frame, icmp_message
from pxeclient.report.fields.dhcp import dhcp_message
from pxeclient.report.fields.ipv6 import ipv6_packet
from pxeclient.report.fields.tftp import tftp_packet
from pxeclient.report.fields.walk import Walk, judged, octets
from pxeclient.wire import arp, dhcp, ethernet, ipv4, tftp
from pxeclient.wire.addresses import BROADCAST_MAC, Mac
from pxeclient.wire.checksum import checksum, udp_checksum
from pxeclient.wire.errors import WireError

ETHERTYPES = {
    ethernet.IPV4: "IPv4",
    ethernet.ARP: "ARP",
    ethernet.VLAN: "VLAN tag",
    ethernet.IPV6: "IPv6",
    ethernet.EAPOL: "802.1X",
}
PROTOCOLS = {ipv4.ICMP: "ICMP", ipv4.IGMP: "IGMP", 6: "TCP", ipv4.UDP: "UDP"}
PORTS = {
    dhcp.SERVER_PORT: "DHCP server",
    dhcp.CLIENT_PORT: "DHCP client",
    tftp.PORT: "TFTP",
    dhcp.PROXY_PORT: "ProxyDHCP, boot servers",
}


def ethernet_frame(walk: Walk) -> None:
    """The whole frame."""
    layer = "Ethernet"
    if walk.left < ethernet.HEADER:
        walk.undecoded(layer, f"the header alone has {ethernet.HEADER} octets")
        return
    for name in ("destination", "source"):
        _mac(walk, layer, name)
    kind = walk.peek(2)
    if kind < 0x0600:
        walk.take(2, layer, "length", str(kind), "IEEE 802.3: no EtherType")
    else:
        walk.take(2, layer, "EtherType", f"0x{kind:04x}", ETHERTYPES.get(kind, ""))
    match kind:
        case ethernet.ARP:
            _arp(walk)
        case ethernet.IPV4:
            _ipv4(walk)
        case ethernet.IPV6:
            ipv6_packet(walk, _payload)
        case ethernet.EAPOL:
            eapol_frame(walk)
        case _:
            walk.take(walk.left, layer, "payload", octets(walk.left))
    padding(walk, layer)


def padding(walk: Walk, layer: str) -> None:
    """What is left over when the layer inside has ended."""
    note = "" if any(walk.rest) else "zeros"
    walk.take(walk.left, layer, "padding", octets(walk.left), note)


def _mac(walk: Walk, layer: str, name: str) -> None:
    address = Mac(walk.data[walk.at : walk.at + 6])
    note = "multicast" if address.is_group else ""
    walk.take(6, layer, name, str(address), "broadcast" if address == BROADCAST_MAC else note)


def _arp(walk: Walk) -> None:
    layer = "ARP"
    if walk.left < arp.SIZE:
        walk.undecoded(layer, f"a message has {arp.SIZE} octets")
        return
    if walk.peek(6) != 0x0001_0800_0604:
        walk.undecoded(layer, "not for IPv4 over Ethernet (its first six octets)")
        return
    walk.number(2, layer, "hardware type", "Ethernet")
    walk.take(2, layer, "protocol type", "0x0800", "IPv4")
    walk.number(1, layer, "hardware address length")
    walk.number(1, layer, "protocol address length")
    names = {arp.REQUEST: "request", arp.REPLY: "reply"}
    walk.number(2, layer, "operation", names.get(walk.peek(2), "unknown"))
    for who in ("sender", "target"):
        _mac(walk, layer, f"{who} MAC")
        walk.address(layer, f"{who} address")


def _ipv4(walk: Walk) -> None:
    layer = "IPv4"
    header, total = (walk.peek(1) & 15) * 4, walk.peek(2, 2)
    fault = _ipv4_fault(walk, header, total)
    if fault:
        walk.undecoded(layer, fault)
        return
    start = walk.at
    walk.inside(total, lambda inner: _packet(inner, start, header))


def _ipv4_fault(walk: Walk, header: int, total: int) -> str:
    if walk.left < 20:
        return "the header alone has 20 octets"
    if walk.peek(1) >> 4 != 4:
        return f"version {walk.peek(1) >> 4}, not 4"
    if header < 20 or header > total:
        return f"a header length of {header} octets does not fit"
    if total > walk.left:
        return f"total length says {octets(total)}, the frame has {walk.left}"
    return ""


def _packet(walk: Walk, start: int, header: int) -> None:
    layer = "IPv4"
    head = walk.data[start : start + header]
    walk.take(1, layer, "version, header length", f"4, {header}", "octets")
    walk.take(1, layer, "type of service", f"0x{walk.peek(1):02x}")
    walk.number(2, layer, "total length", "octets")
    walk.number(2, layer, "identification")
    offset, more = _fragment(walk)
    walk.number(1, layer, "time to live")
    protocol = walk.number(1, layer, "protocol", PROTOCOLS.get(walk.peek(1), ""))
    right = checksum(head[:10] + bytes(2) + head[12:])
    walk.take(2, layer, "header checksum", f"0x{walk.peek(2):04x}", judged(walk, right))
    source = walk.address(layer, "source")
    destination = walk.address(layer, "destination")
    walk.take(header - 20, layer, "options", walk.data[walk.at : start + header].hex(" "))
    if offset or more:
        last = offset + walk.left
        walk.take(walk.left, layer, "fragment", octets(walk.left), f"{offset} to {last} of a whole")
        return
    match protocol:
        case ipv4.UDP:
            _udp(walk, source, destination)
        case ipv4.ICMP:
            icmp_message(walk)
        case _:
            walk.take(walk.left, layer, "payload", octets(walk.left))
    walk.take(walk.left, layer, "rest of the packet", octets(walk.left))


def _fragment(walk: Walk) -> tuple[int, bool]:
    word = walk.peek(2)
    offset, more = (word & 0x1FFF) * 8, bool(word & 0x2000)
    flags = [name for bit, name in ((0x4000, "DF"), (0x2000, "MF")) if word & bit]
    note = "do not fragment" if word & 0x4000 else "more fragments follow" if more else ""
    walk.take(2, "IPv4", "flags, fragment offset", f"{'+'.join(flags) or 'none'}, {offset}", note)
    return offset, more


def _udp(walk: Walk, source: bytes, destination: bytes) -> None:
    layer = "UDP"
    length = walk.peek(2, 4)
    if walk.left < 8 or not 8 <= length <= walk.left:
        why = "the header alone has 8 octets" if walk.left < 8 else f"length {length} does not fit"
        walk.undecoded(layer, why)
        return
    datagram = walk.rest[:length]
    ports = {
        walk.number(2, layer, f"{end} port", PORTS.get(walk.peek(2), ""))
        for end in ("source", "destination")
    }
    walk.number(2, layer, "length", "octets")
    right = udp_checksum(source, destination, datagram[:6] + bytes(2) + datagram[8:])
    note = judged(walk, right) if walk.peek(2) else "not computed"
    walk.take(2, layer, "checksum", f"0x{walk.peek(2):04x}", note)
    if ports & dhcp.DHCP_PORTS:
        walk.inside(length - 8, dhcp_message)
    else:
        walk.inside(length - 8, lambda inner: _payload(inner, tftp.PORT in ports))


def _payload(walk: Walk, is_tftp: bool) -> None:
    """A datagram of no known port: TFTP, if it reads so; transfers use any port (RFC 1350 §4)."""
    try:
        tftp.parse(walk.rest)
    except WireError as error:
        if is_tftp:
            walk.undecoded("TFTP", str(error))
        walk.take(walk.left, "UDP", "payload", octets(walk.left))
    else:
        tftp_packet(walk)
