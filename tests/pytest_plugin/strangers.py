"""Test files of other people's projects, run with the plugin."""

from __future__ import annotations

import pytest

OTHERS = ("-p", "no:hypothesispytest")
"""A plugin of our own surroundings, which takes half a second to say nothing."""


def passes(pytester: pytest.Pytester, code: str, **counts: int) -> pytest.RunResult:
    """The tests of a stranger's file end so."""
    pytester.makepyfile(code)
    result = pytester.runpytest(*OTHERS)
    result.assert_outcomes(**counts)
    return result
