"""tcpdump's lines, of any verbosity: one frame a line, what it says in the lines below."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple

from pxeclient.capture.text.building import UNTOLD_MAC, Way, framed, mac_of, packet6
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.piece import Clock, Format, Piece, nanoseconds
from pxeclient.capture.text.tcpdump_content import Content, arp_of, content_of
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import ethernet
from pxeclient.wire.addresses import BROADCAST_MAC

_MAC = r"(?:[0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}"
_WHO = rf"(?:{_MAC}|Broadcast|[A-Za-z0-9_.:-]{{3,40}})(?: \(oui [^)]{{1,40}}\))?"
_LINK = re.compile(
    rf"(?P<source>{_MAC})(?: \(oui [^)]{{1,40}}\))? > (?P<target>{_WHO}), "
    r"(?:ethertype [\w.-]{1,20} \(0x(?P<type>[0-9a-f]{4})\)|802\.1Q[^,]{0,40})[^:]{0,40}: "
)
_COOKED = re.compile(
    r"(?:\S{1,16} {1,6})?(?:In|Out|B|M|P)\s{1,4}(?:ifindex \d+ )?(?:(?P<source>" + _MAC + r") )?"
)
_TIME = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d) )?(?P<h>\d{1,2}):(?P<m>\d\d):(?P<s>\d\d(?:[.,]\d{1,9})?) "
    r"|(?P<epoch>\d{9,10}\.\d{1,9}) |(?P<delta>\d{1,6}\.\d{6,9}) "
)
_PACKET = re.compile(
    r"(?P<kind>IP6?)(?: \((?P<head>[^()]{0,200}(?:\([^()]{0,30}\)[^()]{0,100}){0,6})\))? ?$"
    r"|(?P<kind2>IP6?)(?: \((?P<head2>[^()]{0,200}(?:\([^()]{0,30}\)[^()]{0,100}){0,6})\))?"
    r" (?P<way>\S{2,60} > \S{2,60}: )"
)
_ARP = re.compile(r"(?:ARP, (?:Ethernet|Request|Reply|Announcement|Probe)|arp (?:who-has|reply) )")
_WAY = re.compile(r"(?P<from>[^\s>]{2,60}) > (?P<to>[^\s>]{2,60}): ")
_HEAD = re.compile(
    r"(tos|ttl|hlim|id|offset|length|flags) (?:\[([^\]]{0,20})\]|0x([0-9a-f]+)|(\d+))"
)
_PROTOCOL = re.compile(r"(?:proto|next-header) [\w.-]{1,30} \((\d{1,3})\)")
_LENGTH6 = re.compile(r"payload length: (\d{1,5})")
_PORTS = {
    "bootps": 67, "bootpc": 68, "tftp": 69, "altserviceboot": 4011, "dhcps": 67, "dhcpc": 68,
    "domain": 53, "http": 80, "dhcpv6-client": 546, "dhcpv6-server": 547, "dhcpc6": 546,
}  # fmt: skip
_MOST_LINES = 200
"""That tell of one frame."""
_OPEN = re.compile(r"(?:^|[ \d])IP6? \(")
_MOST_WRAPPED = 3
_UDP, _NO_PORT = 17, -1


class _Start(NamedTuple):
    """Where a frame's lines begin."""

    at: int | None
    clock: Clock
    link: tuple[bytes, bytes] | None
    kind: str
    head: str
    rest: str
    """What stands behind the header in the line."""


def read(lines: Lines) -> list[Piece] | None:
    """The frame whose lines begin here; None where none does."""
    number = lines.number
    start, wrapped = _begins(lines)
    if start is None:
        return None
    lines.at += 1 + wrapped
    rest = _below(lines, start)
    piece = _piece(start, rest, number)
    return [] if piece is None else [piece]


def _begins(lines: Lines) -> tuple[_Start | None, int]:
    """What begins at the next line, and in how many more its header is wrapped."""
    line, wrapped = lines.next, 0
    while _OPEN.search(line) and wrapped < _MOST_WRAPPED and lines.ahead(wrapped + 1):
        if line.count("(") <= line.count(")"):
            break
        wrapped += 1
        line = f"{line} {lines.ahead(wrapped).strip()}"
    return _start(line), wrapped


def _start(line: str) -> _Start | None:
    if ">" not in line and "IP" not in line and "ARP" not in line and "arp" not in line:
        return None
    at, clock, rest = _dated(line[:1000])
    rest = rest.lstrip()
    link: tuple[bytes, bytes] | None = None
    cooked = _COOKED.match(rest)
    if cooked is not None:
        rest = rest[cooked.end() :]
        rest = re.sub(r"^ethertype \w{1,10} \(0x[0-9a-f]{4}\), length \d+: ", "", rest)
    told = _LINK.match(rest)
    ethertype = ""
    if told is not None:
        link = _link(told)
        ethertype = told.group("type") or ""
        rest = rest[told.end() :]
        kind = {"0800": "IP ", "86dd": "IP6 ", "0806": ""}.get(ethertype)
        if kind is None:
            return None
        if kind and not rest.startswith("IP"):
            rest = kind + rest
        if ethertype == "0806" and not rest.startswith("ARP"):
            rest = "ARP, " + rest
    if _ARP.match(rest):
        return _Start(at, clock, link, "ARP", "", rest)
    found = _PACKET.match(rest)
    if found is None:
        return None
    kind = found.group("kind") or found.group("kind2")
    head = found.group("head") or found.group("head2") or ""
    if found.group("kind") and not head:
        return None
    return _Start(at, clock, link, kind, head, rest[found.start("way") :] if found["way"] else "")


