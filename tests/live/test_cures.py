"""The cures that errors and findings print: real servers take them as they stand, and they cure.

What is applied is what the finding of a failed boot said, line by line.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pxeclient.advice import Server as Kind
from pxeclient.advice import catalogue, fill, places_for
from pxeclient.lab import Lab
from tests.live import daemons
from tests.live.boots import (
    IPXE,
    RANGE,
    VMWARE,
    Boot,
    assert_booted,
    assert_failed,
    boot,
    dhcpd_conf,
    tftp_folder,
    tftp_options,
)
from tests.live.needs import program, require

pytestmark = pytest.mark.live

SERVER, PROXY = "10.77.0.1", "10.77.0.2"
EDK2 = "edk2"
INSISTING = [pytest.param(VMWARE, "PXE-E55", id=VMWARE), pytest.param(EDK2, "PXE-E16", id=EDK2)]
"""Who asks port 4011 whatever the offer names, and what it then says."""

VALUES = {
    "file": "boot.0",
    "server": "10.77.0.3",
    "proxy": "10.77.0.2",
    "mac": "52:54:00:12:34:56",
    "serversix": "fd77::3",
    "dnssix": "fd77::4",
}

Server = Callable[[Lab, Sequence[str]], None]
"""Starts a server that says PXEClient and names server and file, with these lines added."""


def lines_for(server: Kind, ipv6: bool = False) -> list[Any]:
    """Every cure for that server, of IPv4 or of IPv6, for x64 UEFI and for BIOS, as test
    parameters."""
    return [
        pytest.param(lines, id=f"{cure.id}-{arch}")
        for cure in catalogue().values()
        if cure.ipv6 is ipv6
        for arch in (7, 0)
        if (lines := fill(cure, {**VALUES, **places_for(arch)}).lines(server))
        if arch or lines != fill(cure, {**VALUES, **places_for(7)}).lines(server)
    ]


def check(*command: str) -> None:
    """Have a server read a configuration; it must not complain."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("lines", [*lines_for(Kind.DNSMASQ), *lines_for(Kind.DNSMASQ, ipv6=True)])
def test_dnsmasq_takes_it(tmp_path: Path, lines: Sequence[str]) -> None:
    """Each cure is good dnsmasq.conf."""
    require("dnsmasq")
    (tmp_path / "dnsmasq.conf").write_text("\n".join(lines) + "\n")
    check(program("dnsmasq"), "--test", f"--conf-file={tmp_path / 'dnsmasq.conf'}")


@pytest.mark.parametrize("lines", lines_for(Kind.DHCPD))
def test_dhcpd_takes_it(tmp_path: Path, lines: Sequence[str]) -> None:
    """Each cure is good dhcpd.conf."""
    require("dhcpd")
    text = "\n".join((*lines, "subnet 10.77.0.0 netmask 255.255.255.0 { }", ""))
    (tmp_path / "dhcpd.conf").write_text(text)
    (tmp_path / "leases").write_text("")
    files = ("-cf", str(tmp_path / "dhcpd.conf"), "-lf", str(tmp_path / "leases"))
    check(program("dhcpd"), "-t", "-4", *files)


@pytest.mark.parametrize("lines", lines_for(Kind.DHCPD, ipv6=True))
def test_dhcpd_takes_it_for_ipv6(tmp_path: Path, lines: Sequence[str]) -> None:
    """Each cure is good for -6."""
    require("dhcpd")
    text = "\n".join((*lines, "subnet6 fd77::/64 { }", ""))
    (tmp_path / "dhcpd.conf").write_text(text)
    (tmp_path / "leases").write_text("")
    files = ("-cf", str(tmp_path / "dhcpd.conf"), "-lf", str(tmp_path / "leases"))
    check(program("dhcpd"), "-t", "-6", *files)


@pytest.mark.parametrize("lines", lines_for(Kind.KEA, ipv6=True))
def test_kea_takes_it_for_ipv6(tmp_path: Path, lines: Sequence[str]) -> None:
    """Each cure is good inside "Dhcp6"; as JSON, where there is no Kea for IPv6."""
    text = f'{{ "Dhcp6": {{\n{chr(10).join(lines)},\n"subnet6": [] }} }}'
    assert json.loads(text)["Dhcp6"]
    if shutil.which("kea-dhcp6") is None:
        return
    (tmp_path / "kea.json").write_text(text)
    check("kea-dhcp6", "-t", str(tmp_path / "kea.json"))


