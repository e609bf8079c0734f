"""``pxeclient matrix`` on real wires: every machine for itself, and nothing is left behind."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from pxeclient.lab import Host, Lab
from tests.live import daemons
from tests.live.boots import (
    CONTENT,
    RANGE,
    a_tap,
    pace,
    pxeclient,
    tftp_folder,
    tftp_options,
    under_way,
)
from tests.live.deeds import on
from tests.live.needs import TAP_DEVICE, require

pytestmark = pytest.mark.live

PROFILES = ("-p", "ipxe", "-p", "vmware-e1000e", "-p", "edk2")
SERVES = ("--dhcp-boot=boot.0", "--dhcp-no-override")


def matrix(host: Host, *arguments: str, scale: float = 0.2) -> tuple[int, dict[str, Any]]:
    """The exit status and the object of `--json`."""
    done = pxeclient(host, "matrix", "--json", "--time-scale", str(pace(scale)), *arguments)
    return done.returncode, json.loads(done.stdout)


def addresses(log: str, word: str) -> list[str]:
    """The MAC addresses in dnsmasq's lines of that kind, each once, in order."""
    lines = [line.split() for line in log.splitlines() if f"{word}(" in line]
    return list(dict.fromkeys(line[-1] if ":" in line[-1] else line[-2] for line in lines))


def test_every_machine_has_a_lease_of_its_own(lab: Lab, client: Host) -> None:
    """Three firmwares boot from dnsmasq, one after another, each with its own MAC address."""
    server = daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), *SERVES)
    status, found = matrix(client, "-i", "c0", *PROFILES)
    rows = found["rows"]
    assert [row["result"] for row in rows] == ["booted", "booted", "wrong-file"], rows
    assert (status, found["network"]) == (1, "interface c0")
    assert {row["boot_file"]["size"] for row in rows} == {len(CONTENT)}
    macs = [row["mac"] for row in rows]
    assert len(set(macs)) == 3
    assert addresses(server.log, "DHCPACK") == macs


def test_servers_that_look_at_the_architecture(lab: Lab, client: Host) -> None:
    """Dnsmasq names a file by option 93; the claims get theirs."""
    daemons.dnsmasq(
        lab,
        RANGE,
        *tftp_options(tftp_folder(lab)),
        "--dhcp-match=set:uefi,option:client-arch,7",
        "--dhcp-boot=tag:!uefi,boot.0",
        "--dhcp-boot=tag:uefi,uefi.efi",
        "--dhcp-no-override",
    )
    wire = ("-i", "c0", "--deadline", "60")
    _, found = matrix(client, *wire, "-p", "ipxe", "--arch", "0,7", "--mac", "52:54:00:01:00:00")
    native, claimed = found["rows"]
    assert (native["result"], native["boot_file"]["name"]) == ("booted", "boot.0")
    assert (claimed["claimed"], claimed["asked_file"]["name"]) == (True, "uefi.efi")
    assert claimed["boot_file"] is None
    assert claimed["failure"] == "tftp-not-found"
    assert [native["mac"], claimed["mac"]] == ["52:54:00:01:00:00", "52:54:00:01:00:01"]


def test_one_tap_for_all(lab: Lab) -> None:
    """The servers keep their interface while the machines change."""
    host = a_tap(lab)
    server = daemons.dnsmasq(host, RANGE, *tftp_options(tftp_folder(host)), *SERVES)
    status, found = matrix(host, "--tap", host.interface, *PROFILES[:4])
    assert status == 0, found
    assert addresses(server.log, "DHCPACK") == [row["mac"] for row in found["rows"]]


def test_the_total_deadline_is_real_time(client: Host) -> None:
    """Nobody answers: after two seconds it is over, however slow the firmware is."""
    wanted = ("-i", "c0", *PROFILES, "--total-deadline", "2")
    done = pxeclient(client, "matrix", "--json", "--time-scale", "0.5", *wanted)
    found = json.loads(done.stdout)
    assert (done.returncode, found["stopped"]) == (124, "deadline")
    assert [row["result"] for row in found["rows"]] == ["deadline", "not-run", "not-run"]
    # Four of the firmware's; a machine with too much to do may begin late, or end late.
    assert 2.5 < found["rows"][0]["seconds"] < 12.0


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(lab: Lab, client: Host, wish: signal.Signals) -> None:
    """The rows so far are printed, the TAP goes, the status is 130."""
    require(TAP_DEVICE)
    words = ("matrix", "--tap", "tap9", *PROFILES)
    with under_way(lab, *words, until="Created the TAP device tap9") as running:
        running.send_signal(wish)
        assert running.wait() == 130
    assert "Traceback" not in running.log
    assert "tap9" not in on(client, "ip", "-o", "link")


def test_without_the_interface(client: Host) -> None:
    """One sentence, status 3, no table."""
    done = pxeclient(client, "matrix", "-i", "nosuch0")
    assert (done.returncode, done.stdout) == (3, "")
    assert "There is no interface 'nosuch0'" in done.stderr
