"""Each expectation, met and not met."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from pxeclient.check.results import Status
from pxeclient.check.running import Running
from pxeclient.check.suite import Case, Suite
from pxeclient.link.base import Link
from pxeclient.wire.addresses import Mac
from tests.check.networks import LEASE, NAMED, not_met, servers, statuses, tried, wires

HASH = "909fe03da6409b1f0185e66c2e492902a0353e192706e5a52406952df0a9c560"
"""Of the practice networks' BIOS boot file of 4000 octets."""

VMWARE = {"profiles": ["vmware-e1000e"]}
DEAD = "proxy-60-file-4011-dead"


@pytest.mark.parametrize(
    ("network", "case"),
    [
        ("plain-dhcp", {"boots": True}),
        ("plain-dhcp", {"boots": "boot.0"}),
        ("plain-dhcp", {"boots": {"name": "boot.0", "server": "10.77.0.3", "kind": "raw"}}),
        ("plain-dhcp", {"boots": {"sha256": HASH.upper()}}),
        ("plain-dhcp", {"boots": {"kind": "pe"}, "profiles": ["edk2"]}),
        ("plain-dhcp", {"boots": {"kind": "pe-x64"}, "profiles": ["edk2"]}),
        ("plain-dhcp", {"boots": {"kind": "pe-arm64"}, "profiles": ["edk2-aarch64"]}),
        ("plain-dhcp", {"fails": False}),
        (DEAD, {"boots": False, **VMWARE}),
        (DEAD, {"fails": True, **VMWARE}),
        (DEAD, {"fails": "PXE-E55", **VMWARE}),
        (DEAD, {"fails": ["PXE-E16", "no-proxy-reply"], **VMWARE}),
        (DEAD, {"asks-4011": True, **VMWARE}),
        (DEAD, {"asks-4011": "10.77.0.3", **VMWARE}),
        (DEAD, {"asks-4011": False}),
        (DEAD, {"within": 12.5, **VMWARE}),
        (DEAD, {"finding": "D43-VMW", **VMWARE}),
        ("plain-dhcp", {"no-finding": ["D43-VMW", "D60"]}),
        ("plain-dhcp", {"no-finding": "*"}),
        ("plain-dhcp", {"lease": "10.77.0.0/24"}),
        ("plain-dhcp", {"lease": "10.77.0.50"}),
        ("plain-dhcp", {"lease": {"server": "10.77.0.1", "router": "10.77.0.1", "seconds": 60}}),
        ("menu", {"boots": True, "keys": ["F8", "Enter"], **VMWARE}),
    ],
)
def test_an_expectation_is_met(network: str, case: dict[str, Any]) -> None:
    """The boot does as the case says, and nothing else is to be told."""
    found = tried(network, **case)
    assert {point.status for point in found.points} == {Status.MET}, found
    assert found.findings == ()


@pytest.mark.parametrize(
    ("network", "case", "expected", "happened"),
    [
        ("plain-dhcp", {"boots": False}, "does not boot", "booted boot.0 from 10.77.0.3"),
        ("plain-dhcp", {"boots": "pxelinux.0"}, "boots pxelinux.0", "booted boot.0"),
        (DEAD, {"boots": "boot.0", **VMWARE}, "boots boot.0", "failed: PXE-E55: ProxyDHCP"),
        ("plain-dhcp", {"boots": {"server": "10.77.0.9"}}, "boots from 10.77.0.9", "10.77.0.3"),
        ("plain-dhcp", {"boots": {"sha256": "0" * 64}}, "SHA-256 000", f"SHA-256 {HASH}"),
        ("plain-dhcp", {"boots": {"kind": "pe"}}, "a file of the kind pe", "raw code"),
        (
            "plain-dhcp",
            {"boots": {"kind": "pe-arm64"}, "profiles": ["edk2"]},
            "a file of the kind pe-arm64",
            "PE image for x64",
        ),
        ("plain-dhcp", {"fails": True}, "fails", "booted boot.0"),
        ("plain-dhcp", {"fails": "PXE-E55"}, "fails with PXE-E55", "booted boot.0"),
        (DEAD, {"fails": False, **VMWARE}, "does not fail", "failed: PXE-E55"),
        (DEAD, {"fails": "PXE-E53", **VMWARE}, "fails with PXE-E53", "failed: PXE-E55"),
        (DEAD, {"asks-4011": False, **VMWARE}, "asks nobody", "asked 10.77.0.3:4011"),
        (DEAD, {"asks-4011": True}, "asks port 4011", "asked nobody"),
        (DEAD, {"asks-4011": "10.77.0.2", **VMWARE}, "10.77.0.2:4011", "asked 10.77.0.3:4011"),
        (DEAD, {"within": 3, **VMWARE}, "ends within 3 s", "took 12.0"),
        ("plain-dhcp", {"finding": "D43-VMW"}, "finding D43-VMW", "found nothing"),
        (DEAD, {"finding": "D60", **VMWARE}, "finding D60", "found D43-VMW"),
        (DEAD, {"no-finding": "D43-VMW", **VMWARE}, "no finding D43-VMW", "says PXEClient"),
        (DEAD, {"no-finding": "*", **VMWARE}, "nothing to find", "says PXEClient"),
        ("plain-dhcp", {"lease": "10.78.0.0/16"}, "an address in 10.78.0.0/16", "got 10.77.0.50"),
        ("plain-dhcp", {"lease": {"address": "10.77.0.51"}}, "10.77.0.51", "got 10.77.0.50"),
        ("plain-dhcp", {"lease": {"router": "10.77.0.9"}}, "router 10.77.0.9", "got 10.77.0.1"),
        ("plain-dhcp", {"lease": {"server": "10.77.0.9"}}, "server 10.77.0.9", "got 10.77.0.1"),
        ("silence", {"lease": "10.77.0.0/24"}, "gets a lease", "no DHCPACK"),
    ],
)
def test_an_expectation_is_not_met(
    network: str, case: dict[str, Any], expected: str, happened: str
) -> None:
    """The result says what was expected, and what happened instead."""
    point = not_met(tried(network, **case))
    assert expected in point.expected
    assert happened in point.happened


