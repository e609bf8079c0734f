"""The table of firmwares on the servers of a recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from pxeclient.matrix.boots import Boots, LentWire, Limits
from pxeclient.matrix.entries import Entry, entries
from pxeclient.matrix.row import Row
from pxeclient.replay.client_of import machine_of
from pxeclient.replay.recording import Recording
from pxeclient.replay.servers import RecordedServers
from pxeclient.replay.verdict import foretold
from tests.replay.recorded import load


def rows_of(known: Recording, *names: str) -> list[Row]:
    """The rows of these profiles, met by the servers of a recording."""

    @contextmanager
    def lend(entry: Entry) -> Iterator[LentWire]:
        link = RecordedServers(known)
        yield LentWire(link, "a recording", partial(foretold, link, entry.profile))

    found = [
        replace(entry, machine=machine_of(entry.profile, known.play.client))
        for entry in entries(map(load, names))
    ]
    return list(Boots(found, lend, Limits(each=600.0)).rows())
