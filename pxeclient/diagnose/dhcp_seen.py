"""One DHCP message of a boot, and what it says as named facts, read in full.

A firmware reads as its profile says; this reads all there is, since a finding may be about a
firmware that was not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address

from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY, Mac, ipv4
from pxeclient.wire.dhcp import Message, Option
from pxeclient.wire.options import MESSAGE_TYPES, printable

HTTPCLIENT = b"HTTPClient"


@dataclass(frozen=True)
class DhcpSeen:
    """A DHCP message on the wire."""

    number: int
    """The frame's number."""
    at: float
    ours: bool
    """The client sent it."""
    message: Message
    size: int
    """Octets of the UDP payload."""
    source: IPv4Address
    source_port: int
    destination: IPv4Address
    port: int
    to: Mac
    """The frame's destination."""

    @cached_property
    def options(self) -> dict[int, bytes]:
        """Every option's data, overloaded fields included, repeats joined."""
        return dhcp.all_joined(self.message.overloaded())

    @property
    def type(self) -> int | None:
        """Option 53."""
        data = self.options.get(53)
        return data[0] if data else None

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

    @property
    def boot_item(self) -> int | None:
        """The boot server type that is asked for or answered (43.71)."""
        data = self.sub(pxe.BOOT_ITEM)
        return int.from_bytes(data[:2], "big") if data else None

    @property
    def is_pxe(self) -> bool:
        """Option 60 begins with PXEClient."""
        return self.options.get(60, b"").startswith(pxe.PXECLIENT)

    @property
    def is_http(self) -> bool:
        """Option 60 begins with HTTPClient."""
        return self.options.get(60, b"").startswith(HTTPCLIENT)

    @property
    def is_bare(self) -> bool:
        """It says PXEClient, and nothing of discovery in option 43."""
        return self.is_pxe and not self.has_discovery_tags

    @property
    def server_id(self) -> IPv4Address:
        """Option 54; 0.0.0.0 if it is absent."""
        return self.address(54)

    @property
    def who(self) -> IPv4Address:
        """The server: its identifier, or where the message came from."""
        return self.server_id if self.server_id != ANY else self.source

    @property
    def siaddr(self) -> IPv4Address:
        """The next server."""
        return self.message.siaddr

    @property
    def offers_address(self) -> bool:
        """It has an address for the client."""
        return self.message.yiaddr != ANY

    @property
    def field_name(self) -> bytes:
        """The boot file name in the header's field."""
        return b"" if self.message.file_is_options else dhcp.text_field(self.message.file)

    @property
    def option_name(self) -> bytes:
        """The boot file name in option 67."""
        return dhcp.text_field(self.options.get(67, b""))

    @property
    def file(self) -> bytes:
        """The boot file name, wherever it stands."""
        return self.option_name or self.field_name

    @property
    def listed(self) -> tuple[pxe.BootServers, ...]:
        """The boot servers of 43.8, as far as they are whole."""
        return pxe.listed(self.vendor)

    def address(self, code: int) -> IPv4Address:
        """An option's first address; 0.0.0.0 if there is none."""
        data = self.options.get(code, b"")
        return ipv4(data[:4]) if len(data) >= 4 else ANY

    @property
    def words(self) -> str:
        """Such as ``the DHCPOFFER from 10.77.0.1 (frame 2)``."""
        kind = MESSAGE_TYPES.get(self.type or 0, "BOOTP message")
        if self.type == dhcp.OFFER and self.is_pxe and not self.offers_address:
            kind = "proxy offer"
        port = ":4011" if self.source_port == dhcp.PROXY_PORT else ""
        return f"the {kind} from {self.who}{port} (frame {self.number})"

    @property
    def boot_words(self) -> str:
        """Server and file that it names, such as ``next server 10.77.0.3, file boot.0``."""
        server = f"next server {self.siaddr}" if self.siaddr != ANY else "no next server"
        return f"{server}, {f'file {printable(self.file)}' if self.file else 'no boot file'}"
