"""``pxeclient matrix``: the table, its exit status, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pxeclient import profile as profiles
from tests.cli.runner import IPXE, VMWARE, complaint, run

PROXY = Path(__file__).parents[1] / "captures" / "ipxe-e1000e" / "proxy-60-file" / "capture.pcap"

BY_ARCHITECTURE = """
title = "a file for each architecture, the same for both UEFI machines"
[[servers]]
name = "dhcp"
ip = "10.77.0.1"
mac = "52:54:00:aa:00:01"
[servers.tftp]
files."bios.0" = { kind = "bios" }
files."x64.efi" = { kind = "efi" }
"""


def offers(tmp_path: Path) -> str:
    """A scenario whose DHCP server looks at option 60 for the architecture."""
    text = BY_ARCHITECTURE
    for message, code in (("discover", 2), ("request", 5)):
        for vendor, file in (("PXEClient:Arch:00000", "bios.0"), ("PXEClient", "x64.efi")):
            text += f"""
[[servers.bootp]]
port = 67
msg = "{message}"
vendor = "{vendor}"
[[servers.bootp.replies]]
yiaddr = "10.77.0.50"
siaddr = "10.77.0.1"
file = "{file}"
options = [[53, "u8", {code}], [54, "ip", "10.77.0.1"], [51, "u32", 3600]]
"""
    path = tmp_path / "arch.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def table(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit status and the object of `--json`."""
    result = run("matrix", "--json", *arguments)
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    assert (found["schema"], found["exit_code"]) == ("pxeclient-matrix/3", result.exit_code)
    return result.exit_code, found


def test_all_boot_where_all_is_well() -> None:
    """Every profile has its row, in order, and the exit status is 0."""
    status, found = table()
    assert (status, found["all_boot"]) == (0, True)
    assert [row["profile"] for row in found["rows"]] == profiles.names()
    assert {row["result"] for row in found["rows"]} == {"booted"}
    assert {row["boot_file"]["fit"] for row in found["rows"]} == {"fits"}


def test_some_do_not() -> None:
    """PXEClient, a file, and nobody on port 4011: here firmwares part."""
    status, found = table("--network", "samehost-60-file-4011-dead", "-p", "ipxe", "-p", "edk2",
                          "-p", "vmware-e1000e")  # fmt: skip
    assert status == 1
    ipxe, edk2, vmware = found["rows"]
    assert (ipxe["result"], ipxe["asked_on_4011"]) == ("booted", [])
    assert (edk2["result"], edk2["code"]) == ("failed", "PXE-E16")
    assert (vmware["code"], vmware["failure"]) == ("PXE-E55", "no-proxy-reply")
    assert vmware["asked_on_4011"] == [
        {"address": "10.77.0.1", "boot_server_type": None, "times": 4}
    ]
    assert vmware["seconds"] > 10


def test_variants_are_rows_of_their_own() -> None:
    """The ROM as it is, and as the other side of its sources has it."""
    _, found = table("-p", "vmware-e1000e", "-p", "vmware-e1000e+spec-windows")
    first, second = found["rows"]
    assert second["profile"] == "vmware-e1000e+spec-windows"
    assert (round(first["seconds"], 1), round(second["seconds"], 1)) == (2.1, 4.0)


def test_servers_answer_by_architecture(tmp_path: Path) -> None:
    """A claim gets the file for it; a file that is for another machine is none."""
    status, found = table("--network", offers(tmp_path), "-p", "edk2", "--arch", "0, 7,11")
    bios, x64, arm = found["rows"]
    assert status == 1
    assert [row["claimed"] for row in found["rows"]] == [True, False, True]
    assert bios["asked_file"] == {"name": "bios.0", "server": "10.77.0.1"}
    assert (bios["result"], x64["result"], arm["result"]) == ("booted", "booted", "wrong-file")
    assert arm["because"] == "PE image for x64 (UEFI) is no boot file for ARM 64-bit UEFI"
    assert (arm["boot_file"]["pe_machine"], arm["boot_file"]["fit"]) == (0x8664, "wrong")


def test_the_whole_registry() -> None:
    """42 architectures, each once."""
    _, found = table("-p", "ipxe", "--arch", "all", "--arch", "7")
    assert [row["architecture"] for row in found["rows"]] == list(range(42))


def test_the_table_fits_100_columns() -> None:
    """Each row begins with its profile; a claim has its asterisk, and its note."""
    result = run("matrix", "--network", "samehost-60-file-4011-dead", "--arch", "0,7")
    # What is to be copied into a configuration may be longer.
    lines = result.stdout.partition("▲")[0].splitlines()
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in result.stdout
    starts = [line.split()[0] for line in lines if line[:1].isalnum()]
    for name in profiles.names():
        assert starts.count(name) == 2
    assert "* claimed: this firmware says another code." in result.stdout
    assert lines[-1].startswith("■ 24 machines: ")


def test_markdown() -> None:
    """A table that Markdown understands, with the same words."""
    result = run("matrix", "--markdown", "-p", "vmware-e1000e", "--network", "silence")
    lines = result.stdout.splitlines()
    assert lines[2].startswith("| profile | arch | result | on port 4011 | seconds | boot file,")
    assert lines[3] == "|---|---|---|---|---:|---|"
    assert lines[4].startswith("| vmware-e1000e | 0 | **PXE-E51** | - | 31.31 | No DHCP")
    assert result.exit_code == 1


