"""Every recording is a test of its firmware's profile, in virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.compare.suite import COLUMNS, Firmware, captures, firmwares, known
from tools.docs import compared

FOLDER = Path(__file__).parent.parent / "captures"
FIRMWARES = firmwares(FOLDER)
KNOWN = known(FOLDER)
CASES = [
    (firmware, capture)
    for firmware in FIRMWARES
    if firmware.has_profile
    for capture in captures(FOLDER, firmware.name)
]


def name_of(value: Firmware | Path) -> str:
    """How a recording is called in the list of tests."""
    return value.parent.name if isinstance(value, Path) else value.name


@pytest.mark.parametrize(("firmware", "capture"), CASES, ids=name_of)
def test_the_profile_does_what_was_recorded(firmware: Firmware, capture: Path) -> None:
    """Decisions, bytes, timing and screen are the recorded ones, but for what is known."""
    result = compared(firmware, capture)

    expected = KNOWN[result.key].differs if result.key in KNOWN else ()
    assert set(expected) == set(result.differs), "\n".join(result.sentences)


def test_what_is_known_names_recordings_and_columns() -> None:
    """No entry is left over from a recording that is gone, and every one has its reason."""
    recorded = {
        f"{firmware.name}/{capture.parent.name}"
        for firmware in FIRMWARES
        for capture in captures(FOLDER, firmware.name)
    }
    assert set(KNOWN) <= recorded
    for entry in KNOWN.values():
        assert set(entry.differs) <= set(COLUMNS)
        assert entry.differs
        assert entry.reason
