"""`pxeclient watch` beside a crowd on a wire: each that fails is named, and nothing is lost."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from typing import Any

import pytest

from pxeclient.lab import Host, Lab
from tests.crowds import NOT_FOR_SURE, mac, network_of
from tests.lab.labs import CHECKOUT
from tests.live.deeds import on
from tests.live.test_watch import ended, until, watching

pytestmark = pytest.mark.live

COUNT = int(os.environ.get("PXECLIENT_TEST_CROWD", "24"))
"""Machines; 200 take five minutes, and a processor for themselves."""
CROWDS = (sys.executable, "-W", "error", "-m", "tests.live.crowds")


def boot_them(client: Host) -> dict[str, dict[str, Any]]:
    """What each came to, by its own trace."""
    boots = client.spawn([*CROWDS, "boot", client.interface, str(COUNT)], folder=CHECKOUT)
    assert boots.wait(900.0) == 0, boots.log
    assert boots.errors == ""
    told = [json.loads(line) for line in boots.output.splitlines()]
    return {one["mac"]: one for one in told}


def test_each_that_fails_is_named(lab: Lab, client: Host) -> None:
    """With the finding of its own trace; no frame is lost; Ctrl-C ends it with the table."""
    host = lab.add_host(interface="d0")
    # The scripted servers have the lab's own address, for which nobody else may answer.
    [first] = (one for one in lab.hosts if one.interface == "s0")
    on(first, "ip", "address", "flush", "dev", "s0")
    servers = host.spawn([*CROWDS, "serve", "d0", str(COUNT)], folder=CHECKOUT)
    servers.await_log("ready", 120.0)
    events, lines = watching(host, "--jsonl"), watching(host)

    booted = boot_them(client)
    until(lambda: len(ended(events)) >= COUNT, 400.0)

    begun = time.monotonic()
    for watcher in (events, lines):
        watcher.send_signal(signal.SIGINT)
    assert [watcher.wait(30) for watcher in (events, lines)] == [0, 0]
    assert time.monotonic() - begun < 5  # a second, and what a loaded machine adds
    servers.stop()

    told = {event["mac"]: event["attempt"] for event in reversed(ended(events))}
    assert set(told) == set(booted)
    rows = dict(re.findall(r"^([0-9a-f:]{17}) (.*)$", lines.output, re.M))
    for number in range(COUNT):
        one = booted[str(mac(number))]
        if not one["failed"] or network_of(number) in NOT_FOR_SURE:
            continue
        found = [finding["id"] for finding in told[one["mac"]]["findings"]]
        assert found[:1] == [one["finding"]], (one, network_of(number))
        assert one["finding"] in rows[one["mac"]]
    for watcher in (events, lines):
        assert "were lost" not in watcher.log
    assert {one["lost"] for one in booted.values()} == {0}
    assert f"{COUNT} machines" in lines.output
