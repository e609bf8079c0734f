"""What the values of DHCP options and of the options inside them say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from uuid import UUID

from pxeclient.wire import pxe
from pxeclient.wire.addresses import Mac
from pxeclient.wire.options import (
    ARCHITECTURES,
    OPTIONS,
    PXE_SUBOPTIONS,
    option_name,
    printable,
    show_value,
)

CONTROL_BITS = {
    pxe.NO_BROADCAST: "no broadcast discovery",
    pxe.NO_MULTICAST: "no multicast discovery",
    pxe.ONLY_LISTED: "only the listed boot servers",
    pxe.DISCOVERY_DISABLED: "boot the offered file, no discovery",
}
"""Discovery control (43.6), bit by bit (PXE 2.1 §2.2.3)."""

IPXE_SUBOPTIONS = {
    1: "priority", 2: "address", 3: "next server", 81: "scriptlet",
    16: "PXE API extensions", 17: "iSCSI", 18: "AoE", 19: "HTTP", 20: "HTTPS", 21: "TFTP",
    22: "FTP", 23: "DNS", 24: "bzImage", 25: "multiboot", 26: "SLAM", 27: "SRP", 32: "NBI",
    33: "PXE format", 34: "ELF", 35: "COMBOOT", 36: "EFI format", 37: "FCoE", 38: "VLAN",
    39: "menus", 40: "SDI", 41: "NFS",
    pxe.IPXE_NO_PXEDHCP: "no ProxyDHCP", pxe.IPXE_BUS_ID: "bus id", 235: "version",
}  # fmt: skip
"""Option 175 (iPXE ``src/include/ipxe/dhcp.h`` and ``features.h``)."""

_OVERLOAD = {1: "file holds options", 2: "sname holds options", 3: "file and sname hold options"}


def option_value(code: int, data: bytes) -> str:
    """The option's value in words; what does not have its form shows its octets."""
    match code, len(data):
        case 61, 7 if data[0] == 1:
            return str(Mac(data[1:]))
        case 93, size if size > 2 and size % 2 == 0:
            return ", ".join(str(number) for number in _words(data))
        case 94, 3:
            return f"{data[0]}, version {data[1]}.{data[2]}"
        case 97, 17 if data[0] == 0:
            return str(UUID(bytes=data[1:]))
        case 121, _:
            return _routes(data) or data.hex(" ")
        case _:
            return show_value(code, data)


def option_note(code: int, data: bytes) -> str:
    """What the value means, where the value alone does not say it; else the option's source."""
    match code:
        case 52 if data:
            return _OVERLOAD.get(data[0], "unknown")
        case 51 | 58 | 59:
            return "seconds"
        case 13:
            return "blocks of 512 octets"
        case 55:
            return ", ".join(_short_name(wanted) for wanted in data)
        case 61 if data[:1] == b"\1":
            return "hardware type 1, Ethernet"
        case 93 if len(data) > 2:
            return ", ".join(ARCHITECTURES.get(number, "unknown") for number in _words(data))
        case 94 if data[:1] == b"\1":
            return "UNDI"
        case 97 if data[:1] == b"\0":
            return "type 0, a UUID, octets in wire order"
        case _:
            return OPTIONS[code].source if code in OPTIONS else ""


def _short_name(code: int) -> str:
    return option_name(code).removeprefix("option ")


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def _routes(data: bytes) -> str:
    """Classless routes (RFC 3442); empty if they are malformed."""
    found, at = [], 0
    while at < len(data):
        width = data[at]
        size = (width + 7) // 8
        stop = at + 1 + size + 4
        if width > 32 or stop > len(data):
            return ""
        network = IPv4Address(data[at + 1 : at + 1 + size].ljust(4, b"\0"))
        found.append(f"{network}/{width} by {IPv4Address(data[stop - 4 : stop])}")
        at = stop
    return ", ".join(found)


@dataclass(frozen=True, slots=True)
class Inside:
    """What an option holds that holds options of its own."""

    names: Mapping[int, str]
    show: Callable[[int, bytes], str]
    explain: Callable[[int, bytes], str]
    note: str = ""


def _pxe_value(code: int, data: bytes) -> str:
    match code:
        case pxe.DISCOVERY_CONTROL if len(data) == 1:
            return f"0x{data[0]:02x}"
        case 1 | pxe.MULTICAST_ADDRESS if len(data) == 4:
            return str(IPv4Address(data))
        case 4 | 5 if len(data) == 1:
            return str(data[0])
        case pxe.BOOT_SERVERS if not (found := pxe.scan_boot_servers(data))[1]:
            return "; ".join(_servers(entry) for entry in found[0])
        case pxe.BOOT_MENU if not (items := pxe.scan_menu(data))[1]:
            return "; ".join(f"{item.type} {printable(item.text)}" for item in items[0])
        case pxe.MENU_PROMPT if data:
            return f"{data[0]} s, {printable(data[1:])}"
        case pxe.BOOT_ITEM if len(data) == 4:
            kind, layer = _words(data)
            return f"type {kind}, layer {layer}"
        case _:
            return data.hex(" ")


def _servers(entry: pxe.BootServers) -> str:
    addresses = ", ".join(map(str, entry.addresses)) or "no address"
    return f"type {entry.type}: {addresses}"


def _pxe_note(code: int, data: bytes) -> str:
    match code:
        case pxe.DISCOVERY_CONTROL if data:
            words = [words for bit, words in CONTROL_BITS.items() if data[0] & bit]
            return ", ".join(words) or "no bit set"
        case pxe.MENU_PROMPT if data[:1] == b"\0":
            return "0: the first item at once"
        case pxe.MENU_PROMPT if data[:1] == b"\xff":
            return "255: for ever"
        case _:
            return ""


def _ipxe_value(code: int, data: bytes) -> str:
    match code:
        case pxe.IPXE_NEXT_SERVER if len(data) == 4:
            return str(IPv4Address(data))
        case pxe.IPXE_BUS_ID if len(data) == 5 and data[0] == 1:
            return f"PCI {data[1:3].hex()}:{data[3:5].hex()}"
        case 235:
            return ".".join(map(str, data))
        case _ if len(data) == 1:
            return str(data[0])
        case _:
            return data.hex(" ")


def _ipxe_note(code: int, data: bytes) -> str:
    return "supported" if 16 <= code <= 41 and data == b"\1" else ""


def _relay_value(code: int, data: bytes) -> str:
    return printable(data) if code in (1, 2) else data.hex(" ")


def _no_note(code: int, data: bytes) -> str:
    return ""


INSIDE: dict[int, Inside] = {
    43: Inside(PXE_SUBOPTIONS, _pxe_value, _pxe_note, "sub-options by PXE's names"),
    82: Inside({1: "circuit id", 2: "remote id"}, _relay_value, _no_note, "RFC 3046"),
    175: Inside(IPXE_SUBOPTIONS, _ipxe_value, _ipxe_note, "iPXE's own options"),
}
"""The options with options inside."""
