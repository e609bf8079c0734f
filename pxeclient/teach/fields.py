"""The fields of a frame that a step shows: by name, with what they are called and say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pxeclient.report.frames import Summary, summarise
from pxeclient.wire import dhcp, pxe, tftp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Message
from pxeclient.wire.options import PXE_SUBOPTIONS, option_name, printable, show_value

ABSENT = "absent"


class Shown(NamedTuple):
    """One field."""

    name: str
    """As standards call it: ``yiaddr``, ``option 60``, ``43.6``."""
    meaning: str
    """What it is, in words."""
    value: str
    """Printable; `ABSENT` where the frame has none."""


_FRAME: Mapping[str, tuple[str, Callable[[Summary], str]]] = {
    "source": ("from", lambda summary: summary.source),
    "destination": ("to", lambda summary: summary.destination),
}
_HEADER: Mapping[str, tuple[str, Callable[[Message], str]]] = {
    "xid": ("transaction id", lambda message: f"{message.xid:08x}"),
    "secs": ("seconds since the client began", lambda message: str(message.secs)),
    "flags": ("flags", lambda message: _flags(message.flags)),
    "ciaddr": ("the client's own address", lambda message: _address(str(message.ciaddr))),
    "yiaddr": ("your address", lambda message: _address(str(message.yiaddr))),
    "siaddr": ("next server", lambda message: _address(str(message.siaddr))),
    "giaddr": ("relay agent", lambda message: _address(str(message.giaddr))),
    "chaddr": ("hardware address", lambda message: message.hardware.hex(":")),
    "file": ("boot file name", lambda message: printable(dhcp.text_field(message.file)) or "empty"),
}
_TFTP = {
    "filename": "file name",
    "mode": "transfer mode",
    "block": "block number",
    "octets": "octets of the file",
    "error code": "error code",
    "error message": "error message",
}
_OPTION = re.compile(r"option (\d{1,3})|43\.(\d{1,3})|tftp (\w+)")


def is_field(name: str) -> bool:
    """There is a field of that name."""
    return name in _FRAME or name in _HEADER or name in _TFTP or bool(_OPTION.fullmatch(name))


def show(frame: bytes, names: tuple[str, ...]) -> list[Shown]:
    """The named fields of a frame, in that order."""
    summary = summarise(frame)
    return [_show(summary, name) for name in names]


def _show(summary: Summary, name: str) -> Shown:
    if name in _FRAME:
        meaning, read = _FRAME[name]
        return Shown(name, meaning, read(summary))
    if name in _TFTP:
        return Shown(name, _TFTP[name], _tftp(summary.tftp, name))
    found = _OPTION.fullmatch(name)
    if found is None:
        meaning, read_header = _HEADER[name]
        value = ABSENT if summary.message is None else read_header(summary.message)
        return Shown(name, meaning, value)
    option, suboption, negotiated = found.groups()
    if negotiated is not None:
        return Shown(name, "TFTP option", _negotiated(summary.tftp, negotiated))
    if suboption is not None:
        code = int(suboption)
        return Shown(name, PXE_SUBOPTIONS.get(code, "unknown"), _inside(summary.message, code))
    return _option(summary.message, int(option))


def _option(message: Message | None, code: int) -> Shown:
    data = None if message is None else dhcp.first(message.options, code)
    value = ABSENT if data is None else show_value(code, data)
    return Shown(f"option {code}", option_name(code), value)


def _inside(message: Message | None, code: int) -> str:
    vendor = None if message is None else dhcp.first(message.options, 43)
    data = None if vendor is None else dhcp.first(pxe.parse_suboptions(vendor), code)
    return ABSENT if data is None else _suboption(code, data)


def _suboption(code: int, data: bytes) -> str:
    match code:
        case pxe.DISCOVERY_CONTROL if len(data) == 1:
            return f"{data[0]} ({_bits(data[0])} set)"
        case pxe.BOOT_SERVERS:
            servers, _ = pxe.scan_boot_servers(data)
            return "; ".join(f"type {one.type}: {_list(one.addresses)}" for one in servers)
        case pxe.BOOT_MENU:
            items, _ = pxe.scan_menu(data)
            return "; ".join(f"type {item.type}: {printable(item.text)}" for item in items)
        case pxe.MENU_PROMPT if data:
            return f"{data[0]} s: {printable(data[1:])}"
        case pxe.MULTICAST_ADDRESS if len(data) == 4:
            return ".".join(map(str, data))
        case pxe.BOOT_ITEM if len(data) == 4:
            layer = int.from_bytes(data[2:], "big")
            return f"type {int.from_bytes(data[:2], 'big')}, layer {layer}"
        case _:
            return data.hex(" ")


def _bits(octet: int) -> str:
    bits = [str(bit) for bit in range(8) if octet >> bit & 1]
    return f"bit{'s' if len(bits) > 1 else ''} {', '.join(bits)}" if bits else "no bit"


def _list(addresses: tuple[object, ...]) -> str:
    return ", ".join(map(str, addresses)) or "no address"


def _address(text: str) -> str:
    return f"{text} (none)" if text == str(ANY) else text


def _flags(flags: int) -> str:
    words = "broadcast the reply" if flags & 0x8000 else "unicast the reply if you can"
    return f"{flags:04x} ({words})"


def _tftp(message: tftp.Message | None, name: str) -> str:
    match message, name:
        case tftp.Request(filename=filename), "filename":
            return printable(filename)
        case tftp.Request(mode=mode), "mode":
            return printable(mode)
        case ((tftp.Data(block=block) | tftp.Ack(block=block)), "block"):
            return str(block)
        case tftp.Data() as data, "octets":
            return str(len(data.content))
        case tftp.Error(code=code), "error code":
            return str(code)
        case tftp.Error() as error, "error message":
            return printable(error.message)
        case _:
            return ABSENT


def _negotiated(message: tftp.Message | None, name: str) -> str:
    if isinstance(message, tftp.OptionAck):
        value = message.get(name.encode())
        return ABSENT if value is None else printable(value)
    if isinstance(message, tftp.Request):
        for key, value in message.options:
            if key.lower() == name.encode():
                return printable(value)
    return ABSENT
