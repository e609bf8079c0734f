"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("pxeclient", deadline=None)
settings.register_profile(
    "thorough", settings.get_profile("pxeclient"), max_examples=10 * settings().max_examples
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "pxeclient"))
# Property tests are not races: the first call of anything is slow on a busy machine.

pytest_plugins = ["pytester"]
"""Runs pytest inside a test, for the tests of our own plugin."""
