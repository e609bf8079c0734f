"""DHCP messages in Wireshark's packet details: by the words of any of its versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from uuid import UUID

from pxeclient.capture.text.building import mac_of
from pxeclient.capture.text.message import TYPES, Told
from pxeclient.capture.text.tree_section import Section
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Option

_OPTION = re.compile(
    r"\s*Option: (?:\((?P<code>\d{1,3})\)|\(t=(?P<old>\d{1,3}),l=(?P<size>\d{1,3})\))"
)
_LENGTH = re.compile(r"\s*Length: (\d{1,3})\s*$")
_TYPE = re.compile(r"(?:DHCP Message Type = DHCP |DHCP: |DHCP Message Type \(?)(\w{2,8})")
_LAST_ADDRESS = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})\)?\s*$")
_ITEM = re.compile(r"\s*(?:Parameter Request List Item: )?\(?(\d{1,3})\)?[ =]")
_HARDWARE = re.compile(r"((?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2})")
_SECONDS = re.compile(r"\((\d{1,10})s?\)|(\d{1,10}) seconds")
_LAST_NUMBER = re.compile(r"\(?(\d{1,10})\)?\s*$")
_UUID = re.compile(r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_HEX = re.compile(r": ?((?:[0-9a-fA-F]{2}){1,255})\s*$")
_TEXT = re.compile(r"[^:]{1,60}: (.*)$")
_OLD_VALUE = re.compile(r"[^=]{1,60}= (.*)$")
_SUBOPTION = re.compile(r"\s*Option 43 Suboption: \((\d{1,3})\)")
_CONTROL = re.compile(r"discovery control: 0x([0-9a-fA-F]{2})")
_GROUP = re.compile(r"multicast address: (\d{1,3}(?:\.\d{1,3}){3})")
_NUMBER_AFTER = re.compile(r": (\d{1,10})\b")
_ADDRESSES = frozenset({1, 3, 4, 5, 6, 7, 28, 32, 42, 44, 50, 54, 128, 150})
_TIMES = frozenset({51, 58, 59})
_WORDS16 = frozenset({22, 26, 57})
_OCTETS = frozenset({19, 23, 37, 46, 52})
_TEXTS = frozenset({12, 14, 15, 17, 18, 40, 60, 64, 66, 67, 56})


def message_of(section: Section, size: int | None) -> tuple[bytes, int, frozenset[Aspect]]:
    """The octets of a message, its length, and what is unknown of it."""
    told = Told(dhcp.BOOTREQUEST, size=size)
    lines = section.lines
    first = next((at for at, line in enumerate(lines) if _OPTION.match(line)), len(lines))
    head = Section(section.name, section.title, lines[:first])
    kind = _LAST_NUMBER.search(head.value("message type") or "")
    told.op = int(kind.group(1)) & 0xFF if kind is not None else _op(section.title)
    told.xid, told.secs = head.number("transaction id"), head.number("seconds elapsed")
    told.flags, told.hops = head.number("bootp flags"), head.number("hops") or 0
    hardware = _HARDWARE.search(head.value("client mac address", "client hardware address") or "")
    if hardware is not None:
        told.hardware = mac_of(hardware.group(1)) or told.hardware
    told.ciaddr, told.yiaddr = _address(head, "client ip"), _address(head, "your (client) ip")
    told.siaddr, told.giaddr = _address(head, "next server ip"), _address(head, "relay agent ip")
    told.sname = (head.value("server host name", "server name") or "").encode()
    told.file = (head.value("boot file name", "bootfile name") or "").encode()
    ends = _options(lines[first:], told)
    told.lacks_options = told.lacks_options or not ends
    return told.built()


def _op(title: str) -> int:
    is_reply = any(f"({word})" in title for word in ("Offer", "ACK", "NAK"))
    return dhcp.BOOTREPLY if is_reply else dhcp.BOOTREQUEST


def _address(head: Section, name: str) -> IPv4Address:
    found = _LAST_ADDRESS.search(head.value(f"{name} address") or "")
    try:
        return IPv4Address(found.group(1)) if found is not None else ANY
    except ValueError:
        return ANY


def _options(lines: Sequence[str], told: Told) -> bool:
    """The options in their order; whether they go on to their end."""
    starts = [at for at, line in enumerate(lines) if _OPTION.match(line)]
    is_within = False
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        found = _OPTION.match(lines[at])
        assert found is not None, "it was chosen by that"
        code = int(found["code"] or found["old"])
        if code == dhcp.END:
            if not is_within:
                return True
            is_within = False
            continue
        if is_within:
            continue
        data = _value(code, lines[at:end], found["size"])
        if data is None or code > 254:
            told.lacks_options = True
        else:
            told.options.append(Option(code, data))
        if code == dhcp.OVERLOAD:
            # What stands in the fields is shown among the options, up to an END of its own.
            told.lacks_options = is_within = True
    return any("End Option" in line for line in lines[-3:])


def _value(code: int, lines: Sequence[str], old: str | None) -> bytes | None:
    """The octets of a value; None where the text does not give them all."""
    sizes = [int(found.group(1)) for found in map(_LENGTH.match, lines) if found is not None]
    size = int(old) if old else sizes[0] if sizes else None
    if size == 0:
        return b""
    data = _read(code, lines, bool(old))
    if data is None or size is None:
        # Details that are folded have the value in the option's own line, if it is there at all.
        return data if size is None and code in (53, 54, 1, 50, 28) else None
    if len(data) == size:
        return data
    is_text = code in _TEXTS
    # A text is shown up to its zero, with which some servers end it.
    return data + b"\0" if is_text and len(data) == size - 1 else None


def _read(code: int, lines: Sequence[str], is_old: bool) -> bytes | None:
    reader: Callable[[Sequence[str]], bytes | None]
    if code == 53:
        reader = _type
    elif code == 55:
        reader = _requested
    elif code in _ADDRESSES:
        reader = _addresses
    elif code in _TIMES:
        reader = _time
    elif code in _WORDS16 or code == 93:
        reader = _word16
    elif code in _OCTETS:
        reader = _octet
    elif code in _TEXTS:
        return _old_text(lines) if is_old else _text(lines)
    else:
        reader = {61: _client_id, 97: _uuid, 94: _interface, 77: _user_class, 43: _vendor}.get(
            code, _hex
        )
    return reader(lines)


def _type(lines: Sequence[str]) -> bytes | None:
    found = next((one for one in map(_TYPE.search, lines) if one is not None), None)
    number = TYPES.get(found.group(1).lower()) if found is not None else None
    return None if number is None else bytes((number,))


def _requested(lines: Sequence[str]) -> bytes | None:
    found = [int(one.group(1)) & 0xFF for one in map(_ITEM.match, lines[1:]) if one is not None]
    return bytes(found) if found else None


def _addresses(lines: Sequence[str]) -> bytes | None:
    inner = [line for line in lines[1:] if ":" in line] or lines[:1]
    found = [one.group(1) for one in map(_LAST_ADDRESS.search, inner) if one is not None]
    try:
        return b"".join(IPv4Address(one).packed for one in found) or None
    except ValueError:
        return None


def _time(lines: Sequence[str]) -> bytes | None:
    for line in lines:
        found = _SECONDS.search(line)
        if found is not None:
            number = int(found.group(1) or found.group(2))
            return number.to_bytes(4, "big") if number <= 0xFFFFFFFF else None
        if "infinity" in line:
            return b"\xff\xff\xff\xff"
    return None


def _last_number(lines: Sequence[str]) -> int | None:
    values = [line for line in lines[1:] if not _LENGTH.match(line)] or lines[:1]
    found = _LAST_NUMBER.search(values[0]) or _NUMBER_AFTER.search(values[0])
    return int(found.group(1)) if found is not None else None


def _word16(lines: Sequence[str]) -> bytes | None:
    numbers = [
        int(found.group(1))
        for found in map(_LAST_NUMBER.search, [one for one in lines[1:] if not _LENGTH.match(one)])
        if found is not None
    ] or ([number] if (number := _last_number(lines)) is not None else [])
    if not numbers or max(numbers) > 0xFFFF:
        return None
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def _octet(lines: Sequence[str]) -> bytes | None:
    number = _last_number(lines)
    return bytes((number,)) if number is not None and number < 256 else None


def _text(lines: Sequence[str]) -> bytes | None:
    for line in lines[1:]:
        found = _TEXT.match(line)
        if found is not None and not _LENGTH.match(line):
            return _unescaped(found.group(1))
    return None


def _old_text(lines: Sequence[str]) -> bytes | None:
    found = _OLD_VALUE.match(lines[0].partition(")")[2])
    return _unescaped(found.group(1).strip('"')) if found is not None else None


_ESCAPE = re.compile(r"\\([0-7]{3}|[nrt\\])")
_LETTERS = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}


def _unescaped(text: str) -> bytes:
    """The octets of a text in which others than letters stand as ``\\377``."""
    if "\u2026" in text or "\ufffd" in text:
        return b""  # shortened
    found, at = b"", 0
    for one in _ESCAPE.finditer(text):
        inner = one.group(1)
        octet = _LETTERS.get(inner) or bytes((int(inner, 8) & 0xFF,))
        found += text[at : one.start()].encode() + octet
        at = one.end()
    return found + text[at:].encode()


def _client_id(lines: Sequence[str]) -> bytes | None:
    for line in lines[1:]:
        uuid, hardware = _UUID.search(line), _HARDWARE.search(line)
        if uuid is not None:
            return b"\0" + UUID(uuid.group(1)).bytes_le
        if hardware is not None and "MAC" in line:
            octets = mac_of(hardware.group(1))
            return b"\1" + octets if octets is not None else None
    return _hex(lines)


def _uuid(lines: Sequence[str]) -> bytes | None:
    """Wireshark prints its first three fields turned round, as Microsoft does."""
    for line in lines[1:]:
        found = _UUID.search(line)
        if found is not None:
            return b"\0" + UUID(found.group(1)).bytes_le
    return None


def _interface(lines: Sequence[str]) -> bytes | None:
    numbers = {}
    for line in lines[1:]:
        name, _, value = line.strip().partition(": ")
        if name in ("Major Version", "Minor Version") and value.isascii() and value.isdigit():
            numbers[name] = int(value) & 0xFF
    if len(numbers) < 2:
        return None
    return bytes((1, numbers["Major Version"], numbers["Minor Version"]))


def _user_class(lines: Sequence[str]) -> bytes | None:
    for line in lines[1:]:
        name, _, value = line.strip().partition(": ")
        if name.startswith("User Class Data (Text)"):
            return _unescaped(value)
    return _hex(lines)


def _vendor(lines: Sequence[str]) -> bytes | None:
    """Option 43 of PXE, sub-option by sub-option."""
    starts = [at for at, line in enumerate(lines) if _SUBOPTION.match(line)]
    if not starts:
        return _hex(lines)
    found = b""
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        code = _SUBOPTION.match(lines[at])
        data = _suboption(lines[at:end])
        sizes = [int(one.group(1)) for one in map(_LENGTH.match, lines[at:end]) if one is not None]
        if code is None or data is None or sizes[:1] != [len(data)]:
            return None
        found += bytes((int(code.group(1)) & 0xFF, len(data))) + data
    if any("PXE Client End: 255" in line or "End: 255" in line for line in lines[starts[-1] :]):
        found += b"\xff"
    return found


def _suboption(lines: Sequence[str]) -> bytes | None:
    for line in lines[1:]:
        control, group = _CONTROL.search(line), _GROUP.search(line)
        if control is not None:
            return bytes.fromhex(control.group(1))
        if group is not None:
            return _addresses([lines[0], line])
    return _hex(lines)


def _hex(lines: Sequence[str]) -> bytes | None:
    for line in lines[1:]:
        if _LENGTH.match(line):
            continue
        found = _HEX.search(line)
        if found is not None:
            return bytes.fromhex(found.group(1))
    return None
