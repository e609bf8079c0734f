"""Who takes part in a boot, and as what: read off the frames and nothing else.

A server is what it was seen to do. One that was only asked stays *asked*: a port 4011 on which
nobody answers does not make a ProxyDHCP server of the host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.report.frames import Summary, words
from pxeclient.report.ladder.model import Lifeline, Role
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Frame
from pxeclient.trace import Trace
from pxeclient.wire import arp, dhcp
from pxeclient.wire.addresses import ANY, BROADCAST_MAC

CLIENT, OTHERS, MULTICAST, BROADCAST = "client", "others", "multicast", "broadcast"

MOST = 32
"""Stations with a line of their own: as many as a page can show. Where there are more, they are
those that the client sent most to, then those that it heard most of."""

_ANSWERED = {Role.ASKED_4011: {Role.PROXY, Role.BOOT}, Role.ASKED_TFTP: {Role.TFTP}}
_NOBODY = (Role.HOST,)


@dataclass(frozen=True, slots=True)
class Crossing:
    """One frame, and between whom it went."""

    summary: Summary
    source: str
    """The id of a station; so is `target`."""
    target: str


@dataclass(slots=True)
class Cast:
    """The stations of a trace; `seen` has its frames by number."""

    stations: tuple[Lifeline, ...] = ()
    seen: dict[int, Crossing] = field(default_factory=dict)


def cast(trace: Trace) -> Cast:
    """Who takes part in the boot."""
    book = _Book()
    talk = trace.talk()
    for frame in talk.frames:
        book.note(_peer(frame), frame)
    names = book.ids()
    mac = "" if talk.mac is None else str(talk.mac)
    found = Cast(tuple(book.stations(names, mac)))
    for frame in talk.frames:
        there = names[_peer(frame)]
        ends = (CLIENT, there) if frame.ours else (there, CLIENT)
        found.seen[frame.number] = Crossing(words(frame), *ends)
    return found


def _peer(frame: Frame) -> str:
    """The other end of a frame: an IPv4 address, a MAC, ``broadcast`` or ``multicast``."""
    mac = frame.receiver if frame.ours else frame.sender
    if frame.ethertype is None or mac is None:
        return OTHERS
    if frame.ours and mac.is_group:
        return BROADCAST if mac == BROADCAST_MAC else MULTICAST
    end = frame.destination if frame.ours else frame.source
    address = end.address if end is not None else None
    if isinstance(frame.said, arp.Arp):
        address = frame.said.target if frame.ours else frame.said.sender
    is_known = frame.fault is None and isinstance(address, IPv4Address) and address != ANY
    return str(address) if is_known else str(mac)


class _Book:
    """What was noted of each peer, in order of appearance."""

    def __init__(self) -> None:
        self._roles: dict[str, set[Role]] = {}
        self._asked: Counter[str] = Counter()
        """The frames to each peer."""
        self._heard: Counter[str] = Counter()
        self._named: set[str] = set()

    def note(self, peer: str, frame: Frame) -> None:
        """A frame went to the peer, or came from it."""
        roles = self._roles.setdefault(peer, set())
        (self._asked if frame.ours else self._heard)[peer] += 1
        if frame.fault is not None:
            return
        roles.update(_roles(frame))
        if frame.dhcp is not None and not frame.ours and frame.dhcp.siaddr is not None:
            self._named.add(str(frame.dhcp.siaddr))

    def _roles_of(self, peer: str) -> tuple[Role, ...]:
        roles = self._roles[peer] - {
            asked for asked, better in _ANSWERED.items() if self._roles[peer] & better
        }
        if peer in self._named and not roles - {Role.ASKED_4011, Role.ASKED_TFTP}:
            roles = roles | {Role.NEXT}
        return tuple(role for role in Role if role in roles) or _NOBODY

    def ids(self) -> dict[str, str]:
        """The station of each peer. Who has no part in the boot shares one."""
        found, number, drawn = {}, 0, self._drawn()
        for peer in self._roles:
            if peer in (BROADCAST, MULTICAST, OTHERS):
                found[peer] = peer
            elif peer not in drawn:
                found[peer] = OTHERS
            else:
                number += 1
                found[peer] = f"s{number}"
        return found

    def _drawn(self) -> set[str]:
        """The peers that have a station each."""
        partners = [
            peer for peer in self._roles if peer in self._asked or self._roles_of(peer) != _NOBODY
        ]
        partners.sort(key=lambda peer: (-self._asked[peer], -self._heard[peer]))
        return set(partners[:MOST])

    def stations(self, names: dict[str, str], mac: str) -> Iterator[Lifeline]:
        """From left to right."""
        yield Lifeline(CLIENT, (Role.CLIENT,), mac)
        for peer, name in names.items():
            if name not in (OTHERS, MULTICAST, BROADCAST):
                yield Lifeline(name, self._roles_of(peer), peer)
        for role in (Role.OTHERS, Role.MULTICAST, Role.BROADCAST):
            name = {Role.OTHERS: OTHERS}.get(role, str(role))
            if name in names.values():
                yield Lifeline(name, (role,))


def _roles(frame: Frame) -> set[Role]:
    """What a frame tells about the peer."""
    message = frame.dhcp
    if message is not None:
        return _asked(message) if frame.ours else _answers(message)
    if frame.dhcp6 is not None:
        return {Role.DHCP} if frame.dhcp6.is_reply and not frame.ours else set()
    if frame.tftp is None:
        return set()
    return {Role.ASKED_TFTP if frame.ours else Role.TFTP}


def _asked(message: Dhcp) -> set[Role]:
    return {Role.ASKED_4011} if message.port == dhcp.PROXY_PORT else set()


def _answers(message: Dhcp) -> set[Role]:
    if not message.is_reply:
        return set()
    if message.boot_item is not None:
        return {Role.BOOT}
    if message.source_port == dhcp.PROXY_PORT:
        return {Role.PROXY}
    is_proxy = message.is_proxy and message.type != dhcp.NAK
    return {Role.PROXY if is_proxy else Role.DHCP}
