"""The multicast groups that a host belongs to, and what it tells the routers about them (IGMP).

A group that is joined is reported at once and once more later; a router's query is answered
within the time that it gives. What a host sends where it joins nothing is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.stack.acts import Act, CancelTimer, Ignore, Owner, SetTimer, Timer
from pxeclient.stack.traits import IgmpTraits, Leaves
from pxeclient.wire import igmp
from pxeclient.wire.addresses import dotted, multicast_mac
from pxeclient.wire.igmp import Igmp

V1_ROUTER = 400.0
"""Seconds for which a router of version 1 is remembered (RFC 2236 §8.11)."""
V1_RESPONSE = 10.0
"""Seconds within which such a router's query is answered (RFC 2236 §4)."""


class Tell(NamedTuple):
    """An IGMP message that is to be sent."""

    message: Igmp
    to: IPv4Address


class Groups:
    """One host's groups."""

    def __init__(self, traits: IgmpTraits, chance: Callable[[], int]) -> None:
        self._traits = traits
        self._chance = chance
        self._joined: dict[IPv4Address, float | None] = {}
        """When each group is next reported; None if that is not due."""
        self._v1_until = -1.0
        """Until then the segment's router counts as one of version 1."""
        if traits.all_systems:
            self._joined[igmp.ALL_SYSTEMS] = None
        self.macs: frozenset[bytes] = self._heard()
        """The Ethernet groups that the card takes."""

    @property
    def speaks(self) -> bool:
        """It sends and understands IGMP."""
        return self._traits.version > 0

    def join(self, group: IPv4Address, now: float) -> Iterator[Act | Tell]:
        """Become a member, and say so."""
        if group in self._joined or not group.is_multicast:
            return
        self._joined[group] = None
        self.macs = self._heard()
        if self.speaks:
            yield self._report(group, now)
            if self._traits.repeat_after:
                yield self._due(group, self._traits.repeat_after, now)

    def leave(self, group: IPv4Address, now: float) -> Iterator[Act | Tell]:
        """Be a member no more."""
        if group not in self._joined:
            return
        if self._joined.pop(group) is not None:
            yield CancelTimer(_timer(group))
        self.macs = self._heard()
        only_v1 = self._traits.leaves is Leaves.ONLY_V1
        if self.speaks and self._knows_v1(now) is only_v1:
            yield Tell(Igmp(igmp.LEAVE, group), igmp.ALL_ROUTERS)

    def heard(self, message: Igmp, now: float) -> Iterator[Act]:
        """A router asks, or another host reports."""
        match message.type:
            case igmp.QUERY:
                yield from self._on_query(message, now)
            case igmp.REPORT_V1 | igmp.REPORT_V2 if self._joined.get(message.group) is not None:
                self._joined[message.group] = None
                yield CancelTimer(_timer(message.group))
            case _:
                group = dotted(message.group)
                what = f"an IGMP message of type 0x{message.type:02x} about {group}"
                yield Ignore(what, "nothing of ours hangs on it")

    def timers(self) -> Iterator[tuple[Timer, float]]:
        """When each report goes out that is due."""
        for group, due in self._joined.items():
            if due is not None:
                yield _timer(group), due

    def timer_fired(self, timer: Timer, now: float) -> Iterator[Tell]:
        """A report is due."""
        group = IPv4Address(timer.name)
        if self._joined.get(group) is not None:
            self._joined[group] = None
            yield self._report(group, now)

    def _on_query(self, message: Igmp, now: float) -> Iterator[Act]:
        within = message.max_response / 10
        if not message.max_response:
            self._v1_until, within = now + V1_ROUTER, V1_RESPONSE
        if self._traits.whole_seconds:
            within = max(1.0, float(int(within)))
        asked = [group for group in self._joined if int(message.group) in (0, int(group))]
        if not asked:
            yield Ignore("an IGMP query", "it asks for no group of ours")
        for group in asked:
            due = self._joined[group]
            if due is None or self._traits.restarts or due > now + within:
                yield self._due(group, within, now)

    def _due(self, group: IPv4Address, within: float, now: float) -> Act:
        drawn = self._chance() % 0x10000 / 0x10000 if self._traits.spread else 0.0
        at = now + within + drawn * self._traits.spread
        self._joined[group] = at
        return SetTimer(_timer(group), at)

    def _report(self, group: IPv4Address, now: float) -> Tell:
        is_v1 = self._traits.version == 1 or self._knows_v1(now)
        return Tell(Igmp(igmp.REPORT_V1 if is_v1 else igmp.REPORT_V2, group), group)

    def _knows_v1(self, now: float) -> bool:
        return now < self._v1_until

    def _heard(self) -> frozenset[bytes]:
        # Who is a member of any group hears the routers' questions to all systems.
        groups = {*self._joined, igmp.ALL_SYSTEMS} if self._joined else set()
        return frozenset(map(multicast_mac, groups))


def _timer(group: IPv4Address) -> Timer:
    """That of a group's report."""
    return Timer(Owner.IGMP, dotted(group))
