"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("pxeclient", deadline=None)
settings.load_profile("pxeclient")
# Property tests are not races: the first call of anything is slow on a busy machine.

pytest_plugins = ["pytester"]
"""Runs pytest inside a test, for the tests of our own plugin."""
