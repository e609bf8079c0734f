"""Who speaks up on the segment: whose address is whose, and whose errors come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.seen.frame import Address, Complaint, Frame, complaint
from pxeclient.wire import icmp
from pxeclient.wire.addresses import ANY, Mac
from pxeclient.wire.arp import Arp


class IcmpError(NamedTuple):
    """An ICMP error that the client got."""

    number: int
    source: Address
    sender: Mac | None
    """The card that it came from: on this segment, the router's if it was sent from elsewhere."""
    about: Complaint | None
    """None where it quotes no packet."""
    words: str
    """What it says."""


@dataclass(eq=False)
class Segment:
    """What one client's frames show of the stations around it."""

    mac: Mac | None = None
    """The client's."""
    own: set[Address] = field(default_factory=set)
    """The addresses that the client sent from."""
    claims: dict[IPv4Address, dict[Mac, list[int]]] = field(default_factory=dict)
    """By address, the cards that say by ARP that they have it, each with the frames."""
    sent_to: dict[Address, dict[Mac, int]] = field(default_factory=dict)
    """By address, the cards that the client's packets to it went to; the last frame of each."""
    asked: set[tuple[Address, int | None]] = field(default_factory=set)
    """Addresses and ports that the client sent something to."""
    errors: list[IcmpError] = field(default_factory=list)

    def add(self, frame: Frame) -> None:
        """Take note of a frame without a fault."""
        if isinstance(frame.said, Arp):
            self._hear(frame, frame.said)
        elif frame.ours:
            self._follow(frame)
        elif isinstance(frame.said, icmp.Icmp) and frame.said.type in icmp.ERRORS:
            self._complain(frame, frame.said)

    def _hear(self, frame: Frame, message: Arp) -> None:
        card = message.sender_mac
        if frame.ours or message.sender == ANY or card.is_group or card == self.mac:
            return
        self.claims.setdefault(message.sender, {}).setdefault(card, []).append(frame.number)

    def _follow(self, frame: Frame) -> None:
        if frame.source is None or frame.destination is None:
            return
        if frame.source.address != ANY:
            self.own.add(frame.source.address)
        to, port = frame.destination
        self.asked.add((to, port))
        if frame.receiver is not None and not frame.receiver.is_group:
            cards = self.sent_to.setdefault(to, {})
            cards.pop(frame.receiver, None)
            cards[frame.receiver] = frame.number

    def _complain(self, frame: Frame, message: icmp.Icmp) -> None:
        source = frame.source_address
        if not isinstance(source, IPv4Address):
            return
        words = icmp.words(message, source)
        self.errors.append(IcmpError(frame.number, source, frame.sender, complaint(frame), words))
