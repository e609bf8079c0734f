"""What a client asked, whom, and what answered: each question with its repeats and its answers.

Questions are the same whatever ports and transaction ids the client drew, so two clients'
questions can be compared; which reply belongs to which is told by just these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Address, Complaint, Frame, complaint
from pxeclient.wire import arp, dhcp, dhcp6, ndp, tftp
from pxeclient.wire.icmpv6 import Icmpv6
from pxeclient.wire.options import printable
from pxeclient.wire.pxe import Purpose

MOST_OPEN = 128
"""Questions of one client that wait for answers at once. A boot asks some twenty; an operating
system's ARP requests come next."""
IDLE = 60.0
"""Seconds after which nothing is an answer any more. DHCP clients wait at most 64 s for one try
(RFC 2131 §4.1), but no PXE client waits more than 32 s after its last (PXE 2.1 §2.2.4)."""

MOST_FRAMES = 256
"""Frames that are kept of one exchange, each way; what comes beyond is passed over. Some forty
servers on one segment answering six DISCOVERs come to fewer."""


class Ask(StrEnum):
    """What kind of question."""

    ARP = "ARP"
    """Who has that address?"""
    DISCOVER = "DISCOVER"
    REQUEST = "REQUEST"
    """A DHCPREQUEST for an address."""
    PROXY = "PROXY"
    """A request to port 4011 for a boot file."""
    SEARCH = "SEARCH"
    """A search for a boot server of some type, on either port."""
    DHCP = "DHCP"
    """Any other DHCP message of a client."""
    FILE = "RRQ"
    SOLICIT = "SOLICIT"
    """DHCPv6: who gives an address?"""
    REQUEST_6 = "REQUEST (DHCPv6)"
    """DHCPv6: the address of one server, or an answer to any other message of a client's."""
    INFORMATION = "INFORMATION-REQUEST"
    """DHCPv6: settings without an address."""
    PROXY_6 = "PROXY (DHCPv6)"
    """DHCPv6: a request to port 4011 for a boot file."""
    ROUTER = "RS"
    """Who is a router here?"""
    NEIGHBOUR = "NS"
    """Who has that IPv6 address?"""


_OF_PURPOSE = {
    Purpose.DISCOVER: Ask.DISCOVER,
    Purpose.REQUEST: Ask.REQUEST,
    Purpose.PROXY_REQUEST: Ask.PROXY,
    Purpose.BOOT_SERVER_REQUEST: Ask.SEARCH,
}


class Question(NamedTuple):
    """A question, whatever its ports and transaction ids are."""

    kind: Ask
    to: Address | None
    """Whom: the address that an ARP request asks for, or that a message goes to; None where
    every DHCP server is asked for an address."""
    port: int | None
    """At which port; None in ARP."""
    about: Address | int | bytes | None
    """The server whose offer is taken up, the boot server type, the file name; None elsewhere."""

    @property
    def words(self) -> str:
        """Such as ``a request to port 4011 of 10.77.0.2``; safe to print."""
        match self.kind:
            case Ask.ARP:
                return f"an ARP request for {self.to}"
            case Ask.DISCOVER:
                return "a DHCPDISCOVER"
            case Ask.REQUEST:
                return f"a DHCPREQUEST for the offer of {self._about or '0.0.0.0'}"
            case Ask.FILE:
                return f"the file {self._about} of {self.to}"
            case Ask.DHCP:
                return f"a DHCP message to port {self.port}"
            case Ask.SOLICIT | Ask.INFORMATION:
                return f"a DHCPv6 {self.kind.value}"
            case Ask.REQUEST_6:
                name = dhcp6.NAMES.get(self.about if isinstance(self.about, int) else 0)
                return f"a DHCPv6 {name or 'message'}"
            case Ask.PROXY_6:
                return f"a DHCPv6 request to port {self.port} of {self.to}"
            case Ask.ROUTER:
                return "a router solicitation"
            case Ask.NEIGHBOUR:
                return f"a neighbour solicitation for {self.to}"
            case Ask.PROXY | Ask.SEARCH:
                whom = "everybody" if str(self.to).startswith("255.") else self.to
                type_ = f" for boot server type {self._about}" if self.kind is Ask.SEARCH else ""
                return f"a request to port {self.port} of {whom}{type_}"

    @property
    def _about(self) -> str:
        if isinstance(self.about, bytes):
            return printable(self.about)
        return "" if self.about is None else str(self.about)

    @property
    def deed(self) -> str:
        """What a client does, such as ``sends a DHCPDISCOVER``."""
        return f"{'asks for' if self.kind is Ask.FILE else 'sends'} {self.words}"


