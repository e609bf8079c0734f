"""Fixtures of the live tests, and the promise that they leave nothing behind."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.live.needs import LAB, missing
from tests.live.netns import Lab, leftovers, open_lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A client and a server on one segment, without any server started yet."""
    with open_lab() as opened:
        yield opened


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail the session if one of our namespaces outlives it."""
    yield
    if not missing(*LAB):
        assert leftovers() == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the servers' logs with a failing test."""
    report = yield
    opened = getattr(item, "funcargs", {}).get("lab")
    if report.failed and isinstance(opened, Lab):
        report.sections.extend(opened.logs())
    return report
