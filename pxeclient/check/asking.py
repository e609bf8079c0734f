"""What probes say: DHCP messages of clients that need not exist, and what servers answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple
from uuid import UUID

from pxeclient.check.talking import Correspondent, Heard, Reaction, Script, Send, Turn
from pxeclient.seen.dhcp import Dhcp
from pxeclient.stack.host import Host
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.dhcp import END, Message, Option
from pxeclient.wire.errors import WireError
from pxeclient.wire.udp import Datagram

SETTLE = 0.3
"""Seconds to wait for a second server when the first has answered."""

MOST_ASKED = 4
"""Servers that a probe asks one after the other. Each may be silent for as long as we are patient;
who has more on a segment is told how many were left out."""

_UUID = UUID("7078652d-6368-6563-6b00-000000000001")
_WANTED = bytes((1, 3, 43, 54, 60, 66, 67, 97))
"""Option 55: what a boot needs (PXE 2.1 §2.2.1 asks for no more of these)."""
_LEAST = 300
"""A request is padded to BOOTP's size (RFC 951 §3), which old relays insist on."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A client as a DHCP message shows it. The defaults are a PXE ROM's (PXE 2.1 table 2-1)."""

    xid: int
    arch: int = 0
    vendor: bytes | None = None
    """Option 60; None is PXEClient with the architecture."""
    machine_id: bytes | None = b"\0" + _UUID.bytes_le
    """Option 97; None leaves it out."""
    user_class: bytes | None = None
    features: bytes | None = None
    """Option 175, which only iPXE has."""
    flags: int = dhcp.BROADCAST_FLAG
    relay: IPv4Address = ANY
    """The address of the relay that forwards it; 0.0.0.0 is none."""
    agent: bytes | None = None
    """Option 82, which the relay adds last (RFC 3046 §2.1)."""

    @property
    def class_id(self) -> bytes:
        """Option 60 as it is sent."""
        standard = f"PXEClient:Arch:{self.arch:05}:UNDI:002001".encode()
        return standard if self.vendor is None else self.vendor


def message(host: Host, asker: Asker, type: int, *more: Option, ciaddr: IPv4Address = ANY) -> bytes:
    """The octets of a request of that DHCP message type, with `more` options."""
    said: tuple[tuple[int, bytes | None], ...] = (
        (53, bytes((type,))),
        (57, (1472).to_bytes(2, "big")),
        (55, _WANTED),
        (60, asker.class_id),
        (93, asker.arch.to_bytes(2, "big")),
        (94, b"\1\2\1"),
        (97, asker.machine_id),
        (77, asker.user_class),
        (175, asker.features),
    )
    options = [Option(code, data) for code, data in said if data is not None]
    agent = [] if asker.agent is None else [Option(82, asker.agent)]
    whole = Message(
        dhcp.BOOTREQUEST,
        asker.xid,
        dhcp.chaddr_of(host.mac),
        flags=asker.flags,
        ciaddr=ciaddr,
        giaddr=asker.relay,
        hops=0 if asker.relay == ANY else 1,
        options=(*options, *more, *agent, Option(END)),
    )
    return dhcp.build(whole).ljust(_LEAST, b"\0")


def to_everybody(payload: bytes, source_port: int = dhcp.CLIENT_PORT) -> Send:
    """The request as a broadcast to port 67."""
    return Send(Datagram(source_port, dhcp.SERVER_PORT, payload), BROADCAST)


def replies(reactions: Iterable[Reaction], *askers: Asker) -> Iterator[Dhcp]:
    """The DHCP replies to these clients, in order."""
    xids = {asker.xid for asker in askers}
    for one in reactions:
        if not isinstance(one, Heard):
            continue
        try:
            read = dhcp.parse(one.datagram.payload)
        except WireError:
            continue
        if read.op == dhcp.BOOTREPLY and read.xid in xids:
            yield Dhcp(
                read,
                len(one.datagram.payload),
                one.source,
                one.datagram.source_port,
                one.destination,
                one.datagram.destination_port,
                to=one.to,
                number=one.number,
                at=one.at,
            )


def discover(station: Correspondent, askers: Sequence[Asker]) -> Script[dict[int, list[Dhcp]]]:
    """Ask as each of these clients, twice if need be; the offers, by transaction id.

    All ask at once: servers answer in milliseconds, and patience is for those who do not.
    """
    heard: list[Reaction] = []
    left = list(askers)
    for _ in range(2):
        if not left:
            break
        sends = [to_everybody(message(station.host, one, dhcp.DISCOVER)) for one in left]
        enough = _Awaited(left)
        heard += yield Turn(tuple(sends), station.patience / 2, enough, SETTLE)
        answered = {seen.message.xid for seen in replies(heard, *askers)}
        left = [asker for asker in askers if asker.xid not in answered]
    found: dict[int, list[Dhcp]] = {asker.xid: [] for asker in askers}
    for seen in replies(heard, *askers):
        if seen.type == dhcp.OFFER:
            found[seen.message.xid].append(seen)
    return found


@dataclass(slots=True)
class _Awaited:
    """What is enough: a reply to each of these clients."""

    askers: Sequence[Asker]
    is_wanted: Callable[[Dhcp], bool] = lambda seen: True
    or_refusal: bool = False
    """An ICMP error, or silence to ARP, is enough too."""
    _answered: set[int] = field(default_factory=set)
    _is_refused: bool = False

    def __call__(self, fresh: Sequence[Reaction]) -> bool:
        found = (seen for seen in replies(fresh, *self.askers) if self.is_wanted(seen))
        self._answered.update(seen.message.xid for seen in found)
        self._is_refused |= self.or_refusal and any(not isinstance(one, Heard) for one in fresh)
        return self._is_refused or len(self._answered) == len(self.askers)


class Leased(NamedTuple):
    """What a client was offered, and the DHCPACK that it got."""

    offers: list[Dhcp]
    ack: Dhcp | None


def lease(station: Correspondent, asker: Asker) -> Script[Leased]:
    """Get an address as that client, and take it."""
    offers = (yield from discover(station, [asker]))[asker.xid]
    offer = next((seen for seen in offers if seen.offers_address), None)
    if offer is None:
        return Leased(offers, None)
    wants = Option(50, offer.message.yiaddr.packed), Option(54, offer.who.packed)
    send = to_everybody(message(station.host, asker, dhcp.REQUEST, *wants))
    for _ in range(2):
        heard = yield Turn((send,), station.patience / 2, _Awaited([asker], _gives))
        ack = _ack(asker, heard)
        if ack is not None:
            _configure(station.host, ack)
            return Leased(offers, ack)
    return Leased(offers, None)


def _ack(asker: Asker, heard: Sequence[Reaction]) -> Dhcp | None:
    return next(filter(_gives, replies(heard, asker)), None)


def _gives(seen: Dhcp) -> bool:
    return seen.type == dhcp.ACK and seen.offers_address


def _configure(host: Host, ack: Dhcp) -> None:
    try:
        bits = IPv4Network(f"0.0.0.0/{ack.address(1)}").prefixlen if 1 in ack.options else 24
    except ValueError:
        bits = 24
    router = ack.address(3)
    routes = ((IPv4Network("0.0.0.0/0"), router),) if router is not None else ()
    host.configure(ack.message.yiaddr, bits, routes)


def release(station: Correspondent, asker: Asker, ack: Dhcp) -> Script[None]:
    """Give the address back (RFC 2131 §4.4.6)."""
    host, quiet = station.host, replace(asker, flags=0)
    server = Option(54, ack.who.packed)
    payload = message(host, quiet, dhcp.RELEASE, server, ciaddr=host.address)
    yield Turn((Send(Datagram(dhcp.CLIENT_PORT, dhcp.SERVER_PORT, payload), ack.who),), 0.05)


class Question(NamedTuple):
    """A question to port 4011."""

    asker: Asker
    server: IPv4Address
    item: int | None = None
    """The boot server type that is wanted (43.71); None where there is no menu."""


def ask_4011(station: Correspondent, questions: Sequence[Question]) -> Script[list[Reaction]]:
    """Ask port 4011 for boot files (PXE 2.1 §2.2.3), twice if need be; what came.

    The station has an address already.
    """
    heard: list[Reaction] = []
    left = list(questions)
    for _ in range(2):
        if not left:
            break
        sends = tuple(_to_4011(station.host, one) for one in left)
        enough = _Awaited([one.asker for one in left], or_refusal=True)
        heard += yield Turn(sends, station.patience / 2, enough)
        answered = {seen.message.xid for seen in replies(heard, *(one.asker for one in left))}
        refused = any(not isinstance(one, Heard) for one in heard)
        left = [] if refused else [one for one in left if one.asker.xid not in answered]
    return heard


def _to_4011(host: Host, one: Question) -> Send:
    asker = replace(one.asker, flags=0)
    wanted = () if one.item is None else (_boot_item(one.item),)
    payload = message(host, asker, dhcp.REQUEST, *wanted, ciaddr=host.address)
    return Send(Datagram(dhcp.CLIENT_PORT, dhcp.PROXY_PORT, payload), one.server)


def _boot_item(type: int) -> Option:
    return Option(43, pxe.build_suboptions([pxe.boot_item(type)]))
