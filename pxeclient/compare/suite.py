"""Every recording of a folder, held against the profile of its firmware.

The folder has ``FIRMWARE/SCENARIO/capture.pcap`` (or ``.pcap.gz``) with ``outcome.json`` and
``console.txt`` beside it, ``firmwares.toml`` (which profile each firmware's recordings are held
against) and ``known.toml`` (what is known not to match, and why).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pxeclient import documents
from pxeclient import profile as profiles
from pxeclient.capture.values import CaptureError
from pxeclient.compare.console import differing_lines, printed, recorded
from pxeclient.compare.decisions import differing, of_outcome, of_trace
from pxeclient.compare.differences import Aspect
from pxeclient.compare.verdict import Comparison, Settings, compare

DECISION, BYTES, TIMING, SCREEN = "decision", "bytes", "timing", "screen"
COLUMNS = (DECISION, BYTES, TIMING, SCREEN)


@dataclass(frozen=True, slots=True)
class Firmware:
    """The recordings of one firmware."""

    name: str
    title: str
    profile: str
    deaf: tuple[float, ...]
    note: str
    """What about its recordings is not the firmware's."""

    @property
    def has_profile(self) -> bool:
        """The profile is there."""
        return self.profile in profiles.names()


@dataclass(frozen=True, slots=True)
class Compared:
    """One recording, compared."""

    firmware: str
    scenario: str
    differs: tuple[str, ...]
    """In which of `COLUMNS`; all of them if it could not be compared."""
    sentences: tuple[str, ...]
    """The differences."""
    remarks: tuple[str, ...]
    """What is to be said of the comparison itself."""
    unrecorded: tuple[str, ...] = ()
    """Those of `COLUMNS` that the recording says nothing of."""

    @property
    def key(self) -> str:
        """``FIRMWARE/SCENARIO``."""
        return f"{self.firmware}/{self.scenario}"


@dataclass(frozen=True, slots=True)
class KnownDifference:
    """A recording that is known not to match."""

    differs: tuple[str, ...]
    reason: str


def firmwares(folder: Path) -> list[Firmware]:
    """The firmwares of a folder of recordings."""
    data = documents.toml(folder / "firmwares.toml")
    return [
        Firmware(
            name, one["title"], one["profile"], tuple(one.get("deaf", [0.0])), one.get("note", "")
        )
        for name, one in data.items()
    ]


def known(folder: Path) -> dict[str, KnownDifference]:
    """What is known not to match, by ``FIRMWARE/SCENARIO``."""
    data = documents.toml(folder / "known.toml")
    return {key: KnownDifference(tuple(one["differs"]), one["reason"]) for key, one in data.items()}


def captures(folder: Path, firmware: str) -> list[Path]:
    """The captures of one firmware, by scenario."""
    return sorted((folder / firmware).glob("*/capture.pcap*"))


def check(firmware: Firmware, capture: Path) -> Compared:
    """Compare one recording."""
    scenario = capture.parent.name
    profile = profiles.load(firmware.profile)
    try:
        comparison = compare(capture, profile, Settings(deaf=firmware.deaf))
    except CaptureError as error:
        return Compared(firmware.name, scenario, COLUMNS, (str(error),), ())
    outcome: Any = documents.json(capture.parent / "outcome.json")
    decided = tuple(differing(of_trace(comparison.trace), of_outcome(outcome)))
    log = capture.parent / "console.txt"
    columns = profile.traits.screen.columns
    lines: tuple[str, ...] = ()
    if log.is_file():
        shown = recorded(documents.text(log))
        lines = tuple(differing_lines(printed(comparison.trace, columns), shown))
    equal = {
        DECISION: not decided,
        BYTES: comparison.bytes_equal,
        TIMING: comparison.timing_equal,
        SCREEN: not lines,
    }
    return Compared(
        firmware.name,
        scenario,
        tuple(column for column in COLUMNS if not equal[column]),
        decided + tuple(one.sentence for one in comparison.differences) + lines,
        tuple(_remarks(comparison)),
        () if log.is_file() else (SCREEN,),
    )


def _remarks(comparison: Comparison) -> Iterator[str]:
    play = comparison.play
    if play.lost:
        yield f"the capture lost {play.lost} frames of the download, which were filled in"
    if any(one.aspect is Aspect.FRAMES for one in comparison.differences):
        yield f"compared up to {play.ends:.1f} s: {play.ended}"


def check_all(folder: Path, one: Callable[[Firmware, Path], Compared] = check) -> list[Compared]:
    """Compare every recording whose firmware has a profile, each by calling `one`."""
    return [
        one(firmware, capture)
        for firmware in firmwares(folder)
        if firmware.has_profile
        for capture in captures(folder, firmware.name)
    ]
