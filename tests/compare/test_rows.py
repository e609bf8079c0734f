"""The rows of the decision table: the profile does as the evidence says, variants as they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pxeclient.compare.rows import Answer, answers
from pxeclient.practice.rows import rows
from pxeclient.profile import load

DOCS = Path(__file__).parents[2] / "docs" / "explanation"


def differing(name: str) -> dict[str, str]:
    """The rows in which a profile does something else than VMware's ROM, and what comes of it."""
    found: dict[str, str] = {}
    for answer in answers(load(name), "intel21"):
        if not answer.agrees:
            found[f"{answer.row.row} {answer.row.situation}"] = answer.ends
    return found


@pytest.mark.parametrize(
    "answer",
    answers(load("vmware-e1000e"), "intel21"),
    ids=lambda answer: f"{answer.row.row}-{answer.row.situation}",
)
def test_the_profile_does_what_the_evidence_says(answer: Answer) -> None:
    """It comes to the same, port 4011 is asked by whom it should be, and rules led there."""
    assert (answer.ends, answer.asked) == (answer.row.ends, answer.row.asks)
    assert answer.rules


def test_every_row_of_the_documentation_is_there() -> None:
    """The table of docs/explanation/vmware-e1000e.md and the networks have the same rows."""
    text = (DOCS / "vmware-e1000e.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^\| (R\d+[a-z]?) \|", text, re.M))
    assert {row.row for row in rows("intel21")} == written


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("strict-list", {"R4b": {"PXE-E77"}}),
        ("edk1-checks", {"R4": {"PXE-E51"}, "R4b": {"PXE-E51"}, "R9": {"PXE-E53"}}),
        ("file-without-43", {"R3": {"boot.0 from 10.77.0.3"}, "R10": {"boot.0 from 10.77.0.3"}}),
        ("offer-decides", {"R4c": {"boot.0 from 10.77.0.3"}}),
        ("tags-without-60", {"R14": {"PXE-E78"}}),
        ("port-68", {}),
        ("constant-xid", {}),
        ("spec-windows", {}),
    ],
)
def test_a_variant_differs_where_it_says(name: str, expected: dict[str, set[str]]) -> None:
    """In these rows, and with this end; elsewhere it is as the default."""
    found = differing(f"vmware-e1000e+{name}")
    ends: dict[str, set[str]] = {}
    for row, end in found.items():
        ends.setdefault(row.split()[0], set()).add(end)
    for row, wanted in expected.items():
        assert wanted <= ends.get(row, set()), row
    if not expected:
        assert not ends


def test_ipxe_differs_in_the_case_that_started_it() -> None:
    """R10: iPXE boots from the proxy's offer, VMware's ROM asks port 4011."""
    found = differing("ipxe")
    row = next(row for row in found if row.startswith("R10") and "nothing on port 4011" in row)
    assert found[row] == "boot.0 from 10.77.0.3"
