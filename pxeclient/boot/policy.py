"""The questions that every firmware answers, and the facts it answers them by.

A `Policy` has one table per question and nothing else. Answers are enums whose values are
sentences, so that tables of different firmwares can be laid side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from typing import NamedTuple

from msgspec import Struct

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.menu.policy import (
    BootReplyCandidate,
    BootReplyUse,
    Cancelled,
    Choice,
    Chosen,
    DiscoverBy,
    DiscoveryStep,
    Key,
    MenuKey,
    Prompting,
    PromptKey,
    PxeSettings,
)
from pxeclient.decisions import Table
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.outcome import Failure
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import Message
from pxeclient.wire.pxe import Purpose


# --- hear: is this reply for me at all? ---------------------------------------------------
class Hear(StrEnum):
    """What happens to a datagram that came to the client's DHCP port."""

    READ = "read it"
    DROP = "drop it"


class Overheard(Struct, frozen=True):
    """A DHCP message, and what the client is waiting for."""

    message: Message
    xid: int
    mac: Mac
    source_port: int
    """The UDP port that it came from."""
    purpose: Purpose
    """What the client has asked for."""


# --- classify-offer: what is it? ----------------------------------------------------------
class OfferClass(StrEnum):
    """What a reply is worth while discovering."""

    PLAIN = "an offer of an address"
    BINL = "an offer of an address from a PXE server to be asked on port 4011"
    PXE10 = "an offer of an address with PXE discovery options"
    MTFTP = "an offer of an address with MTFTP options"
    PROXY_BINL = "a proxy offer, to be asked on port 4011"
    PROXY_PXE10 = "a proxy offer with PXE discovery options"
    PROXY_MTFTP = "a proxy offer with MTFTP options"
    PXE_BOTH = "an offer of an address and a proxy offer in one"
    PROXY = "a proxy offer"
    BOOTP = "a BOOTP reply with a boot file"
    UNUSABLE = "of no use"

    @property
    def is_own(self) -> bool:
        """It has an address for the client."""
        return self in _OWN


_OWN = {OfferClass.PLAIN, OfferClass.BINL, OfferClass.PXE10, OfferClass.MTFTP, OfferClass.PXE_BOTH}


class Candidate(Struct, frozen=True):
    """A reply that came while discovering, and what is held already."""

    reply: Reply
    offer_priority: int = 0
    proxy_priority: int = 0


class Kept(NamedTuple):
    """A reply with its class."""

    reply: Reply
    kind: OfferClass


# --- leave-discovery: go on now? ----------------------------------------------------------
class Leave(StrEnum):
    """What to do with the replies so far."""

    STAY = "go on listening"
    REQUEST = "request the chosen offer's address"


class Discovery(Struct, frozen=True):
    """All that discovery has brought so far."""

    kept: tuple[Kept, ...]
    offer: Reply | None
    """The offer in hand: the one that would be chosen now."""
    proxy_offer: Reply | None
    elapsed: float
    """Seconds since discovery began."""
    window_over: bool
    """Asked because a DISCOVER's waiting time ran out, not because a reply came."""
    windows: int = 1
    """DISCOVERs sent so far; each begins a waiting time."""

    def of(self, *kinds: OfferClass) -> tuple[Reply, ...]:
        """The kept replies of these classes, in order of arrival."""
        return tuple(kept.reply for kept in self.kept if kept.kind in kinds)

    def has(self, *kinds: OfferClass) -> bool:
        """A reply of one of these classes was kept."""
        return any(kept.kind in kinds for kept in self.kept)


# --- select-offer: which one? -------------------------------------------------------------
class Select(StrEnum):
    """Which of the kept replies the boot goes on with."""

    LATEST = "the latest offer of the highest priority, and the latest proxy offer"
    FIRST_PXE10 = "the first offer with PXE discovery options"
    FIRST_MTFTP = "the first offer with MTFTP options"
    PROXY_PXE10 = "the first plain offer, and the first proxy offer with PXE discovery options"
    PROXY_MTFTP = "the first plain offer, and the first proxy offer with MTFTP options"
    FIRST_BINL = "the first offer that says PXEClient without PXE discovery options"
    PROXY_BINL = "the first plain offer, and the first proxy offer without discovery options"
    FIRST_WITH_FILE = "the first plain offer that names a boot file"
    FIRST_BOOTP = "the first BOOTP reply that names a boot file"
    NOTHING = "none: there is nothing to boot from"


# --- no-lease: nothing came of discovery --------------------------------------------------
class Verdict(StrEnum):
    """Which failure it is."""

    NO_OFFER = "give up: nobody offered an address"
    ONLY_PROXY_OFFERS = "give up: only proxy offers came"
    NO_VALID_OFFER = "give up: offers came, but none that is of use"
    NO_BOOT_FILE = "give up: nobody named a boot file"

    @property
    def failure(self) -> Failure:
        """The failure that it is."""
        return Failure[self.name]


class Barren(Struct, frozen=True):
    """What came in all the windows of a discovery that led nowhere."""

    offers: int
    proxy_offers: int


# --- accept-ack ---------------------------------------------------------------------------
class AckUse(StrEnum):
    """What a reply to the DHCPREQUEST does."""

    TAKE_LEASE = "take the lease"
    RESTART = "go back to discovery"
    FAIL = "give up: the server refuses"
    IGNORE = "ignore it"


class AckCandidate(Struct, frozen=True):
    """A reply that came after the DHCPREQUEST, and the offer that was requested."""

    reply: Reply
    offer: Reply


