"""DHCP option numbers: their names, how to show their values, and where they come from.

This table serves people (transcripts, messages, `-v`); decisions never look at it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import IPv4Address


class Kind(Enum):
    """How an option's octets are to be shown."""

    ADDRESSES = auto()
    NUMBER = auto()
    TEXT = auto()
    CODES = auto()
    ARCH = auto()
    MESSAGE_TYPE = auto()
    OCTETS = auto()


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """What is known about one option number."""

    name: str
    kind: Kind
    source: str


def _info(name: str, kind: Kind, source: str) -> OptionInfo:
    return OptionInfo(name, kind, source)


OPTIONS: dict[int, OptionInfo] = {
    1: _info("subnet mask", Kind.ADDRESSES, "RFC 2132 §3.3"),
    2: _info("time offset", Kind.NUMBER, "RFC 2132 §3.4"),
    3: _info("router", Kind.ADDRESSES, "RFC 2132 §3.5"),
    6: _info("DNS servers", Kind.ADDRESSES, "RFC 2132 §3.8"),
    12: _info("host name", Kind.TEXT, "RFC 2132 §3.14"),
    13: _info("boot file size", Kind.NUMBER, "RFC 2132 §3.15"),
    15: _info("domain name", Kind.TEXT, "RFC 2132 §3.17"),
    17: _info("root path", Kind.TEXT, "RFC 2132 §3.19"),
    26: _info("interface MTU", Kind.NUMBER, "RFC 2132 §5.1"),
    28: _info("broadcast address", Kind.ADDRESSES, "RFC 2132 §5.3"),
    42: _info("NTP servers", Kind.ADDRESSES, "RFC 2132 §8.3"),
    43: _info("vendor-specific information", Kind.OCTETS, "RFC 2132 §8.4"),
    50: _info("requested address", Kind.ADDRESSES, "RFC 2132 §9.1"),
    51: _info("lease time", Kind.NUMBER, "RFC 2132 §9.2"),
    52: _info("option overload", Kind.NUMBER, "RFC 2132 §9.3"),
    53: _info("message type", Kind.MESSAGE_TYPE, "RFC 2132 §9.6"),
    54: _info("server identifier", Kind.ADDRESSES, "RFC 2132 §9.7"),
    55: _info("parameter request list", Kind.CODES, "RFC 2132 §9.8"),
    56: _info("message", Kind.TEXT, "RFC 2132 §9.9"),
    57: _info("maximum message size", Kind.NUMBER, "RFC 2132 §9.10"),
    58: _info("renewal time", Kind.NUMBER, "RFC 2132 §9.11"),
    59: _info("rebinding time", Kind.NUMBER, "RFC 2132 §9.12"),
    60: _info("vendor class", Kind.TEXT, "RFC 2132 §9.13"),
    61: _info("client identifier", Kind.OCTETS, "RFC 2132 §9.14"),
    66: _info("TFTP server name", Kind.TEXT, "RFC 2132 §9.4"),
    67: _info("boot file name", Kind.TEXT, "RFC 2132 §9.5"),
    77: _info("user class", Kind.TEXT, "RFC 3004"),
    82: _info("relay agent information", Kind.OCTETS, "RFC 3046"),
    93: _info("client architecture", Kind.ARCH, "RFC 4578 §2.1"),
    94: _info("client network interface", Kind.OCTETS, "RFC 4578 §2.2"),
    97: _info("client machine identifier", Kind.OCTETS, "RFC 4578 §2.3"),
    119: _info("domain search", Kind.OCTETS, "RFC 3397"),
    121: _info("classless routes", Kind.OCTETS, "RFC 3442"),
    150: _info("TFTP server addresses", Kind.ADDRESSES, "RFC 5859"),
    175: _info("iPXE options", Kind.OCTETS, "iPXE src/include/ipxe/dhcp.h"),
    208: _info("pxelinux magic", Kind.OCTETS, "RFC 5071 §3"),
    209: _info("pxelinux configuration file", Kind.TEXT, "RFC 5071 §4"),
    210: _info("pxelinux path prefix", Kind.TEXT, "RFC 5071 §5"),
    255: _info("end", Kind.OCTETS, "RFC 2132 §3.2"),
}

