"""Firmwares in the place of recorded ones, and what those really came to."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pxeclient import profile as profiles
from pxeclient.compare.decisions import Decisions, of_outcome
from pxeclient.compare.suite import firmwares
from pxeclient.outcome import Booted
from pxeclient.replay.recording import Recording, recording
from pxeclient.replay.verdict import FETCHES, Fate, Foretold, foretell
from pxeclient.wire.options import printable

CAPTURES = Path(__file__).parent.parent / "captures"
PROFILES = {firmware.name: firmware.profile for firmware in firmwares(CAPTURES)}
"""The profile of each recorded firmware."""
REAL = {
    **dict.fromkeys(FETCHES, "booted"),
    Fate.FAILS: "failed",
    Fate.WAITS: "timeout",
}
"""What a recording calls it."""

load = cache(profiles.load)


class Recorded(NamedTuple):
    """A firmware in a situation."""

    firmware: str
    scenario: str

    @property
    def capture(self) -> Path:
        """The file."""
        (found,) = (CAPTURES / self.firmware / self.scenario).glob("capture.pcap*")
        return found

    @property
    def truth(self) -> Decisions:
        """What that firmware's boot really came to."""
        path = CAPTURES / self.firmware / self.scenario / "outcome.json"
        return of_outcome(json.loads(path.read_text(encoding="utf-8")))


def capture(firmware: str, scenario: str) -> Path:
    """The recording of a firmware in a situation."""
    return Recorded(firmware, scenario).capture


def all_recorded() -> list[Recorded]:
    """Every recording."""
    return [
        Recorded(firmware, path.name)
        for firmware in PROFILES
        for path in sorted((CAPTURES / firmware).iterdir())
        if path.is_dir()
    ]


@cache
def servers_of(one: Recorded) -> Recording:
    """The servers of a recording."""
    return recording(one.capture)


def put(path: Path, profile: str) -> Foretold:
    """What that firmware would have done in the place of a capture's client."""
    return foretell(recording(path), load(profile))


def file_of(found: Foretold) -> tuple[str, str] | None:
    """The boot file and its server."""
    outcome = found.trace.outcome
    if not isinstance(outcome, Booted):
        return None
    return printable(outcome.boot_file.name), str(outcome.boot_file.server)
