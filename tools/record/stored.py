"""Where recordings lie, and where the scenario of each lies: once, however many play it.

A recording is a folder ``FIRMWARE/SCENARIO`` with a ``capture.pcap`` (or ``.gz``), an
``outcome.json`` and mostly a ``console.txt``. Its scenario is its own ``scenario.json``; without
one it is the file of its name in ``scenarios`` beside the firmwares, or among the networks that
the package carries: ``pxeclient/practice/recorded`` has what `pxeclient networks --recorded`
lists, ``scenarios`` all that cannot be listed there (what the practice network does not play, and
names that a built-in network has).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pxeclient.practice

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "captures"
"""The recordings that the tests use."""
CARRIED = Path(pxeclient.practice.__file__).with_name("recorded")
"""The recorded situations that are networks of the package."""
SHARED = "scenarios"
"""The folder beside the firmwares' for the scenarios of their recordings."""


class NoScenarioError(LookupError):
    """Nothing says what the servers of a recording did; the text says where it was looked for."""


def recordings(folder: Path) -> list[Path]:
    """The recordings at or below a folder, in alphabetical order."""
    return sorted({found.parent for found in folder.rglob("capture.pcap*")})


def capture_of(recording: Path) -> Path:
    """The recording's capture.

    Raises:
        FileNotFoundError: It has none.
    """
    for name in ("capture.pcap", "capture.pcap.gz"):
        if (recording / name).is_file():
            return recording / name
    raise FileNotFoundError(f"{recording} has no capture.pcap")


def scenario_of(recording: Path) -> Path:
    """The file that says what the servers of a recording did.

    Raises:
        NoScenarioError: There is none.
    """
    places = [*_own(recording), CARRIED / f"{recording.name}.json"]
    for place in places:
        if place.is_file():
            return place
    raise NoScenarioError(f"{recording} has no scenario: neither {' nor '.join(map(str, places))}")


def _own(recording: Path) -> Iterator[Path]:
    yield recording / "scenario.json"
    yield recording.parent.parent / SHARED / f"{recording.name}.json"
