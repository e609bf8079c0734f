"""Which octets of a frame a step's fields are, and the whole frame with all of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from pxeclient.report.fields import Field

_OPTION = re.compile(r"option (\d+)|43\.(\d+)|tftp (\w+)")
_ENDS = {"source": ("source", "source port"), "destination": ("destination", "destination port")}
_ELSEWHERE = {
    "flags": "flags",
    "filename": "file name",
    "mode": "mode",
    "block": "block",
    "octets": "data",
    "error code": "error code",
    "error message": "message",
}
"""Fields that the table of a frame calls otherwise than a lesson, or without brackets."""

_RUN = 8
"""Equal octets that are counted, not shown one by one."""
_MOST = 48
"""Octets that are shown of one field."""


def places(fields: Sequence[Field], name: str) -> list[int]:
    """The numbers of the fields that are what a lesson calls `name`; none if it is not there."""
    found = _OPTION.fullmatch(name)
    if found is None:
        return [at for at, one in enumerate(fields) if _is_called(one, name)]
    option, suboption, negotiated = found.groups()
    if negotiated is not None:
        wanted = f"option {negotiated}"
        return [at for at, one in enumerate(fields) if one.name.lower() == wanted]
    number = f"43.{suboption}" if suboption else option
    within = f"DHCP option {option}"
    return [
        at
        for at, one in enumerate(fields)
        if one.layer == within
        or (one.layer.startswith("DHCP option") and _number(one.name) == number)
    ]


def _is_called(field: Field, name: str) -> bool:
    if name in _ENDS:
        return field.layer in ("IPv4", "UDP") and field.name in _ENDS[name]
    if name in _ELSEWHERE:
        return field.layer in ("DHCP", "TFTP") and field.name == _ELSEWHERE[name]
    return field.layer == "DHCP" and field.name.endswith(f"({name})")


def _number(name: str) -> str:
    return name.removeprefix("option ").partition(" ")[0]


def spelled(octets: bytes) -> str:
    """The octets in hexadecimal, with runs of the same one counted."""
    shown = octets[:_MOST] if len(set(octets[_MOST:])) > 1 else octets
    words = " ".join(_runs(shown))
    return words if shown == octets else f"{words} … {len(octets) - len(shown)} more"


def _runs(octets: bytes) -> Iterator[str]:
    for octet, run in groupby(octets):
        count = len(list(run))
        if count < _RUN:
            yield from [f"{octet:02x}"] * count
        else:
            yield f"{octet:02x} × {count}"
