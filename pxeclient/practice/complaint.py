"""What msgspec finds wrong in a document, as a sentence that begins with the key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec.inspect

from pxeclient.spelling import close

_PATH = re.compile(r" - at `\$([^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")


def sentence(text: str, document: str, kind: type, table: str = "object") -> str:
    """An error's text with the key in front, as in ``servers[0].ip: 'ten' is not …``.

    Errors from inside a value have several paths, the innermost first.

    Args:
        text: What msgspec says.
        document: What an unknown key is no key of.
        kind: The structure of such a document.
        table: What its format calls a table.
    """
    path = "".join(reversed(_PATH.findall(text)))
    text = _PATH.sub("", text)
    if found := _UNKNOWN.fullmatch(text):
        known = _keys(kind)
        # What is right elsewhere is not misspelt here.
        hint = "it is one of another table" if found[1] in known else close(found[1], known)
        complaint = f"is no key of a {document}{hint and f'; {hint}'}"
        return f"{path}.{found[1]}: {complaint}".removeprefix(".")
    if found := _MISSING.fullmatch(text):
        return f"{path}.{found[1]}: is missing".removeprefix(".")
    if text.startswith("Expected"):
        text = text.replace("`", "").replace("Expected", "expected").replace("object", table)
    return f"{path}: {text}".removeprefix(".") if path else text


@cache
def _keys(kind: type) -> frozenset[str]:
    """All keys that the tables of such a document can have."""
    return frozenset(_inside(msgspec.inspect.type_info(kind)))


def _inside(info: msgspec.inspect.Type) -> Iterator[str]:
    match info:
        case msgspec.inspect.StructType() | msgspec.inspect.DataclassType():
            for field in info.fields:
                yield field.encode_name
                yield from _inside(field.type)
        case msgspec.inspect.UnionType():
            for one in info.types:
                yield from _inside(one)
        case msgspec.inspect.VarTupleType() | msgspec.inspect.ListType():
            yield from _inside(info.item_type)
        case msgspec.inspect.DictType():
            yield from _inside(info.value_type)
        case _:
            pass