def test_a_short_lease_is_not_met() -> None:
    """The seconds of option 51 are a least."""
    short = servers({"options": [[51, "u32", 59]]})
    assert not_met(tried(short, lease={"seconds": 60})).happened == "got 59 s"
    assert tried(short, lease={"seconds": 59}).status is Status.MET


def test_a_menu_that_waits_for_ever_does_not_end() -> None:
    """Neither booted nor failed: what the machine does instead stands there."""
    forever = {"options": [[60, "str", "PXEClient"], [43, "sub", [
        [6, "u8", 7], [8, "bootservers", [[1, ["10.77.0.5"]]]], [9, "menu", [[1, "One"]]],
        [10, "prompt", [255, "Press F8"]],
    ]]]}  # fmt: skip
    found = tried(servers(forever), boots=True, profiles=["vmware-e1000e"])
    assert not_met(found).happened == "did not end: waiting"


def test_silence_tells_nothing() -> None:
    """Where no server answers, that a fault was not seen means nothing; that none boots does."""
    assert statuses(tried("silence", **{"no-finding": "D60"})) == ["cannot tell"]
    assert tried("silence", boots=False).status is Status.MET


URL = servers({"file": "http://10.77.0.3/boot.ipxe"})


@pytest.mark.parametrize(
    "case",
    [
        {"boots": True},
        {"boots": "http://10.77.0.3/boot.ipxe"},
        {"boots": False},
        {"fails": True},
        {"fails": False},
        {"fails": "040ee119"},
        {"within": 60},
    ],
)
def test_where_the_emulation_ends_nobody_can_tell(case: dict[str, Any]) -> None:
    """IPXE would fetch the URL; what comes of that is neither a boot nor a failure."""
    found = tried(URL, profiles=["ipxe"], **case)
    assert statuses(found) == ["cannot tell"]
    assert "that pxeclient does not fetch" in found.points[0].happened
    assert found.findings == ()


def test_what_is_known_before_the_emulation_ends_is_told() -> None:
    """That the name is a URL may itself be expected, and the time be over already."""
    assert tried(URL, profiles=["ipxe"], fails="unsupported-scheme").status is Status.MET
    assert tried(URL, profiles=["ipxe"], lease="10.77.0.0/24").status is Status.MET
    assert tried(URL, profiles=["ipxe"], within=1).status is Status.NOT_MET


def test_a_failure_comes_with_the_finding_that_explains_it() -> None:
    """The one that the case names, or else the worst of the boot."""
    named = tried(DEAD, **{"no-finding": "D43-VMW"}, **VMWARE)
    assert [finding.id for finding in named.findings] == ["D43-VMW"]
    unnamed = tried(DEAD, boots=True, **VMWARE)
    assert unnamed.findings[0].id == "D43-VMW"
    assert not_met(named).frame == named.findings[0].frames[0]


def test_a_profile_claims_an_architecture() -> None:
    """Option 60 and 93 say it, so that the server names another file; nothing else changes."""
    arm = [
        {
            "port": 67,
            "msg": message,
            "vendor": "PXEClient:Arch:00011",
            "replies": [{**NAMED, "file": "arm.efi", "options": [[53, "u8", type], *LEASE]}],
        }
        for message, type in (("discover", 2), ("request", 5))
    ]
    network = servers(tftp={"files": {"*": {}}}, rules=arm)
    claimed = tried(network, profiles=["edk2"], archs=[11], boots={"name": "arm.efi"})
    assert claimed.status is Status.MET
    assert claimed.subject == "edk2, architecture 11"
    assert tried(network, profiles=["edk2"], boots={"name": "boot.0"}).status is Status.MET


def test_a_boot_is_not_repeated_for_each_case() -> None:
    """Three cases about one machine look at one boot; another key press is another boot."""
    opened = []
    network = wires("plain-dhcp")

    def open_link(mac: Mac, arch: int | None) -> AbstractContextManager[Link]:
        opened.append((mac, arch))
        return network.open(mac, arch)

    cases = (
        Case(name="a", boots=True),
        Case(name="b", no_finding="D60"),
        Case(name="c", boots=True, keys=("ESC",)),
    )
    suite = Suite(cases=cases, profiles=("ipxe",))
    found = list(Running(suite, replace(network, open=open_link)).results())
    assert [result.case for result in found] == ["a", "b", "c"]
    assert len(opened) == 2


def test_a_file_that_one_machine_alone_is_given() -> None:
    """A stranger of the kind is asked once more, however many cases look at the boot."""
    opened: list[Mac] = []
    wrong = servers({"file": "pxelinux.0"}, {"files": {"*": {"kind": "bios"}}})
    right = servers({"file": "grub.efi"}, {"files": {"*": {"kind": "efi"}}})
    mine, theirs = wires(wrong), wires(right)

    def open_link(mac: Mac, arch: int | None) -> AbstractContextManager[Link]:
        opened.append(mac)
        return (mine if mac == opened[0] else theirs).open(mac, arch)

    suite = Suite(
        cases=(Case(name="a", boots=True), Case(name="b", no_finding="M-HOST")), profiles=("edk2",)
    )
    found = list(Running(suite, replace(mine, open=open_link)).results())
    assert [result.status for result in found] == [Status.NOT_MET, Status.NOT_MET]
    assert found[0].findings[0].id == "M-HOST"
    assert len(set(opened)) == len(opened) == 2
