"""When there is colour, and that it can be read on light and dark grounds."""

from __future__ import annotations

import io

import click
import pytest
from click.testing import CliRunner

from pxeclient.cli import coloring
from pxeclient.cli.coloring import paint, wants_color
from pxeclient.cli.main import cli


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_when(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], on_terminal: bool, in_pipe: bool
) -> None:
    """The customs of other programs, in their order."""
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color(Terminal()) is on_terminal
    assert wants_color(io.StringIO()) is in_pipe


@pytest.mark.parametrize(
    "command",
    [
        ("boot", "-p", "ipxe"),
        ("matrix", "-p", "ipxe"),
        ("teach", "the-first-boot"),
        ("check", "--starter", "--network", "plain-dhcp", "--case", "B*"),
    ],
)
def test_asked_for(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    """--color wins over everything, for each command that colours."""
    if command[0] == "teach":
        listed = CliRunner().invoke(cli, ["teach"]).stdout
        command = ("teach", listed.splitlines()[1].split()[0])
    if command[0] == "check":
        command = command[:-2]
    run = CliRunner()
    assert "\x1b[" not in run.invoke(cli, [*command]).output
    assert "\x1b[" in run.invoke(cli, [*command, "--color", "always"]).output
    forced = {"FORCE_COLOR": "1"}
    assert "\x1b[" in run.invoke(cli, [*command], env=forced).output
    assert "\x1b[" not in run.invoke(cli, [*command, "--color", "never"], env=forced).output


COLORS = [coloring.RED, coloring.GREEN, coloring.YELLOW, coloring.CYAN, coloring.MAGENTA]


def _luminance(color: int) -> float:
    """Of one of the 216 colours of the cube (WCAG 2.1, relative luminance)."""
    levels = (0, 95, 135, 175, 215, 255)
    cube = color - 16
    parts = [levels[cube // 36] / 255, levels[cube // 6 % 6] / 255, levels[cube % 6] / 255]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("color", COLORS)
def test_signs_stand_out_from_black_and_white(color: int) -> None:
    """More than the 3:1 that WCAG 2.1 asks of signs (1.4.11)."""
    light = _luminance(color) + 0.05
    assert 1.05 / light > 3.9
    assert light / 0.05 > 3.9


@pytest.mark.parametrize("line", ["■ Booted a.0", "■ PXE-E55: nothing", "▲ D-TWO: x", "    ◆ a: b"])
def test_words_have_the_terminals_colour(line: str) -> None:
    """Only the sign is coloured; words may be bold."""
    painted = paint(line, True)
    assert click.unstyle(painted) == line
    sign, _, words = painted.partition("\x1b[0m")
    assert "38;5" in sign
    assert "38;5" not in words
