"""What a firmware is made of, as far as it is data: the parts of a profile that a boot needs.

Each class is one table of a profile (``profiles/*.toml``), where every value also says how
well it is known. The host, DHCP, each way of fetching and the screen have a module each
(`stack.traits`, `dhcp.traits`, `fetch.tftp.traits`, `screen.traits`). What a firmware does
*because of* something is not here but in `policy`. Times are seconds, sizes octets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from pxeclient.boot.dhcp.options import Layout, layouts
from pxeclient.boot.dhcp.traits import DhcpTraits
from pxeclient.boot.screen.traits import FailureText, ScreenTraits
from pxeclient.fetch.mtftp.traits import MtftpTraits
from pxeclient.fetch.tftp.traits import TftpTraits
from pxeclient.stack.traits import IpTraits
from pxeclient.wire.pxe import Purpose


@dataclass(frozen=True, slots=True)
class BackgroundTraits:
    """A frame that goes out at fixed times, whatever the boot does."""

    name: str
    at: tuple[float, ...]
    """Seconds since power-on."""
    destination: str
    """The MAC address it goes to; a template too, such as ``33:33:ff {mac-end}``."""
    ethertype: int
    payload: str
    """A template of hexadecimal octets, as in `DhcpTraits.values`."""
    within: float = 0.0
    """By so many seconds the firmware's own chance may make it earlier or later; here it is
    always in time."""
    holds_until: float = 0.0
    """The boot does not go on before that time unless an IPv6 router answers."""


class AckGiven(StrEnum):
    """Which DHCPACK a program is given that asks for it."""

    AS_RECEIVED = "as-received"
    """The DHCP server's own (PXE 2.1, PXENV_GET_CACHED_INFO; EFI_PXE_BASE_CODE_MODE.DhcpAck)."""
    MERGED = "merged"
    """One that the firmware makes of all that it was told, by the proxy too."""


@dataclass(frozen=True, slots=True)
class HandoverTraits:
    """What the firmware leaves to the program that it starts.

    Where a profile says nothing, packets are handed out as PXE 2.1 has it (*specified*), and the
    stack goes on as on a machine whose firmware stays where it is, in memory (*inferred*).
    """

    ack: AckGiven = AckGiven.AS_RECEIVED
    proxy_offer: bool = False
    """The proxy offer can be had by itself, as UEFI has it; else only where no other reply came."""
    neighbours: bool = True
    """Its stack, for programs that use it, still knows whom it knew."""


@dataclass(frozen=True)
class Traits:
    """A firmware's data."""

    # Without slots: what follows from it is worked out once, and lies beside it.

    name: str
    ip: IpTraits
    dhcp: DhcpTraits
    tftp: TftpTraits
    failures: Mapping[str, FailureText] = field(default_factory=dict)
    screen: ScreenTraits = field(default_factory=ScreenTraits)
    background: tuple[BackgroundTraits, ...] = ()
    mtftp: MtftpTraits = field(default_factory=MtftpTraits)
    handover: HandoverTraits = HandoverTraits()

    @cached_property
    def layouts(self) -> Mapping[Purpose, Layout]:
        """The option areas of its DHCP messages, laid out at the first boot with them."""
        return layouts(self.dhcp)
