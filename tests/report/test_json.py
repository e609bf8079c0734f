"""The object of ``--json``: its keys and types are a promise to programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pxeclient import schemas
from pxeclient.boot.actions import Decide, Finish, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.cli.exit_codes import DEADLINE, INTERRUPTED, MEANINGS, OF_FAILURE, exit_code
from pxeclient.outcome import Booted, Failed, Failure
from pxeclient.report.as_json import as_json
from pxeclient.report.heading import headed
from pxeclient.stack.acts import Ignore
from pxeclient.trace import Trace
from tests.boots import boot_on, booted
from tests.report.traces import BOTH, IPXE, SMALL, VMWARE, in_fragments, of, uri_network

VALID = Draft202012Validator(json.loads(schemas.text("boot")))


def check_whole(found: dict[str, Any]) -> None:
    """The object keeps every promise."""
    VALID.validate(found)
    for words in texts(found):
        assert words.isascii()
        assert words == "" or words.isprintable()


def texts(found: Any) -> Iterator[str]:
    """All strings in an object."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from texts(value)


def whole(trace: Trace) -> dict[str, Any]:
    """The object of a trace as a program gets it."""
    found = json.loads(json.dumps(headed(as_json(trace, exit_code(trace)), 0.0)))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("network", SMALL)
@pytest.mark.parametrize("profile", BOTH)
def test_keys_and_types(profile: str, network: str) -> None:
    """Of every built-in network the object has all keys, with their types, and safe text."""
    check_whole(whole(booted(profile, network)))


def test_every_kind_of_event_occurs() -> None:
    """The promise about events covers what traces have."""
    trace = of(PowerOn(), FrameReceived(b""), KeyPressed("F8"), Ignore("a", "b"), Print("c"))
    trace.stopped = "deadline"
    kinds = [event["event"] for event in whole(trace)["events"]]
    assert kinds == ["power-on", "received", "key", "ignored", "screen"]
    check_whole(whole(trace))


def test_booted() -> None:
    """A boot that ends well names file, server, size and SHA-256, and no failure."""
    found = whole(booted(IPXE))
    trace = booted(IPXE)
    assert isinstance(trace.outcome, Booted)
    assert (found["result"], found["exit_code"]) == ("booted", 0)
    assert [found[key] for key in ("failure", "code", "text", "because")] == [None] * 4
    assert found["boot_file"]["size"] == len(trace.outcome.content) == 4000
    assert found["boot_file"]["named_by"] == "the DHCPACK from 10.77.0.1"
    assert (found["boot_file"]["kind"], found["boot_file"]["pe_machine"]) == ("raw", None)
    assert found["boot_file"]["port"] == 69


def test_failed() -> None:
    """A boot that fails says so in the firmware's words and in ours, and has no boot file."""
    found = whole(booted(VMWARE, "samehost-60-file-4011-dead"))
    assert (found["result"], found["exit_code"]) == ("failed", 13)
    assert (found["failure"], found["code"]) == ("no-proxy-reply", "PXE-E55")
    assert found["text"].startswith("PXE-E55: ProxyDHCP service did not reply")
    assert found["because"]
    assert found["boot_file"] is None


def test_not_emulated_has_no_code(tmp_path: Path) -> None:
    """Where pxeclient gives up there is no code of the firmware."""
    found = whole(boot_on(IPXE, uri_network(tmp_path)))
    assert (found["failure"], found["code"], found["exit_code"]) == ("unsupported-scheme", None, 30)
    check_whole(found)


def test_stopped() -> None:
    """A boot that was stopped has neither failure nor boot file, and says why."""
    found = whole(booted(IPXE, "silence", 2.5))
    assert (found["result"], found["exit_code"], found["seconds"]) == ("deadline", DEADLINE, 2.5)
    check_whole(found)
    trace = of(PowerOn())
    trace.stopped = "interrupted"
    assert (whole(trace)["result"], whole(trace)["exit_code"]) == ("interrupted", INTERRUPTED)


