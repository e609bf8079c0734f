"""SMSPXE.log of Configuration Manager: the packets that its PXE provider and responder print."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from pxeclient.capture.text.building import mac_of
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.log_frames import Logged, time_of
from pxeclient.capture.text.message import Told
from pxeclient.capture.text.piece import Format, Piece
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY, Mac
from pxeclient.wire.dhcp import Option

_BEGIN = re.compile(r"Operation: ?Boot(?P<what>Request|Reply) ?\(\d\)", re.IGNORECASE)
_HARDWARE = re.compile(r"\bAddr: ?((?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2})")
_XID = re.compile(r"\bID: ?([0-9A-Fa-f]{8})\b")
_SECS = re.compile(r"Sec Since Boot: ?(\d{1,5})")
_ADDRESS = re.compile(r"\b(Client|Your|Server|Relay Agent) IP: ?(\d{1,3}(?:\.\d{1,3}){3})")
_OPTION = re.compile(r"Type ?= ?(\d{1,3})\b")
_FILE = re.compile(r"\b(?:BootFile|Boot File): ?(\S{1,128})")
_HEX = re.compile(r": ?((?:[0-9A-Fa-f]{2}){1,128})\b")
_TEXT = re.compile(r": ?(\S.{0,200}?)\s*$")
_KIND = re.compile(r": ?(\d)\b")
_ENDS = re.compile(r"\$\$<|\]LOG\]|</?LOG")
_MOST_LINES = 40
_NETWORK = re.compile(r"\b0{0,2}(\d{1,3})\.0{0,2}(\d{1,3})\.0{0,2}(\d{1,3})\.0{0,2}(\d{1,3})\b")


def read(lines: Lines) -> list[Piece] | None:
    """The packet that is printed from the next line on; None where none is."""
    begin = _BEGIN.search(lines.next)
    if begin is None:
        return None
    where = Logged(Format.SMSPXE, lines.number, time_of(lines.next))
    block = [lines.take()]
    while lines and len(block) < _MOST_LINES:
        line = lines.next
        if _BEGIN.search(line) or not _belongs(line):
            break
        block.append(lines.take())
    is_reply = begin["what"].lower() == "reply"
    told = Told(dhcp.BOOTREPLY if is_reply else dhcp.BOOTREQUEST, lacks_options=True)
    text = " ".join(block)
    hardware = _HARDWARE.search(text)
    known = mac_of(hardware.group(1)) if hardware is not None else None
    if known is None:
        return []
    _header(told, text, known)
    told.options += _options(block)
    return [where.message(told, told.siaddr if is_reply and told.siaddr != ANY else None)]


def _belongs(line: str) -> bool:
    return bool(
        _OPTION.search(line) or _HARDWARE.search(line) or _ADDRESS.search(line)
        or _SECS.search(line) or "Magic Cookie" in line or line.strip() in ("Options:", "")
        or _FILE.search(line)
    )  # fmt: skip


def _header(told: Told, text: str, hardware: Mac) -> None:
    told.hardware = hardware
    xid, secs, file = _XID.search(text), _SECS.search(text), _FILE.search(text)
    told.xid = int(xid.group(1), 16) if xid is not None else None
    told.secs = int(secs.group(1)) & 0xFFFF if secs is not None else None
    told.file = file.group(1).encode() if file is not None else b""
    for whose, value in _ADDRESS.findall(text):
        address = _address(value)
        match whose:
            case "Client":
                told.ciaddr = address
            case "Your":
                told.yiaddr = address
            case "Server":
                told.siaddr = address
            case _:
                told.giaddr = address


def _address(text: str) -> IPv4Address:
    """Of numbers with zeros before them, as it prints addresses."""
    try:
        return IPv4Address(".".join(str(int(part)) for part in text.split(".")))
    except ValueError:
        return ANY


def _options(block: list[str]) -> list[Option]:
    """The options whose values are printed whole."""
    found = []
    for line in block:
        match = _OPTION.search(line)
        if match is None:
            continue
        code, rest = int(match.group(1)), line[match.end() :]
        rest = _ENDS.split(rest)[0]
        data = _value(code, rest)
        if data and 0 < code < 255:
            found.append(Option(code, data[:255]))
    return found


def _value(code: int, rest: str) -> bytes | None:
    match code:
        case 53:
            kind = _KIND.search(rest)
            return bytes((int(kind.group(1)),)) if kind is not None else None
        case 60 | 66 | 67 | 12:
            text = _TEXT.search(rest)
            return text.group(1).encode() if text is not None else None
        case 54:
            address = _NETWORK.search(rest)
            return _address(address.group()).packed if address is not None else None
        case 93 | 94 | 97 | 43:
            octets = _HEX.search(rest)
            return bytes.fromhex(octets.group(1)) if octets is not None else None
        case _:
            return None
