"""Property tests are not races, wherever they run."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings

TESTS = Path(__file__).parent.parent


def test_no_property_test_has_a_deadline() -> None:
    """The first call of anything is slow on a busy machine: one profile says so, for all."""
    assert settings().deadline is None
    own = [path.name for path in TESTS.rglob("*.py") if "deadline=" + "None" in path.read_text()]
    assert own == ["conftest.py"]
