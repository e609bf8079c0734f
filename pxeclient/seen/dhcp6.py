"""One DHCPv6 message of a boot, and what it says as named facts.

An option that does not fit its form is as if it were not there; `malformed` names such options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv6Address
from typing import TypeVar

from pxeclient.seen.dhcp import HTTPCLIENT
from pxeclient.wire import dhcp6, pxe
from pxeclient.wire import dhcp6_options as said
from pxeclient.wire.addresses import ZERO_MAC, Mac
from pxeclient.wire.dhcp6 import Message, Relay
from pxeclient.wire.dhcp6_options import Association, Status, VendorClass
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable

_T = TypeVar("_T")

_FORMS: dict[int, Callable[[bytes], object]] = {
    dhcp6.IA_NA: said.association,
    dhcp6.OPTION_REQUEST: said.numbers,
    dhcp6.UNICAST: said.addresses,
    dhcp6.STATUS: said.status,
    dhcp6.USER_CLASS: said.strings,
    dhcp6.VENDOR_CLASS: said.vendor_class,
    dhcp6.VENDOR_OPTIONS: said.vendor_options,
    dhcp6.DNS_SERVERS: said.addresses,
    dhcp6.DOMAIN_LIST: said.names,
    dhcp6.BOOT_PARAMETERS: said.strings,
    dhcp6.ARCHITECTURE: said.numbers,
}
"""What reads an option, of those that have a form of their own."""


@dataclass(frozen=True)
class Dhcp6:
    """A DHCPv6 message on the wire. What it does not say is None, or empty."""

    message: Message
    """The innermost, if relays passed it on."""
    size: int
    """Octets of the UDP payload on the wire."""
    source: IPv6Address
    source_port: int
    destination: IPv6Address
    port: int
    """The destination port."""
    relays: tuple[Relay, ...] = ()
    """Around it, the outer first."""
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

    def of_client(self, ours: bool) -> Dhcp6:
        """The same message as one that the client sent, or got."""
        return self if self.ours is ours else replace(self, ours=ours)

    # --- what kind of message --------------------------------------------------------------
    @property
    def type(self) -> int:
        """The message type."""
        return self.message.type

    @property
    def xid(self) -> int:
        """The transaction id."""
        return self.message.xid

    @property
    def is_reply(self) -> bool:
        """A server says it, or a relay for it."""
        return self.message.type in dhcp6.FROM_SERVERS

    @property
    def is_relayed(self) -> bool:
        """It went between a relay agent and a server."""
        return bool(self.relays)

    @property
    def is_genuine(self) -> bool:
        """A message type that there is."""
        return self.message.type in dhcp6.NAMES

    @property
    def is_4011(self) -> bool:
        """A question to port 4011, or what comes from there."""
        return dhcp6.PROXY_PORT in (self.port, self.source_port)

    @property
    def codes(self) -> tuple[int, ...]:
        """Its options' codes, in the order of the wire."""
        return tuple(one.code for one in self.message.options)

    def option(self, code: int) -> bytes | None:
        """An option's data, the first of that code."""
        return dhcp6.first(self.message.options, code)

    def _read(self, code: int, read: Callable[[bytes], _T]) -> _T | None:
        data = self.option(code)
        if data is None:
            return None
        try:
            return read(data)
        except WireError:
            return None

    @cached_property
    def malformed(self) -> dict[int, str]:
        """Options that do not fit their form, with why not."""
        return dict(self._malformed())

    def _malformed(self) -> Iterator[tuple[int, str]]:
        for one in self.message.options:
            read = _FORMS.get(one.code)
            try:
                if read is not None:
                    read(one.data)
            except WireError as error:
                yield one.code, str(error).removeprefix("DHCPv6: ")

    # --- who -------------------------------------------------------------------------------
    @property
    def client_id(self) -> bytes | None:
        """Option 1, the client's DUID."""
        return self.option(dhcp6.CLIENT_ID)

    @property
    def server_id(self) -> bytes | None:
        """Option 2, the server's DUID."""
        return self.option(dhcp6.SERVER_ID)

    @property
    def elapsed(self) -> int | None:
        """Option 8, in hundredths of a second."""
        data = self.option(dhcp6.ELAPSED)
        return int.from_bytes(data, "big") if data is not None and len(data) == 2 else None

    @cached_property
    def vendor_class(self) -> VendorClass | None:
        """Option 16."""
        return self._read(dhcp6.VENDOR_CLASS, said.vendor_class)

    @property
    def user_classes(self) -> tuple[bytes, ...]:
        """Option 15. iPXE sends it without lengths (net/udp/dhcpv6.c): then all of it is one."""
        data = self.option(dhcp6.USER_CLASS)
        found = self._read(dhcp6.USER_CLASS, said.strings)
        return found if found is not None else (data,) if data else ()

    @property
    def architectures(self) -> tuple[int, ...]:
        """Option 61."""
        return self._read(dhcp6.ARCHITECTURE, said.numbers) or ()

    @property
    def interface(self) -> bytes | None:
        """Option 62: type, major, minor."""
        return self.option(dhcp6.NII)

    @property
    def requested(self) -> tuple[int, ...]:
        """Option 6: what the client wants to be told."""
        return self._read(dhcp6.OPTION_REQUEST, said.numbers) or ()

    @property
    def is_pxe(self) -> bool:
        """Option 16 says PXEClient, with whatever enterprise number."""
        return self._class_says(pxe.PXECLIENT)

    @property
    def is_http(self) -> bool:
        """Option 16 says HTTPClient."""
        return self._class_says(HTTPCLIENT)

    def _class_says(self, what: bytes) -> bool:
        found = self.vendor_class
        return found is not None and found.text.startswith(what)

    @property
    def is_ipxe(self) -> bool:
        """Its user class is iPXE."""
        return b"iPXE" in self.user_classes

    @property
    def is_boot(self) -> bool:
        """A client's message that is for a network boot: it names a class of one, or asks for a
        boot file. Beside it, the IPv6 stack of the same machine may ask for an address itself."""
        asks = dhcp6.BOOT_URL in self.requested and dhcp6.ARCHITECTURE in self.codes
        return not self.is_reply and (self.is_pxe or self.is_http or self.is_ipxe or asks)

    @property
    def identity(self) -> tuple[bytes | None, ...]:
        """Who the client says it is: another one is another program."""
        wanted = (dhcp6.VENDOR_CLASS, dhcp6.USER_CLASS, dhcp6.ARCHITECTURE, dhcp6.NII)
        return tuple(self.option(code) for code in wanted)

    @property
    def hardware(self) -> Mac | None:
        """The client's MAC address, as far as the message tells it: what its relay says (option
        79), else what its link-local address or its DUID is made of."""
        inner = self.relays[-1] if self.relays else None
        told = None if inner is None else dhcp6.first(inner.options, dhcp6.LINK_LAYER)
        if told is not None:
            try:
                return said.link_layer(told)
            except WireError:
                return None
        end = self.destination if self.is_reply else self.source
        client = end if inner is None else inner.peer
        return of_link_local(client) or said.duid_mac(self.client_id or b"")

    # --- addresses -------------------------------------------------------------------------
    @cached_property
    def associations(self) -> tuple[Association, ...]:
        """Its IA_NAs."""
        return tuple(self._associations())

    def _associations(self) -> Iterator[Association]:
        for one in self.message.options:
            if one.code == dhcp6.IA_NA:
                try:
                    yield said.association(one.data)
                except WireError:
                    continue

    @property
    def has_association(self) -> bool:
        """There is an IA_NA, readable or not."""
        return dhcp6.IA_NA in self.codes

    @property
    def iaids(self) -> frozenset[int]:
        """The identifiers of its IA_NAs."""
        return frozenset(one.iaid for one in self.associations)

    @property
    def addresses(self) -> tuple[IPv6Address, ...]:
        """The addresses in its IA_NAs; those with a valid lifetime of 0 are taken away (§18.2.10.1)
        and left out, but for a client's own message, where 0 is a wish without one."""
        return tuple(
            one.address
            for each in self.associations
            for one in each.leases
            if one.valid or not self.is_reply
        )

    @property
    def status(self) -> Status | None:
        """The first status that is no success: the message's own, or that of an IA_NA."""
        top = self._read(dhcp6.STATUS, said.status)
        all_of_it = [top, *(one.status for one in self.associations)]
        return next((one for one in all_of_it if one is not None and one.code), None)

    @property
    def dns(self) -> tuple[IPv6Address, ...]:
        """Option 23."""
        return self._read(dhcp6.DNS_SERVERS, said.addresses) or ()

    @property
    def unicast(self) -> IPv6Address | None:
        """Option 12: where the server wants to be asked."""
        found = self._read(dhcp6.UNICAST, said.addresses)
        return found[0] if found else None

    @property
    def preference(self) -> int | None:
        """Option 7."""
        data = self.option(dhcp6.PREFERENCE)
        return data[0] if data else None

    # --- the boot file ---------------------------------------------------------------------
    @property
    def url(self) -> bytes | None:
        """Option 59."""
        return self.option(dhcp6.BOOT_URL)

    @property
    def parameters(self) -> tuple[bytes, ...]:
        """Option 60, if it has its form."""
        return self._read(dhcp6.BOOT_PARAMETERS, said.strings) or ()

    # --- in words --------------------------------------------------------------------------
    @property
    def kind_words(self) -> str:
        """Such as ``SOLICIT``."""
        return dhcp6.NAMES.get(self.type, f"DHCPv6 type {self.type}")

    @property
    def who_words(self) -> str:
        """The server: where the message came from, and its identifier."""
        duid = self.server_id
        return f"{self.source}" + (f" ({said.duid_words(duid)})" if duid is not None else "")

    @property
    def words(self) -> str:
        """Such as ``the ADVERTISE of fe80::1 (frame 9)``."""
        port = " port 4011" if self.source_port == dhcp6.PROXY_PORT else ""
        return f"the {self.kind_words} of {self.source}{port} (frame {self.number})"

    @property
    def class_words(self) -> str:
        """Option 16, such as ``343 PXEClient``; safe to print."""
        found = self.vendor_class
        return "" if found is None else f"{found.enterprise} {printable(found.text)}".rstrip()


def of_link_local(address: IPv6Address) -> Mac | None:
    """The MAC that a link-local address is made of (RFC 4291, appendix A); None if it is not."""
    octets = address.packed
    if not address.is_link_local or octets[11:13] != b"\xff\xfe":
        return None
    return Mac(bytes((octets[8] ^ 2,)) + octets[9:11] + octets[13:])
