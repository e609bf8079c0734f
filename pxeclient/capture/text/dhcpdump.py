"""dhcpdump's output: each message field by field, its options in their order; no ports."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from pxeclient.capture.text.building import Way, framed, mac_of
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.message import Told
from pxeclient.capture.text.piece import Clock, Format, Piece, nanoseconds
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import dhcp, ethernet
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.dhcp import Option

_TIME = re.compile(r"\s*TIME: (?:\d{4}-\d\d-\d\d )?(\d{1,2}):(\d\d):(\d\d(?:\.\d{1,9})?)")
_WAY = re.compile(
    r"\s*IP: (\d{1,3}(?:\.\d{1,3}){3}) \(([0-9a-fA-F:]{11,17})\) > "
    r"(\d{1,3}(?:\.\d{1,3}){3}) \(([0-9a-fA-F:]{11,17})\)"
)
_FIELD = re.compile(r"\s*([A-Z]{2,6}): ?(.*)")
_OPTION = re.compile(r"\s*OPTION: {1,3}(\d{1,3}) \( {0,2}(\d{1,3})\) (.*)")
_NAME_WIDTH = 26
"""Characters between an option's length and its value."""
_NAMES = (
    "Vendor class identifier", "TFTP server name", "Bootfile name", "Host name", "Domainname",
    "Root path", "Client-identifier", "UUID/GUID", "Client NDI", "Client System", "???",
    "Vendor specific info", "User-class Identification", "Parameter Request List",
)  # fmt: skip
_LETTERS = frozenset({12, 14, 15, 17, 18, 40, 47, 56, 60, 62, 64, 66, 67})
_NUMBERS = frozenset({2, 13, 22, 23, 26, 35, 37, 38, 46, 51, 52, 53, 57, 58, 59})
_LISTED = re.compile(r"\s*(\d{1,3}) \(")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_MOST_LINES = 400


def read(lines: Lines) -> list[Piece] | None:
    """The message that begins here; None where none does."""
    is_time = _TIME.match(lines.next) and _WAY.match(lines.ahead(1))
    if not is_time and not (_WAY.match(lines.next) and "OP:" in lines.ahead(1)):
        return None
    number = lines.number
    taken: list[str] = []
    for _ in range(_MOST_LINES):
        line = lines.next
        is_over = taken and (_TIME.match(line) or line.startswith("-----"))
        if not lines or is_over or (taken and _WAY.match(line) and len(taken) > 1):
            break
        taken.append(lines.take())
    piece = _piece(taken, number)
    return [] if piece is None else [piece]


def _piece(lines: list[str], number: int) -> Piece | None:
    told = Told()
    way = next((found for found in map(_WAY.match, lines) if found is not None), None)
    time = _TIME.match(lines[0])
    if way is None:
        return None
    at = None
    if time is not None:
        at = nanoseconds(time.group(3), int(time.group(1)) * 3600 + int(time.group(2)) * 60)
    first = next((at for at, line in enumerate(lines) if _OPTION.match(line)), len(lines))
    for line in lines[:first]:
        field = _FIELD.match(line)
        if field is not None:
            _note(told, field.group(1), field.group(2).strip())
    _options(lines[first:], told)
    octets, size, untold = told.built()
    source, target = _address(way.group(1)), _address(way.group(3))
    to, by = mac_of(way.group(4)), mac_of(way.group(2))
    ends = None if to is None or by is None else (to, by)
    packet, length = Way(source, target).datagram(_ports(told, target), octets, size)
    data, length = framed(ends, ethernet.IPV4, packet, length)
    untold |= {Aspect.IP, Aspect.PORTS, Aspect.CHECKSUMS, Aspect.PADDING, Aspect.BESIDE}
    untold |= {Aspect.TIME} if at is None else set()
    untold |= {Aspect.LINK} if ends is None else set()
    return Piece(Format.DHCPDUMP, number, data, length, untold, at, Clock.DAY)