def question(frame: Frame) -> Question | None:
    """The question that a client's frame asks; None if it asks none."""
    to = frame.destination
    match frame.said:
        case arp.Arp(operation=arp.REQUEST) as asked if asked.sender != asked.target:
            return Question(Ask.ARP, asked.target, None, None)
        case Dhcp() as asked if to is not None and not asked.is_reply:
            return _dhcp(asked)
        case tftp.Request(filename) if to is not None:
            return Question(Ask.FILE, to.address, to.port, filename)
        case Dhcp6() as asked if not asked.is_reply and asked.is_genuine:
            return _dhcp6(asked)
        case Icmpv6():
            return _neighbour(frame)
        case _:
            return None


def _dhcp(asked: Dhcp) -> Question:
    match asked.purpose:
        case Purpose.DISCOVER:
            return Question(Ask.DISCOVER, None, asked.port, None)
        case Purpose.REQUEST:
            return Question(Ask.REQUEST, None, asked.port, asked.server_id)
        case Purpose.PROXY_REQUEST:
            return Question(Ask.PROXY, asked.destination, asked.port, None)
        case Purpose.BOOT_SERVER_REQUEST:
            return Question(Ask.SEARCH, asked.destination, asked.port, asked.boot_item)
        case None:
            return Question(Ask.DHCP, asked.destination, asked.port, asked.type)


def _dhcp6(asked: Dhcp6) -> Question:
    if asked.port == dhcp6.PROXY_PORT:
        return Question(Ask.PROXY_6, asked.destination, asked.port, None)
    match asked.type:
        case dhcp6.SOLICIT:
            return Question(Ask.SOLICIT, None, asked.port, None)
        case dhcp6.INFORMATION_REQUEST:
            return Question(Ask.INFORMATION, None, asked.port, None)
        case type:
            return Question(Ask.REQUEST_6, None, asked.port, type)


def _neighbour(frame: Frame) -> Question | None:
    match frame.neighbour:
        case ndp.RouterSolicitation():
            return Question(Ask.ROUTER, None, None, None)
        case ndp.NeighbourSolicitation(target) if not _checks_itself(frame):
            return Question(Ask.NEIGHBOUR, target, None, None)
        case _:
            return None


def _checks_itself(frame: Frame) -> bool:
    """It asks whether somebody has the address that it is about to take (RFC 4862 §5.4.2)."""
    source = frame.source_address
    return source is None or source.is_unspecified


@dataclass(slots=True, eq=False)
class Exchange:
    """A question, its repeats, and what came back."""

    question: Question
    asked: list[Frame]
    """The client's frames: more than one where it repeats itself before it asks anything else."""
    answers: list[Frame] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    """The ICMP errors that it met with."""

    @property
    def began(self) -> float:
        """When it was asked first."""
        return self.asked[0].at

    @property
    def last(self) -> float:
        """When the last frame of it went."""
        return max(frame.at for frame in (self.asked[-1], *self.answers[-1:]))

    @property
    def waited(self) -> float | None:
        """Seconds from the latest question before it to the first answer; None without one."""
        if not self.answers:
            return None
        first = self.answers[0]
        before = [one.at for one in self.asked if one.number < first.number]
        return first.at - (before[-1] if before else self.began)


_ANSWERED_BY = {dhcp.OFFER: dhcp.DISCOVER, dhcp.ACK: dhcp.REQUEST, dhcp.NAK: dhcp.REQUEST}


