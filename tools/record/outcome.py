"""outcome.json: what a boot came to, written and rewritten.

First come the run's own words (scenario, firmware, version, nic, boot, result, error_text), then
what the wire tells (`wirefacts`), then `run` (how it was recorded) and `events`, the wire and the
console together; the last two may be left out (`shrink`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pxeclient.capture.file import raw_frames
from tools.record.events import Event, events, folded
from tools.record.layers import Layers
from tools.record.wirefacts import facts, frames_of, more_facts, start

OWN = ("scenario", "firmware", "version", "nic", "boot", "result", "error_text")
"""Keys that no capture tells."""
_ORDER = (
    "proxy_request_sent", "proxy_request_dst", "proxy_request_src_port", "proxy_request_count",
    "proxy_request_times", "discovery", "discovery_dst", "discovery_times", "bootfile",
    "tftp_server", "rrqs", "http", "discover_times", "request_times", "dhcp_server_chosen",
    "requested_ip", "dhcp6", "rs", "dns", "syn",
)  # fmt: skip


def frames_or_none(capture: Path) -> list[Layers]:
    """The frames of a capture; none where the machine and the servers were silent.

    Raises:
        pxeclient.capture.values.CaptureError: It cannot be read.
    """
    if next(raw_frames(capture), None) is None:
        return []
    return frames_of(capture)


def began(capture: Path) -> float:
    """When the first frame of a capture was seen, in seconds since 1970; 0 without any."""
    first = next(raw_frames(capture), None)
    return 0.0 if first is None else first.ticks / first.resolution


def of_capture(own: dict[str, Any], frames: Sequence[Layers]) -> dict[str, Any]:
    """The outcome without `run` and `events`."""
    wire = facts(frames) | more_facts(frames)
    kept = {key: own[key] for key in OWN if key in own}
    return kept | {key: wire[key] for key in _ORDER if key in wire}


def told(
    frames: Sequence[Layers], lines: Iterable[tuple[float, str]], first_frame: float
) -> list[Event]:
    """The events of the wire and the console's lines, from the boot's beginning on."""
    begin = start(frames)
    found = [dict(event, t=event["t"] - begin) for event in folded(events(frames))]
    found += [
        {"t": at - first_frame - begin, "kind": "console", "text": text} for at, text in lines
    ]
    found.sort(key=lambda event: float(event["t"]))
    return [dict(event, t=round(event["t"], 3)) for event in found]


def written(outcome: dict[str, Any]) -> str:
    """The file's text: a key a line, an event a line."""
    head = {key: value for key, value in outcome.items() if key != "events"}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    if "events" in outcome:
        told_lines = ",\n".join(f"  {json.dumps(event)}" for event in outcome["events"])
        lines.append(f' "events": [\n{told_lines}\n ]')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def reread(recording: Path, capture: Path) -> dict[str, Any]:
    """The outcome of a recording with what the wire tells read off its capture anew.

    Raises:
        pxeclient.capture.values.CaptureError: The capture cannot be read.
        OSError: There is no outcome.json.
        ValueError: It is no JSON.
    """
    old = json.loads((recording / "outcome.json").read_text(encoding="utf-8"))
    if not isinstance(old, dict):
        raise ValueError(f"{recording / 'outcome.json'} is no table")
    new = of_capture(old, frames_or_none(capture))
    return new | {key: old[key] for key in ("run", "events") if key in old}
