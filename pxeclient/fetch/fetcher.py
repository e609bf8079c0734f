"""Who fetches: the ways of a firmware, or of a program, and the ports that it has used."""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct, field

from pxeclient.decisions import Table
from pxeclient.fetch.mtftp.traits import MtftpTraits
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.fetch.tftp.traits import LocalPort, TftpTraits
from pxeclient.stack.chance import Dice


class Ports:
    """The UDP ports that read requests are sent from, one after the other."""

    def __init__(self, traits: TftpTraits, dice: Dice) -> None:
        self._traits = traits
        self._dice = dice
        self._drawn = 0
        self._used = 0

    def next(self) -> int:
        """Another one."""
        traits = self._traits
        match traits.port:
            case LocalPort.RANDOM:
                return self._dice.port()
            case LocalPort.COUNTING:
                if self._used == 0 and traits.first_port_spread > 1:
                    self._drawn = self._dice.next() % traits.first_port_spread
                self._used += 1
                return traits.first_port + self._drawn + self._used - 1
            case _:
                assert_never(traits.port)


class Fetcher(Struct, frozen=True):
    """All that a job needs to know of whoever wants the file."""

    tftp: TftpTraits
    tftp_error: Table[TftpRefusal, TftpErrorUse]
    ports: Ports
    memory: int
    """Octets that there is room for."""
    mtftp: MtftpTraits = field(default_factory=MtftpTraits)
    arp_failure_ends: bool = False
    """A server that does not answer ARP ends the download."""

    @property
    def most(self) -> int:
        """Octets that the file may have: what the firmware takes, and memory holds."""
        return min(self.memory, self.tftp.most_file or self.memory)
