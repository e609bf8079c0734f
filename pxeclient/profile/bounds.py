"""How large the values of a profile may be, whatever they are.

No firmware comes near these bounds: they keep a boot from waiting for ever, from sending without a
pause, and from holding numbers that no packet can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

MOST_SECONDS = 86_400.0
"""A day. The longest wait of a firmware is three minutes."""
LEAST_TICK = 0.01
"""Seconds between two marks on a screen, at least: no timer of a PC's firmware is quicker."""
MOST_NUMBER = 0xFFFF_FFFF
"""What 32 bits hold; the widest field of a packet that a profile fills."""
MOST_ENTRIES = 1000
"""In a list or table; the longest of our own has 25."""
MOST_TEXT = 4096
"""Characters of a text; the longest of our own has 172."""


def out_of_bounds(value: Any, key: str = "") -> Iterator[str]:
    """What is too large, negative or no number at all, each with its key."""
    match value:
        case bool() | None:
            pass
        case int():
            if not 0 <= value <= MOST_NUMBER:
                yield f"{key}: {value} is not between 0 and {MOST_NUMBER}"
        case float():
            if not (isfinite(value) and 0 <= value <= MOST_SECONDS):
                yield f"{key}: {value:g} is not between 0 and {MOST_SECONDS:g} seconds, a day"
        case str():
            if len(value) > MOST_TEXT:
                yield f"{key}: {len(value)} characters, {MOST_TEXT} are the most"
        case tuple() | Mapping():
            if len(value) > MOST_ENTRIES:
                yield f"{key}: {len(value)} entries, {MOST_ENTRIES} are the most"
                return
            for name, one in value.items() if isinstance(value, Mapping) else enumerate(value):
                inner = f".{name}" if isinstance(value, Mapping) else f"[{name}]"
                yield from out_of_bounds(one, f"{key}{inner}")
        case _ if is_dataclass(value):
            for field in fields(value):
                name = f"{key}.{field.name.replace('_', '-')}".removeprefix(".")
                yield from out_of_bounds(getattr(value, field.name), name)
