"""What `pxeclient boot` and `pxeclient findings` say of servers that are wrong."""

from __future__ import annotations

import pytest

from pxeclient.diagnose import catalogue
from tests.cli.runner import IPXE, VMWARE, boot, complaint, report, run

DEAD = ("--network", "proxy-60-file-4011-dead")
CURE = "option vendor-encapsulated-options 06:01:08:ff;"


def signs(output: str) -> list[str]:
    """The lines that begin a finding."""
    return [line for line in output.splitlines() if line.startswith("▲")]


def test_what_stopped_the_boot_is_told_with_its_cure() -> None:
    """It is the last thing on the screen; one cure, and where the others are."""
    output = boot(*DEAD, profile=VMWARE).stdout
    after = output[output.index("■") :]
    assert signs(output) == []
    assert "frames 8, 9, 10 and 11" in after
    assert " D43-VMW\n  Cure  Say that the boot file" in after
    assert CURE not in after
    assert "pxeclient findings D43-VMW\n" in after
    assert after.endswith("pxeclient errors PXE-E55\n")
    assert max(len(line) for line in after.splitlines()) <= 100


def test_what_would_stop_others_takes_a_line() -> None:
    """iPXE boots; one line says who would not, and how to learn more."""
    output = boot(*DEAD, profile=IPXE).stdout
    assert len(signs(output)) == 1
    assert signs(output)[0].startswith("▲ D43-VMW (would stop another firmware): ")
    assert CURE not in output
    assert "pxeclient findings ID\n■ Booted boot.0" in output


def test_two_servers_with_one_fault_are_told_together() -> None:
    """What was seen of each, and the cure once."""
    network = ("--network", "dhcp-60-file-and-proxy-file")
    output = boot(*network, profile=VMWARE).stdout
    assert output.count(" D43-VMW\n") == 2  # with the command that tells more
    assert "The DHCPOFFER from 10.77.0.1 (frame 2) says PXEClient" in output
    assert (
        "The proxy offer from 10.77.0.2 (frame 3) says PXEClient"
        in boot("-v", *network, profile=VMWARE).stdout
    )
    assert output.count("  Cure  ") == 1


def test_verbose_tells_all_in_full() -> None:
    """The same boot with -v."""
    assert CURE in boot("-v", *DEAD, profile=IPXE).stdout


def test_quiet_is_the_verdict() -> None:
    """Code, reason, finding, cure; nothing that did not stop this boot."""
    whole = boot(*DEAD, profile=VMWARE).stdout
    assert boot("-q", *DEAD, profile=VMWARE).stdout == whole[whole.index("■") :]
    assert "D43-VMW" not in boot("-q", *DEAD, profile=IPXE).stdout


def test_notes_are_for_failed_boots_and_for_verbose() -> None:
    """A network with two notes: iPXE boots there."""
    network = ("--network", "plain-dhcp-opt67-nul")
    assert signs(boot(*network).stdout) == []
    shown = signs(boot("-v", *network).stdout)
    assert [line.split(" (")[0] for line in shown] == ["▲ B67-NUL", "▲ B-67-ONLY"]


@pytest.mark.parametrize("profile", [IPXE, VMWARE])
def test_nothing_is_said_where_nothing_is_wrong(profile: str) -> None:
    """The default network."""
    assert signs(boot("-v", profile=profile).stdout) == []
    assert report(profile=profile)["findings"] == []


def test_findings_in_json() -> None:
    """All keys, as docs/reference/json.md has them."""
    (finding,) = report(*DEAD, profile=VMWARE)["findings"]
    assert list(finding) == [
        "id", "title", "severity", "follows_from", "frames", "seen", "why", "cures", "known",
    ]  # fmt: skip
    assert (finding["id"], finding["severity"]) == ("D43-VMW", "stops the boot")
    assert finding["frames"] == [3, 8, 9, 10, 11]
    assert CURE in finding["cures"][0]["settings"]["dhcpd"]


def test_the_list_has_every_finding() -> None:
    """One a line."""
    output = run("findings").stdout
    assert [line.split()[0] for line in output.splitlines()] == list(catalogue())


@pytest.mark.parametrize("id", catalogue())
def test_every_finding_is_described(id: str) -> None:
    """With what to change, and where it is from."""
    output = run("findings", id.lower()).stdout
    assert output.startswith(f"{id}: ")
    assert "What to change:" in output
    assert "Source (" in output


def test_an_unknown_finding() -> None:
    """The nearest ones are named."""
    assert "did you mean" in complaint(run("findings", "D43-VWM"), 2)
