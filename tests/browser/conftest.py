"""One browser for all tests; each loads its own page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.chromium import Browser, chromium


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser."""
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def browser(running: Browser) -> Iterator[Browser]:
    """The browser as new; the test fails if a page made it complain, or asked for anything."""
    running.complaints.clear()
    running.requests.clear()
    running.look()
    running.resize(1440, 900)
    yield running
    running.script("1")  # whatever it has to say has been said now
    assert running.complaints == []
    assert all(address.startswith("file:") for address in running.requests)
    assert len(running.requests) <= 1
