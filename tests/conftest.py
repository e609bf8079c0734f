"""What all tests share."""

from __future__ import annotations

pytest_plugins = ["pytester"]
"""Runs pytest inside a test, for the tests of our own plugin."""
