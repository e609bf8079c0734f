"""What PXE puts inside option 43, and iPXE inside option 175.

Source: PXE 2.1 §2.2.3 (as restated in draft-henry-remote-boot-protocol-00), RFC 4578;
iPXE ``src/include/ipxe/dhcp.h`` for option 175.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.wire.dhcp import (
    BOOTREQUEST,
    DISCOVER,
    END,
    PROXY_PORT,
    REQUEST,
    Message,
    Option,
    build_options,
    first,
    joined,
    scan_options,
)
from pxeclient.wire.errors import WireError

PXECLIENT = b"PXEClient"
"""How option 60 begins in everything that belongs to PXE; compared with case."""

DISCOVERY_CONTROL = 6
MULTICAST_ADDRESS = 7
BOOT_SERVERS = 8
BOOT_MENU = 9
MENU_PROMPT = 10
BOOT_ITEM = 71

NO_BROADCAST, NO_MULTICAST, ONLY_LISTED, DISCOVERY_DISABLED = 1, 2, 4, 8
"""The bits of discovery control (43.6). Bit 3: boot the offered file, no discovery."""

CREDENTIALS_LAYER = 0x8000
"""The bit of a boot item's layer (43.71) that asks for, or names, a file of credentials."""

DISCOVERY_TAGS = frozenset({6, 7, 8, 9, 10, 71})
"""Any of these in option 43 makes an offer one of PXE boot-server discovery."""
MTFTP_TAGS = frozenset({1, 2, 3, 4, 5})
"""The parameters of a multicast download; it takes all of them."""

IPXE_PRIORITY = 1
IPXE_NO_PXEDHCP = 176
IPXE_BUS_ID = 177
IPXE_NEXT_SERVER = 3


class Purpose(StrEnum):
    """The DHCP messages that a PXE client sends."""

    DISCOVER = "discover"
    REQUEST = "request"
    PROXY_REQUEST = "proxy-request"
    BOOT_SERVER_REQUEST = "boot-server-request"


@dataclass(frozen=True, slots=True)
class BootServers:
    """The servers of one type, as 43.8 lists them."""

    type: int
    addresses: tuple[IPv4Address, ...]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the boot menu (43.9). Type 0 boots locally."""

    type: int
    text: bytes


@dataclass(frozen=True, slots=True)
class MenuPrompt:
    """What is shown before the menu (43.10), and for how long (0: not at all, 255: for ever)."""

    timeout: int
    text: bytes


class Mtftp(NamedTuple):
    """The parameters of a multicast download (MTFTP), 43.1 to 43.5."""

    group: IPv4Address
    """Where the file is multicast."""
    client_port: int
    """The UDP port that the clients listen on, and ask from."""
    server_port: int
    """The UDP port that the server is asked on, and sends from."""
    listen: int
    """Seconds to listen for a transfer under way before one is asked for (43.4)."""
    transmit: int
    """Seconds without a block after which it is acknowledged, or asked for, again (43.5)."""

    @property
    def is_usable(self) -> bool:
        """None of them is zero."""
        return all((int(self.group), *self[1:]))


def parse_suboptions(data: bytes) -> tuple[Option, ...]:
    """Read encapsulated options; a broken tail is left out, END is not kept."""
    options, _ = scan_options(data)
    return tuple(option for option in options if option.code != END)


def build_suboptions(options: Iterable[Option], end: bool = True) -> bytes:
    """Option 43's data: the sub-options, closed by END if `end`."""
    return build_options((*options, Option(END))) if end else build_options(options)


def discovery_control(sub: Iterable[Option]) -> int | None:
    """The bits of 43.6; None when it is absent or empty."""
    data = first(sub, DISCOVERY_CONTROL)
    return data[0] if data else None


def disables_discovery(sub: Iterable[Option]) -> bool:
    """Discovery control (43.6) has bit 3 set."""
    return bool((discovery_control(sub) or 0) & DISCOVERY_DISABLED)


def needs_list(control: int) -> bool:
    """Discovery control leaves nobody to be asked but the listed boot servers (43.8)."""
    shut = NO_BROADCAST | NO_MULTICAST
    return bool(control & ONLY_LISTED) or control & shut == shut


def has_discovery_tags(sub: Iterable[Option]) -> bool:
    """There is any option of boot-server discovery."""
    return any(option.code in DISCOVERY_TAGS for option in sub)


def scan_boot_servers(data: bytes) -> tuple[tuple[BootServers, ...], bytes]:
    """The entries of 43.8 that are whole, and what follows them."""
    servers: list[BootServers] = []
    at = 0
    while at + 3 <= len(data) and (stop := at + 3 + 4 * data[at + 2]) <= len(data):
        addresses = tuple(IPv4Address(data[i : i + 4]) for i in range(at + 3, stop, 4))
        servers.append(BootServers(int.from_bytes(data[at : at + 2], "big"), addresses))
        at = stop
    return tuple(servers), data[at:]


