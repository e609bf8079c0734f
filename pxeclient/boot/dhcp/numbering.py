"""The numbers that a firmware puts into its DHCP messages: transaction ids and `secs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct

from pxeclient.boot.dhcp.traits import DhcpTraits, MessageSecs, MessageXid, Secs, Xid
from pxeclient.wire.addresses import Mac
from pxeclient.wire.pxe import Purpose


class Exchange(Struct):
    """A message that a state sends until it is answered, to one server after another."""

    purpose: Purpose
    values: Mapping[int, bytes] = {}
    """Of the options that no profile can know: by code."""
    tries: int = 0
    """Transmissions to the server that is asked now."""
    sent: int = 0
    """Transmissions in all."""
    expiries: int = 0
    """Timers that ran out, the first transmission counting as one."""
    drawn: int = 0
    """The number drawn for the server that is asked now (`MessageXid.FRESH`)."""

    def ask_anew(self, drawn: int) -> None:
        """Another server is asked: its transmissions count from 0."""
        self.tries, self.drawn = 0, drawn


class Numbers:
    """What is counted and drawn for the messages of one boot."""

    def __init__(self, traits: DhcpTraits, mac: Mac, drawn: int) -> None:
        """`drawn`: this boot's number."""
        self._traits = traits
        self._mac = mac
        self._drawn = drawn
        self.discovers = 0
        """DISCOVERs sent."""
        self.expiries = 0
        """Timers that ran out, a state's first transmission counting as one (iPXE's `secs`)."""
        self.has_offer = self.has_proxy_offer = False
        """Such an offer is in hand."""

    def xid(self, exchange: Exchange) -> int:
        """The transaction id of the exchange's message."""
        match self._traits.messages[exchange.purpose].xid:
            case MessageXid.SAME:
                return xid(self._traits.xid, self._mac, self._drawn, self.discovers)
            case MessageXid.ZERO:
                return 0
            case MessageXid.FRESH:
                return exchange.drawn

    def secs(self, exchange: Exchange) -> int:
        """The `secs` field of the exchange's message if it is sent now."""
        shape = self._traits.messages[exchange.purpose]
        match shape.secs:
            case MessageSecs.COUNTED:
                return 4 * exchange.expiries
            case MessageSecs.LISTED:
                return shape.secs_listed[min(exchange.tries, len(shape.secs_listed)) - 1]
            case MessageSecs.SAME:
                return secs(
                    self._traits, self.discovers, self.expiries,
                    self.has_offer, self.has_proxy_offer,
                )  # fmt: skip


def xid(kind: Xid, mac: Mac, drawn: int, attempt: int) -> int:
    """The transaction id of DISCOVER number `attempt` (from 1); `drawn` is this boot's number."""
    match kind:
        case Xid.RANDOM:
            # iPXE stores the number in host order: on the wire its last octet is below 0x80.
            return int.from_bytes(drawn.to_bytes(4, "little"), "big")
        case Xid.MAC:
            return int.from_bytes(mac[2:6], "big")
        case Xid.MAC_ATTEMPT:
            return (int.from_bytes(mac[2:6], "big") + (attempt << 24)) & 0xFFFFFFFF
        case _:
            assert_never(kind)


def secs(
    dhcp: DhcpTraits, discovers: int, expiries: int, has_offer: bool, has_proxy_offer: bool
) -> int:
    """The `secs` field of the next message, after `discovers` DISCOVERs and `expiries` timers."""
    match dhcp.secs:
        case Secs.LISTED:
            return dhcp.secs_listed[min(discovers, len(dhcp.secs_listed)) - 1]
        case Secs.IPXE:
            return 4 * expiries + 2 * has_offer + has_proxy_offer
        case _:
            assert_never(dhcp.secs)
