"""DHCP messages as tcpdump prints them (print-bootp.c): names of options, lengths, values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.capture.text.building import mac_of
from pxeclient.capture.text.message import TYPES, Told
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Option

_OPTION = re.compile(r"\((\d{1,3})\), length (\d{1,3})(?:, occurs (\d{1,4}))?:?")
_NAME = re.compile(r"\s[\w./-]{1,40} ?$")
_AREA = re.compile(r"Vendor-rfc1048|Magic Cookie|Vendor-cmu|Vendor-#")
_FIELD = re.compile(
    r"(Client-IP|Your-IP|Server-IP|Gateway-IP) (\d{1,3}(?:\.\d{1,3}){3})"
    r'|(sname|file) "([^"]{0,200})"'
)
_NUMBER = re.compile(r"(?:, |\b)(hops|secs|length) (\d{1,5})\b")
_XID = re.compile(r"\bxid (?:0x([0-9a-fA-F]{1,8})|(\d{1,10}))\b")
_FLAGS = re.compile(r"Flags? \[([^\]]{0,40})\](?: \(0x([0-9a-fA-F]{4})\))?")
_CLIENT = re.compile(r"Client-Ethernet-Address ([0-9a-fA-F:]{11,17})")
_REQUESTED = re.compile(r"\((\d{1,3})\)")
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,400}")
_NUMBERS = re.compile(r"\s*(-?\d{1,10}(?:, ?-?\d{1,10}){0,254})")
_HEX = re.compile(r"\s*((?:[0-9a-fA-F]{1,2}:){0,254}[0-9a-fA-F]{1,2})\b")
_CONTROL = re.compile(r"M-\^?.|\^.", re.DOTALL)
_OVERLOAD = {"file": b"\1", "sname": b"\2", "file+sname": b"\3"}
_BROKEN_CLASS = "ERROR: invalid option"
"""What tcpdump prints of a user class that is not in the form of RFC 3004, as iPXE's is not."""


def message_of(
    text: str, is_reply: bool, hardware: str | None
) -> tuple[bytes, int, frozenset[Aspect]] | None:
    """The octets of a message, its length, and what is unknown of it; None if nothing is told."""
    told = Told(dhcp.BOOTREPLY if is_reply else dhcp.BOOTREQUEST)
    area = _AREA.search(text)
    head = text[: area.start()] if area is not None else text
    client = _CLIENT.search(head)
    printed_mac = mac_of(client.group(1) if client is not None else hardware or "")
    if printed_mac is not None:
        told.hardware = printed_mac
    _numbers(head, told)
    _fields(head, told)
    if client is not None or area is not None:
        # tcpdump -v leaves out what is zero.
        told.xid, told.secs, told.flags = told.xid or 0, told.secs or 0, told.flags or 0
    if told.xid is None:
        return told.head() if printed_mac is not None else None
    if area is None or "[|" in text[-40:]:
        told.lacks_options = True
    else:
        _options(text[area.end() :], told)
    return told.built()


def _numbers(head: str, told: Told) -> None:
    for name, number in _NUMBER.findall(head):
        match name:
            case "hops":
                told.hops = int(number)
            case "secs":
                told.secs = int(number)
            case _ if told.size is None:
                told.size = int(number)
            case _:
                pass
    xid = _XID.search(head)
    if xid is not None:
        told.xid = int(xid.group(1), 16) if xid.group(1) else int(xid.group(2)) & 0xFFFFFFFF
        told.secs = told.secs or 0
    flags = _FLAGS.search(head)
    if flags is not None:
        is_broadcast = flags.group(1) == "Broadcast"
        told.flags = int(flags.group(2), 16) if flags.group(2) else 0x8000 if is_broadcast else 0


def _fields(head: str, told: Told) -> None:
    for address, value, name, text in _FIELD.findall(head):
        if name == "sname":
            told.sname = printed(text, None)
        elif name == "file":
            told.file = printed(text, None)
        else:
            found = _address(value)
            match address:
                case "Client-IP":
                    told.ciaddr = found
                case "Your-IP":
                    told.yiaddr = found
                case "Server-IP":
                    told.siaddr = found
                case _:
                    told.giaddr = found


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except ValueError:
        return ANY


def _options(text: str, told: Told) -> None:
    """The options in their order; of whose value not all is told goes without."""
    printed_options = list(_each(text))
    codes = {code for code, _, _ in printed_options}
    for code, length, words in printed_options:
        if code == dhcp.END:
            break
        if code == dhcp.PAD:
            told.options += [Option(dhcp.PAD)] * length
            continue
        data = _value(code, length, words)
        if data is None and code == 77 and length == 4 and _BROKEN_CLASS in words and 175 in codes:
            # Nobody else sends four octets there beside option 175 (iPXE, net/udp/dhcp.c).
            data = b"iPXE"
        if data is None:
            told.lacks_options = True
        else:
            told.options.append(Option(code, data))
    for one in told.options:
        if one.code == dhcp.OVERLOAD and one.data:
            # Options in the fields are printed up to their first zero, as if they were names.
            told.file = b"" if one.data[0] & 1 else told.file
            told.sname = b"" if one.data[0] & 2 else told.sname
            told.lacks_options = True


