"""A boot as JSON Lines while it goes on, one object a line: ``docs/reference/json.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pxeclient.boot.actions import Decide
from pxeclient.report.as_json import Events, decision_of, ended
from pxeclient.trace import Record, Trace

SCHEMA = "pxeclient-events/2"
"""Grows by new keys and new events only; any other change makes it /3."""


def begin(trace: Trace) -> dict[str, Any]:
    """The first line: what boots, and where."""
    return {
        "event": "begin",
        "schema": SCHEMA,
        "profile": trace.profile,
        "title": trace.title,
        "network": trace.where,
    }


class Lines:
    """Makes lines of records as they come."""

    def __init__(self) -> None:
        self._events = Events()

    def of(self, record: Record) -> Iterator[dict[str, Any]]:
        """The lines that a record adds: events as in ``--json``, and decisions among them."""
        if isinstance(record.item, Decide):
            yield {"event": "decision", **decision_of(record, record.item)}
        yield from self._events.of(record)

    def rest(self, trace: Trace) -> Iterator[dict[str, Any]]:
        """The last line of the screen."""
        return self._events.rest(trace)


def end(trace: Trace, exit_code: int, without: Sequence[str] = ()) -> dict[str, Any]:
    """The last line: what came of it; `without` is as of `as_json`."""
    return {"event": "end", **ended(trace, exit_code, without=without)}
