"""Raspberry Pis are named, and what they do without is no failure: from public documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.diagnose import Finding
from pxeclient.explain.stop import Stop
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac
from tests.cli.runner import run
from tests.clients.boots import MENU, PI_4, PI_5, PI_ROM_XID, Net, Read, leased
from tests.explain.captures import told

OURS = Mac(bytes.fromhex("020000001234"))
FOUNDATION = Mac(bytes.fromhex("b827eb001234"))
TRADING = Mac(bytes.fromhex("dca632001234"))
CONFIG, ELF = b"[all]\nenable_uart=1\n", b"\x7fELF" + bytes(60)

ROM_READS: tuple[Read, ...] = (
    ("bootcode.bin", bytes(100)),
    ("bootsig.bin", None),
    ("1a2b3c4d/start.elf", ELF),
    ("1a2b3c4d/autoboot.txt", None),
    ("1a2b3c4d/config.txt", CONFIG),
    ("1a2b3c4d/recovery.elf", None),
    ("1a2b3c4d/fixup.dat", bytes(60)),
    ("1a2b3c4d/dt-blob.bin", None),
    ("1a2b3c4d/bootcfg.txt", None),
    ("1a2b3c4d/kernel7.img", bytes(200)),
)
ROOT_READS: tuple[Read, ...] = (
    ("9ffefdef/start4.elf", None),
    ("9ffefdef/start.elf", None),
    ("config.txt", CONFIG),
    ("pieeprom.sig", None),
    ("recover4.elf", None),
    ("recovery.elf", None),
    ("start4.elf", ELF),
    ("fixup4.dat", bytes(60)),
    ("kernel8.img", bytes(200)),
)
PI_5_READS: tuple[Read, ...] = (
    ("9ffefdef/config.txt", CONFIG),
    ("9ffefdef/pieeprom.sig", None),
    ("9ffefdef/kernel_2712.img", bytes(200)),
)


def by_id(findings: list[Finding]) -> set[str]:
    """Their names, without notes."""
    return {one.id for one in findings}


@pytest.mark.parametrize(
    ("net", "requests", "reads", "name"),
    [
        (Net(OURS, PI_ROM_XID, machine=b"\0" + b"D" * 16), False, ROM_READS, "Raspberry Pi 2 or 3"),
        (Net(FOUNDATION, PI_ROM_XID), False, ROM_READS, "Raspberry Pi 2 or 3"),
        (Net(OURS, machine=PI_4), True, ROOT_READS, "Raspberry Pi 4"),
        (Net(TRADING, machine=PI_4), True, ROOT_READS, "Raspberry Pi 4"),
        (Net(OURS, machine=PI_5), True, PI_5_READS, "Raspberry Pi 5"),
        (Net(FOUNDATION, machine=b"\0\x16\x4c\x6c\xb6" * 3), True, ROM_READS, "Raspberry Pi"),
    ],
)
def test_a_boot(
    tmp_path: Path, net: Net, requests: bool, reads: tuple[Read, ...], name: str
) -> None:
    """Who it is; the missing files are harmless, and no file is held against a PC."""
    net.vendor_information = MENU
    leased(net, requests).reads(reads)
    [only] = told(net.saved(tmp_path))
    assert only.named is not None
    assert only.named.client.name == name
    assert only.ending.stop is Stop.FETCHED
    stopping = {"A-FALL", "A-KIND", "A-RPI", "T-FOUND", "C-NEEDS", "C-REFUSED"}
    assert not by_id(only.findings) & stopping
    shown = run("explain", str(tmp_path / "built.pcap")).stdout
    assert f"{'' if only.named.client.sure else 'likely '}{name}, by " in shown
    assert "cannot run" not in shown
    assert "wrong file" not in shown
    assert "What runs next asks for more" not in shown
    after = [line for line in shown.splitlines() if " of 10.20.0.1: " in line]
    assert all(line.endswith("harmless") for line in after if "refused" in line)


@pytest.mark.parametrize(
    ("net", "is_pi"),
    [
        (Net(OURS), False),
        (Net(FOUNDATION, vendor=b"PXEClient:Arch:00007:UNDI:003016"), False),
        (Net(FOUNDATION, vendor=b"dhcpcd-9.4.1:Linux-6.1:aarch64"), False),
        (Net(FOUNDATION, vendor=None), False),
        (Net(OURS, machine=b"\0RPi3" + bytes(12)), False),
        (Net(OURS, PI_ROM_XID + 1), False),
        (Net(Mac(bytes.fromhex("b827ec001234"))), False),
        (Net(FOUNDATION), True),
    ],
)
def test_near_misses(tmp_path: Path, net: Net, is_pi: bool) -> None:
    """A PC, UEFI or an operating system on a Raspberry Pi, another maker's card."""
    net.file = b"boot.0"
    leased(net).reads([("boot.0", bytes(600)[:500])])
    [only] = told(net.saved(tmp_path))
    name = "" if only.named is None else only.named.client.family
    assert (name == "raspberry-pi") is is_pi


