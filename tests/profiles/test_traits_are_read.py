"""Nothing stands in a profile that no firmware does: the engine reads every trait."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import pxeclient
from pxeclient.boot.traits import Traits

ROOMS = ("boot", "stack", "fetch", "machine")
"""Who makes of a firmware's data what a machine does."""
PACKAGE = Path(pxeclient.__file__).parent


def inside(hint: Any) -> Iterator[type]:
    """The dataclasses that a type is made of."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield from made_of(hint)
    for argument in get_args(hint):
        yield from inside(argument)


def made_of(kind: type) -> Iterator[type]:
    """A table of a profile, and those in it."""
    yield kind
    for hint in get_type_hints(kind).values():
        yield from inside(hint)


ELSEWHERE = {
    "columns": "cli/boot.py",  # where the lines of the machine's screen are shown
    "within": "compare/verdict.py",  # how far a recorded time may miss
}
"""What does not change a frame or a wait, and who reads it."""


def read_in(path: Path) -> set[str]:
    """The attributes that a module reads."""
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


TABLES = list(dict.fromkeys(made_of(Traits)))
READ = set().union(*(read_in(path) for room in ROOMS for path in (PACKAGE / room).rglob("*.py")))


def test_all_tables_are_there() -> None:
    """Those of the address, of messages, of multicasts and of the screen among them."""
    names = {kind.__name__ for kind in TABLES}
    assert {"IpTraits", "MessageTraits", "MtftpTraits", "ScreenTraits", "TftpRequest"} <= names


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_the_engine_reads_every_value(kind: type) -> None:
    """A value that nobody reads is no statement about a firmware, whatever evidence it has."""
    unread = {field.name for field in fields(kind)} - READ
    assert sorted(unread - set(ELSEWHERE)) == []


def test_what_the_engine_does_not_read_others_do() -> None:
    """And nothing is on that list that the engine reads after all."""
    for name, path in ELSEWHERE.items():
        assert name not in READ
        assert name in read_in(PACKAGE / path)
