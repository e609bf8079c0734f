"""Two boots side by side."""

from __future__ import annotations

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.model import Ended, Entered, Ladder, Message
from pxeclient.report.ladder.rows import Align, rows
from tests.ladder.boots import FIRMWARES, dead, ladders
from tests.report.traces import SMALL


def pair(network: str | None = None) -> list[Ladder]:
    """The ladders of the two firmwares."""
    if network is None:
        return [build(dead(name)) for name in FIRMWARES]
    at = SMALL.index(network)
    return ladders()[at :: len(SMALL)]


@pytest.mark.parametrize("align", Align)
@pytest.mark.parametrize("network", SMALL)
def test_each_keeps_all_its_events_in_order(network: str, align: Align) -> None:
    """Whichever way they stand beside each other."""
    ladders = pair(network)
    found = rows(ladders, align)
    for at, ladder in enumerate(ladders):
        assert tuple(row[at] for row in found if row[at] is not None) == ladder.events
    assert all(any(event is not None for event in row) for row in found)


def test_one_boot_is_a_column() -> None:
    """Nothing stands beside it."""
    ladder = build(dead("ipxe"))
    assert rows([ladder], Align.STATE) == [(event,) for event in ladder.events]


def test_by_state_the_same_step_shares_a_row() -> None:
    """However far apart in time; the stage of only one has its rows alone; the ends meet."""
    found = rows(pair(), Align.STATE)
    stages = [
        tuple(event.stage if isinstance(event, Entered) else None for event in row)
        for row in found
        if any(isinstance(event, Entered) for event in row)
    ]
    assert stages == [
        ("discovery", "discovery"),
        ("request", "request"),
        (StateName.PROXYDHCP, None),
        (None, "download"),
    ]
    assert all(isinstance(event, Ended) for event in found[-1])
    assert ("DHCPACK", "DHCPACK") in [
        tuple(event.kind if isinstance(event, Message) else None for event in row) for row in found
    ]


def test_by_time_only_the_same_moment_shares_a_row() -> None:
    """And time goes down in both columns alike."""
    times: list[float] = []
    for row in rows(pair(), Align.TIME):
        moments = {round(event.at, 3) for event in row if event is not None}
        assert len(moments) == 1
        times += moments
    assert times == sorted(times)
