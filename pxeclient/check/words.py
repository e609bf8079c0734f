"""Texts made fit for a line."""

from __future__ import annotations

SIGNS = {"met": "✓", "not met": "✗", "cannot tell": "?"}
"""By the value of a `Status`."""
