"""Captures are files from anywhere: whatever the frames in them say, a row comes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pxeclient.capture.values import CaptureError, Recorded
from pxeclient.matrix import table
from pxeclient.replay.recording import recording
from tests.compare.recordings import CLIENT, frames, write
from tests.examples import examples
from tests.matrix.recorded import rows_of
from tests.replay.recorded import capture

WHOLE = frames(capture("ipxe-82540em", "proxy-60-only"))


@st.composite
def damaged(draw: st.DrawFn) -> list[Recorded]:
    """The servers' frames of a recording, some of them with other octets, cut, or gone."""
    found = []
    for frame in WHOLE:
        fate = "kept" if frame.data[6:12] == CLIENT else draw(st.sampled_from(FATES))
        match fate:
            case "kept":
                found.append(frame)
            case "changed":
                octets = bytearray(frame.data)
                for _ in range(draw(st.integers(1, 8))):
                    octets[draw(st.integers(12, len(octets) - 1))] = draw(st.integers(0, 255))
                found.append(replace(frame, data=bytes(octets)))
            case "cut":
                data = frame.data[: draw(st.integers(14, len(frame.data)))]
                found.append(replace(frame, data=data, length=len(data)))
            case _:
                pass
    return found


FATES = ["kept", "kept", "changed", "cut", "lost"]


@settings(max_examples=examples(0.6))
@given(damaged())
def test_a_damaged_capture_still_makes_rows(found: list[Recorded]) -> None:
    """No exception, no control character, and no row that boots from nowhere."""
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "x.pcap", found)
        try:
            known = recording(path)
        except CaptureError:
            return
    rows = rows_of(known, "ipxe", "vmware-e1000e", "edk2")
    assert len(rows) == 3
    for row in rows:
        assert table.what(row).isprintable()
        assert row.fetched is None or row.server is not None
