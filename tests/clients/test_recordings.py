"""What is told of recordings of U-Boot and SLOF agrees with what they did and what they showed."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pxeclient.explain.story import ExplainedAttempt
from pxeclient.explain.summary import ended
from pxeclient.wire import dhcp
from tests.explain.captures import told

CAPTURES = Path(__file__).with_name("captures")
ENDS = {
    # recording: how each attempt ends; what of its console says so
    "uboot-arm64/u-67": (("nothing follows", "cannot tell"), "`serverip' not set"),
    "uboot-arm64/u-dhcp-cmd": (("fetched",), "Bytes transferred = 6000"),
    "uboot-arm64/u-no-server": (("no offer", "no offer"), "BOOTP broadcast 17"),
    "uboot-arm64/u-nofile": (("tftp error", "tftp error"), "TFTP error: 'File not found' (1)"),
    "uboot-arm64/u-plain": (("fetched", "wrong file"), "No UEFI binary known"),
    "uboot-arm64/u-proxy": (("nothing follows", "cannot tell"), "`serverip' not set"),
    "uboot-arm64/u-pxe-get": (("fetched",), "Bad Linux ARM64 Image magic!"),
    "uboot-arm64/u-pxe-get-none": (("tftp error",), "Config file not found"),
    "uboot-arm64/u-pxelinux": (("tftp error", "tftp error"), "TFTP error: 'File not found' (1)"),
    "slof-ppc64/u-no-server": (("no offer",), "E3001 (net) Could not get IP address"),
    "slof-ppc64/u-plain": (("fetched",), "E3403: Bad executable"),
}


@cache
def explained(name: str) -> tuple[list[ExplainedAttempt], dict[str, Any], str]:
    """The attempts, what was recorded of them, and the console."""
    folder = CAPTURES / name
    outcome = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
    console = (folder / "console.txt").read_text(encoding="utf-8", errors="replace")
    return told(folder / "capture.pcap"), outcome, console


def test_all_are_here() -> None:
    """Each recording has its line, and each line its recording."""
    assert {
        f"{one.parent.parent.name}/{one.parent.name}" for one in CAPTURES.glob("*/*/*.pcap")
    } == (set(ENDS))


@pytest.mark.parametrize("name", ENDS)
def test_who_it_is(name: str) -> None:
    """Each attempt is named."""
    family = "u-boot" if name.startswith("uboot") else "slof"
    for one in explained(name)[0]:
        assert one.named is not None
        assert one.named.client.family == family


@pytest.mark.parametrize("name", ENDS)
def test_what_it_asked(name: str) -> None:
    """Every DHCPDISCOVER, DHCPREQUEST and read request, of whom, in order."""
    attempts, outcome, _ = explained(name)
    for kind, key in ((dhcp.DISCOVER, "discover"), (dhcp.REQUEST, "request")):
        count = sum(len(list(one.attempt.said(kind))) for one in attempts)
        assert count == len(outcome["dhcp4"][key]), key
    asked = [
        (each.name, str(each.server), each.local_port)
        for one in attempts
        for each in one.attempt.transfers
    ]
    assert asked == [(one["file"], one["server"], one["sport"]) for one in outcome["rrqs"]]
    steps = sum(step.times for one in attempts for step in one.steps if step.kind == "RRQ")
    assert steps == len(outcome["rrqs"])


@pytest.mark.parametrize("name", ENDS)
def test_what_came(name: str) -> None:
    """As many files came and were refused, and as many leases, as the console says."""
    attempts, _, console = explained(name)
    transfers = [each for one in attempts for each in one.attempt.transfers]
    sizes = [each.size for each in transfers if each.is_whole]
    if name.startswith("uboot"):
        counted = re.findall(r"Bytes transferred = (\d+) ", console)
        assert sizes == [int(one) for one in counted]
        refused = [each for each in transfers if each.refused is not None]
        assert len(refused) == console.count("TFTP error: 'File not found' (1)")
        bound = re.findall(r"DHCP client bound to address (\S+)", console)
    else:
        assert len(sizes) == console.count("TFTP: Received ")
        bound = re.findall(r"Using IPv4 address: (\S+)", console)
    leased = [
        str(reply.address) for one in attempts for reply in one.replies if reply.kind == "DHCPACK"
    ]
    assert leased == bound


@pytest.mark.parametrize("name", ENDS)
def test_how_it_ended(name: str) -> None:
    """Each attempt's end; none is called a boot: none of these came to a system."""
    attempts, outcome, console = explained(name)
    ends, says = ENDS[name]
    assert tuple(map(ended, attempts)) == ends
    assert says in console
    assert outcome["result"] == "failed"
    for one in attempts:
        if one.ending.stop.value == "cannot-tell":
            assert "cannot be told" in one.ending.sentence
        if one.attempt.why_over:
            assert "The capture ends" not in one.ending.sentence
