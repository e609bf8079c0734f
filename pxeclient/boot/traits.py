"""What a firmware is made of, as far as it is data: the parts of a profile that a boot needs.

Each class is one table of a profile (``profiles/*.toml``), where every value also says how
well it is known. What a firmware does *because of* something is not here but in `policy`.
Times are seconds, sizes octets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class IpId(StrEnum):
    """How the IPv4 identification field is counted."""

    COUNTER = "counter"
    """One up for every packet."""
    IPXE = "ipxe"
    """High octet one up for every packet, low octet from the receive statistics."""


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
    """Four times the transmissions in this state."""
    LISTED = "listed"
    """A value for each transmission to one server."""


class Purpose(StrEnum):
    """The DHCP messages that a PXE client sends."""

    DISCOVER = "discover"
    REQUEST = "request"
    PROXY_REQUEST = "proxy-request"
    BOOT_SERVER_REQUEST = "boot-server-request"


class FileOrder(StrEnum):
    """Where a firmware looks for the boot file name first."""

    FIELD = "field"
    """The header's `file` field, then option 67."""
    OPTION = "option"
    """Option 67, then the header's `file` field."""


class LocalPort(StrEnum):
    """Which UDP port a TFTP request is sent from."""

    RANDOM = "random"
    COUNTING = "counting"
    """From a first port, one up for every request."""


class Fragments(StrEnum):
    """Which IPv4 fragments are put together."""

    ANY_ORDER = "any-order"
    IN_ORDER = "in-order"
    """Each has to go on where the one before it ended; any other is dropped."""
    NONE = "none"


class EmptyFile(StrEnum):
    """What a boot file of no octets is to a firmware."""

    BOOTS = "boots"
    """Downloaded like any other."""
    REFUSED = "refused"
    """Acknowledged, then refused."""
    UNACKNOWLEDGED = "unacknowledged"
    """Refused at once."""


class Collect(StrEnum):
    """How TFTP blocks are gathered."""

    LOCK_STEP = "lock-step"
    """Only the next block counts; an earlier one is acknowledged again."""
    WINDOW = "window"
    """Only the next block counts; the last of a window is acknowledged, and any other at once."""
    ANY_ORDER = "any-order"
    """Every block is kept; the acknowledgement names the end of the gapless beginning."""


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
    icmp_errors_end: bool = False
    """An ICMP error from the TFTP server ends the download."""
    pad_to: int = 0
    """The shortest frame it sends."""
    first_id: int = 0
    fragments: Fragments = Fragments.ANY_ORDER
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


@dataclass(frozen=True, slots=True)
class ReadTraits:
    """How the firmware reads a DHCP reply."""

    overload: bool
    """Honours option 52."""
    join_long: bool
    """Joins repeated options into one (RFC 3396)."""
    file_order: FileOrder
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

    def __hash__(self) -> int:
        """Of what can be hashed: what follows from a profile is worked out once."""
        return hash((self.size, self.xid, self.secs))


@dataclass(frozen=True, slots=True)
class TftpRequest:
    """One read request of a download."""

    options: tuple[tuple[str, str], ...]
    abort: bool = False
    """Only asks for the size: an answer is met with an ERROR, and the next request follows."""


@dataclass(frozen=True, slots=True)
class TftpTraits:
    """How the firmware downloads."""

    requests: tuple[TftpRequest, ...]
    port: LocalPort
    open_waits: tuple[float, ...]
    """Seconds after each read request that nothing answers."""
    read_waits: tuple[float, ...]
    """Seconds after the first and each repeated acknowledgement that nothing follows."""
    collect: Collect
    most_block: int
    """The longest block that it takes; 0: whatever was agreed."""
    first_port: int = 1025
    first_port_spread: int = 1
    """The first port is drawn from so many, `first_port` the lowest."""
    size_required: bool = False
    """The first request must be answered with the size, or the download fails."""
    no_options_text: str = ""
    """What it tells a server that ignores options (ERROR 4), if it then gives up."""
    strict_oack: bool = False
    """Refuses an OACK that grants more than was asked (ERROR 4)."""
    bad_oack_text: str = ""
    size_from_option: bool = False
    """Where option 13 says how long the file is, the server is not asked for its size."""
    outgrown_text: str = ""
    """What it tells a server (ERROR 3) that has sent more than was announced, if it minds."""
    ignores_long_blocks: bool = False
    """A block that is too long is dropped instead of ending the download."""
    new_port_on_retry: bool = False
    smoothed: bool = False
    """Waits double from the first of `read_waits` to the last, and follow the round-trip time."""
    any_peer: bool = False
    """The first datagram to the local port fixes the peer, whatever its address."""
    plain_retry: bool = False
    """An ERROR to a request with options is answered by one without."""
    abort_text: str = "TFTP Aborted"
    abort_code: int = 0
    most_file: int = 0
    """The longest boot file; 0: what memory holds."""
    empty_file: EmptyFile = EmptyFile.REFUSED


