"""`--jsonl`: a line for every event, as it happens; the same as `--json` says at the end."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.cli.runner import CHECKOUT, IPXE, VMWARE, boot, command, complaint, report
from tests.processes import ended_in_time

NETWORKS = ["plain-dhcp", "proxy-60-file-4011-dead", "tftp-missing", "menu-without-prompt"]


def lines(*arguments: str, profile: str = VMWARE) -> list[dict[str, Any]]:
    """The objects that `--jsonl` prints."""
    result = boot("--jsonl", *arguments, profile=profile)
    assert result.stderr == ""
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("profile", [VMWARE, IPXE])
@pytest.mark.parametrize("network", NETWORKS)
def test_the_lines_are_what_the_object_says(network: str, profile: str) -> None:
    """Begin, events and decisions in order, end."""
    first, *between, last = lines("--network", network, profile=profile)
    whole = report("--network", network, profile=profile)
    assert first["event"] == "begin"
    assert first["schema"] == "pxeclient-events/2"
    assert (first["profile"], first["network"]) == (whole["profile"], whole["network"])
    assert [one for one in between if one["event"] != "decision"] == whole["events"]
    decisions = [one for one in between if one["event"] == "decision"]
    assert [{**one, "event": None} for one in decisions] == [
        {"event": None, **one} for one in whole["decisions"]
    ]
    assert last["event"] == "end"
    assert {key: whole[key] for key in last if key != "event"} == {
        key: value for key, value in last.items() if key != "event"
    }
    times = [one["at"] for one in between]
    assert times == sorted(times)


def test_a_decision_stands_behind_what_led_to_it() -> None:
    """The DHCPACK comes before what is made of it."""
    told = lines("--network", "proxy-60-file-4011-dead")
    ack = next(at for at, one in enumerate(told) if one.get("kind") == "DHCPACK")
    after = next(at for at, one in enumerate(told) if one.get("question") == "after-ack")
    assert ack < after
    assert told[after]["frame"] == told[ack]["frame"]


def test_lines_come_while_the_boot_goes_on() -> None:
    """Each is written at once: the first DISCOVER is told long before the boot is over."""
    words = command("boot", "-p", IPXE, "--network", "silence", "--time-scale", "1", "--jsonl")
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(words, stdout=pipe, text=True, cwd=CHECKOUT) as running,
        ended_in_time(running),
    ):
        assert running.stdout is not None
        for line in running.stdout:
            if json.loads(line).get("kind") == "DHCPDISCOVER":
                break
        assert running.poll() is None
        running.terminate()
        *_, last = running.stdout
    assert json.loads(last)["event"] == "end"
    assert json.loads(last)["result"] == "interrupted"


@pytest.mark.parametrize("option", ["--json", "--verbose", "--quiet", "--screen"])
def test_other_outputs_are_excluded(option: str) -> None:
    """There is one thing on standard output."""
    sentence = complaint(boot("--jsonl", option), 2)
    assert "--jsonl" in sentence
    assert sentence.endswith(" exclude each other")