def test_u_boot_on_a_raspberry_pi(tmp_path: Path) -> None:
    """It is U-Boot that speaks."""
    net = Net(TRADING, vendor=b"U-Boot.armv8", architecture=b"\0\x16")
    leased(net).reads([("boot.scr.uimg", None)])
    [only] = told(net.saved(tmp_path))
    assert only.named is not None
    assert only.named.client.name == "U-Boot"


@pytest.mark.parametrize(
    ("reads", "is_pi"),
    [
        ((("1a2b3c4d/start.elf", ELF), ("1a2b3c4d/fixup.dat", b"x")), True),
        ((("dc-a6-32-01-36-c2/start4.elf", None), ("start4.elf", ELF)), True),
        ((("bootcode.bin", b"x"), ("bootsig.bin", None)), True),
        ((("start.elf", ELF), ("start.elf", ELF)), False),
        ((("config.txt", b"x"), ("recovery.bin", None)), False),
        ((("firmware/start.elf", ELF), ("firmware/fixup.dat", b"x")), False),
    ],
)
def test_by_its_files_alone(tmp_path: Path, reads: tuple[Read, ...], is_pi: bool) -> None:
    """Without DHCP in the capture, two names that only Raspberry Pis ask for."""
    net = Net(OURS)
    net.reads(reads)
    [only] = told(net.saved(tmp_path))
    assert (only.named is not None) is is_pi


def test_nothing_to_start(tmp_path: Path) -> None:
    """Neither start4.elf nor start.elf is anywhere: that stops it."""
    net = leased(Net(OURS, machine=PI_4, vendor_information=MENU))
    net.reads([(name, None if name.endswith(".elf") else what) for name, what in ROOT_READS[:7]])
    net.reads([("start.elf", None)])
    [only] = told(net.saved(tmp_path))
    found = {one.id: one for one in only.findings}
    assert "start.elf" in found["C-NEEDS"].seen


@pytest.mark.parametrize(
    ("text", "times", "reads", "speaks"),
    [
        (None, 3, (), True),
        (b"\x06\x01\x08\xff", 2, (), True),
        (b"Raspberry Pi Boot   ", 3, (), False),
        (MENU, 3, (), False),
        (None, 1, (), False),
        (None, 2, (("bootcode.bin", b"x"),), False),
    ],
)
def test_it_is_not_called(
    tmp_path: Path, text: bytes | None, times: int, reads: tuple[Read, ...], speaks: bool
) -> None:
    """Offers without the text that it looks for, and it asks again; not if it goes on, or may."""
    net = Net(FOUNDATION, PI_ROM_XID, vendor_information=text, file=b"pxelinux.0")
    for _ in range(times):
        net.says(dhcp.DISCOVER)
        net.hears(dhcp.OFFER)
        net.at += 5
    net.reads(reads)
    findings = [one for each in told(net.saved(tmp_path)) for one in each.findings]
    assert ("A-RPI" in by_id(findings)) is speaks
