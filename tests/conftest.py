"""What all tests share."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

settings.register_profile("pxeclient", deadline=None)
settings.register_profile(
    "thorough", settings.get_profile("pxeclient"), max_examples=10 * settings().max_examples
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "pxeclient"))
# Property tests are not races: the first call of anything is slow on a busy machine.

for _name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"):
    os.environ.pop(_name, None)  # what is printed is not that of whoever runs the tests

gc.disable()


def pytest_collection_finish() -> None:
    """Sixteen thousand tests are not garbage: nobody looks through them again and again."""
    gc.freeze()
    gc.enable()


STORIES = "tests/stories/"
"""Tests that are one whole: the last of them counts what the others reached."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Run a file's tests in one process, where they share their boots; all stories in one."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return STORIES if nodeid.startswith(STORIES) else super()._split_scope(nodeid)

    return ByFile(config, log)


pytest_plugins = ["pytester"]
"""Runs pytest inside a test, for the tests of our own plugin."""
