"""Real firmware that boots by HTTP: what was asked, what came, and how it ended are told right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pxeclient.diagnose import Severity
from pxeclient.endings import End, end_of
from pxeclient.explain.as_json import as_json
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt
from pxeclient.explain.words import lines
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.model import Message
from pxeclient.report.words import KEYS
from tests.explain.captures import recording

FOLDER = Path(__file__).parent / "web"
OUTCOMES: dict[str, dict[str, Any]] = json.loads(
    (FOLDER / "outcomes.json").read_text(encoding="utf-8")
)
CANNOT_TELL = {
    "aavmf-virtio": {},
    "ovmf-virtio": {
        "h4-https": "by TLS",
        "h4-https-noca": "The capture ends 0.0 s after",
        "h4-tftp-url": "The capture ends 0.0 s after",
        "h4-no-arp": "no frame that was sent to it alone",
        "h4-name-dns-noarp": "no frame that was sent to it alone",
    },
    "ipxe-e1000e": {"i4-http-503": "how it went on cannot be told"},
    "ipxe-head-e1000e": {"i4-https": "The capture ends 0.0 s after"},
}
"""Whose end the capture does not show, and why."""
each = pytest.mark.parametrize("name", OUTCOMES)


def told(name: str) -> ExplainedAttempt:
    """The one attempt of a recording."""
    (story,) = recording(FOLDER / f"{name}.pcap.gz").stories
    (attempt,) = story.attempts
    return attempt


@each
def test_what_was_asked_and_what_came(name: str) -> None:
    """Requests, servers and statuses; a request that is sent again in TCP is one request."""
    recorded = OUTCOMES[name]
    attempt = told(name).attempt
    web = [[str(one.server), one.port, f"{one.method} {one.target}"] for one in attempt.web]
    again = sum(one.ours.retransmitted for one in attempt.connections)
    theirs = [[address, port, _shown(line)] for address, port, line in recorded["http"]]
    assert web == (theirs[: len(theirs) - again] if again else theirs)
    syns = [[str(one.server), one.port] for one in attempt.connections for _ in one.opened]
    assert syns == recorded["syn"]
    statuses = [one.status for one in attempt.web if one.status is not None]
    twice = sum(one.theirs.retransmitted for one in attempt.connections)
    assert len(statuses) <= len(recorded["statuses"]) <= len(statuses) + twice
    assert statuses == recorded["statuses"][: len(statuses)]
    assert not any(one.lost for one in attempt.connections)


def _shown(line: str) -> str:
    """A request line as the recorder has it, without its version; odd octets as we show them."""
    return line.rpartition(" ")[0].replace("\x0e", "<0e>")


@each
def test_the_names_that_were_asked_for(name: str) -> None:
    """Name, type and server."""
    found = [[str(one.server), one.type, one.name] for one in told(name).attempt.lookups]
    recorded = [[server, kind, asked] for kind, asked, server, *_ in OUTCOMES[name]["dns"]]
    assert found == [one for at, one in enumerate(recorded) if one not in recorded[:at]]


@each
def test_how_it_ended(name: str) -> None:
    """Booted or not as the machine's screen says, or why that cannot be told."""
    recorded = OUTCOMES[name]
    found = told(name)
    firmware, _, scenario = name.partition("/")
    reason = CANNOT_TELL[firmware].get(scenario)
    assert (found.ending.stop is Stop.CANNOT_TELL) is (reason is not None), found.ending.sentence
    if reason is not None:
        assert reason in found.ending.sentence
        return
    is_booted = found.ending.stop is Stop.FETCHED and end_of(found.trace) is not End.WRONG_FILE
    assert is_booted is (recorded["result"] == "booted")
    if is_booted:
        assert not any(one.severity is Severity.STOPS for one in found.findings)


@each
def test_what_the_machine_shows_is_inferred_right(name: str) -> None:
    """EDK II's last lines are those that its screen had."""
    found = told(name)
    if name.partition("/")[0] in ("ovmf-virtio", "aavmf-virtio") and found.attempt.web:
        verdict = found.ending.verdict
        assert verdict is not None
        shown = (OUTCOMES[name]["error_text"] or "").split(" | ")
        assert [f"Error: {line}" for line in verdict.shows] == [
            line for line in shown if line.startswith("Error: ")
        ]
        assert verdict.is_fetched is (OUTCOMES[name]["result"] == "booted")
    else:
        assert found.ending.verdict is None


@each
def test_all_of_it_can_be_printed(name: str) -> None:
    """In words and as JSON, a line for each request and none for a segment."""
    explanation = recording(FOLDER / f"{name}.pcap.gz")
    text = list(lines(explanation, verbose=True))
    assert "".join(text).isprintable()
    (client,) = as_json(explanation)["clients"]
    (attempt,) = client["attempts"]
    for one in (*attempt["web_requests"], *attempt["lookups"], *attempt["tcp_connections"]):
        assert set(one) <= set(KEYS)
    steps = [step for step in told(name).steps if step.kind in ("GET", "HEAD", "TCP", "DNS")]
    assert sum(step.times for step in steps if step.kind in ("GET", "HEAD")) == len(
        attempt["web_requests"]
    )


@each
def test_a_ladder_has_no_line_for_a_segment(name: str) -> None:
    """Requests and statuses have theirs; what only carries on is counted."""
    drawn = build(told(name).trace)
    messages = [event for event in drawn.events if isinstance(event, Message)]
    kinds = [one.kind for one in messages]
    asked = [one for one in kinds if one in ("GET", "HEAD")]
    assert len(asked) >= len(told(name).attempt.web)
    assert not [one for one in kinds if one.startswith("TCP") and one not in ("TCP SYN", "TCP RST",
                "TCP RST-ACK")]  # fmt: skip
