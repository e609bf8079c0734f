"""Who takes part in a boot, and as what: read off the frames and nothing else.

A server is what it was seen to do. One that was only asked stays *asked*: a port 4011 on which
nobody answers does not make a ProxyDHCP server of the host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pxeclient.report.frames import MALFORMED, Summary, summarise
from pxeclient.report.ladder.model import Role, Station
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, ethernet, pxe
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, Mac, dotted, ipv4

CLIENT, OTHERS, MULTICAST, BROADCAST = "client", "others", "multicast", "broadcast"

_ANSWERED = {Role.ASKED_4011: {Role.PROXY, Role.BOOT}, Role.ASKED_TFTP: {Role.TFTP}}


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame, and between whom it went."""

    summary: Summary
    source: str
    """The id of a station; so is `target`."""
    target: str


@dataclass(slots=True)
class Cast:
    """The stations of a trace; `seen` has its frames by number."""

    stations: tuple[Station, ...] = ()
    seen: dict[int, Seen] = field(default_factory=dict)


def cast(trace: Trace) -> Cast:
    """Who takes part in the boot."""
    book = _Book()
    ends = {}
    for record, frame, sent in trace.frames():
        summary = summarise(frame)
        peer = _peer(frame, sent, summary.kind != MALFORMED)
        book.note(peer, summary, sent)
        ends[record.frame] = (summary, peer, sent)
    names = book.ids()
    found = Cast(tuple(book.stations(names, _client_mac(trace))))
    for number, (summary, peer, sent) in ends.items():
        there = names[peer]
        found.seen[number] = Seen(summary, *((CLIENT, there) if sent else (there, CLIENT)))
    return found


def _client_mac(trace: Trace) -> str:
    ours = (frame for _, frame, sent in trace.frames() if sent and len(frame) >= ethernet.HEADER)
    return next((str(Mac(frame[6:12])) for frame in ours), "")


def _peer(frame: bytes, sent: bool, readable: bool) -> str:
    """The other end of a frame: an address, a MAC, ``broadcast`` or ``multicast``."""
    if len(frame) < ethernet.HEADER:
        return OTHERS
    if not sent:
        return _address(frame, readable, 6, _SOURCES)
    if frame[:6] == BROADCAST_MAC:
        return BROADCAST
    return MULTICAST if frame[0] & 1 else _address(frame, readable, 0, _TARGETS)


_IP, _ARP = (kind.to_bytes(2, "big") for kind in (ethernet.IPV4, ethernet.ARP))
_SOURCES, _TARGETS = {_IP: 26, _ARP: 28}, {_IP: 30, _ARP: 38}
"""Where the IPv4 address stands of who sends, and of who is meant."""


def _address(frame: bytes, readable: bool, mac: int, places: Mapping[bytes, int]) -> str:
    """The IPv4 address of the other end of a frame; its MAC where it has none."""
    at = places.get(frame[12:14])
    if readable and at is not None and any(frame[at : at + 4]):
        return dotted(ipv4(frame[at : at + 4]))
    return str(Mac(frame[mac : mac + 6]))


class _Book:
    """What was noted of each peer, in order of appearance."""

    def __init__(self) -> None:
        self._roles: dict[str, set[Role]] = {}
        self._asked: set[str] = set()
        self._named: set[str] = set()

    def note(self, peer: str, summary: Summary, sent: bool) -> None:
        """A frame went to the peer, or came from it."""
        roles = self._roles.setdefault(peer, set())
        if sent:
            self._asked.add(peer)
        roles.update(_roles(summary, sent))
        message = summary.message
        if message is not None and not sent and message.siaddr != ANY:
            self._named.add(str(message.siaddr))

    def _roles_of(self, peer: str) -> tuple[Role, ...]:
        roles = self._roles[peer] - {
            asked for asked, better in _ANSWERED.items() if self._roles[peer] & better
        }
        if peer in self._named and not roles - {Role.ASKED_4011, Role.ASKED_TFTP}:
            roles = roles | {Role.NEXT}
        return tuple(role for role in Role if role in roles) or (Role.HOST,)

    def ids(self) -> dict[str, str]:
        """The station of each peer. Who has no part in the boot shares one."""
        found, number = {}, 0
        for peer in self._roles:
            if peer in (BROADCAST, MULTICAST, OTHERS):
                found[peer] = peer
            elif self._roles_of(peer) == (Role.HOST,) and peer not in self._asked:
                found[peer] = OTHERS
            else:
                number += 1
                found[peer] = f"s{number}"
        return found

    def stations(self, names: dict[str, str], mac: str) -> Iterator[Station]:
        """From left to right."""
        yield Station(CLIENT, (Role.CLIENT,), mac)
        for peer, name in names.items():
            if name not in (OTHERS, MULTICAST, BROADCAST):
                yield Station(name, self._roles_of(peer), peer)
        for role in (Role.OTHERS, Role.MULTICAST, Role.BROADCAST):
            name = {Role.OTHERS: OTHERS}.get(role, str(role))
            if name in names.values():
                yield Station(name, (role,))


def _roles(summary: Summary, sent: bool) -> set[Role]:
    """What a frame tells about the peer."""
    message = summary.message
    if message is not None:
        return _asked(summary) if sent else _answers(summary, message)
    if summary.tftp is None:
        return set()
    return {Role.ASKED_TFTP if sent else Role.TFTP}


def _asked(summary: Summary) -> set[Role]:
    return {Role.ASKED_4011} if summary.destination.endswith(":4011") else set()


def _answers(summary: Summary, message: dhcp.Message) -> set[Role]:
    if message.op != dhcp.BOOTREPLY:
        return set()
    vendor = dhcp.first(message.options, 43)
    is_boot_item = vendor and dhcp.first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM)
    if is_boot_item:
        return {Role.BOOT}
    if summary.source.endswith(":4011"):
        return {Role.PROXY}
    vendor_class = dhcp.first(message.options, 60) or b""
    is_proxy = message.yiaddr == ANY and vendor_class.startswith(pxe.PXECLIENT)
    return {Role.PROXY if is_proxy and message.type != dhcp.NAK else Role.DHCP}
