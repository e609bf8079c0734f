"""Events as JSON objects, one for a line; ``docs/reference/watch.md`` documents them."""

from __future__ import annotations

from typing import Any

from pxeclient.explain.as_json import attempt_as_json
from pxeclient.watch.events import Began, Ended, Event, Moved

SCHEMA = "pxeclient-watch/1"
"""Grows by new keys only; any other change makes it /2."""


def as_json(event: Event, capture: str | None = None) -> dict[str, Any]:
    """One event. Times are the source's: seconds since the epoch, or of a simulation.

    Args:
        event: What happened.
        capture: The file in which the boot that ended was kept.
    """
    head = {"schema": SCHEMA, "at": round(event.at, 6), "mac": str(event.mac)}
    match event:
        case Began(_, _, attempt):
            return {**head, "event": "begins", "number": attempt}
        case Moved(_, _, attempt, doing):
            return {
                **head,
                "event": "stage",
                "number": attempt,
                "stage": doing.stage.value.replace(" ", "-"),
                "waits_for": doing.waits or None,
            }
        case Ended(_, _, _, told, remarks, is_more):
            return {
                **head,
                "event": "next-stage" if is_more else "ended",
                "number": told.number,
                "attempt": attempt_as_json(told),
                "remarks": list(remarks),
                "capture": capture,
            }