def _ports(told: Told, target: IPv4Address) -> tuple[int, int]:
    """As PXE has them: port 4011 is asked, and answers, by who has an address already."""
    kind = next((one.data[:1] for one in told.options if one.code == 53), b"")
    is_pxe = any(one.code == 60 and one.data.startswith(b"PXEClient") for one in told.options)
    is_proxy = is_pxe and target != BROADCAST and kind in (b"\3", b"\5") and told.yiaddr == ANY
    server = dhcp.PROXY_PORT if is_proxy and told.giaddr == ANY else dhcp.SERVER_PORT
    if told.op == dhcp.BOOTREQUEST:
        return dhcp.CLIENT_PORT, server
    return server, dhcp.CLIENT_PORT


def _note(told: Told, name: str, value: str) -> None:
    match name:
        case "OP" | "HOPS" | "SECS":
            found = re.match(r"\d{1,5}", value)
            if found is not None:
                setattr(told, name.lower(), int(found.group()) & 0xFFFF)
        case "XID" | "FLAGS":
            found = re.fullmatch(r"(?:0x)?([0-9a-fA-F]{1,8})", value)
            if found is not None:
                most = 0xFFFFFFFF if name == "XID" else 0xFFFF
                setattr(told, name.lower(), int(found.group(1), 16) & most)
        case "CIADDR" | "YIADDR" | "SIADDR" | "GIADDR":
            setattr(told, name.lower(), _address(value))
        case "CHADDR":
            told.hardware = mac_of(":".join(value.split(":")[:6])) or told.hardware
        case "SNAME":
            told.sname = value.removesuffix(".").encode()
        case "FNAME":
            told.file = value.removesuffix(".").encode()
        case _:
            pass
    told.op &= 0xFF


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text.strip())
    except ValueError:
        return ANY


def _options(lines: list[str], told: Told) -> None:
    starts = [at for at, line in enumerate(lines) if _OPTION.match(line)]
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        found = _OPTION.match(lines[at])
        assert found is not None, "it was chosen by that"
        code, length = int(found.group(1)), int(found.group(2))
        first = _of_name(found.group(3))
        data = _value(code, length, [first, *lines[at + 1 : end]])
        if data is None or not 0 < code < 255:
            told.lacks_options = True
        else:
            told.options.append(Option(code, data))
        told.lacks_options = told.lacks_options or code == dhcp.OVERLOAD


def _of_name(rest: str) -> str:
    """An option's value, without the name before it."""
    if len(rest) > _NAME_WIDTH and rest[_NAME_WIDTH - 1] == " ":
        return rest[_NAME_WIDTH:]
    name = next((one for one in _NAMES if rest.startswith(one)), "")
    return rest[len(name) :].lstrip() if name else rest


def _value(code: int, length: int, words: list[str]) -> bytes | None:
    if length == 0:
        return b""
    if code in _LETTERS:
        letters = words[0].strip().encode()
        # A zero at its end is not shown.
        whole = letters + b"\0" if len(letters) == length - 1 else letters
        return whole if len(whole) == length else None
    if code == 55:
        listed = [int(one.group(1)) & 0xFF for line in words if (one := _LISTED.match(line))]
        return bytes(listed) if len(listed) == length else None
    text = " ".join(words)
    addresses = _ADDRESS.findall(text)
    if length % 4 == 0 and len(addresses) == length // 4:
        packed = [_address(one) for one in addresses]
        return b"".join([one.packed for one in packed])
    coloned = re.match(r"\s*((?:[0-9a-fA-F]{1,2}:){1,254}[0-9a-fA-F]{1,2})\b", text)
    if coloned is not None and coloned.group(1).count(":") == length - 1:
        return bytes(int(one, 16) for one in coloned.group(1).split(":"))
    if code in _NUMBERS:
        return _number(length, text)
    dumped = [one.group(1) for line in words if (one := _DUMPED.match(line))]
    octets = bytes.fromhex("".join(dumped)) if dumped else b""
    if len(octets) == length:
        return octets
    return _number(length, text)


def _number(length: int, text: str) -> bytes | None:
    found = re.match(r"\s*(\d{1,10})\b", text)
    if found is None or length > 4 or int(found.group(1)) >= 256**length:
        return None
    return int(found.group(1)).to_bytes(length, "big")


_DUMPED = re.compile(r"\s*((?:[0-9a-fA-F]{2}){1,8})(?= |$)")
