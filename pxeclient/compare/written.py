"""Profiles as files: a base's document with learnt values in it, written as TOML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pxeclient.boot.dhcp.options import Names, fill
from pxeclient.boot.machine import Machine
from pxeclient.compare.learn import Lesson
from pxeclient.documents import toml
from pxeclient.profile import Profile
from pxeclient.profile.variants import set_value

_FORMS = {"hex", "text", "codes", "u8", "u16", "u32"}


def document(lesson: Lesson, base: Profile, name: str, source: str) -> str:
    """The profile `name`: identity from the recording `source`, the rest from `base`."""
    data = _chosen(base)
    data |= {
        "name": name,
        "title": f"{name}, learnt from {source}",
        "summary": f"Decides as {base.name} is supposed to; what it sends was recorded.",
    }
    data["machine"] |= {"mac": str(lesson.machine.mac), "uuid": str(lesson.machine.uuid)}
    for keys, value in lesson.values.items():
        written = value_of(data, keys)
        if "values" in keys and written is not None:
            same = octets(written, lesson.machine) == octets(value, lesson.machine)
            value = written if same else value
        _put(data, keys, value)
    data["evidence"] = dict(_evidence(data, lesson, base, source))
    return "\n".join(_lines(data)) + "\n"


def _chosen(base: Profile) -> dict[str, Any]:
    """The base's document with its chosen variants made its own; the others are left out."""
    data = toml(base.path)
    for prose in ("variants", "description", "unknown"):
        data.pop(prose, None)
    for variant in base.chosen:
        for key, value in variant.values.items():
            set_value(data, key, value, variant.name)
        if variant.switches:
            data["switches"] = [*data.get("switches", []), *variant.switches]
    return data


def value_of(data: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """The value at `keys`; None where there is none."""
    found: Any = data
    for key in keys:
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found


def octets(value: dict[str, Any], machine: Machine) -> bytes:
    """An option value in any of its forms, with the machine filled in."""
    match value:
        case {"hex": str(text)}:
            return fill(text, Names(machine))
        case {"text": str(text)}:
            return text.encode()
        case {"codes": list(codes)}:
            return bytes(codes)
        case {"u8": int(number)}:
            return number.to_bytes(1, "big")
        case {"u16": int(number)}:
            return number.to_bytes(2, "big")
        case {"u32": int(number)}:
            return number.to_bytes(4, "big")
        case _:
            raise ValueError(f"{value} is no option value")


def contradictions(lesson: Lesson, base: Profile) -> Iterator[str]:
    """Where the recording says otherwise than the profile, as sentences."""
    data = _chosen(base)
    for keys, value in lesson.values.items():
        written = value_of(data, keys)
        if not _is_same(keys, value, written, lesson.machine):
            yield f"{'.'.join(keys)} is {written} in {base.name}, the recording has {value}"


def _is_same(keys: tuple[str, ...], value: Any, written: Any, machine: Machine) -> bool:
    if "values" in keys:
        return written is not None and octets(written, machine) == octets(value, machine)
    if keys == ("background",):
        return bool([one["at"] for one in value] == [one["at"] for one in written or []])
    if keys[-1] in ("broadcast-flags", "broadcast-source-port") and written is None:
        return True
    defaults = {
        "flags": 0,
        "ciaddr": False,
        "source-port": 68,
        "abort-code": 0,
        "dont-fragment": False,
    }
    return bool(value == (defaults.get(keys[-1], 0) if written is None else written))


def _put(data: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    for key in keys[:-1]:
        data = data.setdefault(key, {})
    data[keys[-1]] = value


def _evidence(
    data: dict[str, Any], lesson: Lesson, base: Profile, source: str
) -> Iterator[tuple[str, list[str]]]:
    """Each learnt value was observed; all else is only supposed to be as in the base."""
    learnt = {".".join(keys) for keys in lesson.values}
    yield "decisions", ["inferred", f"supposed to be those of {base.name}"]
    for section in data:
        leaves = set(_leaves(data[section], section)) if isinstance(data[section], dict) else set()
        if section in ("name", "title", "summary", "policy", "switches", "evidence"):
            continue
        if not leaves or leaves - learnt:
            yield section, ["inferred", f"as {base.name}"]
    for key in sorted(learnt):
        yield key, ["observed", f"recording {source}"]


def _leaves(table: dict[str, Any], prefix: str) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict) and not (value and set(value) <= _FORMS):
            yield from _leaves(value, f"{prefix}.{key}")
        else:
            yield f"{prefix}.{key}"


def _lines(data: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """A table's own values, then its tables."""
    later: list[tuple[str, Any]] = []
    for key, value in data.items():
        is_table = isinstance(value, dict) and not (value and set(value) <= _FORMS)
        if is_table or _is_tables(value):
            later.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in later:
        where = ".".join(map(_key, (*path, key)))
        for one in value if isinstance(value, list) else [value]:
            yield ""
            yield f"[[{where}]]" if isinstance(value, list) else f"[{where}]"
            yield from _lines(one, (*path, key))


def _is_tables(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and "name" in item for item in value)
    )


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else f'"{key}"'


def _text(value: str) -> str:
    """TOML's basic strings are escaped as JSON's; what no terminal should see, besides."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in text)


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            pairs = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
            return f"{{ {pairs} }}"
        case _:
            return str(value)
