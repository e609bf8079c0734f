"""``pxeclient boot --jsonl``: every event as a line of its own, as it happens."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from pxeclient.boots.boot import Wire
from pxeclient.boots.booting import Client
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.heading import now_headed
from pxeclient.cli.overdue import in_parts
from pxeclient.harmless import json_text
from pxeclient.report.as_lines import Lines, begin, end
from pxeclient.trace import Record, Trace


class JsonLines:
    """Writes each object on standard output, and does not keep it waiting there."""

    def __init__(self) -> None:
        self._lines = Lines()

    def begin(self, trace: Trace, wire: Wire, client: Client) -> None:
        """What boots, and where."""
        self._write([now_headed(begin(trace))])

    def show(self, record: Record) -> None:
        """A record has come."""
        self._write(self._lines.of(record))

    def end(self, trace: Trace) -> None:
        """What came of it."""
        self._write(self._lines.rest(trace))
        code = exit_code(trace)
        self._write([in_parts(lambda without: end(trace, code, without=without), "findings")])

    @staticmethod
    def _write(objects: Iterable[Mapping[str, Any]]) -> None:
        for one in objects:
            click.echo(json_text(one))
            sys.stdout.flush()
