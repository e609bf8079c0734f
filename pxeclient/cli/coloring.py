"""Colours on terminals: when, and which.

A sign has a colour, words have the terminal's own: what is to be read is as dark on a light ground
and as light on a dark one as the person has made it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import IO, Any

import click

RED, GREEN, YELLOW, CYAN, MAGENTA = 196, 28, 130, 31, 163
"""Of the 256 colours: neither light nor dark, so that they stand out from white and black alike."""

_SIGNS = {"◆": CYAN, "✗": YELLOW, "│": GREEN, "▲": MAGENTA}
_LOUD = frozenset("◆▲")
"""The signs of lines whose words are bold."""
_CHOSEN = "pxeclient.color"


def wants_color(stream: IO[str]) -> bool:
    """Whether what goes there is coloured.

    `--color` says so; else NO_COLOR (no-color.org) that it is not, FORCE_COLOR (force-color.org) or
    CLICOLOR_FORCE (bixense.com/clicolors) that it is, in that order; else it is on a terminal that
    can show colours.
    """
    context = click.get_current_context(silent=True)
    chosen = "auto" if context is None else context.meta.get(_CHOSEN, "auto")
    if chosen != "auto":
        return bool(chosen == "always")
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _choose(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_CHOSEN] = value


option: Callable[[Any], Any] = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    expose_value=False,
    callback=_choose,
    help="Colours: on a terminal (auto; NO_COLOR and FORCE_COLOR are honoured), always, never.",
)
"""``--color``, for the commands that colour what they print."""


def signed(line: str, color: int, bold: bool = False) -> str:
    """A line whose first sign is coloured, and whose words may be bold."""
    indent = line[: len(line) - len(line.lstrip())]
    words = line[len(indent) + 1 :]
    sign = click.style(line[len(indent)], fg=color, bold=bold)
    return f"{indent}{sign}{click.style(words, bold=True) if bold and words else words}"


def paint(line: str, color: bool) -> str:
    """A transcript line in colour, by the sign it begins with."""
    if not color:
        return line
    sign = line.strip()[:1]
    if sign in _SIGNS:
        return signed(line, _SIGNS[sign], sign in _LOUD)
    if sign == "■":
        return signed(line, GREEN if line.lstrip().startswith("■ Booted") else RED, True)
    is_heading = "── " in line and "▶" not in line and "◀" not in line
    return click.style(line, dim=True) if is_heading else line
