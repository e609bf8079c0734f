"""Somebody else's reading of our schemas, as they are in the package."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from pxeclient import schemas


@cache
def validator(name: str) -> Draft202012Validator:
    """Of the schema of that name."""
    found = json.loads(schemas.text(name))
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def complaints(name: str, found: Any) -> list[str]:
    """What is wrong with an object by that schema."""
    return [f"{one.json_path}: {one.message}" for one in validator(name).iter_errors(found)]
