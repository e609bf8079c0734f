"""How each JSON object begins: what it is, who made it, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pxeclient import __version__


def headed(found: Mapping[str, Any], time: float) -> dict[str, Any]:
    """The object with the version of pxeclient and the time of the run behind its schema.

    Args:
        found: What a room made; it has the key ``schema``.
        time: In seconds since 1970.
    """
    rest = {key: value for key, value in found.items() if key != "schema"}
    heading = {"schema": found["schema"], "tool_version": __version__, "time": date(time)}
    return heading | rest


def date(time: float) -> str:
    """As RFC 3339 has it, in UTC: ``2026-01-31T12:00:00Z``."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
