"""What a frame says, apart from DHCP: the codecs' own messages, and what is no message of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.wire import tftp
from pxeclient.wire.arp import Arp
from pxeclient.wire.dns import Dns
from pxeclient.wire.icmp import Icmp
from pxeclient.wire.icmpv6 import Icmpv6
from pxeclient.wire.igmp import Igmp
from pxeclient.wire.tcp import Flags


class Fragment(NamedTuple):
    """A part of an IP packet that is not whole (yet)."""

    offset: int
    """Where it belongs in the packet, in octets."""
    size: int
    more: bool
    """It is not the last part."""


class Udp(NamedTuple):
    """A datagram that is neither DHCP, DNS nor TFTP; its octets are the frame's payload."""

    why: str
    """Why it is no TFTP packet either."""


class Tcp(NamedTuple):
    """A segment of a TCP connection; its octets are the frame's payload."""

    flags: int
    """The octet of flags (RFC 9293 §3.1); 0 if it was not recorded."""
    sequence: int = 0
    acknowledgement: int = 0
    """0 where it means nothing, or was not recorded."""

    @property
    def opens(self) -> bool:
        """It asks for a connection: SYN without ACK."""
        return self.flags & (Flags.SYN | Flags.ACK) == Flags.SYN

    @property
    def accepts(self) -> bool:
        """It grants one: SYN with ACK."""
        return self.flags & (Flags.SYN | Flags.ACK) == Flags.SYN | Flags.ACK

    @property
    def resets(self) -> bool:
        """It breaks the connection off."""
        return bool(self.flags & Flags.RST)

    @property
    def ends(self) -> bool:
        """Its sender has no more to say."""
        return bool(self.flags & Flags.FIN)

    @property
    def acknowledges(self) -> bool:
        """Its acknowledgement number means something."""
        return bool(self.flags & Flags.ACK)


class Eapol(NamedTuple):
    """An 802.1X frame."""

    type: int | None
    """1 in an EAPOL-Start (IEEE 802.1X-2010 §11.3.2); None if it ends before."""

    @property
    def is_start(self) -> bool:
        """The station asks to be authenticated."""
        return self.type == 1


class Tagged(NamedTuple):
    """A frame with a VLAN tag, of which nothing further is read: no firmware takes it."""

    vlan: int
    """0 where the tag gives a priority only."""
    ethertype: int
    """Of what is in it."""


class Other(NamedTuple):
    """A frame or packet of a kind that is not read here."""

    protocol: int | None
    """The IP protocol; None where it is no IP packet, and the frame's type says all."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What should be one of these, and cannot be read as it."""

    reason: str
    """As the codec says it, such as ``ARP: 4 octets, a message has 28``."""


class Block(tftp.Data, frozen=True):
    """A DATA packet that lies in a frame's octets, and leaves its content there: what a download
    brings is in memory once, however many values tell of it."""

    start: int
    """Where in those octets the content begins."""
    stop: int

    @property  # type: ignore[misc]  # it stands before the field
    def content(self) -> bytes:
        """The octets of the file, made anew each time."""
        return _octets_of(self)[self.start : self.stop]

    def __eq__(self, other: object) -> bool:
        """It is what it says, wherever that lies."""
        if not isinstance(other, tftp.Data):
            return NotImplemented
        return self.block == other.block and self.content == other.content

    def __hash__(self) -> int:
        return hash((self.block, self.content))


_octets_of: Callable[[Block], bytes] = tftp.Data.__dict__["content"].__get__
"""The field that `Block.content` stands before."""


Tftp: TypeAlias = tftp.Request | tftp.Data | tftp.Ack | tftp.Error | tftp.OptionAck
"""By its form alone: any datagram that reads as TFTP. `transfers` knows which are."""

Said: TypeAlias = (
    Dhcp
    | Dhcp6
    | Tftp
    | Dns
    | Arp
    | Icmp
    | Igmp
    | Icmpv6
    | Fragment
    | Udp
    | Tcp
    | Eapol
    | Tagged
    | Other
    | Unread
)
