"""`pxeclient watch` beside real servers: every boot, as it happens, and not a frame of its own."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from pxeclient.lab import Host, Lab, Program
from tests.live import daemons
from tests.live.boots import (
    IPXE,
    PXECLIENT,
    RANGE,
    VMWARE,
    assert_booted,
    boot,
    tftp_folder,
    tftp_options,
)
from tests.live.deeds import on

pytestmark = pytest.mark.live


def watching(host: Host, *arguments: str) -> Program:
    """A watcher on a host, which listens already."""
    program = host.spawn([*PXECLIENT, "watch", "-i", host.interface, *arguments])
    program.await_log("Watching")
    return program


def ended(program: Program) -> list[dict[str, Any]]:
    """The boots that a watcher has told of."""
    events = [json.loads(line) for line in program.output.splitlines() if line.startswith("{")]
    return [event for event in events if event["event"] == "ended"]


def until(happened: Callable[[], bool], patience: float = 60.0) -> None:
    """Wait for what a watcher will tell."""
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_each_boot_is_told_on_the_server(lab: Lab, client: Host) -> None:
    """Who boots and who does not, with the finding that `boot` has, within a second of Ctrl-C."""
    daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=missing.0")
    host = next(one for one in lab.hosts if one.interface == "s0")
    watcher = watching(host, "--jsonl")

    failed = boot(lab, VMWARE)
    fetched = [finding["id"] for finding in failed.report["findings"]]

    until(lambda: bool(ended(watcher)))
    [event] = ended(watcher)
    assert event["attempt"]["ending"]["stop"] == "tftp-error"
    assert [finding["id"] for finding in event["attempt"]["findings"]][:1] == fetched[:1]
    begun = time.monotonic()
    watcher.send_signal(signal.SIGINT)
    assert watcher.wait(10) == 0
    assert time.monotonic() - begun < 5  # a second, and what a loaded machine adds


def test_it_sends_nothing(lab: Lab, client: Host) -> None:
    """And gives the promiscuous mode back."""
    daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=boot.0")
    host = lab.add_host(interface="m0")

    def state() -> tuple[int, int]:
        [link] = json.loads(on(host, "ip", "-json", "-d", "-s", "link", "show", "m0"))
        return link["stats64"]["tx"]["packets"], link["promiscuity"]

    sent, _ = state()
    watcher = watching(host)
    assert state()[1] == 1
    assert_booted(boot(lab, IPXE), lab.address)
    watcher.send_signal(signal.SIGTERM)
    watcher.wait(20)
    assert state() == (sent, 0)


def test_once_ends_with_the_boots_status(lab: Lab, client: Host) -> None:
    """`--once next`: power the machine on, and wait."""
    daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=missing.0")
    host = next(one for one in lab.hosts if one.interface == "s0")
    watcher = watching(host, "--once", "next")
    status = boot(lab, IPXE).status
    assert watcher.wait(120) == status == 21
    assert "T-FOUND" in watcher.output
