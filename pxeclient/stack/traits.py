"""What a firmware's IPv4 host is made of: its part of a profile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IpId(StrEnum):
    """How the IPv4 identification field is counted."""

    COUNTER = "counter"
    """One up for every packet."""
    IPXE = "ipxe"
    """High octet one up for every packet, low octet from the receive statistics."""


class Fragments(StrEnum):
    """Which IPv4 fragments are put together."""

    ANY_ORDER = "any-order"
    IN_ORDER = "in-order"
    """Each has to go on where the one before it ended; any other is dropped."""
    NONE = "none"


class Leaves(StrEnum):
    """When a host says that it leaves a multicast group."""

    UNLESS_V1 = "unless-v1"
    """Whenever it leaves one, unless the segment's router speaks version 1 (RFC 2236 §3)."""
    ONLY_V1 = "only-v1"
    """Only where the router speaks version 1, the one that does not know the message."""


@dataclass(frozen=True, slots=True)
class IgmpTraits:
    """How the host takes part in multicast groups."""

    version: int = 0
    """The version of its reports where no router of version 1 is known; 0: it sends none."""
    ttl: int = 1
    repeat_after: float = 10.0
    """Seconds after which the report of a group that was joined is sent once more; 0: never."""
    leaves: Leaves = Leaves.UNLESS_V1
    spread: float = 0.0
    """A report goes out so many seconds after its time at the latest, as chance has it."""
    whole_seconds: bool = False
    """Waits are counted in whole seconds, one at least."""
    restarts: bool = False
    """A query sets the time of a report anew even if that was to go out sooner."""
    all_systems: bool = False
    """Is a member of 224.0.0.1 from the start, and reports that too when it is asked."""


@dataclass(frozen=True, slots=True)
class IpTraits:
    """The IPv4 host under the firmware."""

    ttl: int
    id: IpId
    arp_waits: tuple[float, ...]
    """Seconds after each ARP request; after the last, the neighbour counts as absent."""
    gratuitous_arp: bool
    """Announces its address when it gets one."""
    random_id: bool = False
    """The first identification is drawn by chance."""
    deaf_to_unicast: bool = False
    """Takes only broadcasts before it has an address."""
    pad_to: int = 0
    """The shortest frame it sends."""
    first_id: int = 0
    fragments: Fragments = Fragments.ANY_ORDER
    tftp_fragments: Fragments | None = None
    """The same while a file is being fetched by TFTP; None: no difference."""
    fragment_wait: float = 15.0
    """Seconds that an incomplete packet is kept: from its first part, in order from its latest."""
    uncut_fragments: bool = True
    """Takes fragments that say "don't fragment"."""
    checks_options: bool = False
    """Drops a packet whose header options are malformed; else they are skipped unread."""
    zero_checksum: bool = False
    """A header checksum of 0 counts as none."""
    priority_tags: bool = False
    """Takes a frame whose VLAN tag gives only a priority (VLAN 0) as if it had none."""
    most_frame: int = 1514
    """The longest frame that its card hands over, without tag and checksum trailer."""
    classless_routes: bool = False
    """Option 121 replaces the router option."""
    arp_failure_ends: bool = False
    """A TFTP server that does not answer ARP ends the boot."""
    multicast_receive: bool = True
    """Takes frames to any Ethernet group, not only broadcasts."""
    arp_reply_in_place: bool = False
    """Makes an ARP reply of the request's own frame: as long as its card received it."""
    stops_at_prompt: bool = False
    """While a menu prompt counts down, no frame is taken and no other timer runs out."""
    igmp: IgmpTraits = IgmpTraits()
