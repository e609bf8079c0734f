"""One frame in words: who sends what to whom, and what matters in it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.report.frames6 import dhcp6_detail, neighbour_words
from pxeclient.report.segments import dns_words, segment_words
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Endpoint, Frame, complaint
from pxeclient.seen.reading import read
from pxeclient.seen.said import Eapol, Fragment, Other, Tagged, Tcp, Udp
from pxeclient.wire import arp, dhcp, dns, ethernet, icmp, igmp, ipv6, pxe, tftp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC
from pxeclient.wire.dhcp import Message
from pxeclient.wire.icmpv6 import Icmpv6
from pxeclient.wire.options import (
    MESSAGE_TYPES,
    PXE_SUBOPTIONS,
    option_name,
    printable,
    show_value,
)

MALFORMED = "malformed"
"""The kind of a frame that cannot be read."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A frame in words. All of it is safe to print."""

    kind: str
    """Such as ``DHCPOFFER``, ``ARP request``, ``RRQ``, ``DATA``."""
    source: str
    """``ADDRESS:PORT``, an address, or a MAC."""
    destination: str
    detail: str
    """What matters, such as ``10.77.0.50, next server 10.77.0.3, file boot.0``."""
    message: Message | None = None
    """The DHCP message, if it is one."""
    tftp: tftp.Message | None = None
    group: str = ""
    """The destination, if it is a multicast group."""
    is_bulk: bool = False
    """A TCP segment that only carries on what others have begun."""


def summarise(data: bytes) -> Summary:
    """A frame's octets in words; a malformed one says so."""
    return words(read(0, 0.0, data))


def words(frame: Frame) -> Summary:
    """A frame in words: this very frame, which may be a fragment of what its packet says."""
    if frame.whole is not None:
        frame = read(frame.number, frame.at, frame.octets, frame.ours, frame.length)
    if frame.ethertype is None:
        return Summary(MALFORMED, "", "", frame.fault.why if frame.fault else "")
    source = str(frame.sender)
    destination = "broadcast" if frame.receiver == BROADCAST_MAC else str(frame.receiver)
    if frame.ethertype == ethernet.IPV6 and not _is_told(frame):
        said = frame.neighbour
        detail = "" if said is None else neighbour_words(said)
        return Summary("IPv6", source, destination, detail)
    if frame.fault is not None:
        return Summary(MALFORMED, source, destination, frame.fault.why)
    if frame.source is not None and frame.destination is not None:
        ends = frame.source, frame.destination
        if isinstance(frame.said, Tcp):
            # A connection is not told of port by port.
            ends = Endpoint(ends[0].address, None), Endpoint(ends[1].address, None)
        return _packet(frame, *map(_endpoint, ends))
    match frame.said:
        case arp.Arp() as message:
            return _arp(message, source, destination)
        case Eapol() as told:
            detail = "EAPOL-Start" if told.is_start else ""
            return Summary("802.1X", source, destination, detail)
        case Tagged(vlan, inner):
            detail = f"VLAN {vlan}, type 0x{inner:04x}"
            return Summary("tagged frame", source, destination, detail)
        case _:
            return Summary(f"type 0x{frame.ethertype:04x}", source, destination, "")


def _is_told(frame: Frame) -> bool:
    """Of IPv6 datagrams and errors are told of by their addresses, as of IPv4's."""
    return frame.fault is None and (frame.is_udp or complaint(frame) is not None)


def _arp(message: arp.Arp, source: str, destination: str) -> Summary:
    if message.operation == arp.REPLY:
        detail = f"{message.sender} is at {message.sender_mac}"
        return Summary("ARP reply", source, destination, detail)
    if message.sender == message.target:
        return Summary("ARP announcement", source, destination, f"{message.sender} is mine")
    detail = f"who has {message.target}? tell {message.sender}"
    return Summary("ARP request", source, destination, detail)


def _packet(frame: Frame, source: str, destination: str) -> Summary:
    match frame.said:
        case Fragment(offset, size):
            kind, detail = "IPv4 fragment", f"octets {offset} to {offset + size}"
        case Dhcp6() as said6:
            relays = f" (through {len(said6.relays)} relays)" if len(said6.relays) > 1 else ""
            kind = f"{'relayed ' if said6.relays else ''}{said6.kind_words}"
            return Summary(kind, source, destination, f"{dhcp6_detail(said6)}{relays}")
        case Icmpv6() as told6:
            error = complaint(frame)
            kind, detail = "ICMPv6 error", error.words if error else f"type {told6.type}"
        case Dhcp(message):
            detail = message_detail(message)
            return Summary(dhcp_kind(message), source, destination, detail, message=message)
        case tftp.Request() | tftp.Data() | tftp.Ack() | tftp.Error() | tftp.OptionAck() as said:
            kind, detail = _tftp(said)
            ends = frame.destination
            group = destination if ends is not None and ends.address.is_multicast else ""
            return Summary(kind, source, destination, detail, tftp=said, group=group)
        case Tcp() as segment:
            told_of = segment_words(frame, segment)
            return Summary(
                told_of.kind, source, destination, told_of.detail, is_bulk=told_of.is_bulk
            )
        case dns.Dns() as named:
            kind, detail = "DNS answer" if named.is_response else "DNS query", dns_words(named)
        case Udp():
            kind, detail = "UDP", f"{len(frame.payload)} octets"
        case icmp.Icmp() as told:
            names = {0: "echo reply", 3: "unreachable", 8: "echo request"}
            kind = f"ICMP {names.get(told.type, f'type {told.type}')}"
            detail = _error(told, frame) or f"code {told.code}"
        case igmp.Igmp() as told:
            kind, detail = _igmp(told)
        case Other(protocol):
            kind, detail = f"IPv4 protocol {protocol}", ""
        case _:
            kind, detail = f"IPv4 protocol {ipv6.TCP}", ""
    return Summary(kind, source, destination, detail)


