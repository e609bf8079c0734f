"""Who has that address? ARP resolution with a firmware's own retry times (RFC 826)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.stack.acts import Act, CancelTimer, Ignore, Owner, SendFrame, SetTimer, Timer
from pxeclient.wire import arp, ethernet
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, ZERO_MAC, Mac, dotted
from pxeclient.wire.arp import Arp

MOST_WAITING = 64
"""Packets that may wait for one address."""
MOST_STRANGERS = 64
"""Addresses that are looked for, and that are remembered, only because somebody there asked us.

iPXE (net/neighbour.c) and EDK II (ArpDxe) keep as many as they have memory for, and anybody can
make up sixteen million of them with one ping each. Far fewer hosts ping a machine that boots.
"""


@dataclass(slots=True)
class _Search:
    """An address that is being asked for, and the packets that wait for it."""

    asked: int = 0
    packets: list[bytes] = field(default_factory=list)
    until: float = 0.0
    """When the latest request is over: asked again, or, for a stranger, given up."""


class Neighbours:
    """The ARP cache, and the searches under way.

    What we send of ourselves is searched for as the firmware does it. An answer to what a stranger
    sent is worth one request and no timer: four or five, as firmware makes them, would put five
    broadcasts on everybody's segment for one ping from an address that somebody made up. Who is
    there answers the first, or pings again.
    """

    def __init__(self, mac: Mac, waits: tuple[float, ...], pad_to: int) -> None:
        self._mac = mac
        self._waits = waits
        self._pad_to = pad_to
        # All by the octets of the address, which are quicker to find than the address.
        self.known: dict[bytes, Mac] = {}
        """Whose hardware address is known."""
        self._strangers: deque[bytes] = deque()
        """Those of them that only answers were for, the oldest first."""
        self._searches: dict[bytes, _Search] = {}
        self._answers: dict[bytes, _Search] = {}
        """Searches for strangers' addresses, that of the oldest question first."""

    def deliver(
        self, packet: bytes, hop: IPv4Address, own: IPv4Address, now: float, answers: bool = False
    ) -> Iterable[Act]:
        """Send an IPv4 packet to `hop` on this segment, asking for its hardware address first.

        `answers`: it only answers what somebody sent, who may have made up the address.
        """
        octets = hop.packed
        mac = self.known.get(octets)
        if mac is not None:
            return (self._frame(mac, ethernet.IPV4, packet),)
        self._give_up(now)
        search = self._searches.get(octets) or self._answers.get(octets)
        if search is None:
            return self._begin(_Search(packets=[packet]), hop, own, now, answers)
        if len(search.packets) < MOST_WAITING:
            search.packets.append(packet)
        if answers or octets in self._searches:
            return ()
        self._searches[octets] = self._answers.pop(octets)
        return (SetTimer(_timer(hop), search.until),)

    def _begin(
        self, search: _Search, hop: IPv4Address, own: IPv4Address, now: float, answers: bool
    ) -> Iterable[Act]:
        if not answers:
            self._searches[hop.packed] = search
            return self._ask(hop, own, now)
        if len(self._answers) >= MOST_STRANGERS:
            because = f"{len(self._answers)} others are being looked for to be answered"
            return (Ignore(f"our answer to {hop}", because),)
        search.asked, search.until = 1, now + self._waits[0]
        self._answers[hop.packed] = search
        return (self._request(hop, own),)

    def _give_up(self, now: float) -> None:
        """Drop the answers to strangers who were not found in time."""
        while self._answers:
            oldest = next(iter(self._answers))
            if now < self._answers[oldest].until:
                return
            del self._answers[oldest]

    def timer_fired(self, timer: Timer, own: IPv4Address, now: float) -> Iterable[Act]:
        """Ask again; after the last time the search ends and `failed` tells."""
        hop = IPv4Address(timer.name)
        return self._ask(hop, own, now) if hop.packed in self._searches else ()

    def timers(self) -> Iterator[tuple[Timer, float]]:
        """When each search goes on, or ends."""
        for octets, search in self._searches.items():
            yield _timer(IPv4Address(octets)), search.until

    def failed(self, timer: Timer) -> IPv4Address | None:
        """The address whose search ends with this timer; its packets are dropped."""
        hop = IPv4Address(timer.name)
        search = self._searches.get(hop.packed)
        if search is None or search.asked < len(self._waits):
            return None
        del self._searches[hop.packed]
        return hop

    def learn(self, sender: IPv4Address, mac: Mac, now: float) -> Iterator[Act]:
        """Take what an ARP message tells of its sender, if the sender is known or searched for."""
        self._give_up(now)
        octets = sender.packed
        stranger = self._answers.pop(octets, None)
        search = stranger or self._searches.pop(octets, None)
        if search is not None:
            self.known[octets] = mac
            if stranger is None:
                yield CancelTimer(_timer(sender))
            else:
                self._remember_stranger(octets)
            for packet in search.packets:
                yield self._frame(mac, ethernet.IPV4, packet)
        elif octets in self.known:
            self.known[octets] = mac

    def _remember_stranger(self, address: bytes) -> None:
        self._strangers.append(address)
        if len(self._strangers) > MOST_STRANGERS:
            del self.known[self._strangers.popleft()]

    def would_learn(self, sender: IPv4Address, mac: Mac) -> bool:
        """`learn` would change something."""
        octets = sender.packed
        known = self.known.get(octets)
        return self._is_sought(octets) or (known is not None and known != mac)

    def _is_sought(self, address: bytes) -> bool:
        return address in self._searches or address in self._answers

    def announce(self, own: IPv4Address) -> Act:
        """A gratuitous ARP: who has my address?"""
        return self._arp(Arp(arp.REQUEST, self._mac, own, ZERO_MAC, own), BROADCAST_MAC)

    def answer(self, request: Arp, padding: bytes = b"") -> Act:
        """The reply to a request for our address, with what follows it in the frame."""
        reply = Arp(arp.REPLY, self._mac, request.target, request.sender_mac, request.sender)
        return self._frame(request.sender_mac, ethernet.ARP, arp.build(reply) + padding)

    def _ask(self, hop: IPv4Address, own: IPv4Address, now: float) -> Iterable[Act]:
        search = self._searches[hop.packed]
        search.until = now + self._waits[search.asked]
        search.asked += 1
        return (self._request(hop, own), SetTimer(_timer(hop), search.until))

    def _request(self, hop: IPv4Address, own: IPv4Address) -> SendFrame:
        return self._arp(Arp(arp.REQUEST, self._mac, own, ZERO_MAC, hop), BROADCAST_MAC)

    def _arp(self, message: Arp, to: Mac) -> SendFrame:
        return self._frame(to, ethernet.ARP, arp.build(message))

    def _frame(self, to: Mac, ethertype: int, payload: bytes) -> SendFrame:
        return SendFrame(ethernet.join(to, self._mac, ethertype, payload, self._pad_to))


def is_usable(mac: Mac, sender: IPv4Address) -> bool:
    """An ARP sender that can be a neighbour: neither a group nor nobody."""
    return not mac.is_group and sender != ANY


def _timer(hop: IPv4Address) -> Timer:
    """That of the search for an address."""
    return Timer(Owner.ARP, dotted(hop))
