"""Variants: where sources contradict each other, a profile can be had with the other choice.

A profile's ``[variants.NAME]`` table says what is different: values by dotted key, and
switches, which are changes to the family's decision tables (``firmware/FAMILY/switches.py``).
Several can be chosen at once: ``vmware-e1000e+port-68+strict-list``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pxeclient.harmless import clean
from pxeclient.profile.evidence import source
from pxeclient.profile.model import ProfileError, Variant
from pxeclient.spelling import close_or_all

_KEYS = {"summary", "evidence", "values", "switches"}


def variants_of(data: Any) -> dict[str, Variant]:
    """The variants that a document describes, by name.

    Raises:
        ProfileError: One of them is wrong; names it and says why.
    """
    if not isinstance(data, dict):
        raise ProfileError("variants: not a table of variants")
    return {name: _variant(name, table) for name, table in data.items()}


def _variant(name: str, table: Any) -> Variant:
    where = f"variants.{name}"
    if not isinstance(table, dict):
        raise ProfileError(f"{where}: not a table")
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise ProfileError(f"{where}.{unknown[0]}: no such key")
    summary, values = table.get("summary"), table.get("values", {})
    if not isinstance(summary, str) or not summary:
        raise ProfileError(f"{where}.summary: missing, or not a text")
    if not isinstance(values, dict):
        raise ProfileError(f"{where}.values: not a table of values by dotted key")
    wanted = texts(table.get("switches", []), f"{where}.switches")
    if not values and not wanted:
        raise ProfileError(f"{where}: it changes nothing")
    known = source(f"{where}.evidence", table.get("evidence"))
    return Variant(clean(name), clean(summary), known, values, wanted)


def texts(data: Any, where: str) -> tuple[str, ...]:
    """A list of texts, such as the names of switches.

    Raises:
        ProfileError: It is something else.
    """
    if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
        raise ProfileError(f"{where}: not a list of texts")
    return tuple(data)


class UnknownVariant(ProfileError):
    """The profile cannot be had with the variants that were asked for."""


def choose(known: Mapping[str, Variant], names: tuple[str, ...]) -> tuple[Variant, ...]:
    """The variants of these names.

    Raises:
        UnknownVariant: One is unknown or named twice, or two set the same value.
    """
    chosen: list[Variant] = []
    keys: dict[str, str] = {}
    for name in names:
        if name not in known:
            hint = close_or_all(name, known) if known else "it has none"
            raise UnknownVariant(f"no variant is called {name!r}: {hint}")
        if any(variant.name == name for variant in chosen):
            raise UnknownVariant(f"the variant {name!r} is named twice")
        for key in known[name].values:
            if key in keys:
                raise UnknownVariant(f"the variants {keys[key]!r} and {name!r} both set {key}")
            keys[key] = name
        chosen.append(known[name])
    return tuple(chosen)


def set_value(data: dict[str, Any], key: str, value: Any, where: str) -> None:
    """Put `value` in the place of the one that the dotted `key` names.

    Raises:
        ProfileError: The document has no such value.
    """
    *path, last = key.split(".")
    table: Any = data
    for part in path:
        table = table.get(part) if isinstance(table, dict) else None
    if not isinstance(table, dict) or last not in table:
        raise ProfileError(f"{where}: the profile has no value {key}")
    table[last] = value
