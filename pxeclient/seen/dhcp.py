"""One DHCP message of a boot, and what it says as named facts, read in full.

A firmware reads as its profile says (`boot.reply`); this reads all there is, since what is to be
told may be about a firmware that was not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address

from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY, ZERO_MAC, Mac, ipv4
from pxeclient.wire.dhcp import Message, Option
from pxeclient.wire.options import MESSAGE_TYPES, printable
from pxeclient.wire.pxe import Purpose

HTTPCLIENT = b"HTTPClient"
"""How option 60 begins in UEFI HTTP boot (UEFI 2.10 §24.7)."""
IDENTITY = (60, 77, 93, 94, 97)
"""The options by which a client says who it is: classes, architecture, card, UUID."""
RELAY_INFORMATION = 82
_UBOOT = range(21, 25)
"""U-Boot's architectures (IANA, Processor Architecture Types)."""
_UBOOT_WANTS = bytes((1, 3, 6, 12, 17))
"""Its option 55."""


@dataclass(frozen=True)
class Dhcp:
    """A DHCP message on the wire. What it does not say is None."""

    message: Message
    size: int
    """Octets of the UDP payload on the wire."""
    source: IPv4Address
    source_port: int
    destination: IPv4Address
    port: int
    """The destination port."""
    to: Mac = ZERO_MAC
    """The frame's destination."""
    number: int = 0
    """The frame's number."""
    at: float = 0.0
    """When it went, in seconds by the clock of its frame."""
    ours: bool = False
    """The client sent it."""
    is_cut: bool = False
    """Not all of it was recorded: what it lacks here it may have had."""

    def of_client(self, ours: bool) -> Dhcp:
        """The same message as one that the client sent, or got."""
        return self if self.ours is ours else replace(self, ours=ours)

    # --- what kind of message --------------------------------------------------------------
    @cached_property
    def options(self) -> dict[int, bytes]:
        """Every option's data, overloaded fields included, repeats joined (RFC 3396)."""
        return dhcp.all_joined(self.message.overloaded())

    @property
    def type(self) -> int | None:
        """Option 53."""
        data = self.options.get(53)
        return data[0] if data else None

    @cached_property
    def purpose(self) -> Purpose | None:
        """What a client's message is for; None in a server's, and in what is nothing of PXE."""
        return pxe.purpose_of(self.message, self.port)

    @property
    def is_reply(self) -> bool:
        """A server says it."""
        return self.message.op == dhcp.BOOTREPLY

    @property
    def is_genuine(self) -> bool:
        """A BOOTREQUEST or BOOTREPLY with DHCP's cookie, as far as it was recorded."""
        is_known = self.message.op in (dhcp.BOOTREQUEST, dhcp.BOOTREPLY)
        return is_known and (self.is_cut or self.message.cookie == dhcp.COOKIE)

    @property
    def is_search(self) -> bool:
        """The client looks for a boot server of some type (43.71)."""
        return self.type == dhcp.REQUEST and self.boot_item is not None

    @property
    def is_relayed(self) -> bool:
        """A message between a relay agent and a server, or one that has been."""
        return self.giaddr is not None

    @property
    def hardware(self) -> Mac | None:
        """The client's Ethernet address in it."""
        found = self.message
        if found.htype != 1 or found.hlen != 6 or not any(found.hardware):
            return None
        return Mac(found.hardware)

    @property
    def identity(self) -> tuple[bytes | None, ...]:
        """Who the client says it is: another one is another program (`IDENTITY`)."""
        return tuple(dhcp.first(self.message.options, code) for code in IDENTITY)

    # --- option 60 and 43 ------------------------------------------------------------------
    @property
    def vendor_class(self) -> bytes | None:
        """Option 60."""
        return self.options.get(60)

    @property
    def is_pxe(self) -> bool:
        """Option 60 begins with PXEClient."""
        return self.options.get(60, b"").startswith(pxe.PXECLIENT)

    @property
    def is_http(self) -> bool:
        """Option 60 begins with HTTPClient."""
        return self.options.get(60, b"").startswith(HTTPCLIENT)

    @property
    def is_uboot(self) -> bool:
        """It says U-Boot in option 60 (u-boot net/bootp.c), or an architecture of U-Boot's, or asks
        as U-Boot does on behalf of UEFI (recorded of 2023.01)."""
        architecture = int.from_bytes(self.options.get(93, b"")[:2], "big")
        vendor = self.options.get(60, b"")
        is_efi = vendor.endswith(b":UNDI:003000") and self.options.get(55) == _UBOOT_WANTS
        return vendor.startswith(b"U-Boot") or architecture in _UBOOT or is_efi

    @property
    def several_43(self) -> tuple[bytes, ...]:
        """The options 43, where there are several that are no one long value cut in parts (RFC 3396
        §5, 255 octets each); else none. Servers send them so, each with its own END, and which of
        them a client reads is its own affair."""
        found = tuple(one.data for one in self.message.overloaded() if one.code == 43)
        is_long = all(len(one) == 255 for one in found[:-1])
        return () if len(found) < 2 or is_long else found

    @cached_property
    def vendor(self) -> tuple[Option, ...]:
        """The sub-options of option 43."""
        return pxe.parse_suboptions(self.options.get(43, b""))

    def sub(self, code: int) -> bytes | None:
        """A sub-option of option 43."""
        return dhcp.first(self.vendor, code)

    @property
    def control(self) -> int | None:
        """Discovery control (43.6)."""
        return pxe.discovery_control(self.vendor)

    @property
    def disables_discovery(self) -> bool:
        """Discovery control has bit 3."""
        return pxe.disables_discovery(self.vendor)

    @property
    def has_discovery_tags(self) -> bool:
        """Option 43 holds any option of boot-server discovery."""
        return pxe.has_discovery_tags(self.vendor)

    @property
    def has_menu(self) -> bool:
        """There is a boot menu (43.9)."""
        return bool(self.sub(pxe.BOOT_MENU))

    @cached_property
    def boot_item(self) -> int | None:
        """The boot server type that is asked for or answered (43.71)."""
        return pxe.boot_item_of(self.message)

    @property
    def listed(self) -> tuple[pxe.BootServers, ...]:
        """The boot servers of 43.8, as far as they are whole."""
        return pxe.listed(self.vendor)

    @property
    def is_bare(self) -> bool:
        """It says PXEClient, and nothing of discovery in option 43."""
        return self.is_pxe and not self.has_discovery_tags

    @property
    def is_proxy(self) -> bool:
        """It says PXEClient and gives no address: an offer of boot service alone."""
        return self.is_pxe and not self.offers_address

    # --- addresses -------------------------------------------------------------------------
    @property
    def server_id(self) -> IPv4Address | None:
        """Option 54."""
        return self.address(54)

    @property
    def who(self) -> IPv4Address:
        """The server: its identifier, or where the message came from."""
        return self.server_id or self.source

    @property
    def yiaddr(self) -> IPv4Address | None:
        """The client's address, as the server gives it."""
        return _there(self.message.yiaddr)

    @property
    def siaddr(self) -> IPv4Address | None:
        """The next server."""
        return _there(self.message.siaddr)

    @property
    def ciaddr(self) -> IPv4Address | None:
        """The client's address, as it says itself."""
        return _there(self.message.ciaddr)

    @property
    def giaddr(self) -> IPv4Address | None:
        """The relay agent."""
        return _there(self.message.giaddr)

    @property
    def offers_address(self) -> bool:
        """It has an address for the client."""
        return self.yiaddr is not None

    def address(self, code: int) -> IPv4Address | None:
        """An option's first address; None if there is none, or only 0.0.0.0."""
        data = self.options.get(code, b"")
        return _there(ipv4(data[:4])) if len(data) >= 4 else None

    # --- the boot file ---------------------------------------------------------------------
    @property
    def field_name(self) -> bytes:
        """The boot file name in the header's field; empty if that holds options, or nothing."""
        return b"" if self.message.file_is_options else dhcp.text_field(self.message.file)

    @property
    def option_name(self) -> bytes:
        """The boot file name in option 67."""
        return dhcp.text_field(self.options.get(67, b""))

    @property
    def names(self) -> tuple[bytes, ...]:
        """The boot file names that it has: that of option 67, then that of the field."""
        return tuple(name for name in (self.option_name, self.field_name) if name)

    @property
    def file(self) -> bytes:
        """The boot file name, wherever it stands; empty if there is none."""
        return self.option_name or self.field_name

    # --- in words --------------------------------------------------------------------------
    @property
    def kind_words(self) -> str:
        """Such as ``DHCPOFFER`` or ``proxy offer``."""
        if self.type == dhcp.OFFER and self.is_proxy:
            return "proxy offer"
        return MESSAGE_TYPES.get(self.type or 0, "BOOTP message")

    @property
    def words(self) -> str:
        """Such as ``the DHCPOFFER from 10.77.0.1 (frame 2)``."""
        port = ":4011" if self.source_port == dhcp.PROXY_PORT else ""
        return f"the {self.kind_words} from {self.who}{port} (frame {self.number})"

    @property
    def boot_words(self) -> str:
        """Server and file that it names, such as ``next server 10.77.0.3, file boot.0``."""
        server = f"next server {self.siaddr}" if self.siaddr else "no next server"
        return f"{server}, {f'file {printable(self.file)}' if self.file else 'no boot file'}"


def _there(address: IPv4Address) -> IPv4Address | None:
    """An address field; 0.0.0.0 is how these fields say that there is none (RFC 2131 §2)."""
    return None if address == ANY else address
