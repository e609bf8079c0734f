"""A boot's frames, sorted by what they are: all that the checks look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.clients import Client, named
from pxeclient.diagnose.segment import Segment
from pxeclient.endings import Judged
from pxeclient.outcome import Booted, Failed, Failure, Outcome
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Complaint, Frame
from pxeclient.seen.names import Lookup
from pxeclient.seen.streams import Connection
from pxeclient.seen.transfers import Transfer
from pxeclient.seen.web import WebRequest
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import BROADCAST
from pxeclient.wire.ndp import NeighbourAdvertisement, RouterAdvertisement


class Broken(NamedTuple):
    """A frame to the client that cannot be read."""

    number: int
    why: str


@dataclass(eq=False)
class Scene:
    """The frames of one boot attempt. Each list is made once, when the first check wants it."""

    outcome: Outcome | None
    lost: int = 0
    """Frames that our own receive buffer lost, or that we did not keep: what is missing may be our
    fault."""
    pace: float = 1.0
    """Seconds that one second of the client's clock took: a quick one leaves servers less time."""
    borrowed: bool = False
    """It went out on a card under another MAC address than the card's."""
    dhcp: list[Dhcp] = field(default_factory=list)
    further: int = 0
    """Servers whose replies are not in `dhcp`, because there are too many (`sorting`)."""
    transfers: list[Transfer] = field(default_factory=list)
    """The firmware's own, up to that of the boot file."""
    fetched: Transfer | None = None
    """The download of the boot file, where it came to its end and the boot did not fail."""
    quiet: float = 0.0
    """Seconds at the end in which the client said nothing, as far as the trace goes on."""
    next_stage: list[Transfer] = field(default_factory=list)
    """What was asked for after that, by whatever the boot file is."""
    web: Sequence[WebRequest] = ()
    """What was asked of web servers."""
    connections: Sequence[Connection] = ()
    """The client's TCP connections, but for those that others opened."""
    lookups: Sequence[Lookup] = ()
    """The names that were asked for."""
    until: float = 0.0
    """When the trace ends."""
    complaints: list[Complaint] = field(default_factory=list)
    arp_asked: dict[IPv4Address, list[int]] = field(default_factory=dict)
    """The frames of the ARP requests, by the address that they ask for."""
    arp_answered: set[IPv4Address] = field(default_factory=set)
    segment: Segment = field(default_factory=Segment)
    """Who else is there."""
    broken: list[Broken] = field(default_factory=list)
    cut: list[Dhcp] = field(default_factory=list)
    """Replies that were cut when they were recorded: what they have is so, what they lack is not
    known."""
    tagged: list[int] = field(default_factory=list)
    """Frames with a VLAN tag that came in."""
    judged: Judged | None = None
    """The file that was fetched, held against the machine; None where the file was named to
    another kind of machine, so that nobody can say which one this would be given."""
    fragments: dict[tuple[IPv4Address, int], list[int]] = field(default_factory=dict)
    """Frames of fragments that came in, by their sender and packet."""
    boot6: tuple[Dhcp6, ...] = ()
    """The DHCPv6 messages of a boot over IPv6, both ways."""
    routers: tuple[tuple[int, RouterAdvertisement], ...] = ()
    """The router advertisements that the client heard, with their frames."""
    claimed: tuple[tuple[int, NeighbourAdvertisement], ...] = ()
    """What others say that they have without being asked by a neighbour, with its frames."""
    solicited: tuple[int, ...] = ()
    """The frames of its router solicitations."""
    goes_on6: bool = False
    """It went on over IPv6, by TFTP or TCP."""
    parted_blocks: list[Frame] = field(default_factory=list)
    """Blocks of files that came in fragments, whether the client put them together or not."""

    @property
    def asked6(self) -> list[Dhcp6]:
        """What the boot client said over IPv6."""
        return [one for one in self.boot6 if one.ours]

    @property
    def heard6(self) -> list[Dhcp6]:
        """What servers said to it there."""
        return [one for one in self.boot6 if not one.ours]

    @property
    def got_nothing6(self) -> bool:
        """It asked for no file, by whatever way."""
        return not self.transfers and self.fetched is None and not self.goes_on6

    @property
    def dhcp_replied(self) -> bool:
        """A server answered over IPv4."""
        return any(not seen.ours for seen in self.dhcp)

    @property
    def hurry(self) -> str:
        """What to add where a reply is missed or late: the client's clock may be why.

        dnsmasq and ISC dhcpd ping an address before they offer it, in real seconds.
        """
        if self.pace >= 1:
            return ""
        return (
            f" Doubtful: the client's clock ran {1 / self.pace:.4g} times as fast, so a server that"
            " pings an address before it offers it looks silent or late. Try time scale 1."
        )

    last_answered: float | None = None
    """When the last frame came that was sent to the client alone, or answered it by DHCP."""
    last_answer: int = 0
    """Its number."""

    def outcome_is_other(self, than: Failure) -> bool:
        """The boot's end is known, and is not that failure."""
        return self.outcome is not None and self.failure is not than

    @property
    def last_transfer(self) -> Transfer | None:
        """The download that the boot ended with."""
        return self.transfers[-1] if self.transfers else None

    # --- what the client said -------------------------------------------------------------
    @property
    def failure(self) -> Failure | None:
        """What this boot failed of."""
        return self.outcome.failure if isinstance(self.outcome, Failed) else None

    @property
    def booted(self) -> Booted | None:
        """The file that was fetched."""
        return self.outcome if isinstance(self.outcome, Booted) else None

    def follows(self, later: Dhcp, before: Dhcp) -> bool:
        """One message came after another; their frames' numbers may be those of a recording in
        which other clients' messages stood in another order."""
        return self._order[id(later)] > self._order[id(before)]

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(seen): place for place, seen in enumerate(self.dhcp)}

    @cached_property
    def ours(self) -> list[Dhcp]:
        """The client's own messages."""
        return [seen for seen in self.dhcp if seen.ours]

    def said(self, type: int) -> list[Dhcp]:
        """The client's broadcasts of that type to port 67, without searches for boot servers."""
        return [
            seen
            for seen in self.ours
            if seen.type == type and seen.port == 67 and seen.boot_item is None
        ]

    @cached_property
    def first_discover(self) -> Dhcp | None:
        """The client's first DHCPDISCOVER: who it is."""
        return next(iter(self.said(dhcp.DISCOVER)), None)

    @cached_property
    def client(self) -> Client | None:
        """Which of the clients with a way of their own it is."""
        found = named(self.ours)
        return None if found is None else found.client

    @cached_property
    def architecture(self) -> int | None:
        """What the client says in option 93."""
        for seen in self.ours:
            if len(data := seen.options.get(93, b"")) >= 2:
                return int.from_bytes(data[:2], "big")
        return None

    @cached_property
    def is_ipxe(self) -> bool:
        """The client says that it is iPXE: user class, or iPXE's own option."""
        return any(
            b"iPXE" in seen.options.get(77, b"") or 175 in seen.options for seen in self.ours
        )

    # --- what the servers said ------------------------------------------------------------
    @cached_property
    def replies(self) -> list[Dhcp]:
        """All that servers sent to us."""
        chaddr = self.first_discover.message.chaddr if self.first_discover else None
        return [
            seen
            for seen in self.dhcp
            if not seen.ours
            and seen.message.op == dhcp.BOOTREPLY
            and chaddr in (None, seen.message.chaddr)
        ]

    @cached_property
    def is_on_loopback(self) -> bool:
        """The segment is played on loopback: addresses that are leased are of there."""
        return any(reply.message.yiaddr.is_loopback for reply in self.replies)

    @cached_property
    def offers(self) -> list[Dhcp]:
        """The DHCPOFFERs, proxy offers among them, with a transaction id of ours."""
        xids = {seen.message.xid for seen in self.said(dhcp.DISCOVER)}
        return [
            seen for seen in self.replies if seen.type == dhcp.OFFER and seen.message.xid in xids
        ]

    @cached_property
    def address_offers(self) -> list[Dhcp]:
        """The offers of an address; each server's latest."""
        return list({seen.who: seen for seen in self.offers if seen.offers_address}.values())

    @cached_property
    def proxy_offers(self) -> list[Dhcp]:
        """The offers that only say PXEClient; each server's latest."""
        found = (seen for seen in self.offers if seen.is_pxe and not seen.offers_address)
        return list({seen.who: seen for seen in found}.values())

    @cached_property
    def request(self) -> Dhcp | None:
        """The client's latest DHCPREQUEST for an address."""
        return next(reversed(self.said(dhcp.REQUEST)), None)

    @cached_property
    def chosen(self) -> Dhcp | None:
        """The offer that the latest DHCPREQUEST takes up."""
        if self.request is None:
            return None
        server, address = self.request.address(54), self.request.address(50)
        for seen in reversed(self.offers):
            taken = seen.server_id == server and seen.yiaddr == address
            if taken and self.follows(self.request, seen):
                return seen
        return None

    @cached_property
    def ack(self) -> Dhcp | None:
        """The DHCPACK that gave the client its address."""
        for seen in self.replies:
            is_ack = seen.type == dhcp.ACK and seen.offers_address
            if is_ack and seen.source_port == 67 and self._follows_request(seen):
                return seen
        return None

    def _follows_request(self, reply: Dhcp) -> bool:
        return any(
            self.follows(reply, asked) and asked.message.xid == reply.message.xid
            for asked in self.said(dhcp.REQUEST)
        )

    # --- port 4011 ------------------------------------------------------------------------
    @cached_property
    def on_port_4011(self) -> list[Dhcp]:
        """All that the client sent to port 4011: ProxyDHCP requests, and searches for boot
        servers (43.71), which PXE 2.1 has on the same port."""
        return [seen for seen in self.ours if seen.port == dhcp.PROXY_PORT]

    @cached_property
    def proxy_requests(self) -> list[Dhcp]:
        """The client's questions on port 4011 for a boot file."""
        return [seen for seen in self.ours if seen.port == 4011 and not _is_search(seen)]

    @cached_property
    def searches(self) -> list[Dhcp]:
        """The client's questions for a boot server of some type (43.71)."""
        return [seen for seen in self.ours if _is_search(seen)]

    def answers(self, asked: list[Dhcp]) -> list[Dhcp]:
        """The replies to questions on port 4011, or to searches for a boot server."""
        if not asked:
            return []
        xids = {seen.message.xid for seen in asked}
        whom = {seen.destination for seen in asked}
        return [
            seen
            for seen in self.replies
            if self.follows(seen, asked[0])
            and seen.message.xid in xids
            and (
                seen.source_port == dhcp.PROXY_PORT
                or seen.source in whom
                # A search by broadcast or multicast may be answered by anybody.
                or (any(map(_is_group, whom)) and seen.boot_item is not None)
            )
        ]

    def refusals(self, asked: list[Dhcp]) -> list[Complaint]:
        """The ICMP errors that questions met with."""
        return [
            one
            for one in self.complaints
            if one.is_credible
            and any(one.about == seen.destination and one.port == seen.port for seen in asked)
        ]


def _is_group(address: IPv4Address) -> bool:
    return address.is_multicast or address == BROADCAST


def _is_search(seen: Dhcp) -> bool:
    return seen.type == dhcp.REQUEST and seen.boot_item is not None
