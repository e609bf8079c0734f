"""How wide what is printed is."""

from __future__ import annotations

import pytest

from pxeclient import prose

SENTENCE = "The proxy offer says PXEClient and names a server, as vendor-class-identifier does."


@pytest.mark.parametrize(("columns", "wide"), [("12", 40), ("40", 40), ("80", 80), ("160", 100)])
def test_the_terminals_width(monkeypatch: pytest.MonkeyPatch, columns: str, wide: int) -> None:
    """Prose takes the terminal's columns, within bounds; what is no prose takes them all."""
    monkeypatch.setenv("COLUMNS", columns)
    assert prose.width() == wide
    assert prose.room() == max(40, int(columns))
    assert prose.width(78) == min(wide, 78)


def test_without_a_terminal() -> None:
    """In a pipe prose is as wide as ever, and what is no prose is not wrapped."""
    assert (prose.width(), prose.room()) == (100, None)


@pytest.mark.parametrize("columns", ["nonsense", "0", "-3"])
def test_nonsense_in_columns(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """A COLUMNS that is no width counts as none."""
    monkeypatch.setenv("COLUMNS", columns)
    assert prose.width() in (100, 40)
    assert prose.wrapped(SENTENCE)


def test_names_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is to be copied is not cut at a hyphen, nor inside a word."""
    monkeypatch.setenv("COLUMNS", "40")
    lines = prose.wrapped(SENTENCE, "  Why  ")
    assert any("vendor-class-identifier" in line for line in lines)
    assert lines[0].startswith("  Why  The")
    assert all(line.startswith("       ") for line in lines[1:])
    assert max(map(len, lines)) <= 40
