"""Multicast groups: what a host reports of them, and when."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address

import pytest

from pxeclient.boot.actions import Action
from pxeclient.stack.acts import CancelTimer, Ignore, Owner, SetTimer, Timer
from pxeclient.stack.igmp import V1_ROUTER, Groups, Tell
from pxeclient.stack.traits import IgmpTraits, Leaves
from pxeclient.wire import igmp
from pxeclient.wire.addresses import multicast_mac
from pxeclient.wire.igmp import Igmp

GROUP, OTHER = IPv4Address("239.77.0.1"), IPv4Address("239.77.0.2")
TIMER = Timer(Owner.IGMP, "239.77.0.1")
V2 = IgmpTraits(version=2, repeat_after=10.0)


def groups(traits: IgmpTraits = V2, drawn: int = 0) -> Groups:
    """A host's groups; chance gives always the same."""
    return Groups(traits, lambda: drawn)


def told(happened: Iterable[Action | Tell]) -> list[tuple[int, str, str]]:
    """Type, group and destination of what is to be sent."""
    return [
        (item.message.type, str(item.message.group), str(item.to))
        for item in happened
        if isinstance(item, Tell)
    ]


def due(happened: Iterable[Action | Tell]) -> list[float]:
    """The deadlines that were set."""
    return [item.deadline for item in happened if isinstance(item, SetTimer)]


def test_a_group_is_reported_at_once_and_once_more() -> None:
    """RFC 2236 §3."""
    host = groups()
    happened = list(host.join(GROUP, 1.0))
    assert told(happened) == [(igmp.REPORT_V2, str(GROUP), str(GROUP))]
    assert due(happened) == [11.0]
    assert told(host.timer_fired(TIMER, 11.0)) == [(igmp.REPORT_V2, str(GROUP), str(GROUP))]
    assert told(host.timer_fired(TIMER, 12.0)) == []
    assert list(host.join(GROUP, 13.0)) == []


def test_who_sends_nothing_still_hears_its_groups() -> None:
    """Without IGMP a group is a matter of the card alone."""
    host = groups(IgmpTraits())
    assert host.macs == frozenset()
    assert list(host.join(GROUP, 0.0)) == []
    assert host.macs == {multicast_mac(GROUP), multicast_mac(igmp.ALL_SYSTEMS)}
    assert list(host.leave(GROUP, 0.0)) == []
    assert host.macs == frozenset()


def test_no_group_no_membership() -> None:
    """An address that is none is not joined; a group that was not joined is not left."""
    host = groups()
    assert list(host.join(IPv4Address("10.77.0.3"), 0.0)) == []
    assert host.macs == frozenset()
    assert list(host.leave(GROUP, 0.0)) == []


@pytest.mark.parametrize(
    ("leaves", "after_v1", "says"),
    [
        (Leaves.UNLESS_V1, False, True),
        (Leaves.UNLESS_V1, True, False),
        (Leaves.ONLY_V1, False, False),
        (Leaves.ONLY_V1, True, True),
    ],
)
def test_whether_it_says_that_it_leaves(leaves: Leaves, after_v1: bool, says: bool) -> None:
    """RFC 2236, and the other way round."""
    host = groups(IgmpTraits(version=2, leaves=leaves))
    list(host.join(GROUP, 0.0))
    if after_v1:
        list(host.heard(Igmp(igmp.QUERY), 1.0))
    happened = list(host.leave(GROUP, 2.0))
    assert CancelTimer(TIMER) in happened
    assert told(happened) == ([(igmp.LEAVE, str(GROUP), "224.0.0.2")] if says else [])


def test_a_router_of_version_1_is_remembered_for_400_seconds() -> None:
    """Its reports are of version 1 as long, and it is answered within ten seconds."""
    host = groups()
    list(host.join(GROUP, 0.0))
    list(host.timer_fired(TIMER, 10.0))
    assert due(host.heard(Igmp(igmp.QUERY), 20.0)) == [30.0]
    assert told(host.timer_fired(TIMER, 30.0)) == [(igmp.REPORT_V1, str(GROUP), str(GROUP))]
    later = 20.0 + V1_ROUTER
    list(host.heard(Igmp(igmp.QUERY, max_response=10), later))
    assert told(host.timer_fired(TIMER, later + 1)) == [(igmp.REPORT_V2, str(GROUP), str(GROUP))]


def test_a_query_never_delays_a_report_unless_the_firmware_lets_it() -> None:
    """A sooner one stays, a later one is brought forward."""
    host = groups()
    list(host.join(GROUP, 0.0))
    assert due(host.heard(Igmp(igmp.QUERY, max_response=200), 1.0)) == []
    assert due(host.heard(Igmp(igmp.QUERY, GROUP, 20), 1.0)) == [3.0]
    restarting = groups(IgmpTraits(version=1, restarts=True))
    list(restarting.join(GROUP, 0.0))
    assert due(restarting.heard(Igmp(igmp.QUERY, max_response=200), 1.0)) == [21.0]


def test_chance_spreads_the_reports() -> None:
    """From nothing to just below the whole spread."""
    for drawn, more in ((0, 0.0), (0x18000, 0.5), (0xFFFF, 0xFFFF / 0x10000)):
        host = groups(IgmpTraits(version=2, spread=1.0), drawn)
        assert due(host.join(GROUP, 0.0)) == [10.0 + more]


def test_whole_seconds_are_counted_down_to_one() -> None:
    """1.9 s are 1 s, and so is nothing."""
    host = groups(IgmpTraits(version=2, whole_seconds=True, all_systems=True))
    assert due(host.heard(Igmp(igmp.QUERY, max_response=39), 0.0)) == [3.0]
    assert due(host.heard(Igmp(igmp.QUERY, max_response=4), 0.0)) == [1.0]
    (report,) = told(host.timer_fired(Timer(Owner.IGMP, "224.0.0.1"), 1.0))
    assert report == (igmp.REPORT_V2, "224.0.0.1", "224.0.0.1")


def test_what_others_say_of_other_groups_is_dropped() -> None:
    """And so is a question that concerns nobody here."""
    host = groups()
    list(host.join(GROUP, 0.0))
    for message in (Igmp(igmp.REPORT_V2, OTHER), Igmp(igmp.LEAVE, GROUP), Igmp(0x22)):
        assert [type(item) for item in host.heard(message, 1.0)] == [Ignore]
    assert [type(item) for item in host.heard(Igmp(igmp.QUERY, OTHER, 9), 1.0)] == [Ignore]
    assert list(host.heard(Igmp(igmp.REPORT_V1, GROUP), 1.0)) == [CancelTimer(TIMER)]
