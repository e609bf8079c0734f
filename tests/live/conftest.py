"""Fixtures of the live tests, and the promise that they leave nothing behind.

the machine that boots        the servers        further hosts (`lab.add_host`)
  c0  without address           s0  10.77.0.1      s0  10.77.0.2
   └──────────── a switch ──────┴──────────────────┘
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator, Iterator

import pytest

from pxeclient.lab import Host, Lab, open_lab
from tests.lab.labs import await_none
from tests.live.boots import client_of
from tests.live.needs import require_lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A machine to boot and a host for servers on one segment, without any server started yet."""
    require_lab()
    with open_lab() as opened:
        opened.add_host(interface="c0")
        yield opened


@pytest.fixture
def client(lab: Lab) -> Host:
    """The machine to boot."""
    return client_of(lab)


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail the session if a process of one of our labs, and so its network, outlives it."""
    value = secrets.token_hex(8)
    os.environ["PXECLIENT_TEST_SESSION"] = value
    yield
    assert await_none(f"PXECLIENT_TEST_SESSION={value}", 30.0) == []


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