@pytest.mark.parametrize("failure", Failure)
def test_exit_codes(failure: Failure) -> None:
    """Every failure has an exit status, and that has a meaning."""
    trace = of(Finish(Failed(failure, "", "text", "because")))
    assert exit_code(trace) == OF_FAILURE[failure]
    assert OF_FAILURE[failure] in MEANINGS


def test_lease() -> None:
    """The lease is what the DHCPACK says."""
    lease = whole(booted(IPXE))["lease"]
    assert lease == {
        "address": "10.77.0.50",
        "mask": "255.255.255.0",
        "router": "10.77.0.1",
        "server": "10.77.0.1",
        "seconds": 3600,
    }


def test_the_lease_of_an_acknowledgement_in_fragments() -> None:
    """It is the same: the packet is put together."""
    trace = booted(IPXE)
    assert whole(in_fragments(trace))["lease"] == whole(trace)["lease"]


@pytest.mark.parametrize("profile", BOTH)
@pytest.mark.parametrize("network", ["silence", "nak", "proxy-only"])
def test_no_lease(profile: str, network: str) -> None:
    """Without an address that was confirmed there is no lease."""
    assert whole(booted(profile, network))["lease"] is None


def test_lease_of_the_right_server() -> None:
    """Of two servers the lease is the chosen one's; a reply from port 4011 changes nothing."""
    assert whole(booted(IPXE, "two-dhcp"))["lease"]["server"] == "10.77.0.6"
    assert whole(booted(VMWARE, "proxy-60-only"))["lease"]["server"] == "10.77.0.1"


@pytest.mark.parametrize(
    ("profile", "source_port"),
    [pytest.param(IPXE, 68, id=IPXE), pytest.param(VMWARE, 4011, id=VMWARE)],
)
def test_proxy_requests(profile: str, source_port: int) -> None:
    """Requests to port 4011 are listed with their frames; other frames are not."""
    found = whole(booted(profile, "proxy-60-only"))
    (request,) = found["requests_on_4011"]
    assert request["to"] == "10.77.0.2"
    assert (request["source_port"], request["ciaddr"]) == (source_port, "10.77.0.50")
    (event,) = [e for e in found["events"] if e.get("to") == "10.77.0.2:4011"]
    assert (event["frame"], event["at"]) == (request["frame"], request["at"])
    assert whole(booted(profile))["requests_on_4011"] == []


def test_repeated_proxy_requests() -> None:
    """Each repetition counts."""
    found = whole(booted(VMWARE, "samehost-60-only-4011-dead"))
    assert len(found["requests_on_4011"]) == 4
    times = [request["at"] for request in found["requests_on_4011"]]
    assert times == sorted(set(times))


@pytest.mark.parametrize("profile", BOTH)
def test_decisions_are_those_of_the_trace(profile: str) -> None:
    """Decisions come in order, with the number of the frame that led to them."""
    trace = booted(profile, "proxy-60-only")
    made = [record for record in trace.records if isinstance(record.item, Decide)]
    found = whole(trace)["decisions"]
    assert [entry["question"] for entry in found] == [
        record.item.decision.question for record in made if isinstance(record.item, Decide)
    ]
    assert [entry["frame"] for entry in found] == [record.frame for record in made]
    after = next(entry for entry in found if entry["question"] == "after-ack")
    assert after["answer"] == "ask-port-4011"
    assert after["answer_words"] == "send a DHCPREQUEST to the PXE server on port 4011"


@pytest.mark.parametrize("network", SMALL)
def test_frames_are_numbered_from_one(network: str) -> None:
    """The numbers of frames are those that Wireshark gives the capture's."""
    found = whole(booted(IPXE, network))
    numbers = [e["frame"] for e in found["events"] if e["event"] in ("sent", "received")]
    assert numbers == list(range(1, len(numbers) + 1))


@given(st.lists(st.binary(max_size=120), max_size=6))
def test_any_frames(frames: list[bytes]) -> None:
    """Whatever frames came, the object is JSON with safe text."""
    trace = of(*(FrameReceived(frame) for frame in frames))
    trace.stopped = "deadline"
    check_whole(whole(trace))
