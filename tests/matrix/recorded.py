"""What one firmware's recording says of another's boot in the same situation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from pxeclient import profile as profiles
from pxeclient.compare.decisions import Decisions, of_outcome
from pxeclient.matrix.boots import Boots, Limits, Wire
from pxeclient.matrix.entries import Entry, entries
from pxeclient.matrix.row import Row
from pxeclient.replay.client_of import machine_of
from pxeclient.replay.recording import Recording, recording
from pxeclient.replay.servers import RecordedServers
from pxeclient.replay.verdict import foretold

CAPTURES = Path(__file__).parent.parent / "captures"


load = cache(profiles.load)


def rows_of(known: Recording, *names: str) -> list[Row]:
    """The rows of these profiles, met by the servers of a recording."""

    @contextmanager
    def lend(entry: Entry) -> Iterator[Wire]:
        link = RecordedServers(known)
        judged = entry.architecture == known.architecture
        yield Wire(link, "a recording", judged, partial(foretold, link, entry.profile))

    found = [
        replace(entry, machine=machine_of(entry.profile, known.scene.client))
        for entry in entries(map(load, names))
    ]
    return list(Boots(found, lend, Limits(each=600.0)).rows())


def capture(firmware: str, scenario: str) -> Path:
    """The recording of a firmware in a situation."""
    (found,) = (CAPTURES / firmware / scenario).glob("capture.pcap*")
    return found


@cache
def open_recording(firmware: str, scenario: str) -> Recording:
    """The servers of that recording."""
    return recording(capture(firmware, scenario))


def outcome(firmware: str, scenario: str) -> Decisions:
    """What that firmware's boot really came to."""
    path = CAPTURES / firmware / scenario / "outcome.json"
    return of_outcome(json.loads(path.read_text(encoding="utf-8")))
