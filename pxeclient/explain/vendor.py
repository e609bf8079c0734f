"""What PXE puts into option 43, in words."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.wire import pxe
from pxeclient.wire.options import PXE_SUBOPTIONS, printable

_BITS = (
    (pxe.NO_BROADCAST, "no broadcast discovery"),
    (pxe.NO_MULTICAST, "no multicast discovery"),
    (pxe.ONLY_LISTED, "only the listed boot servers"),
    (pxe.DISCOVERY_DISABLED, "no discovery: boot the named file"),
)


def vendor_lines(data: bytes) -> Iterator[str]:
    """Each sub-option in a line; safe to print."""
    options = pxe.parse_suboptions(data)
    if not options:
        yield f"43: {data.hex(' ') or 'empty'}"
    for option in options:
        name = PXE_SUBOPTIONS.get(option.code, "unknown to PXE 2.1")
        yield f"43.{option.code} {name}: {_words(option.code, option.data)}"


def _words(code: int, data: bytes) -> str:
    match code:
        case pxe.DISCOVERY_CONTROL if data:
            bits = [words for bit, words in _BITS if data[0] & bit]
            return f"{data[0]} ({'; '.join(bits) or 'all ways of discovery'})"
        case 1 | pxe.MULTICAST_ADDRESS if len(data) == 4:
            return str(IPv4Address(data))
        case pxe.BOOT_SERVERS:
            servers, rest = pxe.scan_boot_servers(data)
            shown = [f"type {one.type}: {' '.join(map(str, one.addresses))}" for one in servers]
            return _with_rest("; ".join(shown), rest)
        case pxe.BOOT_MENU:
            items, rest = pxe.scan_menu(data)
            return _with_rest(", ".join(f"{i.type} {printable(i.text)!r}" for i in items), rest)
        case pxe.MENU_PROMPT if data:
            return f"{printable(data[1:])!r}, {_timeout(data[0])}"
        case pxe.BOOT_ITEM if len(data) >= 4:
            return (
                f"type {int.from_bytes(data[:2], 'big')}, layer {int.from_bytes(data[2:4], 'big')}"
            )
        case _:
            return data.hex(" ") or "empty"


def _timeout(seconds: int) -> str:
    return {0: "the first item at once", 255: "waits for a key"}.get(seconds, f"{seconds} s")


def _with_rest(words: str, rest: bytes) -> str:
    return f"{words} (and {len(rest)} octets that are cut off)" if rest else words