def _dated(line: str) -> tuple[int | None, Clock, str]:
    """The time that stands before a frame, and what stands behind it."""
    found = _TIME.search(line[:120])
    if found is None:
        return None, Clock.DAY, line
    rest = line[found.end() :]
    if found["epoch"]:
        return nanoseconds(found["epoch"]), Clock.EPOCH, rest
    if found["delta"]:
        return None, Clock.RELATIVE, rest
    whole = int(found["h"]) * 3600 + int(found["m"]) * 60
    return nanoseconds(found["s"], whole), Clock.DAY, rest


def _link(found: re.Match[str]) -> tuple[bytes, bytes] | None:
    target = found["target"].split(" ")[0]
    if target == "Broadcast":
        return BROADCAST_MAC, mac_of(found["source"]) or UNTOLD_MAC
    ends = mac_of(target), mac_of(found["source"])
    return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])


def _below(lines: Lines, start: _Start) -> str:
    """All that is said of the frame, in one line: a forum may have wrapped it anywhere."""
    parts = [start.rest]
    for _ in range(_MOST_LINES):
        line = lines.next
        if not line.strip() or line.lstrip().startswith(("0x0000", "--")):
            break
        other, _ = _begins(lines)
        # What an ICMP error quotes is printed like a packet, without a time.
        if other is not None and (other.at is not None or start.at is None):
            break
        parts.append(line.strip())
        lines.take()
    return " ".join(part for part in parts if part)


def _piece(start: _Start, rest: str, line: int) -> Piece | None:
    if start.kind == "ARP":
        message = arp_of(rest, start.link[1] if start.link else None)
        if message is None:
            return None
        data, length = framed(start.link, ethernet.ARP, message, len(message))
        return _made(start, line, data, length, frozenset())
    way = _WAY.match(rest) or _WAY.search(rest[:400])
    if way is None:
        return None
    source, target = _endpoint(way["from"], start.kind), _endpoint(way["to"], start.kind)
    if source is None or target is None:
        return None
    content = content_of(rest[way.end() :], (source[1], target[1]), (way["from"], way["to"]))
    if content is None:
        return None
    return _packet(start, line, (source, target), content)


def _packet(
    start: _Start,
    line: int,
    ends: tuple[tuple[IPv4Address | IPv6Address, int], tuple[IPv4Address | IPv6Address, int]],
    content: Content,
) -> Piece | None:
    (source, source_port), (target, port) = ends
    told = {
        name: flags or hexa or number for name, flags, hexa, number in _HEAD.findall(start.head)
    }
    untold = set(content.untold)
    if not start.head:
        untold.add(Aspect.IP)
    if isinstance(source, IPv6Address) or isinstance(target, IPv6Address):
        if not (isinstance(source, IPv6Address) and isinstance(target, IPv6Address)):
            return None
        size = content.size + (8 if content.protocol == _UDP else 0)
        length6 = _LENGTH6.search(start.head)
        ports = (source_port, port) if _NO_PORT not in (source_port, port) else None
        size = int(length6.group(1)) if length6 is not None else size
        packet, size = packet6((source, target), content.protocol, ports, size)
        data, length = framed(start.link, ethernet.IPV6, packet, size)
        return _made(start, line, data, length, frozenset(untold))
    way = Way(
        source,
        target,
        int(told.get("ttl", "64")),
        int(told.get("id", "0")),
        told.get("flags", "") == "DF",
        int(told.get("tos", "0"), 16),
    )
    if content.protocol == _UDP and _NO_PORT not in (source_port, port):
        packet, size = way.datagram((source_port, port), content.octets, content.size)
    else:
        packet, size = way.packet(content.protocol, content.octets, content.size)
    data, length = framed(start.link, ethernet.IPV4, packet, size)
    return _made(start, line, data, length, frozenset(untold))


def _made(start: _Start, line: int, data: bytes, length: int, untold: frozenset[Aspect]) -> Piece:
    if start.link is None:
        untold |= {Aspect.LINK}
    if start.at is None:
        untold |= {Aspect.TIME}
    untold |= {Aspect.CHECKSUMS}
    return Piece(Format.TCPDUMP, line, data, length, untold, start.at, start.clock)


def _endpoint(text: str, kind: str) -> tuple[IPv4Address | IPv6Address, int] | None:
    """An address and a port, such as ``10.77.0.1.67`` or ``10.77.0.1.bootps``."""
    address_of = IPv4Address if kind == "IP" else IPv6Address
    try:
        return address_of(text), _NO_PORT
    except AddressValueError:
        pass
    host, _, port = text.rpartition(".")
    number = int(port) if port.isascii() and port.isdigit() else _PORTS.get(port)
    try:
        if number is not None and number <= 0xFFFF:
            return address_of(host), number
    except AddressValueError:
        pass
    return None
