"""A DHCP reply as a firmware reads it, and what it says as named facts.

Facts never decide anything: two firmwares can read the same fact and act differently on
it. Where firmwares *read* differently (overload, repeated options, which name comes
first) `ReadTraits` says how.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from itertools import chain

from msgspec import Struct

from pxeclient.boot.dhcp.traits import FileOrder, ReadTraits
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY, dotted, ipv4
from pxeclient.wire.dhcp import Message, Option
from pxeclient.wire.options import MESSAGE_TYPES, printable


class Reply(Struct, frozen=True):
    """One DHCP, ProxyDHCP or boot-server reply."""

    message: Message
    source: IPv4Address
    """The IP address it came from."""
    source_port: int
    arrived: float
    """Seconds since power-on."""
    type: int | None
    """Option 53; None in a BOOTP reply."""
    server_id: IPv4Address
    """Option 54, 0.0.0.0 if absent."""
    vendor_class: bytes | None
    """Option 60."""
    boot_file: bytes | None
    """The name that this firmware reads; None if there is none, empty if option 67 is empty."""
    next_server: IPv4Address
    """siaddr, or what this firmware takes in its place."""
    vendor: tuple[Option, ...]
    """The sub-options of option 43."""
    ipxe: tuple[Option, ...]
    """The sub-options of option 175."""

    @property
    def yiaddr(self) -> IPv4Address:
        """The address offered; 0.0.0.0 in a proxy offer."""
        return self.message.yiaddr

    @property
    def offers_address(self) -> bool:
        """It has an address for the client."""
        return self.message.yiaddr != ANY

    @property
    def is_pxe(self) -> bool:
        """Option 60 begins with PXEClient."""
        return self.vendor_class is not None and self.vendor_class.startswith(pxe.PXECLIENT)

    @property
    def names_file(self) -> bool:
        """It has a boot file name that is not empty."""
        return bool(self.boot_file)

    @property
    def has_discovery_tags(self) -> bool:
        """Option 43 holds any of the sub-options 6, 7, 8, 9, 10 and 71."""
        return pxe.has_discovery_tags(self.vendor)

    @property
    def has_mtftp_tags(self) -> bool:
        """Option 43 holds all of the sub-options 1 to 5."""
        return {option.code for option in self.vendor} >= pxe.MTFTP_TAGS

    @property
    def mtftp(self) -> pxe.Mtftp | None:
        """The parameters of a multicast download; None if they are not whole or of no use."""
        parameters = pxe.parse_mtftp(self.vendor)
        return parameters if parameters and parameters.is_usable else None

    @property
    def has_menu(self) -> bool:
        """Option 43 holds a boot menu (sub-option 9) that is not empty."""
        return bool(dhcp.first(self.vendor, pxe.BOOT_MENU))

    @property
    def control(self) -> int | None:
        """Discovery control (sub-option 6 of option 43)."""
        return pxe.discovery_control(self.vendor)

    @property
    def disables_discovery(self) -> bool:
        """Discovery control has bit 3 set."""
        return pxe.disables_discovery(self.vendor)

    @property
    def priority(self) -> int:
        """iPXE's rank of an offer (sub-option 1 of option 175), signed; 0 if absent."""
        data = dhcp.first(self.ipxe, pxe.IPXE_PRIORITY)
        return int.from_bytes(data[:1], "big", signed=True) if data else 0

    @property
    def forbids_proxy(self) -> bool:
        """iPXE's no-pxedhcp (sub-option 176 of option 175) is not zero."""
        data = dhcp.first(self.ipxe, pxe.IPXE_NO_PXEDHCP)
        return bool(data and any(data))

    @property
    def pseudo_id(self) -> IPv4Address:
        """Who sent it, in iPXE's order: server identifier, siaddr, IP source."""
        if self.server_id != ANY:
            return self.server_id
        return self.message.siaddr if self.message.siaddr != ANY else self.source

    def describe(self) -> str:
        """Such as ``the DHCPOFFER from 10.77.0.1`` or ``the proxy offer from 10.77.0.2``."""
        return f"the {self._words()}"

    def begin(self) -> str:
        """`describe`, where a sentence begins."""
        return f"The {self._words()}"

    def _words(self) -> str:
        kind = "BOOTP reply"
        if self.type is not None:
            kind = MESSAGE_TYPES.get(self.type) or f"DHCP message of type {self.type}"
        who = self.server_id if self.server_id != ANY else self.source
        if self.type == dhcp.OFFER and self.is_pxe and not self.offers_address:
            kind = "proxy offer"
        port = ":4011" if self.source_port == dhcp.PROXY_PORT else ""
        return f"{kind} from {dotted(who)}{port}"

    def file_text(self) -> str:
        """The boot file name, safe to show."""
        return printable(self.boot_file or b"")


def read(
    message: Message, source: IPv4Address, source_port: int, how: ReadTraits, now: float
) -> Reply:
    """Read a reply as a firmware with these traits does."""
    options = message.overloaded() if how.overload else message.options
    data = dhcp.all_joined(options) if how.join_long else dhcp.all_first(options)
    kind, ipxe = data.get(53), data.get(175)
    sub175 = pxe.parse_suboptions(ipxe) if ipxe else ()
    return Reply(
        message=message,
        source=source,
        source_port=source_port,
        arrived=now,
        type=kind[0] if kind else None,
        server_id=_address(data.get(54)),
        vendor_class=data.get(60),
        boot_file=_boot_file(message, data.get(67), how),
        next_server=_next_server(message, sub175, how),
        vendor=_vendor(options, data.get(43), how),
        ipxe=sub175,
    )


def _vendor(options: tuple[Option, ...], data: bytes | None, how: ReadTraits) -> tuple[Option, ...]:
    """The sub-options of option 43."""
    if how.every_43:
        every = (pxe.parse_suboptions(one.data) for one in options if one.code == 43)
        return tuple(chain.from_iterable(every))
    return pxe.parse_suboptions(data) if data else ()


def _address(data: bytes | None) -> IPv4Address:
    return ipv4(data[:4]) if data and len(data) >= 4 else ANY


def _boot_file(message: Message, option: bytes | None, how: ReadTraits) -> bytes | None:
    is_options = how.overload and message.file_is_options
    field = b"" if is_options else dhcp.text_field(message.file)
    # A NUL ends the name in the option too: servers add one for old ROMs (dnsmasq does).
    named = None if option is None else dhcp.text_field(option)
    if how.file_order is FileOrder.FIELD:
        return field or named
    return named or field or None


def _next_server(message: Message, sub175: tuple[Option, ...], how: ReadTraits) -> IPv4Address:
    if message.siaddr != ANY or not how.fallback_next_server:
        return message.siaddr
    return _address(dhcp.first(sub175, pxe.IPXE_NEXT_SERVER))
