"""Whole boots in a lab: `pxeclient boot --json` against real servers, and what came of them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.needs import program
from tests.live.netns import CHECKOUT, Lab
from tests.live.processes import inside

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
        return [request["to"] for request in self.report["proxy_requests"]]

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The events of frames that it sent."""
        return [event for event in self.report["events"] if event["event"] == "sent"]

    @property
    def received(self) -> list[dict[str, Any]]:
        """The events of frames that it received."""
        return [event for event in self.report["events"] if event["event"] == "received"]


def boot(lab: Lab, profile: str, *options: str, scale: float = PACE, tap: str = "") -> Boot:
    """Boot in the client's namespace on its interface, or on a TAP of the server's namespace."""
    wire = ("--tap", tap) if tap else ("--interface", lab.client_interface)
    pace = () if scale == 1 else ("--time-scale", str(scale))
    arguments = ["boot", "--profile", profile, *wire, *pace, "--json", *options]
    done = lab.client_run(arguments, 60, lab.server.namespace if tap else "")
    return Boot(done.returncode, json.loads(done.stdout), done.stderr)


def assert_booted(done: Boot, server: str, name: str = "boot.0", content: bytes = CONTENT) -> None:
    """It fetched that file from that server, and had nothing to complain about."""
    assert done.errors == ""
    assert (done.report["result"], done.status) == ("booted", 0), done.report["because"]
    boot_file = done.report["boot_file"]
    assert (boot_file["name"], boot_file["server"]) == (name, server)
    assert boot_file["sha256"] == hashlib.sha256(content).hexdigest()
    assert boot_file["size"] == len(content)
    assert (done.report["failure"], done.report["code"]) == (None, None)
    assert done.report["exit_code"] == 0


def assert_failed(done: Boot, status: int, failure: str, code: str | None) -> None:
    """It ended with that status, failure and code of the firmware, and said why."""
    assert done.errors == ""
    assert (done.report["result"], done.status) == ("failed", status), done.report["because"]
    assert (done.report["failure"], done.report["code"]) == (failure, code)
    assert done.report["exit_code"] == status
    assert done.report["boot_file"] is None
    assert done.report["because"]


def tftp_folder(lab: Lab, name: str = "boot.0", content: bytes = CONTENT) -> Path:
    """A folder with one file, which every server of the lab may read."""
    folder = lab.server.folder / "tftp"
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


def without_right(capability: str, command: Sequence[str]) -> list[str]:
    """The command line that runs a command as a user without that capability would."""
    drop = f"-{capability}"
    return [program("setpriv"), "--bounding-set", drop, "--inh-caps", drop, *command]


@contextlib.contextmanager
def under_way(lab: Lab, *arguments: str, until: str) -> Iterator[subprocess.Popen[str]]:
    """`pxeclient boot` in the client's namespace, from when it has printed the words `until`."""
    command = inside(lab.client, [sys.executable, "-m", "pxeclient", "boot", *arguments])
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ) as running:
        try:
            stream = running.stderr if "--json" in arguments else running.stdout
            assert stream is not None
            while until not in (line := stream.readline()):
                assert line, f"it ended without saying {until!r}"
            yield running
        finally:
            running.kill()  # harmless if it has ended
