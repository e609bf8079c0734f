"""`pxeclient boot` on the practice network: each option does what its help says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pxeclient import profile
from pxeclient.cli.exit_codes import exit_code
from pxeclient.practice import scenario as networks
from tests.boots import boot_on
from tests.cli.runner import BOTH, IPXE, VMWARE, boot, report
from tests.cli.scenarios import scenario
from tests.examples import IS_THOROUGH
from tests.practice.recordings import RECORDINGS
from tools.record.stored import scenario_of

CHECKOUT = Path(__file__).parents[2]

ENDINGS = {
    "ack-without-boot-file": (12, 12, 12),
    "arp-silent": (20, 20, 20),
    "big-file": (0, 22, 0),
    "boot-file-too-big": (0, 22, 0),
    "boot-server-no-file": (14, 14, 14),
    "boot-server-not-listed": (14, 14, 14),
    "boot-server-other-type": (14, 14, 0),
    "boot-server-silent": (14, 14, 14),
    "boot-server-stranger": (0, 0, 14),
    "discovery-no-list": (14, 14, 14),
    "discovery-no-multicast-address": (0, 14, 14),
    "menu": (0, 0, 0),
    "menu-local-boot": (15, 15, 15),
    "menu-without-prompt": (15, 14, 0),
    "mtftp": (0, 0, 10),
    "mtftp-in-progress": (0, 0, 10),
    "mtftp-master-lost": (0, 0, 10),
    "mtftp-proxy": (0, 0, 12),
    "mtftp-silent": (0, 0, 10),
    "mtftp-unicast-first": (0, 0, 10),
    "nak": (11, 11, 11),
    "no-boot-file": (12, 12, 12),
    "no-next-server": (12, 0, 0),
    "no-server-address": (11, 12, 12),
    "offer-fragments-backwards": (10, 0, 0),
    "offer-from-port-6767": (10, 0, 10),
    "offer-oversized": (0, 10, 10),
    "offer-tagged": (10, 10, 10),
    "plain-dhcp": (0, 0, 0),
    "proxy-60-file-4011-dead": (0, 13, 13),
    "proxy-60-file-bit3": (0, 0, 0),
    "proxy-60-only": (0, 0, 0),
    "proxy-only": (10, 10, 12),
    "pxe-options-without-menu": (12, 14, 15),
    "request-unanswered": (11, 11, 11),
    "samehost-60-file-4011-dead": (0, 13, 13),
    "samehost-60-file-bit3": (0, 0, 0),
    "samehost-60-only": (0, 0, 0),
    "samehost-60-only-4011-dead": (12, 13, 13),
    "samehost-60-menu-without-list": (14, 14, 14),
    "samehost-60-opt67-4011-dead": (0, 13, 13),
    "silence": (10, 10, 10),
    "tftp-blksize-garbled": (22, 22, 22),
    "tftp-blksize-raised": (0, 0, 22),
    "tftp-block-too-long": (22, 22, 22),
    "tftp-denied": (21, 21, 21),
    "tftp-empty-file": (22, 23, 22),
    "tftp-error-0": (21, 21, 21),
    "tftp-error-4": (21, 21, 21),
    "tftp-error-midway": (21, 21, 21),
    "tftp-fragments": (0, 20, 0),
    "tftp-icmp-about-others": (20, 20, 20),
    "tftp-icmp-error": (20, 20, 22),
    "tftp-missing": (21, 21, 21),
    "tftp-no-options": (0, 0, 22),
    "tftp-no-tsize": (0, 0, 22),
    "tftp-port-closed": (20, 20, 20),
    "tftp-silent": (20, 20, 20),
    "tftp-size-garbled": (22, 22, 22),
    "tftp-size-understated": (0, 0, 22),
    "tftp-stalls": (22, 22, 22),
    "tftp-starts-at-0": (22, 0, 23),
    "two-dhcp": (0, 0, 0),
}
"""How iPXE's family, Intel's and EDK II's end on each built-in network."""

MENUS = ("menu", "boot-server", "discovery")
WITHOUT_MENUS = ("ipxe-efi", "ipxe-efi-20190125")
"""Builds that end with status 14 on the networks whose names begin like that."""

FAMILY = {
    IPXE: 0,
    "ipxe-20190125": 0,
    "ipxe-efi": 0,
    "ipxe-efi-20190125": 0,
    "virtualbox-82540em": 0,
    VMWARE: 1,
    "intel-boot-agent": 1,
    "virtualbox-intel": 1,
    "pxe-2.1-spec": 1,
    "edk2": 2,
    "edk2-aarch64": 2,
    "vmware-efi": 2,
}


BY_THE_LETTER = {
    "menu-without-prompt": 15,
    "proxy-60-file-4011-dead": 0,
    "samehost-60-file-4011-dead": 0,
    "samehost-60-opt67-4011-dead": 0,
    "tftp-fragments": 0,
}
"""Where the specification by its letter ends otherwise than Intel's ROMs."""


OF_EACH_FAMILY = {IPXE, VMWARE, "edk2"}


def test_every_network_is_listed_here() -> None:
    """A new network or profile does not go untested."""
    assert sorted(ENDINGS) == networks.names()
    assert sorted(FAMILY) == profile.names()


@pytest.mark.parametrize("network", [name for name in ENDINGS if name != "big-file"])
def test_exit_status(network: str) -> None:
    """Every family ends every built-in network with its own status.

    One firmware of each does so through the command, the others through what it calls.
    """
    found = {name: status(name, network) for name in FAMILY}
    assert found == {name: expected(name, network) for name in FAMILY}


