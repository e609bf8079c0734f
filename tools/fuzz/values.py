"""Values and changes that readers like least."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tools.damage.changes import CHANGES

NASTY = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31m", "a\u202eb\u2066c\u200b", "\x00", "\x85\u2028x\r\ny\b",
    "::error title=x::y", "##vso[task.setvariable variable=PATH]x", "##teamcity[x]",
    "</script><script>x</script>", "]]>&<!--", "|`a`|<b>*_", "{", "}", "{}", "{0}", "{mac",
    "{mac.__class__}", "{mac[0]}", "{mac!r:5d}", "{size:{mac}}", "{size:>5000000000}",
    "{size:zz}", "{size:05.3f}", "{seconds:99999999}", "{uuid}{open}", "%s%n", "../../etc/x",
    "/dev/zero", "zz", "0x", "ff" * 300, "00 {mac} {uuid}" * 40, "x" * 70_000, "٣", "²",
    "9" * 5000, "tftp://10.77.0.3:" + "9" * 5000 + "/x", "ipxe.toml", "\ud7ff\U0010ffff", " ",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    True, False, 0, -1, 1, 2, 255, 256, 65535, 65536, 2**31, 2**32, 2**63, 10**30, 0.0, -0.0, -0.5,
    1.5, 1e-9, 1e-300, 1e308, float("inf"), float("-inf"), float("nan"), "", "x", *NASTY, [], [0],
    [-1], [70000], ["x"], [[]], [[[[[]]]]], {}, {"x": 1}, {"": {}}, [1e308, 1e308], [float("nan")],
    [0.0], [1e-9] * 3000, [255] * 300, [True], [{}], [["blksize", "x"]], {"u8": -1}, {"hex": 1},
    {"text": "\x00" * 300}, {"codes": [256]},
)  # fmt: skip
"""In the place of any value of a document."""
_TOKENS = (
    "nan", "inf", "-inf", "1e999", "-1", "0", "true", '""', "[]", "{}", "9" * 5000, "0x" + "f" * 99,
    "[" * 200 + "]" * 200, "1979-05-27", "07:32:00", "[[x]]", "[x]", "'''", '"""', "#", "=",
    ".".join("a" * 100) + " = 1", '"\\u0000"', '"\\u001b[2J"', '"{size:>99999999}"',
)  # fmt: skip
_VALUE = re.compile(r"(?<=[=\[,] )[^\s,\]]+")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values of a document are, tables and lists too."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, key))


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with another value there; without any, if it is `LEFT_OUT`."""
    changed = deepcopy(data)
    table = at(changed, path[:-1])
    if value is LEFT_OUT:
        del table[path[-1]]
    else:
        table[path[-1]] = deepcopy(value)
    return changed


LEFT_OUT = object()


def mutated(data: Any, chance: Random) -> tuple[Any, str]:
    """A document with a few other values, and where."""
    done = []
    for _ in range(chance.choice((1, 1, 1, 1, 2))):
        places = list(leaves(data))
        if not places:
            break
        path = chance.choice(places)
        if path[0] == "evidence":  # much of a profile, and all alike
            path = chance.choice(places)
        value = _instead(data, path, chance)
        data = put(data, path, value)
        shown = "left out" if value is LEFT_OUT else repr(value)[:40]
        done.append(f"{'.'.join(map(str, path))} {shown}")
    return data, ", ".join(done)


def _instead(data: Any, path: tuple[Any, ...], chance: Random) -> Any:
    """What stands in the place of a value: mostly one of its kind, or it would only be refused."""
    lot = chance.random()
    if lot < 0.1:
        return _other(data, chance)
    if lot < 0.35:
        return chance.choice((LEFT_OUT, *VALUES))
    old = at(data, path)
    if isinstance(old, dict | list) and lot < 0.7:
        return _repeated(old, chance)
    kind = float if isinstance(old, int | float) and not isinstance(old, bool) else type(old)
    alike = [one for one in VALUES if isinstance(one, (int, float) if kind is float else kind)]
    return chance.choice(alike or VALUES)


def _repeated(old: Any, chance: Random) -> Any:
    """A list with a part of it once more, or many times; a table with one key less."""
    if not old:
        return old
    if isinstance(old, dict):
        gone = chance.choice(list(old))
        return {key: one for key, one in old.items() if key != gone}
    changed = list(old)
    one = chance.choice(old)
    changed[chance.randrange(len(old)) : 0] = [one] * chance.choice((1, 1, 2, 300))
    return changed


def at(data: Any, path: tuple[Any, ...]) -> Any:
    """The value there."""
    for key in path:
        data = data[key]
    return data


def _other(data: Any, chance: Random) -> Any:
    """A value from elsewhere in it."""
    return at(data, chance.choice(list(leaves(data))))


def torn(text: str, chance: Random) -> tuple[bytes, str]:
    """A file's text, changed without a look at what it says, and how."""
    if chance.random() < 0.5:
        places = list(_VALUE.finditer(text))
        if places:
            place, token = chance.choice(places), chance.choice(_TOKENS)
            changed = text[: place.start()] + token + text[place.end() :]
            return changed.encode(), f"{place[0][:20]} is {token[:20]}"
    octets = bytearray(text.encode())
    change = chance.choice(CHANGES)
    change(octets, chance)
    return bytes(octets), change.__name__


def toml(data: dict[str, Any]) -> str:
    """The document as TOML, all in inline tables; whatever its values are."""
    return "".join(f"{_key(key)} = {_written(value)}\n" for key, value in data.items())


def _key(key: str) -> str:
    return json.dumps(key).replace("\x7f", "\\u007f")


def _written(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            text = json.dumps(value, ensure_ascii=False)
            return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
        case dict():
            inside = ", ".join(f"{_key(key)} = {_written(one)}" for key, one in value.items())
            return f"{{{inside}}}"
        case list():
            return f"[{', '.join(map(_written, value))}]"
        case _:
            return str(value)
