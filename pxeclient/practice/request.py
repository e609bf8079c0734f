"""A client's DHCP message, as far as a scripted server looks at it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pxeclient.wire import dhcp, pxe

MESSAGE_NAMES = {
    dhcp.DISCOVER: "discover",
    dhcp.OFFER: "offer",
    dhcp.REQUEST: "request",
    dhcp.DECLINE: "decline",
    dhcp.ACK: "ack",
    dhcp.NAK: "nak",
    dhcp.RELEASE: "release",
    dhcp.INFORM: "inform",
}
"""How rules name the message types of option 53."""
NO_TYPE = "none"
"""The name of a message without a known option 53, such as a BOOTP request."""


class Request(Struct, frozen=True):
    """One BOOTREQUEST."""

    payload: bytes
    """The whole message; replies copy header fields from it."""
    type: str
    """A value of `MESSAGE_NAMES`, or `NO_TYPE`."""
    options: Mapping[int, bytes]
    """Each option's data, repeats joined (RFC 3396 §7)."""
    item: bytes | None
    """Option 43.71, the boot item asked for; None when there is none."""

    @property
    def flags(self) -> int:
        """The header's flags; 0x8000 asks for broadcast replies."""
        return int.from_bytes(self.payload[10:12], "big")

    @property
    def chaddr(self) -> bytes:
        """The first six octets of the hardware address field."""
        return self.payload[28:34]


def read(payload: bytes) -> Request | None:
    """The request in a UDP payload; None for anything else, however broken."""
    if len(payload) < dhcp.FIXED or payload[0] != dhcp.BOOTREQUEST:
        return None
    if payload[236:240] != dhcp.COOKIE:
        return None
    options = dhcp.option_data(payload[dhcp.FIXED :])
    type_data = options.get(53)
    name = MESSAGE_NAMES.get(type_data[0], NO_TYPE) if type_data else NO_TYPE
    sub = options.get(43)
    item = dhcp.first(pxe.parse_suboptions(sub), pxe.BOOT_ITEM) if sub else None
    return Request(payload, name, options, item)