def _each(text: str) -> Iterator[tuple[int, int, str]]:
    """Code, length (of a PAD: how many there are), and the words of the value."""
    found = list(_OPTION.finditer(text))
    for at, one in enumerate(found):
        code, length = int(one.group(1)), int(one.group(2))
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        words = text[one.end() : end]
        if at + 1 < len(found):
            words = _NAME.sub("", words)
        yield code, int(one.group(3) or 1) if code == dhcp.PAD else length, words


def _value(code: int, length: int, words: str) -> bytes | None:
    """The octets of a value; None where the words do not give them all."""
    words = words.strip()
    if length == 0:
        return b""
    match code:
        case 53:
            kind = TYPES.get(words.split(" ")[0].strip(",").lower())
            return None if kind is None or length != 1 else bytes((kind,))
        case 55:
            listed = [int(one) for one in _REQUESTED.findall(words)[:length]]
            return bytes(listed) if len(listed) == length and max(listed) < 256 else None
        case dhcp.OVERLOAD if words.split(" ")[0] in _OVERLOAD and length == 1:
            return _OVERLOAD[words.split(" ")[0]]
        case 61:
            return _client_id(length, words)
        case _:
            return _plain(length, words)


def _client_id(length: int, words: str) -> bytes | None:
    kind, _, rest = words.partition(" ")
    if kind == "ether":
        found = mac_of(rest.split(" ")[0])
        return b"\1" + found if found is not None and length == 7 else None
    typed = re.match(r"hardware-type (\d{1,3}), ", words)
    if typed is not None:
        inside = _hexed(length - 1, words[typed.end() :])
        return None if inside is None else bytes((int(typed.group(1)) & 0xFF,)) + inside
    if words.startswith('"'):
        inside = _quoted(length - 1, words)
        return None if inside is None else b"\0" + inside
    return None


def _plain(length: int, words: str) -> bytes | None:
    if words.startswith('"'):
        return _quoted(length, words)
    if words[:1] in ("Y", "N") and length == 1:
        return b"\1" if words[0] == "Y" else b"\0"
    dotted = _dotted(length, words)
    if dotted is not None:
        return dotted
    numbers = _NUMBERS.match(words)
    if numbers is not None:
        values = [int(one) for one in numbers.group(1).replace(" ", "").split(",")]
        for width in (1, 2, 4):
            if length % width == 0 and len(values) >= length // width:
                return _packed(values[: length // width], width)
    return _hexed(length, words)


def _dotted(length: int, words: str) -> bytes | None:
    """Octets with dots between, or addresses with commas."""
    octets: list[int] = []
    at = 0
    while len(octets) < length and (found := _QUAD.match(words, at)) is not None:
        octets += map(int, found.group().split("."))
        at = found.end() + (1 if words[found.end() : found.end() + 1] == "," else 0)
        if words[at : at + 1] == " ":
            at += 1
    return bytes(octets) if len(octets) == length and max(octets, default=0) < 256 else None


def _packed(values: list[int], width: int) -> bytes | None:
    try:
        return b"".join(one.to_bytes(width, "big", signed=one < 0) for one in values)
    except OverflowError:
        return None


def _hexed(length: int, words: str) -> bytes | None:
    found = _HEX.match(words)
    if found is None:
        return None
    octets = [int(one, 16) for one in found.group(1).split(":")]
    return bytes(octets) if len(octets) == length else None


def _quoted(length: int, words: str) -> bytes | None:
    """Text in quotation marks, which may be among it."""
    ends = [at for at, char in enumerate(words[: 6 * length + 8]) if char == '"'][1:]
    for end in reversed(ends):
        found = printed(words[1:end], length)
        if len(found) == length:
            return found
    return None


def printed(text: str, length: int | None) -> bytes:
    """The octets of which tcpdump prints control characters as ``^L`` and others as ``M-x``
    (util-print.c, fn_print_char). With a length they are read so only if it fits better."""
    plain = text.encode("utf-8", "replace")
    if length is not None and len(plain) == length:
        return plain
    return b"".join(_octets(text))


def _octets(text: str) -> Iterator[bytes]:
    at = 0
    for found in _CONTROL.finditer(text):
        yield text[at : found.start()].encode("utf-8", "replace")
        at = found.end()
        high, rest = (0x80, found.group()[2:]) if found.group()[0] == "M" else (0, found.group())
        control, char = (0x40, rest[1:]) if rest.startswith("^") and len(rest) > 1 else (0, rest)
        yield bytes((high | ((ord(char[-1]) & 0x7F) ^ control),))
    yield text[at:].encode("utf-8", "replace")
