"""Are recordings whole? Each is held against its scenario and its own capture.

Of a recording that is in order the scenario is one that the practice network plays, with the very
DHCP replies that were recorded, or says what of it the practice network cannot; the capture can be
read; and all that its outcome.json claims of the wire is what the package reads off it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pxeclient.capture import reading
from pxeclient.capture.values import CaptureError
from pxeclient.practice.scenario import ScenarioError, load
from tools.record.played import difference
from tools.record.scenario import ScriptError, beyond_practice, read
from tools.record.stored import NoScenarioError, capture_of, scenario_of
from tools.record.wirefacts import facts, frames_of, more_facts

RESULTS = ("booted", "failed", "timeout", "kernel")
_NEEDED = ("scenario", "firmware", "result", "error_text")
_TOLERANCE = 0.0101
"""Times are written in hundredths; which way a half is rounded depends on the clock's origin."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one recording."""

    recording: Path
    faults: tuple[str, ...]
    """Empty if it is in order."""
    beyond: tuple[str, ...] = ()
    """Keys of its scenario that the practice network does not play."""

    @property
    def sentence(self) -> str:
        """A line for the terminal."""
        name = "/".join(self.recording.parts[-2:])
        if self.faults:
            return f"{name}: {'; '.join(self.faults)}"
        more = f" (beyond the practice network: {', '.join(self.beyond)})" if self.beyond else ""
        return f"{name}: in order{more}"


def verify(recording: Path) -> Verdict:
    """Look at one recording."""
    beyond: list[str] = []
    faults = [*_scenario_faults(recording, beyond), *_outcome_faults(recording)]
    return Verdict(recording, tuple(faults), tuple(beyond))


def _scenario_faults(recording: Path, beyond: list[str]) -> Iterator[str]:
    try:
        path = scenario_of(recording)
        script = read(path)
    except (NoScenarioError, ScriptError) as error:
        yield str(error)
        return
    if script.name != recording.name:
        yield f"its scenario {path.name} is called {script.name}"
    beyond += beyond_practice(script.table)
    if not beyond:
        try:
            network = load(path)
            found = difference(network, reading.read(capture_of(recording)).frames)
        except ScenarioError as error:
            yield f"the practice network cannot play it: {error}"
        except (CaptureError, FileNotFoundError):
            return  # which is told beside what the outcome claims
        else:
            yield from [found] if found else []


def _outcome_faults(recording: Path) -> Iterator[str]:
    try:
        outcome = json.loads((recording / "outcome.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield f"outcome.json cannot be read: {error}"
        return
    yield from _claims(recording, outcome)
    try:
        yield from reading.read(capture_of(recording)).remarks
        frames = frames_of(capture_of(recording))
    except (CaptureError, FileNotFoundError) as error:
        yield str(error)
        return
    more = {key: value for key, value in more_facts(frames).items() if key in outcome}
    for key, read_off in (facts(frames) | more).items():
        if key not in outcome:
            yield f"outcome.json has no {key!r}"
        elif not equal(outcome[key], read_off):
            yield f"{key} is {outcome[key]!r} in outcome.json, {read_off!r} in the capture"


def _claims(recording: Path, outcome: dict[str, Any]) -> Iterator[str]:
    for key in _NEEDED:
        if key not in outcome:
            yield f"outcome.json has no {key!r}"
    if outcome.get("scenario", recording.name) != recording.name:
        yield f"outcome.json is of the scenario {outcome['scenario']}"
    if outcome.get("firmware", recording.parent.name) != recording.parent.name:
        yield f"outcome.json is of the firmware {outcome['firmware']}"
    if outcome.get("result", RESULTS[0]) not in RESULTS:
        yield f"the result {outcome['result']!r} is none of {', '.join(RESULTS)}"


def equal(claimed: Any, read_off: Any) -> bool:
    """Whether two values are the same, times to a hundredth of a second."""
    match claimed, read_off:
        case bool(), _:
            return claimed is read_off
        case int() | float(), int() | float():
            return abs(claimed - read_off) < _TOLERANCE
        case list(), list():
            same = len(claimed) == len(read_off)
            return same and all(map(equal, claimed, read_off))
        case dict(), dict():
            same = claimed.keys() == read_off.keys()
            return same and all(equal(claimed[key], read_off[key]) for key in claimed)
        case _:
            return bool(claimed == read_off)
