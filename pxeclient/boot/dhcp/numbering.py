"""The numbers that a firmware puts into its DHCP messages: transaction ids and `secs`."""

from __future__ import annotations

from typing import assert_never

from pxeclient.boot.dhcp.traits import DhcpTraits, Secs, Xid
from pxeclient.wire.addresses import Mac


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
