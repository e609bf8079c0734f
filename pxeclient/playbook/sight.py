"""A frame at a glance: what it is, from where to where, and what can be checked about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict

from pxeclient.wire import arp, dhcp, ethernet, icmp, igmp, ipv4, tftp, udp
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import MESSAGE_TYPES, printable


class Kind(StrEnum):
    """What a frame carries, as far as a playbook tells frames apart."""

    DHCPDISCOVER = "DHCPDISCOVER"
    DHCPREQUEST = "DHCPREQUEST"
    DHCP_OTHER = "DHCP"
    ARP = "ARP"
    ARP_REPLY = "ARP reply"
    EAPOL = "EAPOL"
    IPV6 = "IPv6"
    ECHO_REPLY = "echo reply"
    IGMP = "IGMP"
    RRQ = "RRQ"
    ACK = "ACK"
    ERROR = "ERROR"
    TFTP_OTHER = "TFTP"
    OTHER = "frame"


class Checks(TypedDict, total=False):
    """What `Playbook.sends` can check of a frame."""

    source: str
    """The IP source, or the sender of an ARP message."""
    source_port: int
    ttl: int
    length: int
    """Octets of the UDP payload."""
    xid: int
    secs: int
    flags: int
    ciaddr: str
    options: Mapping[int, bytes | None]
    """DHCP options, each the first of its code; None is one that is not there."""
    codes: tuple[int, ...]
    """The DHCP options' codes in wire order, without END."""
    file: str
    """The file of an RRQ."""
    asks: Mapping[str, str]
    """The options of an RRQ."""
    block: int
    """Of an ACK."""
    code: int
    """Of an ERROR."""
    text: str
    """Of an ERROR."""
    group: str
    """Of an IGMP message."""
    igmp_type: int
    target: str
    """The address that an ARP message asks for."""


@dataclass(frozen=True)
class Sight:
    """One frame."""

    kind: Kind
    source: str
    """``address:port``; just the address where there are no ports."""
    to: str
    words: str
    """The kind and what matters most about it."""
    checks: Checks = field(default_factory=lambda: Checks())


def sight(frame: bytes) -> Sight:
    """Read a frame. Never raises: what is not understood is a `Kind.OTHER`."""
    try:
        return _read(ethernet.parse(frame))
    except WireError as error:
        return Sight(Kind.OTHER, "?", "?", f"a frame that cannot be read: {error}")


def _read(frame: ethernet.Frame) -> Sight:
    match frame.ethertype:
        case ethernet.ARP:
            return _arp(arp.parse(frame.payload))
        case ethernet.IPV4:
            return _packet(ipv4.parse(frame.payload))
        case other:
            kind = _BESIDE.get(other, Kind.OTHER)
            words = f"a frame of type 0x{other:04x}" if kind is Kind.OTHER else str(kind)
            return Sight(kind, str(frame.source), str(frame.destination), words)


_BESIDE = {ethernet.EAPOL: Kind.EAPOL, ethernet.IPV6: Kind.IPV6}


def _arp(message: arp.Arp) -> Sight:
    asks = message.operation == arp.REQUEST
    words = f"ARP who has {message.target}" if asks else f"ARP {message.sender} is here"
    checks = Checks(source=str(message.sender), target=str(message.target))
    kind = Kind.ARP if asks else Kind.ARP_REPLY
    return Sight(kind, str(message.sender), str(message.target), words, checks)


def _packet(packet: ipv4.Packet) -> Sight:
    source, to = str(packet.source), str(packet.destination)
    if packet.is_fragment:
        return Sight(Kind.OTHER, source, to, f"a fragment at octet {packet.fragment_offset}")
    match packet.protocol:
        case ipv4.UDP:
            return _datagram(packet)
        case ipv4.ICMP:
            message = icmp.parse(packet.payload)
            kind = Kind.ECHO_REPLY if message.type == icmp.ECHO_REPLY else Kind.OTHER
            words = f"ICMP type {message.type} code {message.code}"
            return Sight(kind, source, to, words, Checks(source=source, ttl=packet.ttl))
        case ipv4.IGMP:
            return _igmp(packet)
        case other:
            return Sight(Kind.OTHER, source, to, f"IP protocol {other}")


def _igmp(packet: ipv4.Packet) -> Sight:
    told = igmp.parse(packet.payload)
    checks = Checks(source=str(packet.source), ttl=packet.ttl)
    checks["group"], checks["igmp_type"] = str(told.group), told.type
    words = f"IGMP 0x{told.type:02x} {told.group}"
    return Sight(Kind.IGMP, str(packet.source), str(packet.destination), words, checks)


def _datagram(packet: ipv4.Packet) -> Sight:
    datagram = udp.parse(packet.payload, packet.source, packet.destination)
    source = f"{packet.source}:{datagram.source_port}"
    to = f"{packet.destination}:{datagram.destination_port}"
    checks = Checks(
        source=str(packet.source),
        source_port=datagram.source_port,
        ttl=packet.ttl,
        length=len(datagram.payload),
    )
    ports = {datagram.source_port, datagram.destination_port}
    read = _dhcp if ports & {dhcp.SERVER_PORT, dhcp.PROXY_PORT} else _tftp
    try:
        kind, words = read(datagram.payload, checks)
    except WireError:
        kind, words = Kind.OTHER, f"UDP, {len(datagram.payload)} octets"
    return Sight(kind, source, to, words, checks)


def _dhcp(payload: bytes, checks: Checks) -> tuple[Kind, str]:
    message = dhcp.parse(payload)
    checks["xid"], checks["secs"], checks["flags"] = message.xid, message.secs, message.flags
    checks["ciaddr"] = str(message.ciaddr)
    checks["options"] = {option.code: option.data for option in reversed(message.options)}
    checks["codes"] = tuple(option.code for option in message.options if option.code != dhcp.END)
    name = MESSAGE_TYPES.get(message.type or 0, "BOOTP")
    known = message.op == dhcp.BOOTREQUEST and name in (Kind.DHCPDISCOVER, Kind.DHCPREQUEST)
    return Kind(name) if known else Kind.DHCP_OTHER, name


def _tftp(payload: bytes, checks: Checks) -> tuple[Kind, str]:
    match tftp.parse(payload):
        case tftp.Request(name, options):
            checks["file"] = printable(name)
            checks["asks"] = {printable(key): printable(value) for key, value in options}
            asked = " ".join(f"{key}={value}" for key, value in checks["asks"].items())
            return Kind.RRQ, f"RRQ {checks['file']} {asked}".rstrip()
        case tftp.Ack(block):
            checks["block"] = block
            return Kind.ACK, f"ACK {block}"
        case tftp.Error(code, text):
            checks["code"], checks["text"] = code, printable(text)
            return Kind.ERROR, f"ERROR {code} {checks['text']}"
        case tftp.Data(block, content):
            return Kind.TFTP_OTHER, f"DATA {block}, {len(content)} octets"
        case tftp.OptionAck(options):
            agreed = (f"{printable(key)}={printable(value)}" for key, value in options)
            return Kind.TFTP_OTHER, f"OACK {' '.join(agreed)}"
