"""The table that an explanation begins with, and the verdict that each story ends with."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.advice import Server
from pxeclient.explain.story import explain
from pxeclient.explain.summary import HEAD, rows, table
from pxeclient.explain.words import lines
from tests.cli.runner import run
from tests.explain.captures import PROFILES, recording

CAPTURES = Path(__file__).parent.parent / "captures"
DEAF = CAPTURES / "ovmf-virtio" / "proxy-60-file" / "capture.pcap"
BOOTS = CAPTURES / "ipxe-e1000e" / "proxy-60-file" / "capture.pcap"


@pytest.mark.parametrize(
    ("capture", "firmware", "ended", "finding"),
    [(DEAF, "edk2", "PXE-E16", "D43-VMW"), (BOOTS, "ipxe", "booted", "")],
)
def test_a_row_for_each_machine(capture: Path, firmware: str, ended: str, finding: str) -> None:
    """Who it is, what it came to, and what stopped it."""
    found = next(rows(recording(capture).stories))
    assert found.machine == "52:54:00:12:34:56"
    assert found.firmware.startswith(firmware)
    assert (found.ended, found.finding) == (ended, finding)
    assert found.because


@pytest.mark.parametrize("columns", ["40", "60", "80", "100", "160"])
def test_it_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """The reason stands beside the rest, or below it."""
    monkeypatch.setenv("COLUMNS", columns)
    shown = list(table(recording(DEAF).stories))
    assert shown[0].split()[: len(HEAD) - 1] == list(HEAD[:-1])
    if columns != "40":
        assert max(map(len, shown)) <= min(100, int(columns)) + 2
    assert " ".join(" ".join(shown).split()).count("An offer says PXEClient") == 1


def test_it_comes_first_and_the_verdict_last() -> None:
    """Of two attempts the second has a row of its own."""
    shown = list(lines(recording(DEAF)))
    at = next(number for number, line in enumerate(shown) if line.startswith("machine "))
    assert at == 1
    assert shown[at + 1].startswith("52:54:00:12:34:56  edk2")
    first = shown[: shown.index("", shown.index("") + 1)]
    assert first[-1].endswith("pxeclient errors PXE-E16")
    assert any(line.startswith("    Cure  ") for line in first)


def test_quiet_is_the_table_alone() -> None:
    """And nothing is in it that is not in the whole."""
    brief = run("explain", "-q", str(DEAF)).stdout.splitlines()
    whole = run("explain", str(DEAF)).stdout.splitlines()
    assert whole[: len(brief)] == brief
    assert "■" not in "".join(brief)


def test_the_server_at_hand() -> None:
    """As with boot."""
    text = run("explain", "--server-kind", "dhcpd", str(DEAF)).stdout
    assert "    Cure  ISC dhcpd:\n" in text
    assert "option vendor-encapsulated-options 06:01:08:ff;" in text
    assert text == "\n".join(lines(explain(DEAF, PROFILES), kind=Server.DHCPD)) + "\n"


def test_no_machine_no_table() -> None:
    """There is nothing to head."""
    assert list(table(())) == []