@pytest.mark.parametrize("lines", lines_for(Kind.KEA))
def test_kea_takes_it(tmp_path: Path, lines: Sequence[str]) -> None:
    """Each cure is good inside "Dhcp4"."""
    require("kea-dhcp4")
    inner = "\n".join(lines)
    has_its_own = '"subnet4"' in inner
    comma = "," if not has_its_own and any(not line.startswith("//") for line in lines) else ""
    subnet = "" if has_its_own else '"subnet4": [{ "id": 1, "subnet": "10.77.0.0/24" }]'
    text = f'{{ "Dhcp4": {{\n{inner}{comma}\n{subnet} }} }}'
    (tmp_path / "kea.json").write_text(text)
    check(program("kea-dhcp4"), "-t", str(tmp_path / "kea.json"))


def the_cure(done: Boot, id: str, server: str) -> list[str]:
    """What the boot's own finding says for that server."""
    finding = next(one for one in done.report["findings"] if one["id"] == id)
    assert finding["severity"] == "stops the boot"
    lines: list[str] = finding["cures"][0]["settings"][server]
    return lines


def dhcpd(lab: Lab, lines: Sequence[str]) -> None:
    """ISC dhcpd, with tftpd-hpa beside it the first time."""
    config = dhcpd_conf(f"next-server {SERVER};", 'filename "boot.0";')
    says = 'option vendor-class-identifier "PXEClient";'
    daemons.isc_dhcpd(lab, "\n".join((says, *lines, config)))
    if not (lab.folder / "tftp").exists():
        daemons.tftpd_hpa(lab, tftp_folder(lab))


def dnsmasq(lab: Lab, lines: Sequence[str]) -> None:
    """Dnsmasq as DHCP and TFTP server in one."""
    exists = (lab.folder / "tftp").exists()
    folder = lab.folder / "tftp" if exists else tftp_folder(lab)
    daemons.dnsmasq(lab,
        RANGE, *tftp_options(folder), "--dhcp-boot=boot.0", "--dhcp-no-override",
        *(f"--{line}" for line in lines or ["dhcp-option-force=60,PXEClient"]),
    )  # fmt: skip


def kea(lab: Lab, lines: Sequence[str]) -> None:
    """Kea, with tftpd-hpa beside it the first time."""
    option = {"name": "vendor-class-identifier", "data": "PXEClient", "always-send": True}
    added = json.loads("{" + "\n".join(lines) + "}") if lines else {"option-data": [option]}
    subnet = {
        "id": 1,
        "subnet": "10.77.0.0/24",
        "next-server": SERVER,
        "boot-file-name": "boot.0",
        "pools": [{"pool": "10.77.0.100 - 10.77.0.150"}],
    }
    daemons.kea(lab, {"subnet4": [subnet], **added})
    if not (lab.folder / "tftp").exists():
        daemons.tftpd_hpa(lab, tftp_folder(lab))


@pytest.mark.parametrize(
    ("server", "start"),
    [
        pytest.param("dhcpd", dhcpd, id="dhcpd"),
        pytest.param("dnsmasq", dnsmasq, id="dnsmasq"),
        pytest.param("kea", kea, id="kea"),
    ],
)
@pytest.mark.parametrize(("profile", "code"), INSISTING)
def test_bit_3_cures(lab: Lab, server: str, start: Server, profile: str, code: str) -> None:
    """Option 60, server and file without 43.6: the firmware gives up, and the cure boots it."""
    start(lab, [])
    sick = boot(lab, profile)
    assert_failed(sick, 13, "no-proxy-reply", code)
    cure = the_cure(sick, "D43-VMW", server)
    lab.programs[0].stop()
    start(lab, cure)
    well = boot(lab, profile)
    assert_booted(well, SERVER)
    assert well.asked == []
    assert "D43-VMW" not in {finding["id"] for finding in well.report["findings"]}


