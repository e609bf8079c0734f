"""The findings' texts, from ``texts/*.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pxeclient.boot.decisions import Evidence, Known
from pxeclient.diagnose.model import Cure, Fault, Severity

_TEXTS = Path(__file__).with_name("texts")
_ORDER = ("deciding", "boot-file", "tftp", "path", "after")
"""The files, in the order of a boot."""

SERVERS = {
    "dnsmasq": "dnsmasq",
    "dhcpd": "ISC dhcpd",
    "kea": "Kea",
    "windows": "Windows DHCP",
    "other": "others",
}
"""Whose cures there are, by key, and what they are called."""

_SEVERITIES = {"others": Severity.OTHERS, "note": Severity.NOTE, "stops": Severity.STOPS}


@cache
def catalogue() -> Mapping[str, Fault]:
    """All faults that can be found, by id, in the order of a boot."""
    return {fault.id: fault for name in _ORDER for fault in _read(_TEXTS / f"{name}.toml")}


def fault(id: str) -> Fault | None:
    """The fault of that id, in any case; None if there is none."""
    return catalogue().get(id.upper())


@cache
def not_covered() -> Mapping[str, str]:
    """Faults that the wire of one boot cannot show, and why not."""
    data = tomllib.loads((_TEXTS / "not-covered.toml").read_text(encoding="utf-8"))
    return {name: _line(text) for name, text in data.items()}


def _read(path: Path) -> Iterator[Fault]:
    for id, one in tomllib.loads(path.read_text(encoding="utf-8")).items():
        yield _fault(id, one)


def _fault(id: str, one: Mapping[str, Any]) -> Fault:
    return Fault(
        id,
        one["title"],
        _SEVERITIES[one["severity"]],
        _line(one["why"]),
        Known(Evidence(one["evidence"]), _line(one["source"])),
        tuple(
            Cure(server, _lines(one["cure"][server])) for server in SERVERS if server in one["cure"]
        ),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(value: str | list[str]) -> tuple[str, ...]:
    return (_line(value),) if isinstance(value, str) else tuple(value)