def test_what_servers_say_is_no_markup(tmp_path: Path) -> None:
    """A file name with signs of its own stays in its cell."""
    text = Path(offers(tmp_path)).read_text(encoding="utf-8")
    path = tmp_path / "odd.toml"
    path.write_text(text.replace("bios.0", "a|*b*<i>\\u001b.0"), encoding="utf-8")
    result = run("matrix", "--markdown", "-p", "ipxe", "--network", str(path))
    (row,) = [line for line in result.stdout.splitlines() if line.startswith("| ipxe")]
    assert "a\\|\\*b\\*\\<i\\>" in row
    assert "\x1b" not in result.stdout


def test_a_capture_has_answers_for_some() -> None:
    """IPXE boots from these servers, VMware's ROM asks what nobody recorded."""
    result = run("matrix", "--capture", str(PROXY), "-p", "ipxe", "-p", "vmware-e1000e")
    assert result.exit_code == 1
    assert "cannot tell" in result.stdout
    assert "They answer" in " ".join(result.stdout.split())  # wrapped where the path ends
    _, found = table("--capture", str(PROXY), "-p", "vmware-e1000e", "-p", "edk2")
    assert [row["result"] for row in found["rows"]] == ["cannot-tell"] * 2
    assert {row["mac"] for row in found["rows"]} == {"52:54:00:12:34:56"}


def test_the_time_for_all() -> None:
    """The boot under way is stopped, and the rest has no turn; the status says which it was."""
    status, found = table("--network", "silence", "-p", "ipxe", "-p", "edk2", "-p", "vmware-efi",
                          "--total-deadline", "20")  # fmt: skip
    assert (status, found["stopped"]) == (124, "deadline")
    assert [row["result"] for row in found["rows"]] == ["failed", "deadline", "not-run"]


def test_the_time_for_each() -> None:
    """It goes on with the next one."""
    status, found = table("--network", "silence", "-p", "edk2", "-p", "ipxe", "--deadline", "20")
    assert (status, found["stopped"]) == (1, None)
    assert [row["result"] for row in found["rows"]] == ["deadline", "failed"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--arch", "x"), "'x' is no code of an architecture"),
        (("--arch", "70000"), "'70000' is no code of an architecture"),
        (("-p", "nobody"), "no profile is called 'nobody'"),
        (("--network", "nowhere"), "there is no practice network 'nowhere'"),
        (("--json", "--markdown"), "standard output is for one report, not for json and markdown"),
        (("--capture", "x.pcap", "-i", "eth0"), "--capture excludes --network, --interface"),
        (("--capture", "x.pcap", "--time-scale", "2"), "is for servers that take time"),
        (("-i", "eth0", "--tap", "tap0"), "--interface and --tap exclude each other"),
        (("--mac", "ff:ff:ff:ff:ff:ff"), "is no station's address"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], words: str) -> None:
    """One sentence, status 2, and nothing on standard output."""
    assert words in complaint(run("matrix", *arguments), 2)


@pytest.mark.parametrize("arguments", [("--capture", "/nowhere.pcap"), ("-i", "no-such-if0")])
def test_the_environment(arguments: tuple[str, ...]) -> None:
    """A capture or an interface that is not there: status 3."""
    result = run("matrix", "-p", "ipxe", *arguments)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.count("\n") == 1


DEAD = "proxy-60-file-4011-dead"


def test_the_case_that_puzzles_most_people(tmp_path: Path) -> None:
    """One command: one fails, one boots, the bit, the cure for three servers, and the picture."""
    page = tmp_path / "both.html"
    result = run("matrix", "-p", VMWARE, "-p", IPXE, "--network", DEAD, "--ladder", str(page))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert any(line.startswith("vmware-e1000e ") and " PXE-E55 " in line for line in lines)
    assert any(line.startswith("ipxe ") and " booted " in line for line in lines)
    assert any(line.startswith("▲ D43-VMW: ") and "(43.6) bit 3" in line for line in lines)
    assert "  It stops vmware-e1000e." in lines
    for cure in (
        "dnsmasq       dhcp-option=vendor:PXEClient,6,8",
        "option vendor-encapsulated-options 06:01:08:ff;",
        '{ "name": "discovery-control", "data": "8", "always-send": true,',
    ):
        assert sum(cure in line for line in lines) == 1
    drawn = page.read_text(encoding="utf-8")
    assert "PXE-E55" in drawn
    assert "Booted boot.0 from 10.77.0.3" in drawn


def test_a_finding_is_told_once() -> None:
    """Whoever it stops is named; where it stops nobody here, a line is enough."""
    told = run("matrix", "--network", DEAD).stdout
    assert told.count("▲ D43-VMW") == 1
    [whom] = [line for line in told.splitlines() if line.startswith("  It stops ")]
    assert "vmware-e1000e" in whom
    assert "ipxe" not in whom
    brief = run("matrix", "-p", IPXE, "--network", DEAD).stdout.splitlines()
    assert brief[-1].startswith("▲ D43-VMW (would stop another firmware): ")
    assert "▲" not in run("matrix", "-p", IPXE, "-p", VMWARE).stdout


def test_findings_in_json() -> None:
    """Those of each boot, with its profile."""
    whole = json.loads(run("matrix", "-p", VMWARE, "-p", IPXE, "--network", DEAD, "--json").stdout)
    told = {(one["profile"], one["id"], one["severity"]) for one in whole["findings"]}
    assert (VMWARE, "D43-VMW", "stops the boot") in told
    assert (IPXE, "D43-VMW", "would stop another firmware") in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ladder", "x.html"), "12 machines do not fit side by side"),
        (("-p", IPXE, "--ladder", "-"), "standard output is for the table"),
        (("-p", IPXE, "--ladder", "x.pdf"), "its name must end in .txt, .mmd, .svg or .html"),
    ],
)
def test_a_ladder_that_cannot_be(arguments: tuple[str, ...], words: str) -> None:
    """Said before anything boots."""
    assert words in complaint(run("matrix", *arguments), 2)
