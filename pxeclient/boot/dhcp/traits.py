"""What a firmware's DHCP messages are made of, and how it reads those that come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pxeclient.wire.pxe import Purpose


class Xid(StrEnum):
    """Where a DHCP transaction id comes from."""

    RANDOM = "random"
    """Drawn once per boot."""
    MAC_ATTEMPT = "mac-attempt"
    """The last four octets of the MAC plus the attempt's number in the first octet."""
    MAC = "mac"
    """The last four octets of the MAC."""


class Secs(StrEnum):
    """What the `secs` field counts."""

    LISTED = "listed"
    """A value for each DISCOVER, kept for all that follows."""
    IPXE = "ipxe"
    """Four times the timer expiries, plus 2 with an offer in hand, plus 1 with a proxy offer."""


class MessageXid(StrEnum):
    """The transaction id of one kind of message."""

    SAME = "same"
    """That of the boot."""
    ZERO = "zero"
    FRESH = "fresh"
    """Drawn anew for each server that is asked."""


class MessageSecs(StrEnum):
    """The `secs` field of one kind of message."""

    SAME = "same"
    """As of the boot (`Secs`)."""
    COUNTED = "counted"
    """Four times the timers that ran out in this state. Each transmission is one, and so is the
    last wait for a server before the next one is asked."""
    LISTED = "listed"
    """A value for each transmission to one server."""


class FileOrder(StrEnum):
    """Where a firmware looks for the boot file name first."""

    FIELD = "field"
    """The header's `file` field, then option 67."""
    OPTION = "option"
    """Option 67, then the header's `file` field."""


@dataclass(frozen=True, slots=True)
class ReadTraits:
    """How the firmware reads a DHCP reply."""

    overload: bool
    """Honours option 52."""
    join_long: bool
    """Joins repeated options into one (RFC 3396)."""
    file_order: FileOrder
    every_43: bool = False
    """Reads the sub-options of every option 43, each to its own END, whatever `join_long` says."""
    fallback_next_server: bool = False
    """Reads sub-option 3 of option 175 where siaddr is zero."""


@dataclass(frozen=True, slots=True)
class MessageTraits:
    """One kind of DHCP message that the firmware sends."""

    options: tuple[int, ...]
    """Codes, in wire order; END follows."""
    flags: int = 0
    ciaddr: bool = False
    """Says its own address."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Option values that differ from the common ones, in the same form."""
    echo: tuple[int, ...] = ()
    """Options whose value is taken from the replies already held, if they have it."""
    source_port: int = 68
    waits: tuple[float, ...] = ()
    """Seconds after each transmission; after the last, nobody has answered."""
    xid: MessageXid = MessageXid.SAME
    secs: MessageSecs = MessageSecs.SAME
    secs_listed: tuple[int, ...] = ()
    waits_out: bool = False
    """Looks at the replies to a transmission only when its waiting time is over."""
    dont_fragment: bool = False
    broadcast_flags: int | None = None
    """The flags where it is broadcast, if they differ."""
    broadcast_source_port: int | None = None
    """The source port where it is broadcast, if it differs."""


@dataclass(frozen=True, slots=True)
class DhcpTraits:
    """The firmware's DHCP messages."""

    size: int
    """Octets to which a message is padded with zeros; 0 for none."""
    xid: Xid
    secs: Secs
    read: ReadTraits
    values: Mapping[str, str]
    """Option values by code: hexadecimal octets, with ``{mac}`` and the like filled in."""
    messages: Mapping[Purpose, MessageTraits]
    secs_listed: tuple[int, ...] = ()
    network_from_offer: bool = False
    """Netmask and router are those of the offer, not of the DHCPACK."""
    most_offers: int = 16
    """Replies kept while discovering."""
    most_reply: int = 0
    """Octets of the longest reply that it takes; 0: whatever arrives."""
    nak_delay: float = 1.0
    """Seconds before discovery starts again after a NAK, where it does."""
    most_naks: int = 0
    """How often it starts again."""
