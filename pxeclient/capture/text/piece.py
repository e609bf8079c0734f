"""A frame that a text tells of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pxeclient.capture.values import NANO
from pxeclient.seen.aspects import Aspect


class Format(StrEnum):
    """Who writes so; the value is its name in a sentence. The richest first."""

    HEX = "hex dumps"
    TREE = "Wireshark's packet details"
    TCPDUMP = "tcpdump's lines"
    DHCPDUMP = "dhcpdump's output"
    DNSMASQ = "dnsmasq's log"
    DHCPD = "ISC dhcpd's log"
    SMSPXE = "Configuration Manager's SMSPXE.log"
    TFTPD32 = "Tftpd32's log"
    TFTPD = "a TFTP server's log"


LOGS = (Format.DNSMASQ, Format.DHCPD, Format.TFTPD32, Format.TFTPD, Format.SMSPXE)
"""What servers write of their own work."""


class Clock(StrEnum):
    """From when the times of a text count."""

    DAY = "day"
    EPOCH = "epoch"
    RELATIVE = "relative"


def nanoseconds(seconds: str, whole: int = 0) -> int:
    """Of a number such as ``7.25``, added to whole seconds."""
    integer, _, fraction = seconds.replace(",", ".").partition(".")
    return (whole + int(integer or 0)) * NANO + int(fraction[:9].ljust(9, "0"))


@dataclass(frozen=True, slots=True)
class Piece:
    """One frame, as far as it is told."""

    format: Format
    line: int
    """Where it begins in the text, from 1."""
    octets: bytes
    """From the Ethernet header on; where `Aspect.LINK` is untold, its addresses are zeros or what
    the text implies."""
    length: int
    """Octets on the wire: more than there are if not all of them are told."""
    untold: frozenset[Aspect] = frozenset()
    at: int | None = None
    """Nanoseconds by the clock; None where the text has no time."""
    clock: Clock = Clock.DAY
    number: int | None = None
    """The frame's number, as the text counts."""
