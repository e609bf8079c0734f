"""What a frame carries, as tcpdump prints it behind the addresses."""

from __future__ import annotations

import re
import struct
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.capture.text.building import UNTOLD_MAC, Way, mac_of, tcp_head
from pxeclient.capture.text.tcpdump_dhcp import message_of, printed
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import arp, icmp, ipv4, tftp
from pxeclient.wire.addresses import ANY, Mac, mac

_SUM = re.compile(r"\s*\[[^\]]{0,60}\] ?|\s*!?\s*")
_DHCP = re.compile(
    r"BOOTP/DHCP, (Request|Reply|unknown \(0x[0-9a-f]+\))(?: from ([0-9a-fA-F:]{11,17}))?"
)
_TFTP = re.compile(
    r"(?:TFTP, length )?(\d{1,5}),? (?P<op>RRQ|WRQ|DATA|ACK|ERROR|OACK)\b(?P<rest>.{0,2000})"
)
_NAMED = re.compile(r'\s*"(?P<name>[^"]{0,500})" (?P<mode>\w{1,10})(?P<options>.{0,1000})')
_BLOCK = re.compile(r"\s*block (\d{1,5})")
_ERROR = re.compile(r'\s*(?P<what>\w{1,20})(?: "(?P<text>[^"]{0,500})")?')
_ERRORS = (
    "EUNDEF", "ENOTFOUND", "EACCESS", "ENOSPACE", "EBADOP", "EBADID", "EEXISTS", "ENOUSER",
)  # fmt: skip
_ARP = re.compile(
    r"(?P<op>Request|Reply|Announcement|Probe|who-has|reply)(?: who-has)? "
    r"(?P<first>\d{1,3}(?:\.\d{1,3}){3})(?: \([^)]{1,60}\))?"
    r"(?:,? tell (?P<tell>\d{1,3}(?:\.\d{1,3}){3})| is-at (?P<mac>[0-9a-fA-F:]{11,17}))?"
)
_ICMP = re.compile(
    r"ICMP:? (?:(?P<echo>echo (?:request|reply))|(?:host )?(?P<host>\d{1,3}(?:\.\d{1,3}){3})"
    r"(?: (?P<proto>udp|tcp) port (?P<port>[\w-]{1,20}))? unreachable(?: - (?P<why>admin))?"
    r"|net (?P<net>\d{1,3}(?:\.\d{1,3}){3}) unreachable)"
)
_LENGTH = re.compile(r", length (\d{1,5})")
_PORT_NAMES = {"bootps": 67, "bootpc": 68, "tftp": 69, "altserviceboot": 4011}
_TCP = re.compile(r"Flags \[([A-Z.]{1,6})\]")
_FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32}
"""Of TCP, by tcpdump's letters (RFC 9293 §3.1)."""
_CODES = {"net": 0, "host": 1, "port": 3, "admin": 10}
"""Of "destination unreachable" (RFC 792, RFC 1122 §3.2.2.1)."""


class Content(NamedTuple):
    """What an IP packet carries, or a UDP datagram."""

    protocol: int
    octets: bytes
    size: int
    """Octets of it on the wire."""
    untold: frozenset[Aspect] = frozenset()


def content_of(text: str, ports: tuple[int, int], ends: tuple[str, str]) -> Content | None:
    """What the words behind the addresses say; None where nothing can be made of them."""
    text = text[_SUM.match(text).end() :] if text.startswith("[") else text  # type: ignore[union-attr]
    while text.startswith("["):
        _, _, text = text.partition("]")
        text = text.lstrip(" !")
    for reader in (_dhcp, _tftp, _icmp):
        found = reader(text, ports, ends)
        if found is not None:
            return found
    return _other(text, ports)


def _dhcp(text: str, ports: tuple[int, int], ends: tuple[str, str]) -> Content | None:
    start = _DHCP.match(text)
    if start is None:
        return None
    told = message_of(text, start.group(1) == "Reply", start.group(2))
    if told is None:
        length = _LENGTH.search(text[:200])
        size = int(length.group(1)) if length is not None else 1
        return Content(ipv4.UDP, b"", max(size, 1), frozenset({Aspect.CONTENT}))
    return Content(ipv4.UDP, *told)


