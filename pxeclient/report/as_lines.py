"""A boot as JSON Lines while it goes on, one object a line: ``docs/reference/json.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from pxeclient.boot.actions import Decide
from pxeclient.report.as_json import Events, decision_of, ended
from pxeclient.trace import Record, Trace

if TYPE_CHECKING:
    from pxeclient.schemas import boot as shapes

SCHEMA: Final = "pxeclient-events/2"
"""Grows by new keys and new events only; any other change makes it /3."""


def begin(trace: Trace) -> shapes.BeginLine:
    """The first line: what boots, and where."""
    return {
        "event": "begin",
        "schema": SCHEMA,
        "profile": trace.profile,
        "profile_version": trace.profile_version or None,
        "title": trace.title,
        "network": trace.where,
    }


class Lines:
    """Makes lines of records as they come."""

    def __init__(self) -> None:
        self._events = Events()

    def of(self, record: Record) -> Iterator[shapes.Line]:
        """The lines that a record adds: events as in ``--json``, and decisions among them."""
        if isinstance(record.item, Decide):
            yield {"event": "decision", **decision_of(record, record.item)}
        yield from self._events.of(record)

    def rest(self, trace: Trace) -> Iterator[shapes.Event]:
        """The last line of the screen."""
        return self._events.rest(trace)


def end(trace: Trace, exit_code: int, without: Sequence[str] = ()) -> shapes.EndLine:
    """The last line: what came of it; `without` is as of `as_json`."""
    return {"event": "end", **ended(trace, exit_code, without=without)}
