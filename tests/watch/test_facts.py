"""What is said of a boot to programs: names, variables and a line, from words of ours alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pxeclient.watch.facts import LONGEST_LINE, NAME, RESULTS, Facts, facts
from tests.watch.boots import SOME, ended


@pytest.mark.parametrize("boot", SOME, ids=lambda one: one[1])
def test_names_and_variables_are_plain(boot: tuple[str, str, int]) -> None:
    """Whatever the network said: no blank, no slash, nothing that a shell would read."""
    told = facts(ended(*boot))
    assert told.result in RESULTS
    assert NAME.fullmatch(told.file_name)
    for name, value in told.variables("/tmp/x/boot.json", None).items():
        assert re.fullmatch("PXECLIENT_[A-Z]+", name)
        assert re.fullmatch(r"[A-Za-z0-9:./_+-]*", value), name


def test_a_failure_has_its_code_and_finding() -> None:
    """As the verdict has them."""
    told = facts(ended("vmware-e1000e", "proxy-60-file-4011-dead", 2, began=1_700_000_000.0))
    assert (told.result, told.code, told.finding) == ("failed", "PXE-E55", "D43-VMW")
    assert told.is_trouble
    assert told.file_name == "20231114T221320Z-005056123402-1-PXE-E55.pcapng"
    assert "PXE-E55; D43-VMW: " in told.line
    assert told.line.startswith("00:50:56:12:34:02 vmware-e1000e: ")


def test_a_boot_has_neither() -> None:
    """And is no trouble."""
    told = facts(ended("ipxe", "plain-dhcp"))
    assert (told.result, told.code, told.finding) == ("booted", "", "")
    assert not told.is_trouble
    assert told.file_name.endswith("-booted.pcapng")
    assert 0 < told.seconds < 60


def test_what_runs_next_is_trouble_after_a_boot() -> None:
    """Told of the same boot, so its capture has the same beginning of a name."""
    first = ended("ipxe", "plain-dhcp")
    later = facts(replace(first, is_more=True))
    assert (later.event, later.is_trouble) == ("next-stage", True)
    assert later.stem == facts(first).stem


@pytest.mark.parametrize("began", [-1e18, -1.0, 0.0, 4e9, 1e15, 1e300])
def test_any_time_makes_a_name(began: float) -> None:
    """A capture can claim any."""
    told = facts(ended("ipxe", "plain-dhcp"))
    assert NAME.fullmatch(replace(told, began=began).file_name)


@pytest.mark.parametrize(
    "code", ["../../etc/passwd", "a b\nc", "$(reboot)", "ü" * 300, "https://ipxe.org/4c126035"]
)
def test_a_code_of_any_kind_makes_a_name(code: str) -> None:
    """Codes are the profiles', and anybody can write a profile."""
    told = replace(facts(ended("ipxe", "silence")), code=code)
    assert NAME.fullmatch(told.file_name)
    assert len(told.file_name) < 100


def test_the_line_is_one_line_of_the_network_made_harmless() -> None:
    """Names of files come from servers."""
    told = facts(ended("ipxe", "tftp-missing"))
    assert isinstance(told, Facts)
    assert "\n" not in told.line
    assert told.line.isprintable()
    assert len(told.line) <= LONGEST_LINE
