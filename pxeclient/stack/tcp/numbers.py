"""Ports and initial sequence numbers of a machine's connections."""

from __future__ import annotations

from pxeclient.stack.chance import Dice
from pxeclient.stack.tcp.sequence import plus
from pxeclient.stack.tcp.traits import Numbers, TcpTraits

_LOWEST = 1024
_PORTS = 65536 - _LOWEST
_PER_TICK, _PER_CONNECTION = 100, 2048
"""EDK II: NetworkPkg/TcpDxe/TcpMain.h:53 and TcpMisc.c (TcpGetIss)."""


class Ends:
    """Gives each connection its port and its first sequence number."""

    def __init__(self, traits: TcpTraits, dice: Dice) -> None:
        """Begin by chance.

        Args:
            traits: Whose connections they are.
            dice: The machine's chance.
        """
        self._traits, self._dice = traits, dice
        self._port = dice.next() % _PORTS
        self._sequence = _drawn(dice)

    def port(self) -> int:
        """For the next connection, 1024 to 65535."""
        if self._traits.numbers is Numbers.DRAWN:
            return _LOWEST + self._dice.next() % _PORTS
        self._port = (self._port + 1) % _PORTS
        return _LOWEST + self._port

    def sequence(self, now: float) -> int:
        """For the SYN of the next connection, that is sent `now`."""
        if self._traits.numbers is Numbers.DRAWN:
            return _drawn(self._dice)
        self._sequence = plus(self._sequence, _PER_CONNECTION)
        ticks = int(now / self._traits.tick) if self._traits.tick else 0
        return plus(self._sequence, _PER_TICK * ticks)


def _drawn(dice: Dice) -> int:
    return (dice.next() << 16 ^ dice.next()) % (1 << 32)
