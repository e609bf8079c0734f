"""Events as JSON objects, one for a line; ``docs/reference/watch.md`` documents them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pxeclient.explain.as_json import attempt_as_json
from pxeclient.watch.events import Began, Ended, Event, Moved

if TYPE_CHECKING:
    from pxeclient.schemas import watch as shapes

SCHEMA: Final = "pxeclient-watch/2"
"""Grows by new keys only; any other change makes it /3."""


def as_json(event: Event, capture: str | None = None) -> shapes.Watch:
    """One event. Times are the source's: seconds since the epoch, or of a simulation.

    Args:
        event: What happened.
        capture: The file in which the boot that ended was kept.
    """
    head: shapes.Head = {
        "schema": SCHEMA,
        "at": round(event.at, 6),
        "mac": str(event.mac),
        "number": event.told.number if isinstance(event, Ended) else event.attempt,
    }
    match event:
        case Began():
            return {**head, "event": "begins"}
        case Moved(_, _, _, doing):
            return {
                **head,
                "event": "stage",
                "stage": doing.stage.value.replace(" ", "-"),
                "waits_for": doing.waits or None,
            }
        case Ended(_, _, _, told, remarks, is_more):
            return {
                **head,
                "event": "next-stage" if is_more else "ended",
                "attempt": attempt_as_json(told),
                "remarks": list(remarks),
                "capture": capture,
            }
