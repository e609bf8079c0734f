"""Whole boots in a lab: `pxeclient boot --json` against real servers, and what came of them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pxeclient.lab import Host, Lab, Program
from tests.lab.labs import CHECKOUT
from tests.live.needs import TAP_DEVICE, require

PXECLIENT = (sys.executable, "-m", "pxeclient")

IPXE = "ipxe"
IPXE_2019 = "ipxe-20190125"
EDK2 = "edk2"
VIRTUALBOX = "virtualbox-82540em"
VMWARE = "vmware-e1000e"

BOTH = (IPXE, VMWARE)
"""One profile of each family."""
ALL = (*BOTH, IPXE_2019, VIRTUALBOX)

RANGE = "--dhcp-range=10.77.0.100,10.77.0.150"
"""What makes dnsmasq a DHCP server for the lab's segment."""

PACE = 0.2
"""The usual --time-scale: five times as fast as the firmware, still slow for the servers."""

CONTENT = b"boot me " * 600
"""The boot file: four blocks, the last one short."""


@dataclass(frozen=True, slots=True)
class Boot:
    """One boot that has ended."""

    status: int
    report: dict[str, Any]
    """The object that `--json` printed."""
    errors: str
    """What stood on standard error."""

    @property
    def asked(self) -> list[str]:
        """Whom it asked on port 4011, once for each request."""
        return [request["to"] for request in self.report["requests_on_4011"]]

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The events of frames that it sent."""
        return [event for event in self.report["events"] if event["event"] == "sent"]

    @property
    def received(self) -> list[dict[str, Any]]:
        """The events of frames that it received."""
        return [event for event in self.report["events"] if event["event"] == "received"]


def client_of(lab: Lab) -> Host:
    """The machine to boot; see `conftest`."""
    return next(host for host in lab.hosts if host.interface == "c0")


def a_tap(lab: Lab) -> Host:
    """A host for servers at the usual address, whose interface is a TAP to be joined there."""
    require(TAP_DEVICE)
    return lab.add_host("10.77.0.1/24", interface="tap0", tap=True)


def pxeclient(host: Host, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `pxeclient` with these arguments on a host, until it ends."""
    return host.run([*PXECLIENT, *arguments], folder=CHECKOUT)


def pace(scale: float) -> float:
    """The --time-scale to use for that one: the same, unless the machine has too much to do.

    Where many wait for each processor, servers take their time, and a hurried firmware would
    take that for silence.
    """
    busy = os.getloadavg()[0] / (4 * (os.cpu_count() or 1))
    return min(1.0, scale * max(1.0, busy))


def boot(
    lab: Lab, profile: str, *options: str, scale: float = PACE, tap: Host | None = None
) -> Boot:
    """Boot on the client's interface, or on the TAP of another host."""
    wire = ("--tap", tap.interface) if tap else ("--interface", "c0")
    arguments = ["boot", "--profile", profile, *wire, "--json", *options]
    if scale != 1:
        arguments += ["--time-scale", str(pace(scale))]
    done = pxeclient(tap or client_of(lab), *arguments)
    errors = re.sub(r"^Clock x.*\n", "", done.stderr)  # what a quicker clock does is told
    return Boot(done.returncode, json.loads(done.stdout), errors)


def assert_booted(done: Boot, server: str, name: str = "boot.0", content: bytes = CONTENT) -> None:
    """It fetched that file from that server, and had nothing to complain about.

    Files without any meaning are raw code at best, which a BIOS runs and UEFI does not.
    """
    assert done.errors == ""
    is_wrong = done.report["profile"] == EDK2 and not content.startswith(b"MZ")
    expected = ("wrong-file", 23) if is_wrong else ("booted", 0)
    assert (done.report["result"], done.status) == expected, done.report["because"]
    boot_file = done.report["boot_file"]
    assert (boot_file["name"], boot_file["server"]) == (name, server)
    assert boot_file["sha256"] == hashlib.sha256(content).hexdigest()
    assert boot_file["size"] == len(content)
    assert (done.report["failure"], done.report["code"]) == (None, None)
    assert done.report["exit_code"] == done.status


def assert_failed(done: Boot, status: int, failure: str, code: str | None) -> None:
    """It ended with that status, failure and code of the firmware, and said why."""
    assert done.errors == ""
    assert (done.report["result"], done.status) == ("failed", status), done.report["because"]
    assert (done.report["failure"], done.report["code"]) == (failure, code)
    assert done.report["exit_code"] == status
    assert done.report["boot_file"] is None
    assert done.report["because"]


def tftp_folder(host: Host, name: str = "boot.0", content: bytes = CONTENT) -> Path:
    """A folder with one file, which every server of the lab may read."""
    folder = host.folder / "tftp"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / name).write_bytes(content)
    return folder


def dhcpd_conf(*statements: str) -> str:
    """An ISC dhcpd.conf that gives addresses of the segment, and sends what `statements` say."""
    inner = " ".join(("range 10.77.0.100 10.77.0.150;", *statements))
    return (
        "ping-check false;\n"  # else each offer waits for an ICMP echo of a second
        "authoritative;\n"
        f"subnet 10.77.0.0 netmask 255.255.255.0 {{ {inner} }}\n"
    )


def tftp_options(folder: Path) -> tuple[str, str]:
    """What makes dnsmasq serve a folder over TFTP."""
    return "--enable-tftp", f"--tftp-root={folder}"


@contextlib.contextmanager
def under_way(lab: Lab, *arguments: str, until: str) -> Iterator[Program]:
    """`pxeclient` on the machine that boots, from when it has printed the words `until`."""
    utf_8 = {"PYTHONIOENCODING": "utf-8"}
    running = client_of(lab).spawn([*PXECLIENT, *arguments], environment=utf_8, folder=CHECKOUT)
    try:
        running.await_log(until, 120.0)
        yield running
    finally:
        running.stop()  # harmless if it has ended
