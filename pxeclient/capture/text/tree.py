"""Wireshark's packet details as plain text, as tshark -V prints them too, whole or in part.

Indentation counts for nothing: forums lose it. A frame is the lines from one that begins a frame,
or the first protocol of one, up to where the next begins.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

from pxeclient.capture.text import hexdump
from pxeclient.capture.text.building import Way, framed, mac_of, packet6, tcp_head
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.piece import Clock, Format, Piece, nanoseconds
from pxeclient.capture.text.tree_content import arp_of, icmp_of, tftp_of
from pxeclient.capture.text.tree_dhcp import message_of
from pxeclient.capture.text.tree_section import Section
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import dhcp, ethernet, ipv4
from pxeclient.wire.addresses import ANY, BROADCAST

_MOST_LINES = 4000
"""That tell of one frame."""
_FRAME = re.compile(r"\s*Frame (?P<number>\d{1,9})(?::| \()\s?(?P<size>\d{1,6}) bytes on wire")
_SECTIONS = (
    ("link", re.compile(r"\s*(?:Ethernet II|Linux cooked capture[^,]{0,20}), ?")),
    ("ip", re.compile(r"\s*Internet Protocol(?: Version 4)?, Src: ")),
    ("ip6", re.compile(r"\s*Internet Protocol Version 6, Src: ")),
    ("arp", re.compile(r"\s*Address Resolution Protocol\b")),
    ("icmp", re.compile(r"\s*Internet Control Message Protocol\s*$")),
    ("icmp6", re.compile(r"\s*Internet Control Message Protocol v6\s*$")),
    ("udp", re.compile(r"\s*User Datagram Protocol, Src ?Port: ")),
    ("tcp", re.compile(r"\s*Transmission Control Protocol, Src ?Port: ")),
    (
        "dhcp",
        re.compile(
            r"\s*(?:Dynamic Host Configuration|Bootstrap) Protocol(?: \([\w ]{1,20}\))?\s*$"
        ),
    ),
    ("tftp", re.compile(r"\s*Trivial File Transfer Protocol\s*$")),
)
_ORDER = {name: at for at, (name, _) in enumerate(_SECTIONS)}
_DATA = re.compile(r"\s*Data \((\d{1,6}) bytes\)\s*$")
_MAC = r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}"
_LINK_ENDS = re.compile(rf"Src: [^()]{{0,60}}\(?({_MAC})\)?, Dst: [^()]{{0,60}}\(?({_MAC})\)?")
_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_IP_ENDS = re.compile(
    rf"Src: (?:[^()]{{0,80}}\()?({_ADDRESS})\)?, Dst: (?:[^()]{{0,80}}\()?({_ADDRESS})\)?"
)
_IP6_ENDS = re.compile(r"Src: ([0-9a-fA-F:.]{2,45}), Dst: ([0-9a-fA-F:.]{2,45})")
_IN_BRACKETS = re.compile(r"\((\d{1,3})\)")
_PORTS = re.compile(
    r"Src ?Port: (?:[\w.-]{1,30} \()?(\d{1,5})\)?, Dst ?Port: (?:[\w.-]{1,30} \()?(\d{1,5})\)?"
)
_EPOCH = re.compile(r"(\d{1,11}(?:\.\d{1,9})?)")


def read(lines: Lines) -> list[Piece] | None:
    """The frame whose details begin here; None where none do."""
    number = lines.number
    sections = _sections(lines)
    if sections is None:
        return None
    piece = _piece(sections, number)
    return [] if piece is None else [piece]


def _section(line: str) -> str | None:
    if _FRAME.match(line):
        return "frame"
    return next((name for name, starts in _SECTIONS if starts.match(line)), None)


def _sections(lines: Lines) -> list[Section] | None:
    """The protocols of one frame."""
    first = _section(lines.next)
    if first is None:
        return None
    found: list[Section] = []
    for _ in range(_MOST_LINES):
        if not lines:
            break
        name = _section(lines.next)
        if name is not None and found and not _is_inner(found, name):
            break
        data = _DATA.match(lines.next)
        if data is not None and found:
            lines.take()
            found[-1].data = _data(lines)
            continue
        if found and name is None and _ends(lines):
            break
        line = lines.take()
        if name is not None:
            found.append(Section(name, line))
        elif line:
            found[-1].lines.append(line)
    return found


def _is_inner(found: list[Section], name: str) -> bool:
    """The protocol belongs to the same frame: it is carried by those before it, or quoted."""
    if name == "frame":
        return False
    names = [one.name for one in found]
    if "icmp" in names:
        return (
            name in ("ip", "udp", "tcp", "dhcp", "tftp")
            and name not in names[names.index("icmp") :]
        )
    return name not in names and all(_ORDER[name] > _ORDER[one] for one in names if one != "frame")


def _ends(lines: Lines) -> bool:
    """The frame's octets begin, or the next frame's line in a list."""
    line = lines.next
    return hexdump.begins(line) or line.lstrip().startswith(("No. ", "Frame ("))


def _data(lines: Lines) -> bytes:
    """The octets that tshark prints below a "Data" line."""
    at = lines.at
    while lines and not lines.next:
        lines.take()
    dump = hexdump.dump_of(lines)
    if dump is None:
        lines.at = at
        return b""
    return dump.octets


def _piece(sections: list[Section], line: int) -> Piece | None:
    by_name: dict[str, Section] = {}
    for one in sections:
        by_name.setdefault(one.name, one)
    untold: set[Aspect] = {Aspect.CHECKSUMS}
    frame = by_name.get("frame")
    at, clock = _time(frame)
    link = _link(by_name.get("link"))
    if link is None:
        untold.add(Aspect.LINK)
    made = _content(by_name, sections, untold, frame)
    if made is None:
        return None
    ethertype, content, size = made
    data, length = framed(link, ethertype, content, size)
    head = _FRAME.match(frame.title) if frame is not None else None
    number = int(head["number"]) if head is not None else None
    if at is None:
        untold.add(Aspect.TIME)
    return Piece(Format.TREE, line, data, length, frozenset(untold), at, clock, number)


def _time(frame: Section | None) -> tuple[int | None, Clock]:
    if frame is None:
        return None, Clock.EPOCH
    names = ("epoch time", "epoch arrival time")
    for clock, text in (
        (Clock.EPOCH, frame.value(*names)),
        (Clock.RELATIVE, frame.value("time since reference or first frame")),
    ):
        found = _EPOCH.match(text or "")
        if found is not None:
            return nanoseconds(found.group(1)), clock
    return None, Clock.EPOCH


def _link(section: Section | None) -> tuple[bytes, bytes] | None:
    found = _LINK_ENDS.search(section.title) if section is not None else None
    if found is None:
        return None
    source, target = mac_of(found.group(1)), mac_of(found.group(2))
    return None if source is None or target is None else (target, source)


def _content(
    by_name: dict[str, Section], sections: list[Section], untold: set[Aspect], frame: Section | None
) -> tuple[int, bytes, int] | None:
    """Ethertype, octets and length of what the Ethernet frame carries."""
    if "arp" in by_name:
        message = arp_of(by_name["arp"])
        return None if message is None else (ethernet.ARP, message, len(message))
    if "ip6" in by_name:
        return _content6(by_name, untold)
    ends = _IP_ENDS.search(by_name["ip"].title) if "ip" in by_name else None
    if "icmp" in by_name and ends is not None:
        # What else is there is quoted.
        message = icmp_of(by_name["icmp"], _quoted(sections))
        if message is None:
            return None
        way = _way(by_name.get("ip"), ends, untold)
        return (ethernet.IPV4, *way.packet(ipv4.ICMP, message))
    if "tcp" in by_name and ends is not None:
        untold |= {Aspect.CONTENT}
        ports = _ports(by_name["tcp"], False, untold)
        flags = by_name["tcp"].number("flags") or 0
        total = by_name["ip"].number("total length") or 40
        way = _way(by_name.get("ip"), ends, untold)
        return (ethernet.IPV4, *way.packet(6, tcp_head(ports, flags), total - 20))
    inside = by_name.get("dhcp")
    if ends is None and inside is None:
        return None
    size = _payload(by_name)
    octets, whole = b"", 1
    if inside is not None:
        octets, whole, more = message_of(inside, size)
        untold |= more
    elif "tftp" in by_name:
        octets, whole, more = tftp_of(by_name["tftp"], size)
        untold |= more
    elif "udp" in by_name and size is not None:
        octets = by_name["udp"].data[:size]
        whole = max(size, 1)
        untold |= {Aspect.CONTENT} if len(octets) < whole else set()
    else:
        return None
    is_reply = inside is not None and octets[:1] == bytes((dhcp.BOOTREPLY,))
    way = _way(by_name.get("ip"), ends, untold, octets if is_reply else b"")
    ports = _ports(by_name.get("udp"), is_reply, untold)
    return (ethernet.IPV4, *way.datagram(ports, octets, whole))


def _content6(by_name: dict[str, Section], untold: set[Aspect]) -> tuple[int, bytes, int] | None:
    """An IPv6 packet, whose content is not read here."""
    section = by_name["ip6"]
    ends = _IP6_ENDS.search(section.title)
    protocol = _IN_BRACKETS.search(section.value("next header") or "")
    try:
        if ends is None:
            return None
        source, target = IPv6Address(ends.group(1)), IPv6Address(ends.group(2))
    except ValueError:
        return None
    untold |= {Aspect.CONTENT}
    kind = 58 if "icmp6" in by_name else int(protocol.group(1)) if protocol is not None else 59
    ports = _PORTS.search(by_name["udp"].title) if "udp" in by_name else None
    pair = (int(ports.group(1)), int(ports.group(2))) if ports is not None else None
    size = section.number("payload length") or 1
    return (ethernet.IPV6, *packet6((source, target), kind, pair, size))


def _payload(by_name: dict[str, Section]) -> int | None:
    """Octets of a UDP datagram's content, as its header or the packet's says."""
    udp = by_name.get("udp")
    length = udp.number("length") if udp is not None else None
    if length is not None:
        return max(length - 8, 0)
    ip = by_name.get("ip")
    total = ip.number("total length") if ip is not None else None
    return max(total - 28, 0) if total is not None else None


def _way(
    ip: Section | None, ends: re.Match[str] | None, untold: set[Aspect], reply: bytes = b""
) -> Way:
    if ip is None or ends is None:
        untold |= {Aspect.IP}
        return Way(_server(reply), BROADCAST)
    ttl = ip.number("time to live")
    if ttl is None:
        untold |= {Aspect.IP}
    fragment = any("Don't fragment: Set" in one for one in ip.lines)
    try:
        source, target = IPv4Address(ends.group(1)), IPv4Address(ends.group(2))
    except ValueError:
        source, target = ANY, BROADCAST
    return Way(source, target, ttl or 64, ip.number("identification") or 0, fragment)


def _server(reply: bytes) -> IPv4Address:
    """Who sent a reply of which no IP header is told: the server identifier that it has."""
    at = dhcp.FIXED
    while at + 6 <= len(reply) and reply[at] not in (dhcp.END,):
        if reply[at] == 54 and reply[at + 1] == 4:
            return IPv4Address(reply[at + 2 : at + 6])
        at += 1 if reply[at] == dhcp.PAD else 2 + reply[at + 1]
    return ANY


def _ports(udp: Section | None, is_reply: bool, untold: set[Aspect]) -> tuple[int, int]:
    found = _PORTS.search(udp.title) if udp is not None else None
    if found is None:
        untold |= {Aspect.PORTS}
        return (67, 68) if is_reply else (68, 67)
    return int(found.group(1)), int(found.group(2))


def _quoted(sections: list[Section]) -> tuple[IPv4Address, IPv4Address, int, int] | None:
    """Of the packet that an ICMP error is about: its ends and its ports."""
    names = [one.name for one in sections]
    inner = sections[names.index("icmp") + 1 :]
    ip = next((one for one in inner if one.name == "ip"), None)
    ends = _IP_ENDS.search(ip.title) if ip is not None else None
    if ends is None:
        return None
    udp = next((one for one in inner if one.name == "udp"), None)
    ports = _PORTS.search(udp.title) if udp is not None else None
    try:
        source, target = IPv4Address(ends.group(1)), IPv4Address(ends.group(2))
    except ValueError:
        return None
    return source, target, *((int(ports.group(1)), int(ports.group(2))) if ports else (0, 0))