def _igmp(message: igmp.Igmp) -> tuple[str, str]:
    group = str(message.group)
    match message.type:
        case igmp.QUERY:
            about = "all groups" if message.group == ANY else group
            version = "version 1" if not message.max_response else ""
            within = version or f"answers within {message.max_response / 10:g} s"
            return "IGMP query", f"who is a member of {about}? ({within})"
        case igmp.REPORT_V1:
            return "IGMP report", f"a member of {group} (version 1)"
        case igmp.REPORT_V2:
            return "IGMP report", f"a member of {group} (version 2)"
        case igmp.LEAVE:
            return "IGMP leave", f"leaves {group}"
        case other:
            return f"IGMP type 0x{other:02x}", group


def _endpoint(end: Endpoint) -> str:
    if end.port is None:
        return str(end.address)
    if end.address.version == 6:
        return f"[{end.address}]:{end.port}"
    return f"{'broadcast' if end.address == BROADCAST else end.address}:{end.port}"


def _error(told: icmp.Icmp, frame: Frame) -> str:
    """What an ICMP error says; empty if it is none, or quotes too little."""
    source = frame.source_address
    if icmp.quoted(told) is None or not isinstance(source, IPv4Address):
        return ""
    return icmp.words(told, source)


def dhcp_kind(message: Message) -> str:
    """The message's type in words."""
    if message.type is None:
        return "BOOTREQUEST" if message.op == dhcp.BOOTREQUEST else "BOOTREPLY"
    return MESSAGE_TYPES.get(message.type, f"DHCP type {message.type}")


def message_detail(message: Message) -> str:
    """What matters in a DHCP message, in words; safe to print."""
    return (_asked if message.op == dhcp.BOOTREQUEST else _answered)(message)


def _asked(message: Message) -> str:
    parts = [f"xid {message.xid:08x}", f"secs {message.secs}"]
    wanted, server = _address(message, 50), _address(message, 54)
    if wanted:
        parts.append(f"asks for {wanted}")
    if server:
        parts.append(f"of {server}")
    return ", ".join(parts)


def _answered(message: Message) -> str:
    parts = [str(message.yiaddr)] if message.yiaddr != ANY else ["no address"]
    if message.siaddr != ANY:
        parts.append(f"next server {message.siaddr}")
    name = dhcp.text_field(message.file)
    if name and not message.file_is_options:
        parts.append(f"file {printable(name)}")
    options = message.overloaded()
    option67 = dhcp.first(options, 67)
    if option67:
        parts.append(f"option 67 {printable(dhcp.text_field(option67))}")
    vendor_class = dhcp.first(options, 60)
    if vendor_class is not None:
        parts.append(f"option 60 {printable(vendor_class)}")
    vendor = dhcp.first(options, 43)
    if vendor is not None:
        parts.append(f"option 43 [{_vendor(vendor)}]")
    return ", ".join(parts)


def _vendor(data: bytes) -> str:
    shown = []
    for option in pxe.parse_suboptions(data):
        value = printable(option.data) if option.code in (9, 10) else option.data.hex()
        shown.append(f"{option.code}={value}")
    return " ".join(shown)


def _address(message: Message, code: int) -> IPv4Address | None:
    data = dhcp.first(message.options, code)
    return IPv4Address(data) if data and len(data) == 4 else None


def _tftp(message: tftp.Message) -> tuple[str, str]:
    match message:
        case tftp.Request(filename, options, _, write):
            return ("WRQ" if write else "RRQ"), f"{printable(filename)}{_pairs(options)}"
        case tftp.Data(block, content):
            return "DATA", f"block {block}, {len(content)} octets"
        case tftp.Ack(block):
            return "ACK", f"block {block}"
        case tftp.Error(code, text):
            return "ERROR", f"{code} {printable(text)}"
        case tftp.OptionAck(options):
            return "OACK", _pairs(options).removeprefix(", ")


def _pairs(options: tuple[tuple[bytes, bytes], ...]) -> str:
    return "".join(f", {printable(name)} {printable(value)}" for name, value in options)


def option_lines(message: Message) -> list[str]:
    """The options of a message, one a line, in wire order."""
    lines = []
    for option in message.options:
        if option.code in (dhcp.PAD, dhcp.END):
            continue
        if option.code == 43:
            lines += ["43 vendor-specific information", *_suboption_lines(option.data)]
        else:
            value = _with_text(show_value(option.code, option.data), option.data)
            lines.append(f"{option.code} {option_name(option.code)}: {value}")
    return lines


def _with_text(value: str, data: bytes) -> str:
    """An option that is shown in octets, with what they read as, if they read as anything."""
    text = data.rstrip(b"\0")
    is_text = len(text) > 2 and text.isascii() and text.decode("latin-1").isprintable()
    return f'{value} "{text.decode("ascii")}"' if is_text and value == data.hex(" ") else value


def _suboption_lines(data: bytes) -> list[str]:
    return [
        f"  43.{option.code} {PXE_SUBOPTIONS.get(option.code, 'unknown')}: "
        + (printable(option.data) if option.code in (9, 10) else option.data.hex(" "))
        for option in pxe.parse_suboptions(data)
    ]