MESSAGE_TYPES = {
    1: "DHCPDISCOVER",
    2: "DHCPOFFER",
    3: "DHCPREQUEST",
    4: "DHCPDECLINE",
    5: "DHCPACK",
    6: "DHCPNAK",
    7: "DHCPRELEASE",
    8: "DHCPINFORM",
    9: "DHCPFORCERENEW",
    10: "DHCPLEASEQUERY",
    11: "DHCPLEASEUNASSIGNED",
    12: "DHCPLEASEUNKNOWN",
    13: "DHCPLEASEACTIVE",
}
"""Option 53 (RFC 2132 §9.6, RFC 3203, RFC 4388 §6.1)."""


ARCHITECTURES = {
    0: "x86 BIOS",
    6: "x86 UEFI",
    7: "x64 UEFI",
    9: "EFI byte code",
    10: "ARM 32-bit UEFI",
    11: "ARM 64-bit UEFI",
    16: "x64 UEFI HTTP",
    21: "ARM 32-bit U-Boot",
    22: "ARM 64-bit U-Boot",
}
"""Option 93's commonest values, by the meaning that firmwares give them (RFC 4578 erratum 4625)."""

PXE_SUBOPTIONS = {
    1: "MTFTP address",
    2: "MTFTP client port",
    3: "MTFTP server port",
    4: "MTFTP start delay",
    5: "MTFTP timeout",
    6: "discovery control",
    7: "multicast discovery address",
    8: "boot servers",
    9: "boot menu",
    10: "menu prompt",
    11: "multicast addresses for servers",
    12: "credential types",
    71: "boot item",
}


def option_name(code: int) -> str:
    """The option's name; just ``option 224`` where none is known."""
    info = OPTIONS.get(code)
    return info.name if info else f"option {code}"


def show_value(code: int, data: bytes) -> str:
    """An option's value in words; text is escaped, a value of the wrong size shows its octets."""
    info = OPTIONS.get(code)
    match info.kind if info else Kind.OCTETS:
        case Kind.ADDRESSES if data and len(data) % 4 == 0:
            return ", ".join(str(IPv4Address(data[i : i + 4])) for i in range(0, len(data), 4))
        case Kind.NUMBER if 0 < len(data) <= 8:
            return str(int.from_bytes(data, "big"))
        case Kind.TEXT:
            return printable(data)
        case Kind.CODES:
            return " ".join(str(code) for code in data)
        case Kind.ARCH if len(data) == 2:
            number = int.from_bytes(data, "big")
            return f"{number} ({ARCHITECTURES.get(number, 'unknown')})"
        case Kind.MESSAGE_TYPE if len(data) == 1:
            return MESSAGE_TYPES.get(data[0], str(data[0]))
        case _:
            return data.hex(" ")


def printable(data: bytes) -> str:
    r"""Octets from the network as text that is safe on a terminal.

    Plain ASCII is itself, backslashes too: names of Windows servers such as ``boot\x86\wdsnbp.com``
    are to be read, and copied, as they are. Any other octet is ``<1b>``, as less and vim have it;
    a ``<`` that would look as the beginning of that is ``<3c>``, so each text is that of one
    string of octets alone.

    The only way in which names and messages from a server reach a person.
    """
    text = data.decode("latin-1")
    if text.isascii() and text.isprintable() and "<" not in text:
        return text  # as nearly all names are
    return _LIKE_AN_OCTET.sub("<3c>", text).translate(_SHOWN)


_LIKE_AN_OCTET = re.compile("<(?=[0-9a-f]{2}>)")

_SHOWN = {octet: f"<{octet:02x}>" for octet in range(256) if not 32 <= octet < 127}
"""How `printable` shows what is no plain ASCII."""