def expected(name: str, network: str) -> int:
    """What that firmware ends with there."""
    if name in WITHOUT_MENUS and network.startswith(MENUS):
        return 14
    usual = ENDINGS[network][FAMILY[name]]
    return BY_THE_LETTER.get(network, usual) if name == "pxe-2.1-spec" else usual


def status(name: str, network: str) -> int:
    """What it ends with."""
    if name not in OF_EACH_FAMILY:
        return exit_code(boot_on(name, network))
    result = boot("-q", "--network", network, profile=name)
    assert result.stderr == ""
    return result.exit_code


@pytest.mark.parametrize("name", BOTH if IS_THOROUGH else (VMWARE,))
def test_exit_status_of_the_big_file(name: str) -> None:
    """VMware's ROM has no room for 100 MB; iPXE fetches them, which takes long."""
    result = boot("-q", "--network", "big-file", profile=name)
    assert result.exit_code == ENDINGS["big-file"][FAMILY[name]]


def test_default_network() -> None:
    """Without a network it boots on the one where everything is as it should be."""
    assert report()["network"] == "practice network plain-dhcp"


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    "path", [scenario_of(recording) for recording in RECORDINGS], ids=lambda path: path.stem
)
def test_recorded_scenario(path: Path, name: str) -> None:
    """A scenario that a real firmware was recorded with is a network like any other."""
    found = report("--network", str(path), profile=name)
    assert found["network"] == f"practice network of {path}"
    assert found["result"] in ("booted", "failed")


def test_scenario_in_toml() -> None:
    """A built-in network's own file is a scenario file."""
    path = CHECKOUT / "pxeclient" / "practice" / "networks" / "samehost-60-only.toml"
    found = report("--network", str(path))
    named = report("--network", "samehost-60-only")
    assert found | {"network": ""} == named | {"network": ""}


def test_profile_file(tmp_path: Path) -> None:
    """A profile can be a file of one's own."""
    text = (profile.folder() / "ipxe.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('name = "ipxe"', 'name = "mine"'))
    assert report(profile=str(path))["profile"] == "mine"


def test_mac() -> None:
    """--mac is the address that frames come from, in any usual notation."""
    for text in ("02:00:00:ab:cd:ef", "02-00-00-AB-CD-EF"):
        found = report("--mac", text)
        announcement = next(e for e in found["events"] if e.get("kind") == "ARP announcement")
        assert announcement["from"] == "02:00:00:ab:cd:ef"


def test_uuid() -> None:
    """--uuid is in option 97, in the order of octets that the firmware uses."""
    uuid = "00112233-4455-6677-8899-aabbccddee00"
    assert "97 client machine identifier: 00 33 22 11 00 55 44" in boot("-v", "--uuid", uuid).stdout
    vmware = boot("-v", "--uuid", uuid, profile=VMWARE).stdout
    assert "97 client machine identifier: 00 00 11 22 33 44 55" in vmware


def test_nic() -> None:
    """--nic changes the card's number where iPXE tells it."""
    assert "80 86 10 0e eb" in boot("-v", "--nic", "82540em").stdout
    assert "80 86 10 d3 eb" in boot("-v", "--nic", "82574l").stdout
    assert "1a f4 10 41 eb" in boot("-v", "--nic", "1af4:1041").stdout


@pytest.mark.parametrize("name", BOTH)
def test_equal_seeds(name: str) -> None:
    """Equal seeds give equal objects; without a seed it is always the same one."""
    assert report("--seed", "7", profile=name) == report("--seed", "7", profile=name)
    assert report(profile=name) == report(profile=name)


def test_other_seed() -> None:
    """Another seed gives iPXE another transaction id, and the same ending."""
    first, second = report("--seed", "1"), report("--seed", "2")
    assert first["boot_file"] == second["boot_file"]
    assert first["events"] != second["events"]


@pytest.mark.parametrize("name", BOTH)
def test_deadline(name: str) -> None:
    """--deadline ends a boot at that second of the firmware's clock, with status 124."""
    found = report("--network", "silence", "--deadline", "2.5", profile=name)
    assert (found["exit_code"], found["result"], found["seconds"]) == (124, "deadline", 2.5)
    assert found["failure"] is None
    assert "Deadline passed after 2.500 s" in boot("--deadline", "2.5", "-q").stdout


def test_deadline_that_is_not_reached() -> None:
    """A later deadline changes nothing."""
    assert report("--deadline", "1000") == report()


def test_deadline_never() -> None:
    """An infinite deadline is none."""
    assert report("--deadline", "inf") == report()


@pytest.mark.parametrize("pace", ["0", "0.001"])
def test_time_scale(pace: str) -> None:
    """The pace changes how long it takes, not what happens."""
    assert report("--time-scale", pace) == report()


def test_output(tmp_path: Path) -> None:
    """--save-file keeps the boot file, and nothing when there is none."""
    kept = tmp_path / "kept"
    found = report("--save-file", str(kept))
    content = kept.read_bytes()
    assert len(content) == found["boot_file"]["size"]
    assert hashlib.sha256(content).hexdigest() == found["boot_file"]["sha256"]
    kept.unlink()
    report("--save-file", str(kept), "--network", "tftp-missing")
    assert not kept.exists()


@pytest.mark.parametrize("name", BOTH)
def test_text_as_boot_file(tmp_path: Path, name: str) -> None:
    """The kind of the boot file is told from its content."""
    path = scenario(tmp_path, tftp={"files": {"*": {"text": "#!ipxe\nexit\n"}}})
    boot_file = report("--network", path, profile=name)["boot_file"]
    assert (boot_file["kind"], boot_file["kind_words"]) == ("script", "iPXE script")
    assert boot_file["size"] == 12
