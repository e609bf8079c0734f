"""A boot that is to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pxeclient.diagnose import Finding
from pxeclient.trace import Trace


@dataclass(frozen=True, slots=True)
class Kept:
    """A boot, or what of one there is, under a name of its own."""

    name: str
    """Of its folder, as `naming` makes them."""
    again: str
    """The script that repeats it (`again.script`)."""
    trace: Trace | None = None
    """None where nobody booted."""
    started: float = 0.0
    """When it began, in seconds since 1970; 0 if it has no date."""
    exit_code: int | None = None
    """As of ``pxeclient boot``; None of what is no boot, such as a probe."""
    beside: tuple[Finding, ...] = ()
    """What was found of it beside other boots."""
    log: str = ""
    """What the servers printed (`log_of`)."""


def log_of(logs: Sequence[tuple[str, str]]) -> str:
    """What several programs printed, each under its title, as one text."""
    return "".join(f"── {title} ──\n{log.rstrip()}\n" for title, log in logs)
