"""The findings' texts, from ``texts/*.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pxeclient.advice import catalogue as cures
from pxeclient.decisions import Evidence, Known
from pxeclient.diagnose.model import Fault, Severity
from pxeclient.documents import own_toml

_TEXTS = Path(__file__).with_name("texts")
_ORDER = ("deciding", "boot-file", "http", "tftp", "path", "ipv6", "after")
"""The files, in the order of a boot."""

_SEVERITIES = {"others": Severity.OTHERS, "note": Severity.NOTE, "stops": Severity.STOPS,
               "next": Severity.NEXT}  # fmt: skip


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
    data = own_toml(_TEXTS / "not-covered.toml")
    return {name: _line(text) for name, text in data.items()}


def _read(path: Path) -> Iterator[Fault]:
    for id, one in own_toml(path).items():
        yield _fault(id, one)


def _fault(id: str, one: Mapping[str, Any]) -> Fault:
    level, where = one["known"]
    return Fault(
        id,
        one["title"],
        _SEVERITIES[one["severity"]],
        _line(one["why"]),
        Known(Evidence(level), _line(where)),
        tuple(cures()[name] for name in one["cures"]),
        {place: other.strip("{}") for place, other in one.get("places", {}).items()},
        frozenset(one.get("explains", ())),
    )


def _line(text: str) -> str:
    return " ".join(text.split())