@dataclass(frozen=True, slots=True)
class MtftpTraits:
    """How the firmware downloads by multicast, where it does."""

    opens: int = 3
    """Read requests that go unanswered before it gives up."""
    acknowledgements: int = 3
    """How often it acknowledges a block, in all, while nothing new follows."""
    slack: float = 0.1
    """Seconds that it waits beyond what 43.4 and 43.5 say."""
    full_block: int = 512
    """A shorter block is the last to the client that acknowledges."""
    error_code: int = 8
    """What it sends when it gives up a transfer that it acknowledges."""
    error_text: str = ""


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


@dataclass(frozen=True, slots=True)
class FailureText:
    """What the firmware says when it fails."""

    code: str
    text: str
    screen: tuple[str, ...] | None = None
    """The lines on its screen, if they differ from ``screen.failure``."""


@dataclass(frozen=True, slots=True)
class GrowingLine:
    """Lines of which the last grows, or counts, while the machine waits."""

    lines: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    """What is added, one after the other and then again from the first.

    Marks that end in BS take each other's place, and are gone at the end."""
    every: float = 0.0
    """Seconds between two marks, or between two counts; 0 for none."""
    each_send: str = ""
    """What every transmission adds."""
    percent: bool = False
    """Where the size of the download is known, how much of it is there takes the marks' place."""
    count: str = ""
    """A countdown, with ``{seconds}``: each number takes the last one's place."""
    lag: float = 0.0
    """The machine sees so much later that the wait is over: a mark due by then still comes."""
    failure_below: bool = False
    """A failure is told in the next line, not in this one."""
    erased: bool = False
    """The countdown is gone when it has run out."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A kind of boot file as the firmware calls it."""

    name: str
    octets: str = ""
    """What it holds, in hexadecimal; nothing: any file."""
    at: int = 0
    """Where it holds that."""


@dataclass(frozen=True, slots=True)
class ScreenTraits:
    """What the firmware writes on its screen; ``{address}`` and the like are filled in.

    Each text is a line, unless it ends in ``{open}``: then what comes next goes on in it.
    """

    columns: int = 0
    """How wide the screen is; 0 if it is not known, or wider than any line."""
    started: tuple[str, ...] = ()
    configuring: GrowingLine = GrowingLine()
    """While DHCP is under way."""
    leased: tuple[str, ...] = ()
    menu_started: tuple[str, ...] = ()
    prompt: GrowingLine = GrowingLine()
    """The menu prompt, with ``{prompt}``, while it counts down."""
    prompt_only: tuple[str, ...] = ()
    """The menu prompt where nothing is counted."""
    menu_opened: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    """Each item of the boot menu, with ``{number}``, ``{letter}`` and ``{item}``."""
    discovering: GrowingLine = GrowingLine()
    """While a boot server is searched, with ``{type}``."""
    discovered: tuple[str, ...] = ()
    """A boot server has answered; ``{type}`` is its type as this firmware shows it."""
    boot_server: tuple[str, ...] = ()
    boot_file: tuple[str, ...] = ()
    sized: tuple[str, ...] = ()
    """The size of the boot file was asked for, with ``{size}``: 0 if it is not known."""
    downloading: GrowingLine = GrowingLine()
    multicast: tuple[str, ...] = ()
    """In place of `boot_file`, where the file is fetched by multicast."""
    booted: tuple[str, ...] = ()
    formats: tuple[FileFormat, ...] = ()
    """What ``{format}`` may say; the first that fits."""
    failure: tuple[str, ...] = ("{text}",)
    """A failure that has no lines of its own."""
    failed: tuple[str, ...] = ()
    """After every failure."""


@dataclass(frozen=True, slots=True)
class Traits:
    """A firmware's data."""

    name: str
    ip: IpTraits
    dhcp: DhcpTraits
    tftp: TftpTraits
    failures: Mapping[str, FailureText]
    screen: ScreenTraits
    background: tuple[BackgroundTraits, ...] = ()
    mtftp: MtftpTraits = MtftpTraits()
