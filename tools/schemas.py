"""JSON Schema of the objects that commands print, made of `pxeclient.schemas` and `KEYS`.

The shapes are `TypedDict`s, by which mypy holds the functions that make the objects. What msgspec
would make of them leaves out what makes a schema strict: unions of objects, closed objects, and
the meanings of keys, which stand in one place.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pxeclient.report.words import KEYS, Words
from pxeclient.schemas import (
    boot,
    check,
    compare,
    errors,
    explain,
    lab,
    lists,
    matrix,
    nbp,
    real,
    watch,
)

SHAPES: Mapping[str, Any] = {
    "boot": boot.Boot,
    "check": check.Check,
    "compare": compare.Compare,
    "error": errors.Error,
    "errors": errors.Errors,
    "events": boot.Line,
    "explain": explain.Explain,
    "findings": lists.Findings,
    "lab": lab.Lab,
    "lessons": lists.Lessons,
    "matrix": matrix.Matrix,
    "nbp": nbp.Nbp,
    "networks": lists.Networks,
    "profiles": lists.Profiles,
    "real": real.Real,
    "watch": watch.Watch,
}
"""By the name of the file."""

HEADING = {"tool_version": str, "time": str}
"""What `report.heading` puts into every object that has the key ``schema``."""

_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_DATE = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


@dataclass(slots=True)
class _Making:
    """One schema under way."""

    definitions: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type."""
        if is_typeddict(kind):
            return self._named(kind)
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            [words] = [one for one in arguments[1:] if isinstance(one, Words)]
            return {"type": "string", "enum": list(words.values)}
        if origin is Literal:
            [only] = arguments
            return {"const": only}
        if origin in (Union, UnionType):
            return self._any(arguments)
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is tuple:
            several = [self.of(one) for one in arguments]
            bounds = {"minItems": len(several), "maxItems": len(several)}
            return {"type": "array", "prefixItems": several, **bounds}
        if origin is dict:
            names, values = arguments
            found = {"type": "object", "additionalProperties": self.of(values)}
            return found if names is str else {**found, "propertyNames": self.of(names)}
        return {"type": _SIMPLE[kind]}

    def _any(self, kinds: tuple[Any, ...]) -> dict[str, Any]:
        several = [self.of(one) for one in kinds]
        if all(list(one) == ["type"] for one in several):
            return {"type": [one["type"] for one in several]}
        return {"anyOf": several}

    def _named(self, kind: Any) -> dict[str, Any]:
        name = f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"
        if name not in self.definitions:
            self.definitions[name] = {}  # it may be in itself
            self.definitions[name] = self._object(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, kind: Any) -> dict[str, Any]:
        hints = get_type_hints(kind, include_extras=True)
        if "schema" in hints:
            hints = {"schema": hints["schema"], **HEADING} | hints
        properties = {key: self._property(key, one) for key, one in hints.items()}
        first, *notes = inspect.cleandoc(kind.__doc__ or "").split("\n\n")
        return {
            "description": first,
            **({"$comment": "\n\n".join(notes)} if notes else {}),
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def _property(self, key: str, kind: Any) -> dict[str, Any]:
        meaning = KEYS[key].partition(": ")[2]
        pattern = {"pattern": _DATE} if key == "time" else {}
        return {"description": meaning, **self.of(kind), **pattern}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of that name."""
    making = _Making()
    root = making.of(SHAPES[name])
    ids = sorted(set(_ids(SHAPES[name])))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": " ".join(ids),
        **root,
        "$defs": dict(sorted(making.definitions.items())),
    }


def _ids(kind: Any) -> Iterator[str]:
    """The values of the key ``schema``, of an object or of several kinds of line."""
    for one in (kind,) if is_typeddict(kind) else get_args(kind):
        if literal := get_type_hints(one).get("schema"):
            yield from get_args(literal)


def text(name: str) -> str:
    """The file of that name."""
    return json.dumps(schema(name), indent=1) + "\n"
