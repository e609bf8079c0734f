"""``pxeclient matrix`` on real wires: every machine for itself, and nothing is left behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.live.boots import CONTENT, RANGE, tftp_folder, tftp_options
from tests.live.needs import TAP_DEVICE, program, require
from tests.live.netns import CHECKOUT, Lab
from tests.live.processes import inside

pytestmark = pytest.mark.live

PROFILES = ("-p", "ipxe", "-p", "vmware-e1000e", "-p", "edk2")
SERVES = ("--dhcp-boot=boot.0", "--dhcp-no-override")


def matrix(lab: Lab, *arguments: str, namespace: str = "") -> tuple[int, dict[str, Any]]:
    """The exit status and the object of `--json`."""
    done = lab.client_run(["matrix", "--json", *arguments], 120, namespace)
    return done.returncode, json.loads(done.stdout)


def addresses(log: str, word: str) -> list[str]:
    """The MAC addresses in dnsmasq's lines of that kind, each once, in order."""
    lines = [line.split() for line in log.splitlines() if f"{word}(" in line]
    return list(dict.fromkeys(line[-1] if ":" in line[-1] else line[-2] for line in lines))


def test_every_machine_has_a_lease_of_its_own(lab: Lab) -> None:
    """Three firmwares boot from dnsmasq, one after another, each with its own MAC address."""
    server = lab.server.dnsmasq(RANGE, *tftp_options(tftp_folder(lab)), *SERVES)
    status, found = matrix(lab, "-i", lab.client_interface, *PROFILES, "--time-scale", "0.2")
    rows = found["rows"]
    assert [row["result"] for row in rows] == ["booted", "booted", "wrong-file"], rows
    assert (status, found["network"]) == (1, f"interface {lab.client_interface}")
    assert {row["fetched"]["size"] for row in rows} == {len(CONTENT)}
    macs = [row["mac"] for row in rows]
    assert len(set(macs)) == 3
    assert addresses(server.log, "DHCPACK") == macs


def test_servers_that_look_at_the_architecture(lab: Lab) -> None:
    """Dnsmasq names a file by option 93; the claims get theirs."""
    lab.server.dnsmasq(
        RANGE,
        *tftp_options(tftp_folder(lab)),
        "--dhcp-match=set:uefi,option:client-arch,7",
        "--dhcp-boot=tag:!uefi,boot.0",
        "--dhcp-boot=tag:uefi,uefi.efi",
        "--dhcp-no-override",
    )
    wire = ("-i", lab.client_interface, "--time-scale", "0.2", "--deadline", "60")
    _, found = matrix(lab, *wire, "-p", "ipxe", "--arch", "0,7", "--mac", "52:54:00:01:00:00")
    native, claimed = found["rows"]
    assert (native["result"], native["boot_file"]["name"]) == ("booted", "boot.0")
    assert (claimed["claimed"], claimed["boot_file"]["name"]) == (True, "uefi.efi")
    assert claimed["failure"] == "tftp-not-found"
    assert [native["mac"], claimed["mac"]] == ["52:54:00:01:00:00", "52:54:00:01:00:01"]


def test_one_tap_for_all(lab: Lab) -> None:
    """The servers keep their interface while the machines change."""
    tap = lab.tap()
    server = lab.server.dnsmasq(RANGE, *tftp_options(tftp_folder(lab)), *SERVES)
    status, found = matrix(
        lab, "--tap", tap, *PROFILES[:4], "--time-scale", "0.2", namespace=lab.server.namespace
    )
    assert status == 0, found
    assert addresses(server.log, "DHCPACK") == [row["mac"] for row in found["rows"]]


def test_the_total_deadline_is_real_time(lab: Lab) -> None:
    """Nobody answers: after two seconds it is over, however slow the firmware is."""
    status, found = matrix(
        lab, "-i", lab.client_interface, *PROFILES, "--total-deadline", "2", "--time-scale", "0.5"
    )
    assert (status, found["stopped"]) == (124, "deadline")
    assert [row["result"] for row in found["rows"]] == ["stopped", "not-run", "not-run"]
    assert 3.5 < found["rows"][0]["seconds"] < 4.5


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(lab: Lab, wish: signal.Signals) -> None:
    """The rows so far are printed, the TAP goes, the status is 130."""
    require(TAP_DEVICE)
    command = [sys.executable, "-m", "pxeclient", "matrix", "--tap", "tap9", *PROFILES]
    with subprocess.Popen(
        inside(lab.client, command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    ) as running:
        try:
            assert running.stderr is not None
            assert "Created the TAP device tap9" in running.stderr.readline()
            running.send_signal(wish)
            out, err = running.communicate(timeout=10)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "Traceback" not in out + err
    links = [program("ip"), "-n", lab.client, "-o", "link"]
    shown = subprocess.run(links, capture_output=True, text=True, timeout=10, check=True)
    assert "tap9" not in shown.stdout


def test_without_the_interface(lab: Lab) -> None:
    """One sentence, status 3, no table."""
    done = lab.client_run(["matrix", "-i", "nosuch0"], 30)
    assert (done.returncode, done.stdout) == (3, "")
    assert "There is no interface 'nosuch0'" in done.stderr
