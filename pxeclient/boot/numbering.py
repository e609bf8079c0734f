"""The numbers that a firmware invents: transaction ids, `secs`, IP identifications, ports.

Chance is a seed that is handed in, so equal seeds give equal boots.
"""

from __future__ import annotations

from typing import assert_never

from pxeclient.boot.dhcp.traits import DhcpTraits, Secs, Xid
from pxeclient.boot.ip_traits import IpId, IpTraits
from pxeclient.wire.addresses import Mac


class Dice:
    """A multiplicative congruential generator, 1..2147483562.

    The multiplier and modulus are L'Ecuyer's (CACM 31(6), 1988), which give the very range
    that iPXE's transaction ids have.
    """

    _MODULUS = 2147483563

    def __init__(self, seed: int) -> None:
        self._state = seed % (self._MODULUS - 1) + 1

    def next(self) -> int:
        """Another number."""
        self._state = self._state * 40014 % self._MODULUS
        return self._state

    def port(self) -> int:
        """An ephemeral UDP port, 1025..65535."""
        return 1025 + self.next() % 64511


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


def ip_id(ip: IpTraits, sent: int, received: int) -> int:
    """The identification of the packet that `sent` others went before, `received` frames taken."""
    match ip.id:
        case IpId.COUNTER:
            return sent & 0xFFFF
        case IpId.IPXE:
            return ((sent + 1) & 0xFF) << 8 | received & 0x0F
        case _:
            assert_never(ip.id)
