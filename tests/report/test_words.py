"""The words of JSON: every key of every command's object has one type and one meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pxeclient.check.results import Status
from pxeclient.explain.fingerprint import Likeness
from pxeclient.matrix.row import Cell
from pxeclient.replay.verdict import Fate as As
from pxeclient.report.words import KEYS, NAMED, word
from tests.schemas.outputs import LINES, OBJECTS, shown

ROOT = Path(__file__).parents[2]
ONLY_WHERE_A_LAB_CAN_BE = {
    "boots", "lab", "log", "program",
    "comparison", "console", "emulated", "in_time", "real_firmware",
}  # fmt: skip
"""Keys of `pxeclient lab run` and `pxeclient real`, which `tests/live` tells of."""
TYPES = {bool: "boolean", int: "number", float: "number", str: "string", dict: "object"}


def keys(value: Any) -> Iterator[tuple[str, str]]:
    """Every key below, with the type of its value if it has one."""
    if isinstance(value, list):
        for one in value:
            yield from keys(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key, "" if one is None else TYPES.get(type(one), "array")
            if key not in NAMED:
                yield from keys(one)


def words(value: Any) -> Iterator[str]:
    """Every string below."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from words(one)


@pytest.mark.parametrize("name", [*OBJECTS, *LINES])
def test_every_key_has_its_one_meaning(name: str) -> None:
    """It is among the words, with the type that it has there."""
    for key, kind in set(keys(shown(name))):
        assert key in KEYS, key
        assert kind in ("", KEYS[key].partition(":")[0]), key


def test_no_word_is_left_over() -> None:
    """Every one is a key of some object."""
    found = {key for name in (*OBJECTS, *LINES) for key, _ in keys(shown(name))}
    assert set(KEYS) - found == ONLY_WHERE_A_LAB_CAN_BE


def test_meanings_are_told() -> None:
    """Each has a type and words, and no two keys have the same."""
    kinds = {"array", "boolean", "number", "object", "string"}
    assert {meaning.partition(": ")[0] for meaning in KEYS.values()} == kinds
    told = [meaning.partition(": ")[2] for meaning in KEYS.values()]
    assert all(told)
    assert list(KEYS) == sorted(KEYS)


def test_every_key_is_in_the_documentation() -> None:
    """In backticks."""
    text = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    quoted = set(re.findall(r"`([a-z0-9_]+)`", text))
    assert set(KEYS) <= quoted


@pytest.mark.parametrize(
    "value", [Status.UNKNOWN, Cell.CANNOT_TELL, As.CANNOT_TELL, Likeness.UNKNOWN]
)
def test_cannot_tell_is_one_word(value: Status | Cell | As | Likeness) -> None:
    """Whoever cannot."""
    assert word(value) == "cannot-tell"


@pytest.mark.parametrize("name", ["check", "matrix-capture", "explain"])
def test_nobody_says_it_otherwise(name: str) -> None:
    """As a value, that is; sentences are sentences."""
    assert "cannot tell" not in set(words(shown(name)))
    assert "cannot_tell" not in {key for key, _ in keys(shown(name))}