class Exchanges:
    """Joins one client's questions with their answers, frame by frame.

    Memory is bounded: `MOST_OPEN` exchanges of at most `MOST_FRAMES` frames each way wait, none
    longer than `IDLE` seconds after its latest question.
    """

    def __init__(self, most_open: int = MOST_OPEN, most_frames: int = MOST_FRAMES) -> None:
        """Join; the bounds are for those who have many clients to follow."""
        self._most_open, self._most_frames = most_open, most_frames
        self._open: dict[object, Exchange] = {}
        """By what an answer to it would have: several keys for one exchange."""

    def add(self, frame: Frame) -> Exchange | None:
        """The exchange that a frame opens, repeats, or answers; None if it is of none."""
        if frame.ours:
            found = question(frame)
            return None if found is None else self._asks(frame, found)
        told = complaint(frame)
        if told is not None:
            return self._complains(told)
        for key in _answered(frame):
            exchange = self._open.get(key)
            if exchange is not None and frame.at - exchange.asked[-1].at <= IDLE:
                # Of a transfer only the first answer: `transfers` has the others.
                most = 1 if exchange.question.kind is Ask.FILE else self._most_frames
                if len(exchange.answers) < most:
                    exchange.answers.append(frame)
                return exchange
        return None

    @property
    def open(self) -> int:
        """How many exchanges may still be answered."""
        return len({id(one) for one in self._open.values()})

    def _asks(self, frame: Frame, asked: Question) -> Exchange:
        keys = _keys(frame)
        known = self._open.get(keys[0])
        self._forget(frame.at)
        if known is not None and known.question == asked and not _is_over(known, frame):
            if len(known.asked) < self._most_frames:
                known.asked.append(frame)
            exchange = known
        else:
            exchange = Exchange(asked, [frame])
        for key in keys:
            # Taken out first, so that the order is that of the latest question.
            self._open.pop(key, None)
            self._open[key] = exchange
        return exchange

    def _complains(self, told: Complaint) -> Exchange | None:
        for exchange in reversed(self._open.values()):
            asked = exchange.asked[-1].destination
            if asked is not None and (asked.address, asked.port) == (told.about, told.port):
                if len(exchange.complaints) < self._most_frames:
                    exchange.complaints.append(told)
                return exchange
        return None

    def _forget(self, now: float) -> None:
        for key, one in list(self._open.items()):
            if now - one.asked[-1].at <= IDLE and self.open <= self._most_open:
                break
            del self._open[key]


def _is_over(known: Exchange, frame: Frame) -> bool:
    """A new question rather than a repeat: of another transaction, or after a long silence."""
    return frame.at - known.asked[-1].at > IDLE


def _keys(frame: Frame) -> list[object]:
    """What a question's answers have; the first is the question's own."""
    match frame.said:
        case Dhcp() as asked:
            xid, port = asked.message.xid, asked.port
            item = asked.boot_item
            return [("dhcp", asked.type, xid, port, item), ("dhcp", asked.type, xid, port),
                    ("dhcp", xid, port), ("dhcp", xid)]  # fmt: skip
        case arp.Arp() as asked:
            return [("arp", asked.target)]
        case Dhcp6() as asked:
            # At 4011 an answer has the transaction id of the SOLICIT or any; a message's own is
            # the type's too, for iPXE has one id for SOLICIT and REQUEST.
            if asked.port == dhcp6.PROXY_PORT:
                return [("dhcp6", dhcp6.PROXY_PORT)]
            return [("dhcp6", asked.type, asked.xid), ("dhcp6", asked.xid)]
        case Icmpv6():
            asked6 = frame.neighbour
            target = asked6.target if isinstance(asked6, ndp.NeighbourSolicitation) else None
            return [("nd", target)]
        case _:
            return [("port", frame.source_port)]


def _answered(frame: Frame) -> list[object]:
    """What a server's frame answers, the most exact first."""
    match frame.said:
        case Dhcp() as reply if reply.is_reply:
            port, xid = reply.source_port, reply.message.xid
            # Boot servers may answer from either port a request to the other: the type counts.
            ports = (port, dhcp.SERVER_PORT + dhcp.PROXY_PORT - port)
            wanted = _ANSWERED_BY.get(reply.type or 0)
            exact: list[object] = [("dhcp", wanted, xid, port) for port in ports]
            if reply.boot_item is not None:
                items = [("dhcp", wanted, xid, port, reply.boot_item) for port in ports]
                exact = [*items, *exact]
            return [*exact, ("dhcp", xid, port), ("dhcp", xid)]
        case arp.Arp(operation=arp.REPLY) as reply:
            return [("arp", reply.sender)]
        case Dhcp6() as reply if reply.is_reply:
            if reply.source_port == dhcp6.PROXY_PORT:
                return [("dhcp6", dhcp6.PROXY_PORT)]
            first = [("dhcp6", dhcp6.SOLICIT, reply.xid)] if reply.type == dhcp6.ADVERTISE else []
            return [*first, ("dhcp6", reply.xid)]
        case Icmpv6():
            told = frame.neighbour
            if isinstance(told, ndp.RouterAdvertisement):
                return [("nd", None)]
            return [("nd", told.target)] if isinstance(told, ndp.NeighbourAdvertisement) else []
        case _ if frame.is_udp:
            return [("port", frame.port)]
        case _:
            return []


def exchanges(frames: Iterable[Frame]) -> tuple[Exchange, ...]:
    """The exchanges among a client's frames, in the order of their first questions."""
    follower = Exchanges()
    found: dict[int, Exchange] = {}
    for frame in frames:
        exchange = follower.add(frame)
        if exchange is not None:
            found.setdefault(id(exchange), exchange)
    return tuple(found.values())