def _tftp(text: str, ports: tuple[int, int], ends: tuple[str, str]) -> Content | None:
    found = _TFTP.match(text)
    if found is None:
        return None
    size, rest = int(found.group(1)), found["rest"]
    message: tftp.Message | None = None
    match found["op"]:
        case "RRQ" | "WRQ" as operation:
            named = _NAMED.match(rest)
            if named is not None:
                name, mode = printed(named["name"], None), named["mode"].encode()
                options = _pairs(named["options"])
                message = tftp.Request(name, options, mode, operation == "WRQ")
        case "DATA" | "ACK" as operation:
            block = _BLOCK.match(rest)
            if block is not None:
                number = int(block.group(1)) & 0xFFFF
                message = tftp.Data(number, b"") if operation == "DATA" else tftp.Ack(number)
        case "ERROR":
            error = _ERROR.match(rest)
            if error is not None and error["what"] in _ERRORS:
                words = printed(error["text"] or "", None)
                message = tftp.Error(_ERRORS.index(error["what"]), words)
        case _:
            message = tftp.OptionAck(_pairs(rest))
    if message is None:
        return Content(ipv4.UDP, b"", max(size, 1), frozenset({Aspect.CONTENT}))
    octets = tftp.build(message)
    is_whole = len(octets) == size
    # What is printed is all of it, or it is one of those that count as cut.
    untold = frozenset() if is_whole else frozenset({Aspect.CONTENT})
    return Content(ipv4.UDP, octets[:size], max(size, len(octets[:size])), untold)


def _pairs(text: str) -> tuple[tuple[bytes, bytes], ...]:
    words = text.split()
    return tuple(
        (name.encode(), value.encode())
        for name, value in zip(words[::2], words[1::2], strict=False)
    )


def _icmp(text: str, ports: tuple[int, int], ends: tuple[str, str]) -> Content | None:
    found = _ICMP.match(text)
    if found is None:
        return None
    length = _LENGTH.search(text[:200])
    size = int(length.group(1)) if length is not None else 36
    if found["echo"]:
        kind = 8 if found["echo"].endswith("request") else 0
        octets = icmp.build(icmp.Icmp(kind, 0, bytes(4)))
        return Content(ipv4.ICMP, octets, max(size, 8), frozenset({Aspect.CONTENT}))
    code = _CODES["port" if found["port"] else "net" if found["net"] else "host"]
    if found["why"]:
        code = _CODES["admin"]
    try:
        about, sender = IPv4Address(found["host"] or found["net"]), IPv4Address(ends[1])
    except ValueError:
        return None
    quoted = _quoted(sender, about, found["proto"] or "", found["port"] or "")
    octets = icmp.build(icmp.Icmp(icmp.UNREACHABLE, code, bytes(4) + quoted))
    return Content(ipv4.ICMP, octets, max(size, len(octets)))


def _quoted(sender: IPv4Address, about: IPv4Address, protocol: str, port: str) -> bytes:
    """The beginning of the packet that an ICMP error is about."""
    number = _PORT_NAMES.get(port) or (int(port) if port.isascii() and port.isdigit() else 0)
    ports = struct.pack("!HHHH", 0, number & 0xFFFF, 8, 0)
    return Way(sender, about).packet(ipv4.UDP if protocol != "tcp" else 6, ports)[0]


def _other(text: str, ports: tuple[int, int]) -> Content | None:
    """What is not read here, by its length alone."""
    length = _LENGTH.search(text[:400]) or re.search(r"length:? (\d{1,5})", text[:400])
    size = int(length.group(1)) if length is not None else 1
    found = _TCP.match(text)
    if found is not None:
        flags = sum(_FLAGS.get(letter, 0) for letter in found.group(1))
        octets = tcp_head(ports, flags)
        return Content(6, octets, size + len(octets), frozenset({Aspect.CONTENT}))
    if text.startswith(("UDP", "udp", "DHCPv6", "dhcp6")):
        return Content(ipv4.UDP, b"", max(size, 1), frozenset({Aspect.CONTENT}))
    if text.startswith(("ICMP6", "[icmp6", "HBH")):
        return Content(58, b"", max(size, 1), frozenset({Aspect.CONTENT}))
    return None


def arp_of(text: str, sender: bytes | None) -> bytes | None:
    """An ARP message; where the text does not tell its sender's Ethernet address, that is zero."""
    found = _ARP.search(text)
    if found is None:
        return None
    try:
        first = IPv4Address(found["first"])
        tell = IPv4Address(found["tell"]) if found["tell"] else None
    except ValueError:
        return None
    own = mac(sender) if sender is not None else Mac(UNTOLD_MAC)
    match found["op"]:
        case "Reply" | "reply":
            octets = mac_of(found["mac"] or "")
            if octets is None:
                return None
            return arp.build(arp.Arp(arp.REPLY, octets, first, Mac(UNTOLD_MAC), ANY))
        case "Announcement":
            return arp.build(arp.Arp(arp.REQUEST, own, first, Mac(UNTOLD_MAC), first))
        case "Probe":
            return arp.build(arp.Arp(arp.REQUEST, own, ANY, Mac(UNTOLD_MAC), first))
        case _ if tell is not None:
            return arp.build(arp.Arp(arp.REQUEST, own, tell, Mac(UNTOLD_MAC), first))
        case _:
            return None
