"""How what a machine prints becomes lines."""

from __future__ import annotations

from pxeclient.boot.actions import Print
from pxeclient.boot.screen.terminal import Terminal, erase


def lines(*texts: str, columns: int = 0) -> list[str]:
    """The lines of these texts, of which each that ends in a newline ends its line."""
    screen = Terminal(columns)
    found: list[str] = []
    for text in texts:
        found += screen.write(Print(text.removesuffix("\n"), text.endswith("\n")))
    return [*found, screen.line]


def test_a_line_grows_until_it_ends() -> None:
    """Dots, then the rest."""
    assert lines("Configuring...", ".", ".", " ok\n", "net0") == ["Configuring..... ok", "net0"]


def test_a_line_is_written_over() -> None:
    """CR goes back to its beginning; what is longer stays."""
    assert lines("DHCP....", "\rCLIENT IP: 10.0.0.1\n") == ["CLIENT IP: 10.0.0.1", ""]
    assert lines("DHCP....", "\rTFTP") == ["TFTP...."]


def test_a_spinner_turns_on_the_spot() -> None:
    """BS goes back by one, and stops at the beginning."""
    assert lines("DHCP", "|\b", "/\b", ".") == ["DHCP."]
    assert lines("\b\bA") == ["A"]


def test_what_is_erased_is_gone() -> None:
    """And something else takes its place."""
    assert lines("Press F8 (10)", erase(" (10)"), " (9)") == ["Press F8 (9)"]
    assert lines("Press F8 (9)", erase(" (9)"), "\n") == ["Press F8", ""]


def test_a_full_line_goes_on_in_the_next() -> None:
    """As on a text screen, whatever follows."""
    assert lines("abcdefgh\n", columns=5) == ["abcde", "fgh", ""]
    assert lines("abcde", columns=5) == ["abcde", ""]


def test_the_cursor_is_known() -> None:
    """So that a terminal can be left where the machine's is."""
    screen = Terminal()
    list(screen.write(Print("DHCP|\b", ends=False)))
    assert (screen.line, screen.after) == ("DHCP|", 1)
    list(screen.write(Print("  ", ends=False)))
    assert (screen.line, screen.after) == ("DHCP", -2)