# --- after-ack ----------------------------------------------------------------------------
class AfterAck(StrEnum):
    """Where a firmware looks for its boot file once a DHCPACK has confirmed the address."""

    ASK_PORT_4011 = "send a DHCPREQUEST to the PXE server on port 4011"
    ADD_PROXY_OFFER = "look for the boot file in the DHCPACK, then in the proxy offer in hand"
    USE_PROXY_OFFER = "take the boot file from the proxy offer in hand"
    USE_OFFER = "take the boot file from the chosen offer"
    USE_ACK = "take the boot file from the DHCPACK"


class Lease(Struct, frozen=True):
    """What is known when a DHCPACK confirms the address."""

    ack: Reply
    offer: Reply
    selected: Select
    proxy_offer: Reply | None

    @property
    def proxy(self) -> Reply:
        """The proxy offer, for the answers that are only given where there is one.

        Raises:
            ValueError: There is none: the table that gave such an answer is wrong.
        """
        if self.proxy_offer is None:
            raise ValueError("a rule of after-ack turns to a proxy offer that is not there")
        return self.proxy_offer


# --- addresses ----------------------------------------------------------------------------
class AddressOf(StrEnum):
    """Where in a reply an address is read."""

    SERVER_ID = "the server identifier (option 54)"
    SIADDR = "the next server (siaddr)"
    SOURCE = "the IP address it came from"
    LISTED = "the first boot server of its list (option 43.8)"
    ASKED = "the boot server that was asked"
    URI = "the boot file's name, which is a tftp:// URI"
    NOWHERE = "nowhere: it names none"


# --- accept-proxy-reply -------------------------------------------------------------------
class ProxyUse(StrEnum):
    """What a reply from port 4011 is worth."""

    ADD = "look for the boot file in the DHCPACK, then in it"
    USE = "take the boot file from it"
    REFUSE = "give this server up"
    IGNORE = "ignore it"


class ProxyCandidate(Struct, frozen=True):
    """A reply to the request to port 4011, and the address that was asked."""

    reply: Reply
    asked: IPv4Address


# --- proxy-silent -------------------------------------------------------------------------
class ProxySilent(StrEnum):
    """What happens when port 4011 never answers."""

    CARRY_ON = "go on with what the DHCPACK says"
    ASK_NEXT = "ask the server of the next proxy offer"
    FAIL = "give up"


class Silence(Struct, frozen=True):
    """The server that did not answer."""

    asked: IPv4Address
    others_left: int = 0
    """Kept proxy offers whose servers were not asked yet."""


# --- boot-from ----------------------------------------------------------------------------
class Naming(Struct, frozen=True):
    """The reply that names the boot file."""

    reply: Reply
    asked: IPv4Address | None = None
    """The address of the boot server, where it was asked by unicast."""


class BootFrom(StrEnum):
    """What a configured firmware does to boot."""

    DOWNLOAD = "download the boot file"
    BOOT_SERVER = "look for a boot server (menu, discovery)"
    NO_MENU = "give up: this build has no boot menu"
    NO_BOOT_FILE = "give up: nobody named a boot file"
    NO_NEXT_SERVER = "give up: nobody named the server of the boot file"
    UNSUPPORTED_SCHEME = "give up: the name is a URI that is not fetched by TFTP"


class Sources(Struct, frozen=True):
    """The replies in which a boot file is looked for, in the order of the firmware."""

    replies: tuple[Reply, ...]

    @property
    def naming(self) -> Reply | None:
        """The first reply that has a boot file name, even an empty one."""
        # Asked by many rules of one table, so not worth a generator.
        for reply in self.replies:
            if reply.boot_file is not None:
                return reply
        return None


# --- fetch-by -----------------------------------------------------------------------------
class FetchBy(StrEnum):
    """How a boot file is fetched whose reply has the parameters of a multicast download."""

    MTFTP = "by multicast (MTFTP)"
    TFTP = "by TFTP"
    NOT = "give up: not at all"


class Fetching(Struct, frozen=True):
    """The reply that names the boot file."""

    reply: Reply
    multicast_failed: bool = False
    """A multicast download was begun and came to nothing."""


# --- icmp-error ---------------------------------------------------------------------------
class IcmpUse(StrEnum):
    """What an ICMP error leads to."""

    UNREACHABLE = "give up: the server cannot be reached"
    ERROR = "give up: there is an ICMP error"
    IGNORE = "ignore it"


class IcmpTold(Struct, frozen=True):
    """An ICMP error that came to our address."""

    type: int
    code: int
    downloading: bool
    """A file is being fetched by TFTP."""
    quotes_us: bool
    """It quotes a datagram of that download: its addresses and its ports."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A firmware's answers: one table per question."""

    name: str
    hear: Table[Overheard, Hear]
    classify_offer: Table[Candidate, OfferClass]
    leave_discovery: Table[Discovery, Leave]
    select_offer: Table[Discovery, Select]
    no_lease: Table[Barren, Verdict]
    accept_ack: Table[AckCandidate, AckUse]
    after_ack: Table[Lease, AfterAck]
    proxy_server: Table[Reply, AddressOf]
    accept_proxy_reply: Table[ProxyCandidate, ProxyUse]
    proxy_silent: Table[Silence, ProxySilent]
    boot_from: Table[Sources, BootFrom]
    boot_server: Table[Naming, AddressOf]
    fetch_by: Table[Fetching, FetchBy]
    menu_prompt: Table[PxeSettings, Prompting]
    prompt_key: Table[Key, PromptKey]
    menu_key: Table[Key, MenuKey]
    menu_cancelled: Table[PxeSettings, Cancelled]
    menu_choice: Table[Chosen, Choice]
    discover_by: Table[DiscoveryStep, DiscoverBy]
    accept_boot_reply: Table[BootReplyCandidate, BootReplyUse]
    tftp_error: Table[TftpRefusal, TftpErrorUse]
    icmp_error: Table[IcmpTold, IcmpUse]
