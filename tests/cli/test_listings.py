"""`pxeclient profiles` and `pxeclient networks`: what there is to choose from."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pxeclient import profile
from pxeclient.cli.profiles import levels
from pxeclient.decisions import Evidence, condition
from pxeclient.practice import scenario
from tests.cli.runner import CONTROL, run

PROFILES = profile.names()

MARK = r"\[(seen|kin|read|spec|guess) *\]"

MARKS = {"seen": "observed", "kin": "observed on a related firmware", "read": "read in source"}


def rules(name: str) -> list[Any]:
    """All rules of a profile's decision tables."""
    return [rule for table in profile.tables(profile.load(name).policy) for rule in table.rules]


def test_profiles() -> None:
    """Every firmware is listed with title, summary, and how well it is known."""
    shown = run("profiles").stdout
    for name in PROFILES:
        found = profile.load(name)
        block = f"{name}\n    {found.title}\n    {found.summary}\n    {levels(found)}\n"
        assert block in shown
    assert run("profiles", "list").stdout == shown


def test_networks() -> None:
    """Every practice network is listed with what it is and what it shows; one is the default."""
    shown = run("networks").stdout
    for name in scenario.names():
        found = scenario.by_name(name)
        assert found.title
        assert found.shows.endswith((".", "?"))
        assert f"    {found.title}\n    {found.shows}\n" in shown
    *heads, blank, more = [line for line in shown.splitlines() if not line.startswith(" ")]
    assert blank == ""
    assert more.startswith(f"{len(scenario.recorded_names())} more, ")
    assert [head.partition(" ")[0] for head in heads] == scenario.names()
    assert [head for head in heads if "(the default)" in head] == ["plain-dhcp (the default)"]


def test_recorded_networks() -> None:
    """The recorded situations are listed by name with what each is, and can be booted in."""
    shown = run("networks", "--recorded").stdout.splitlines()
    assert [line.split()[0] for line in shown] == scenario.recorded_names()
    assert all(len(line.split()) > 1 for line in shown)


@pytest.mark.parametrize("name", PROFILES)
def test_every_value_has_mark_and_source(name: str) -> None:
    """`profiles show` gives each value with how it is known, and from where."""
    shown = run("profiles", "show", name).stdout
    lines = shown[shown.index("\nVALUES\n") :].splitlines()[2:]
    values = [line for line in lines if re.match(rf"  {MARK} ", line)]
    sources = [line for line in lines if line.startswith("          ")]
    found = profile.load(name)
    assert [re.sub(rf"  {MARK} ", "", line).split(" = ")[0] for line in values] == list(
        found.values
    )
    assert [line.strip() for line in sources] == [found.evidence[key].where for key in found.values]
    assert all(line.strip() for line in sources)


@pytest.mark.parametrize("name", PROFILES)
def test_every_rule_has_mark_and_source(name: str) -> None:
    """`profiles show` gives each rule with condition, answer, reason, mark and source."""
    shown = run("profiles", "show", name).stdout
    decisions = shown[shown.index("\nDECISIONS") :]
    for rule in rules(name):
        words = condition(rule)
        clause = words if words == "otherwise" else f"if {words}"
        assert (
            f". {clause}\n       → {rule.then}   [{rule.id}]\n       {rule.because}\n" in decisions
        )
        assert rule.source.where
        assert f"] {rule.source.where}\n" in decisions
    assert len(re.findall(rf"\n       {MARK} ", decisions)) == len(rules(name))


@pytest.mark.parametrize("name", PROFILES)
def test_every_table_asks_a_question(name: str) -> None:
    """A table's heading is a question."""
    shown = run("profiles", "show", name).stdout
    for table in profile.tables(profile.load(name).policy):
        assert table.asks.endswith("?")
        assert f"\n\n  {table.question}: {table.asks}\n" in shown


@pytest.mark.parametrize("name", PROFILES)
def test_levels_add_up(name: str) -> None:
    """The counts of the summary are those of values and rules."""
    found = profile.load(name)
    counts = [int(number) for number in re.findall(r"(\d+) ", levels(found))]
    assert sum(counts) == len(found.values) + len(rules(name))


@pytest.mark.parametrize("name", PROFILES)
def test_marks_are_explained(name: str) -> None:
    """Every mark that is used is explained at the top."""
    shown = run("profiles", "show", name).stdout
    legend = next(line for line in shown.splitlines() if line.startswith("Marks: "))
    assert {f"{mark} = {level}" for mark, level in MARKS.items()} <= set(
        legend.removeprefix("Marks: ").rstrip(".").split(", ")
    )
    assert len(legend.split(", ")) == len(Evidence)
    assert CONTROL.search(shown) is None


@pytest.mark.parametrize("name", PROFILES)
def test_sentences(name: str) -> None:
    """Titles, summaries and reasons read as sentences do."""
    assert profile.load(name).summary.endswith(".")
    for rule in rules(name):
        assert rule.because[:1].isupper() or rule.because.startswith("iPXE")
        assert rule.because.endswith("."), rule.id


def test_variants_are_described() -> None:
    """Each with its summary and source; those that are chosen are marked and said first."""
    shown = run("profiles", "show", "vmware-e1000e+port-68").stdout
    assert "With port-68: Asks port 4011 from port 68." in shown
    for name, variant in profile.load("vmware-e1000e").variants.items():
        mark = r"\*" if name == "port-68" else " "
        assert re.search(rf"^ {mark}{MARK} {name}: {re.escape(variant.summary)}$", shown, re.M)
        assert variant.source.where in shown


@pytest.mark.parametrize("name", PROFILES)
def test_what_goes_out_is_shown_as_it_goes_out(name: str) -> None:
    """`profiles show` lists each message's options in the order of the wire, and its times."""
    shown = run("profiles", "show", name).stdout
    found = profile.load(name)
    wire = shown[shown.index("\nON THE WIRE") : shown.index("\nDECISIONS")]
    titles = (
        "\n  DHCPDISCOVER,",
        "\n  DHCPREQUEST, b",
        "\n  DHCPREQUEST to a P",
        "\n  DHCPREQUEST to a b",
    )
    starts = [wire.index(title) for title in (*titles, "\n  TFTP read requests")]
    for purpose, start, stop in zip(found.traits.dhcp.messages, starts, starts[1:], strict=False):
        lines = wire[start:stop].splitlines()
        codes = [int(line[4:7]) for line in lines if re.match(r"    [ \d]{2}\d  \w", line)]
        shape = found.traits.dhcp.messages[purpose]
        assert tuple(codes) == shape.options
        assert any(f"given up at {sum(shape.waits):g} s" in line for line in lines)
    for request in found.traits.tftp.requests:
        for option, value in request.options:
            assert f"{option} {value}" in wire[starts[-1] :]


def test_what_nobody_knows_is_said() -> None:
    """VMware's ROM is told in prose, with how it may end and with what is not known of it."""
    shown = run("profiles", "show", "vmware-e1000e").stdout
    found = profile.load("vmware-e1000e")
    assert found.description in shown
    assert all(f"\n  ? {sentence}\n" in shown for sentence in found.unknown)
    for words in found.traits.failures.values():
        assert words.text in shown
