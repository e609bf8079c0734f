"""``docs/reference/json.md``: the objects that commands print, made of their JSON Schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools import schemas

_ORDER = {
    "boot": "boot --json",
    "events": "boot --jsonl",
    "lab": "lab run --json",
    "matrix": "matrix --json",
    "check": "check --json",
    "explain": "explain --json",
    "watch": "watch --jsonl",
    "compare": "compare --json",
    "real": "real --json",
    "nbp": "nbp --json",
    "findings": "findings --json",
    "networks": "networks --json",
    "profiles": "profiles --json",
    "lessons": "teach --json",
    "errors": "errors --json",
    "error": "errors CODE --json",
}
"""The schemas in the order of the page, and what prints such objects."""


def page() -> str:
    """The whole page."""
    told: set[str] = set()
    lines = [_prose("begin")]
    for name, command in _ORDER.items():
        lines += [f"## `pxeclient {command}`", ""]
        lines += _section(schemas.schema(name), told)
    return "\n".join([*lines, _prose("changes")])


def _prose(name: str) -> str:
    """What people write of it."""
    return Path(__file__).with_name(f"json_{name}.md").read_text(encoding="utf-8")


def _section(schema: Mapping[str, Any], told: set[str]) -> Iterator[str]:
    every = schema["$defs"]
    roots = [schema] if "$ref" in schema else schema["anyOf"]
    waiting = [_name(one["$ref"]) for one in roots]
    if schema["title"]:
        yield f"`schema` is `{schema['title']}`."
        yield ""
    if len(roots) > 1:
        yield f"A line is one of: {', '.join(_link(one) for one in waiting)}."
        yield ""
    while waiting:
        name = waiting.pop(0)
        if name not in told:
            told.add(name)
            yield from _object(name, every[name])
            waiting[:0] = dict.fromkeys(_inner(every[name]))


def _object(name: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {_title(name)}"
    yield ""
    for words in filter(None, (found["description"], found.get("$comment"))):
        yield from (words, "")
    rows = [
        f"| `{key}` | {_type(one)} | {one['description']} |"
        for key, one in found["properties"].items()
        if key not in schemas.HEADING
    ]
    yield from ("| key | type | meaning |", "|---|---|---|", *rows, "")


def _type(one: Mapping[str, Any]) -> str:
    """In words: an object's as a link, a word's with all that it may be."""
    if "$ref" in one:
        return _link(_name(one["$ref"]))
    if "anyOf" in one:
        return " or ".join(_type(inner) for inner in one["anyOf"])
    if "const" in one:
        return f"`{one['const']}`"
    if "enum" in one:
        return ", ".join(f"`{value}`" for value in one["enum"])
    if one["type"] == "array":
        if "prefixItems" in one:
            return f"array: {', '.join(_type(inner) for inner in one['prefixItems'])}"
        return f"array of {_type(one['items'])}"
    if one["type"] == "object":
        names = f" by {_type(one['propertyNames'])}" if "propertyNames" in one else ""
        return f"object{names}: {_type(one['additionalProperties'])}"
    kinds = one["type"] if isinstance(one["type"], list) else [one["type"]]
    return " or ".join("number" if kind == "integer" else kind for kind in kinds)


def _inner(found: Any) -> Iterator[str]:
    """The objects that are named below."""
    if isinstance(found, dict):
        if "$ref" in found:
            yield _name(found["$ref"])
        for one in found.values():
            yield from _inner(one)
    elif isinstance(found, list):
        for one in found:
            yield from _inner(one)


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]


def _title(name: str) -> str:
    """``explain.OverIpv6`` is ``explain: over ipv6``; what several have in common, ``finding``."""
    room, _, kind = name.partition(".")
    words = " ".join(re.findall(r"[A-Z][a-z]*|\d+", kind)).lower()
    return words if room in ("common", words.partition(" ")[0]) else f"{room}: {words}"


def _link(name: str) -> str:
    title = _title(name)
    return f"[{title}](#{title.replace(':', '').replace(' ', '-')})"
