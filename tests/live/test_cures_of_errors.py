"""What `pxeclient errors` tells people to write into a configuration, the servers accept."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pxeclient.errors.catalogue import Cure, catalogue
from tests.live.needs import program, require

pytestmark = pytest.mark.live

CURES = catalogue().cures
GLOBAL = ("client-classes", "authoritative", "option-def")
"""What stands beside Kea's subnets rather than in one."""


def having(server: str) -> list[Any]:
    """The cures that have settings for a server."""
    return [pytest.param(c, id=name) for name, c in CURES.items() if getattr(c, server)]


def accepted(command: list[str], **environment: str) -> None:
    """The program finds nothing wrong."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def dhcpd_conf(lines: tuple[str, ...]) -> str:
    """Definitions and global statements first, the rest in a subnet."""
    first = [line for line in lines if " code " in line or line == "authoritative;"]
    inside = [line for line in lines if line not in first]
    head = "subnet 10.77.0.0 netmask 255.255.255.0 {"
    return "\n".join([*first, head, *inside, "}", ""])


def kea_conf(cure: Cure) -> str:
    """A configuration with the members where they belong."""
    members: dict[str, Any] = json.loads("{" + "\n".join(cure.kea) + "}")
    beside = {name: value for name, value in members.items() if name in GLOBAL}
    inside = {name: value for name, value in members.items() if name not in GLOBAL}
    subnet = {"id": 1, "subnet": "10.77.0.0/24", **inside}
    fixed = {
        "interfaces-config": {"interfaces": []},
        "lease-database": {"type": "memfile", "persist": False},
        "subnet4": [subnet],
    }
    return json.dumps({"Dhcp4": {**fixed, **beside}})


@pytest.mark.parametrize("cure", having("dnsmasq"))
def test_dnsmasq_accepts_it(cure: Cure, tmp_path: Path) -> None:
    """`dnsmasq --test` on a file with just these lines."""
    require("dnsmasq")
    path = tmp_path / "dnsmasq.conf"
    path.write_text("\n".join((*cure.dnsmasq, "")))
    accepted([program("dnsmasq"), "--test", f"--conf-file={path}"])


@pytest.mark.parametrize("cure", having("dhcpd"))
def test_dhcpd_accepts_it(cure: Cure, tmp_path: Path) -> None:
    """`dhcpd -t` on a file with a subnet."""
    require("dhcpd")
    path, leases = tmp_path / "dhcpd.conf", tmp_path / "leases"
    path.write_text(dhcpd_conf(cure.dhcpd))
    leases.touch()
    accepted([program("dhcpd"), "-4", "-t", "-cf", str(path), "-lf", str(leases)])


@pytest.mark.parametrize("cure", having("kea"))
def test_kea_accepts_it(cure: Cure, tmp_path: Path) -> None:
    """`kea-dhcp4 -t` on a configuration with a subnet."""
    require("kea-dhcp4")
    path = tmp_path / "kea.json"
    path.write_text(kea_conf(cure))
    folder = str(tmp_path)
    command = [program("kea-dhcp4"), "-t", str(path)]
    accepted(command, KEA_PIDFILE_DIR=folder, KEA_LOCKFILE_DIR=folder)
