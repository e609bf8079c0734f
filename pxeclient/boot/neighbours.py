"""Who has that address? ARP resolution with a firmware's own retry times (RFC 826)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.boot.actions import Action, CancelTimer, SendFrame, SetTimer
from pxeclient.wire import arp, ethernet
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, ZERO_MAC, Mac, dotted
from pxeclient.wire.arp import Arp

PREFIX = "arp "
"""How the names of ARP timers begin; the address follows."""
MOST_WAITING = 64
"""Packets that may wait for one address."""


@dataclass(slots=True)
class _Search:
    """An address that is being asked for, and the packets that wait for it."""

    asked: int = 0
    packets: list[bytes] = field(default_factory=list)


class Neighbours:
    """The ARP cache, and the searches under way."""

    def __init__(self, mac: Mac, waits: tuple[float, ...], pad_to: int) -> None:
        self._mac = mac
        self._waits = waits
        self._pad_to = pad_to
        self._known: dict[bytes, Mac] = {}
        """By the octets of the address, which are quicker to find than the address."""
        self._searches: dict[IPv4Address, _Search] = {}

    def deliver(
        self, packet: bytes, hop: IPv4Address, own: IPv4Address, now: float
    ) -> Iterable[Action]:
        """Send an IPv4 packet to `hop` on this segment, asking for its hardware address first."""
        mac = self._known.get(hop.packed)
        if mac is not None:
            return (self._frame(mac, ethernet.IPV4, packet),)
        search = self._searches.get(hop)
        if search is not None:
            if len(search.packets) < MOST_WAITING:
                search.packets.append(packet)
            return ()
        self._searches[hop] = _Search(packets=[packet])
        return self._ask(hop, own, now)

    def timer_fired(self, timer: str, own: IPv4Address, now: float) -> Iterable[Action]:
        """Ask again; after the last time the search ends and `failed` tells."""
        hop = IPv4Address(timer.removeprefix(PREFIX))
        return self._ask(hop, own, now) if hop in self._searches else ()

    def failed(self, timer: str) -> IPv4Address | None:
        """The address whose search ends with this timer; its packets are dropped."""
        hop = IPv4Address(timer.removeprefix(PREFIX))
        search = self._searches.get(hop)
        if search is None or search.asked < len(self._waits):
            return None
        del self._searches[hop]
        return hop

    def learn(self, sender: IPv4Address, mac: Mac) -> Iterator[Action]:
        """Take what an ARP message tells of its sender, if the sender is known or searched for."""
        search = self._searches.pop(sender, None)
        if search is not None:
            self._known[sender.packed] = mac
            yield CancelTimer(PREFIX + dotted(sender))
            for packet in search.packets:
                yield self._frame(mac, ethernet.IPV4, packet)
        elif sender.packed in self._known:
            self._known[sender.packed] = mac

    def would_learn(self, sender: IPv4Address, mac: Mac) -> bool:
        """`learn` would change something."""
        known = self._known.get(sender.packed)
        return sender in self._searches or (known is not None and known != mac)

    def announce(self, own: IPv4Address) -> Action:
        """A gratuitous ARP: who has my address?"""
        return self._arp(Arp(arp.REQUEST, self._mac, own, ZERO_MAC, own), BROADCAST_MAC)

    def answer(self, request: Arp, padding: bytes = b"") -> Action:
        """The reply to a request for our address, with what follows it in the frame."""
        reply = Arp(arp.REPLY, self._mac, request.target, request.sender_mac, request.sender)
        return self._frame(request.sender_mac, ethernet.ARP, arp.build(reply) + padding)

    def _ask(self, hop: IPv4Address, own: IPv4Address, now: float) -> Iterable[Action]:
        search = self._searches[hop]
        search.asked += 1
        return (
            self._arp(Arp(arp.REQUEST, self._mac, own, ZERO_MAC, hop), BROADCAST_MAC),
            SetTimer(PREFIX + dotted(hop), now + self._waits[search.asked - 1]),
        )

    def _arp(self, message: Arp, to: Mac) -> SendFrame:
        return self._frame(to, ethernet.ARP, arp.build(message))

    def _frame(self, to: Mac, ethertype: int, payload: bytes) -> SendFrame:
        return SendFrame(ethernet.join(to, self._mac, ethertype, payload, self._pad_to))


def is_usable(mac: Mac, sender: IPv4Address) -> bool:
    """An ARP sender that can be a neighbour: neither a group nor nobody."""
    return not mac.is_group and sender != ANY
