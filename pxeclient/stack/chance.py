"""Chance and counters of the stack: ports and IP identifications.

Chance is a seed that is handed in, so equal seeds give equal boots.
"""

from __future__ import annotations

from typing import assert_never

from pxeclient.stack.traits import IpId, IpTraits


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


def ip_id(ip: IpTraits, sent: int, received: int) -> int:
    """The identification of the packet that `sent` others went before, `received` frames taken."""
    match ip.id:
        case IpId.COUNTER:
            return sent & 0xFFFF
        case IpId.IPXE:
            return ((sent + 1) & 0xFF) << 8 | received & 0x0F
        case _:
            assert_never(ip.id)


class Counts:
    """The packets of a host: how many it has sent, how many frames it has taken."""

    __slots__ = ("_first_id", "_is_counted", "_traits", "received", "sent")

    def __init__(self, traits: IpTraits, first_id: int) -> None:
        """`first_id`: the identification of the first packet, where they are counted."""
        self._traits, self._first_id = traits, first_id
        self._is_counted = traits.id is IpId.COUNTER
        self.sent = self.received = 0

    def next_id(self) -> int:
        """The identification of the packet that is sent now."""
        before = self._first_id + self.sent
        self.sent += 1
        # What `ip_id` says of most firmwares, without the call: this is for every packet.
        return before & 0xFFFF if self._is_counted else ip_id(self._traits, before, self.received)
