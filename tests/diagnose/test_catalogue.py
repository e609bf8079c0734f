"""The findings' texts, and that each has its check and its tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pxeclient.advice import fill, own_name
from pxeclient.boot.actions import Print
from pxeclient.decisions import Evidence
from pxeclient.diagnose import Fault, Severity, catalogue, diagnose, fault, not_covered
from pxeclient.diagnose.places import renamed
from pxeclient.diagnose.registry import CHECKS, COMPARISONS, speaks_when
from tests.diagnose.boots import IPXE, boot, shows
from tests.report.traces import of

HERE = Path(__file__).parent
PLACE = re.compile(r"\{([a-z]+)\}")


def tried(helper: str) -> set[str]:
    """The ids that some test of this folder gives to `shows` or to `hides`."""
    return {
        value.value
        for path in HERE.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == helper
        for value in node.args[1:3]
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }


def test_every_text_has_its_check() -> None:
    """And every check its text."""
    assert set(CHECKS) | set(COMPARISONS) == set(catalogue())
    assert not set(CHECKS) & set(COMPARISONS)


@pytest.mark.parametrize("helper", ["shows", "hides"])
def test_every_finding_is_tried(helper: str) -> None:
    """A boot shows it, and one much like it does not."""
    assert tried(helper) == set(catalogue())


@pytest.mark.parametrize("one", catalogue().values(), ids=lambda one: one.id)
def test_texts(one: Fault) -> None:
    """They are whole sentences, short enough to read, with a source and a cure."""
    assert re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", one.id)
    assert len(one.title) <= 105
    assert not one.title.endswith(".")
    assert one.why.endswith(".")
    assert one.known.where
    assert one.known.level in Evidence
    assert one.cures
    assert one.severity in Severity


@pytest.mark.parametrize("one", catalogue().values(), ids=lambda one: one.id)
def test_every_placeholder_can_be_filled(one: Fault) -> None:
    """With nothing known, a word stands there that nobody takes for a value."""
    for cure in one.cures:
        assert not PLACE.search(str(fill(cure, renamed({}, one.places))))


def test_every_check_says_when_it_speaks() -> None:
    """In its docstring."""
    for id in catalogue():
        assert speaks_when(id)


def test_ids_are_found_in_any_case() -> None:
    """As people type them."""
    assert fault("d43-vmw") is catalogue()["D43-VMW"]
    assert fault("no-such") is None


def test_what_is_not_covered_has_its_reason() -> None:
    """In a sentence."""
    assert len(not_covered()) > 10
    assert all(reason.endswith(".") for reason in not_covered().values())


@pytest.mark.parametrize("name", [b'x"; evil', b"a,b", b"a b", b"#x", b"\xff", b"", b"{server}"])
def test_names_from_the_network_do_not_reach_a_configuration(name: bytes) -> None:
    """A name that would mean something else there is left out."""
    assert own_name(name, None) is None


def test_a_name_that_means_itself_is_filled_in() -> None:
    """The cure can be copied."""
    finding = shows(boot(IPXE, both={"siaddr": "0.0.0.0", "file": "bios/x64/a_b-1.kpxe"}), "B-NEXT",
                    Severity.STOPS)  # fmt: skip
    assert finding.cures[0].dnsmasq == ("dhcp-boot=bios/x64/a_b-1.kpxe,,10.77.0.1",)


def test_a_trace_without_frames_has_no_findings() -> None:
    """Nor is it an error."""
    assert diagnose(of()) == []
    assert diagnose(of(Print("a line"))) == []
