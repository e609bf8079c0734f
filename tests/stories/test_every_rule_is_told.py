"""Every rule of every firmware's decision tables has a story in which it decides."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import pytest

from pxeclient.profile import names, tables
from tests.boots import profile
from tests.stories.conftest import contents

VARIED = [
    f"{name}+{variant.name}"
    for name in names()
    for variant in profile(name).variants.values()
    if variant.switches
]
"""Profiles with other rules than their own."""

STORIES = {path.name for path in Path(__file__).parent.glob("test_*.py")}


@pytest.mark.parametrize("name", names())
def test_all_rules_of_a_profile_are_reached(
    name: str, reached: set[tuple[Hashable, str]], request: pytest.FixtureRequest
) -> None:
    """The stories of this folder, taken together, leave out no rule of any profile."""
    need_all_stories(request)
    untold = [
        f"{table.question}/{rule.id}"
        for table in tables(profile(name).policy)
        for rule in table.rules
        if (contents(table), rule.id) not in reached
    ]
    assert not untold, "\n".join(untold)


@pytest.mark.parametrize("name", VARIED)
def test_all_rules_of_a_variant_are_reached(
    name: str, reached: set[tuple[Hashable, str]], request: pytest.FixtureRequest
) -> None:
    """The rules that a variant puts in have their stories too."""
    need_all_stories(request)
    own = {
        (table.question, rule.id, rule.when)
        for table in tables(profile(name.partition("+")[0]).policy)
        for rule in table.rules
    }
    new = [
        (table, rule)
        for table in tables(profile(name).policy)
        for rule in table.rules
        if (table.question, rule.id, rule.when) not in own
    ]
    assert new, "it changes nothing"
    untold = [
        f"{table.question}/{rule.id}"
        for table, rule in new
        if (contents(table), rule.id) not in reached
    ]
    assert not untold, "\n".join(untold)


def need_all_stories(request: pytest.FixtureRequest) -> None:
    """Skip where only some of them were told."""
    session = request.session
    collected = {item.path.name for item in session.items if item.path.parent.name == "stories"}
    if collected != STORIES or session.config.getoption("keyword"):
        pytest.skip("only some of the stories were told")
