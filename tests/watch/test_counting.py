"""Counts of boots, judged by Prometheus' own parser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from pxeclient.watch.board import Board
from pxeclient.watch.counting import PREFIX, Counts
from pxeclient.watch.facts import Facts, facts
from tests.watch.boots import ended, some


def read(text: str) -> dict[str, Metric]:
    """The families, by their names without our prefix."""
    found = {one.name: one for one in text_string_to_metric_families(text)}
    assert all(name.startswith(PREFIX) for name in found)
    return {name.removeprefix(PREFIX): one for name, one in found.items()}


def value(family: Metric, **labels: str) -> float:
    """The one sample with those labels."""
    [found] = [one.value for one in family.samples if labels.items() <= one.labels.items()]
    return float(found)


def counted(*told: Facts, board: Board | None = None) -> dict[str, Metric]:
    """Those boots, counted and read back."""
    counts = Counts()
    for one in told:
        counts.take(one)
    return read(counts.text(board or Board(), 1234, 5))


def test_boots_failures_and_machines() -> None:
    """Each by its labels."""
    board, counts = Board(), Counts()
    for event in some():
        board.take(event)
        counts.take(facts(event))
    found = read(counts.text(board, 1234, 5))
    assert value(found["boots"], result="booted") == 1
    assert value(found["boots"], result="failed") == 4
    assert value(found["failures"], code="PXE-E55", finding="D43-VMW") == 1
    assert sum(one.value for one in found["failures"].samples) == 4
    assert value(found["machines"], standing="trouble") == 4
    assert value(found["machines"], standing="booting") == 0
    assert (value(found["frames"]), value(found["frames_lost"])) == (1234, 5)
    kinds = {name: one.type for name, one in found.items()}
    assert kinds["boot_seconds"] == "histogram"
    assert {kinds[name] for name in ("boots", "failures", "frames_lost")} == {"counter"}


def test_before_anything_happened_all_is_there_at_nothing() -> None:
    """So that a rate can be had of the first boot."""
    found = counted()
    assert {one.value for one in found["boots"].samples} == {0}
    assert {one.value for one in found["boot_seconds"].samples} == {0}


@pytest.mark.parametrize(
    ("seconds", "bound"), [(0.0, "1"), (1.0, "1"), (1.001, "2"), (600.0, "600"), (601.0, "+Inf")]
)
def test_durations_are_counted_up_to_their_bucket(seconds: float, bound: str) -> None:
    """Buckets add up, to the count."""
    told = replace(facts(ended("ipxe", "plain-dhcp")), seconds=seconds)
    family = counted(told)["boot_seconds"]
    buckets = [
        (one.labels["le"], one.value)
        for one in family.samples
        if one.name.endswith("_bucket") and one.labels["result"] == "booted"
    ]
    assert [value for _, value in buckets] == sorted(value for _, value in buckets)
    assert next(le for le, value in buckets if value) == bound
    assert buckets[-1] == ("+Inf", 1)


def test_trouble_of_the_next_stage_is_no_other_boot() -> None:
    """The boot was counted when its file had come."""
    first = ended("ipxe", "plain-dhcp")
    found = counted(facts(first), facts(replace(first, is_more=True)))
    assert sum(one.value for one in found["boots"].samples) == 1
    assert sum(one.value for one in found["next_stage_failures"].samples) == 1


def test_labels_are_escaped() -> None:
    """A profile of anybody's may have codes of any kind."""
    odd = 'a"b\\c\nd}{ e'
    told = replace(facts(ended("ipxe", "silence")), code=odd)
    assert value(counted(told)["failures"], code=odd) == 1