@pytest.mark.parametrize("profile", [VMWARE, EDK2, IPXE])
def test_bit_3_cures_a_proxy(lab: Lab, profile: str) -> None:
    """The line beside dnsmasq's proxy mode hurts nobody, and BIOS firmwares go by it.

    From UEFI clients dnsmasq holds option 43 back, but then it answers on port 4011.
    """
    host = lab.add_host(f"{PROXY}/24")
    daemons.isc_dhcpd(lab, dhcpd_conf())
    folder = tftp_folder(lab)
    cure = catalogue()["bit-3"]
    daemons.dnsmasq(host,
        "--dhcp-range=10.77.0.0,proxy", *tftp_options(folder), "--pxe-prompt=Boot,0",
        f"--dhcp-boot=boot.0,,{PROXY}", *(f"--{line}" for line in cure.dnsmasq),
    )  # fmt: skip
    well = boot(lab, profile)
    assert_booted(well, PROXY)
    assert well.asked == ([PROXY] if profile == EDK2 else [])
    assert "D43-VMW" not in {finding["id"] for finding in well.report["findings"]}


def dhcpd_by_architecture(lab: Lab, lines: Sequence[str]) -> None:
    """ISC dhcpd with the cure in the block that has the usual file."""
    subnet = "subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.100 10.77.0.150; }"
    usual = (f"next-server {SERVER};", 'filename "boot.0";')
    daemons.isc_dhcpd(lab, "\n".join((*usual, *lines, subnet, "")))


def dnsmasq_by_architecture(lab: Lab, lines: Sequence[str]) -> None:
    """Dnsmasq, which also serves the files."""
    options = (f"--{line}" for line in lines if not line.startswith("#"))
    daemons.dnsmasq(lab, RANGE, "--dhcp-boot=boot.0", *options)


@pytest.mark.parametrize(("arch", "file"), [(0, "FILE-FOR-ARCH-0"), (7, "boot.0")])
@pytest.mark.parametrize(
    ("kind", "start"),
    [
        pytest.param(Kind.DNSMASQ, dnsmasq_by_architecture, id="dnsmasq"),
        pytest.param(Kind.DHCPD, dhcpd_by_architecture, id="dhcpd"),
        pytest.param(Kind.KEA, kea, id="kea"),
    ],
)
def test_the_file_is_chosen_by_architecture(
    lab: Lab, kind: Kind, start: Server, arch: int, file: str
) -> None:
    """A BIOS machine gets the file of the cure for BIOS; the cure for UEFI is not for it."""
    values = {**VALUES, **places_for(arch), "server": SERVER}
    start(lab, fill(catalogue()["file-by-architecture"], values).lines(kind))
    folder = tftp_folder(lab) if not (lab.folder / "tftp").exists() else lab.folder / "tftp"
    (folder / "FILE-FOR-ARCH-0").write_bytes(b"any file")
    if kind is not Kind.KEA:
        daemons.tftpd_hpa(lab, folder)
    done = boot(lab, VMWARE)
    assert done.report["boot_file"]["name"] == file


@pytest.mark.parametrize("profile", [IPXE, EDK2])  # VMware's ROM waits for minutes
def test_the_next_server_of_option_66(lab: Lab, profile: str) -> None:
    """Options 66 and 67 as user interfaces set them: the machine asks the DHCP server itself."""
    files = lab.add_host("10.77.0.3/24")
    daemons.tftpd_hpa(files, tftp_folder(lab))
    daemons.dnsmasq(lab, RANGE, "--dhcp-option=66,10.77.0.3", "--dhcp-option=67,boot.0")
    sick = boot(lab, profile)
    stopping = [one for one in sick.report["findings"] if one["severity"] == "stops the boot"]
    assert stopping[0]["id"] == "B-66"
    assert {one["follows_from"] for one in stopping[1:]} <= {"B-66"}
    cure = the_cure(sick, "B-66", "dnsmasq")
    lab.programs[0].stop()
    daemons.dnsmasq(lab, RANGE, *(f"--{line}" for line in cure))
    assert_booted(boot(lab, profile), "10.77.0.3")
