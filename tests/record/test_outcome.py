"""outcome.json: what is written of a boot, and what is read off its capture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.record import outcome
from tools.record.events import folded
from tools.record.stored import CAPTURES, capture_of, recordings
from tools.record.verify import equal
from tools.record.wirefacts import facts, frames_of

PLAIN = CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile"
WITH_EVENTS = [
    recording
    for recording in recordings(CAPTURES)
    if '"events"' in (recording / "outcome.json").read_text()
]


def test_the_wire_and_the_console_together() -> None:
    """In the order of time, from the boot's first message on."""
    frames = frames_of(capture_of(PLAIN))
    began = outcome.began(capture_of(PLAIN))
    events = outcome.told(frames, [(began + 1.5, ">>Start PXE over IPv4.")], began)
    asked = [event for event in events if event["kind"] in ("dhcp", "console")]
    assert [event.get("msg", event.get("text")) for event in asked] == [
        "discover", "offer", ">>Start PXE over IPv4.", "request", "ack",
    ]  # fmt: skip
    assert [event["t"] for event in asked][:3] == [0.0, 0.001, 1.5]
    assert asked[0]["options"][0] == [53, "01"]
    assert (asked[3]["from"], asked[4]["from"]) == ("client", "server")


@pytest.mark.parametrize("recording", WITH_EVENTS, ids=lambda path: "/".join(path.parts[-2:]))
def test_events_are_found_again(recording: Path) -> None:
    """As they were written when it was made, console and all."""
    claimed = json.loads((recording / "outcome.json").read_text())
    frames, began = frames_of(capture_of(recording)), outcome.began(capture_of(recording))
    lines = [(at, text) for at, text in claimed["run"]["console"]]
    events = [
        event
        for event in outcome.told(frames, lines, began)
        if event["kind"] not in ("icmp6", "dhcp6") and ":" not in event.get("src", "")
    ]
    assert len(events) == len(claimed["events"])
    for event, old in zip(events, claimed["events"], strict=True):
        if event["kind"] == "fragment":  # they were not told apart when these were made
            continue
        assert equal({key: event[key] for key in old}, old)


def test_a_long_transfer_is_folded() -> None:
    """Its first blocks stay, and its last."""
    blocks = [
        {"t": number, "kind": "tftp", "op": op, "block": number}
        for number in range(1, 100)
        for op in ("data", "ack")
    ]
    found = list(folded(blocks))
    assert found[:6] == blocks[:6]
    assert found[6] == {"t": 4, "kind": "tftp", "op": "...", "packets": 190}
    assert found[7:] == blocks[-2:]


def test_silence() -> None:
    """A machine that sends nothing has an outcome, too."""
    assert facts([])["discover_times"] == []
    assert outcome.told([], [(5.0, "No bootable device.")], 0.0)[0]["kind"] == "console"


def test_written_is_read() -> None:
    """An event a line, so that two can be held together."""
    table = {"result": "booted", "http": [], "events": [{"t": 0.0}, {"t": 1.0}]}
    text = outcome.written(table)
    assert json.loads(text) == table
    assert text.count("\n") == 8
    assert json.loads(outcome.written({"result": "failed"})) == {"result": "failed"}