def listed(sub: Iterable[Option]) -> tuple[BootServers, ...]:
    """The boot servers of 43.8, as far as they are whole."""
    return scan_boot_servers(first(sub, BOOT_SERVERS) or b"")[0]


def parse_boot_servers(data: bytes) -> tuple[BootServers, ...]:
    """Read 43.8.

    Raises:
        WireError: An entry is cut off.
    """
    servers, rest = scan_boot_servers(data)
    if rest:
        raise WireError(f"option 43.8: the entry at octet {len(data) - len(rest)} is cut off")
    return servers


def build_boot_servers(servers: Iterable[BootServers]) -> bytes:
    """The octets of 43.8."""
    return b"".join(
        server.type.to_bytes(2, "big")
        + bytes((len(server.addresses),))
        + b"".join(address.packed for address in server.addresses)
        for server in servers
    )


def scan_menu(data: bytes) -> tuple[tuple[MenuItem, ...], bytes]:
    """The items of 43.9 that are whole, and what follows them."""
    items: list[MenuItem] = []
    at = 0
    while at + 3 <= len(data) and (stop := at + 3 + data[at + 2]) <= len(data):
        items.append(MenuItem(int.from_bytes(data[at : at + 2], "big"), data[at + 3 : stop]))
        at = stop
    return tuple(items), data[at:]


def parse_menu(data: bytes) -> tuple[MenuItem, ...]:
    """Read 43.9.

    Raises:
        WireError: An item is cut off.
    """
    items, rest = scan_menu(data)
    if rest:
        raise WireError(f"option 43.9: the item at octet {len(data) - len(rest)} is cut off")
    return items


def build_menu(items: Iterable[MenuItem]) -> bytes:
    """The octets of 43.9."""
    return b"".join(
        item.type.to_bytes(2, "big") + bytes((len(item.text),)) + item.text for item in items
    )


def boot_item(type: int, layer: int = 0) -> Option:
    """43.71: the boot server type that is wanted, and the layer of its file."""
    return Option(BOOT_ITEM, type.to_bytes(2, "big") + layer.to_bytes(2, "big"))


def boot_item_of(message: Message) -> int | None:
    """The boot server type that a message asks for, or answers (43.71); None without one.

    Read in full: overloaded fields too, and a repeated option 43 as one (RFC 3396).
    """
    vendor = joined(message.overloaded(), 43)
    item = first(parse_suboptions(vendor), BOOT_ITEM) if vendor else None
    return int.from_bytes(item[:2], "big") if item else None


def purpose_of(message: Message, port: int) -> Purpose | None:
    """What a client's message to a port is for; None where it is nothing that PXE asks.

    A boot server is asked on either port by the same message, so the boot item counts before
    the port (PXE 2.1 §2.2.5).
    """
    if message.op != BOOTREQUEST:
        return None
    if message.type == DISCOVER:
        return Purpose.DISCOVER
    if message.type != REQUEST:
        return None
    if boot_item_of(message) is not None:
        return Purpose.BOOT_SERVER_REQUEST
    return Purpose.PROXY_REQUEST if port == PROXY_PORT else Purpose.REQUEST


def parse_mtftp(sub: Iterable[Option]) -> Mtftp | None:
    """The parameters of a multicast download; None unless all five are there and of their length.

    The ports are in Intel order, the low octet first.

    Source: tianocore/edk@321b15a5 ``PxeBc/Dxe/pxe_bc_dhcp.c`` (the table of PXE options).
    """
    options = tuple(sub)
    found = [first(options, code) for code in sorted(MTFTP_TAGS)]
    group, client, server, listen, transmit = (data or b"" for data in found)
    if (len(group), len(client), len(server), len(listen), len(transmit)) != (4, 2, 2, 1, 1):
        return None
    return Mtftp(
        IPv4Address(group),
        int.from_bytes(client, "little"),
        int.from_bytes(server, "little"),
        listen[0],
        transmit[0],
    )


def build_mtftp(mtftp: Mtftp) -> tuple[Option, ...]:
    """The sub-options 1 to 5 of option 43."""
    values = (
        mtftp.group.packed,
        mtftp.client_port.to_bytes(2, "little"),
        mtftp.server_port.to_bytes(2, "little"),
        bytes((mtftp.listen,)),
        bytes((mtftp.transmit,)),
    )
    return tuple(Option(code, value) for code, value in enumerate(values, 1))


def parse_prompt(data: bytes) -> MenuPrompt:
    """Read 43.10.

    Raises:
        WireError: It is empty.
    """
    if not data:
        raise WireError("option 43.10: empty")
    return MenuPrompt(data[0], data[1:])
