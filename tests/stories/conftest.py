"""Keeps account of the decision rules that the stories reach."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from enum import StrEnum
from typing import Any

import pytest

from pxeclient.decisions import Decision, Table

LAST = "test_every_rule_is_told"
"""The module that asks for the account; it has to come after all the others."""

_REACHED: set[tuple[Hashable, str]] = set()


def contents(table: Table[Any, Any]) -> Hashable:
    """What a table decides: the same for a profile that only knows it less well."""
    return table.question, tuple((rule.id, rule.when, rule.then) for rule in table.rules)


@pytest.fixture(scope="package", autouse=True)
def reached() -> Iterator[set[tuple[Hashable, str]]]:
    """The rules that gave an answer so far: the contents of their table, and their id."""
    decide = Table.decide

    def noting(table: Table[Any, Any], facts: object) -> Decision[StrEnum]:
        decision: Decision[StrEnum] = decide(table, facts)
        _REACHED.add((contents(table), decision.rule))
        return decision

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "decide", noting)
        yield _REACHED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the account at the end, in whatever order the stories were collected."""
    items.sort(key=lambda item: LAST in item.nodeid)
