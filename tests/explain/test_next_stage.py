"""Recordings of what runs after the firmware: what stops it is told, what is harmless too."""

from __future__ import annotations

from pathlib import Path

from pxeclient.diagnose import Finding
from tests.cli.runner import run
from tests.explain.captures import told

FILES = Path(__file__).with_name("files")


def findings(file: str) -> dict[str, Finding]:
    """What is found in the only attempt of a recording."""
    [only] = told(FILES / file)
    return {one.id: one for one in only.findings}


def test_pxelinux_without_ldlinux() -> None:
    """Real PXELINUX behind iPXE's ROM: six names, one fault, and the file to copy."""
    found = findings("pxelinux-without-ldlinux.pcap.gz")
    assert "ldlinux.c32" in found["C-NEEDS"].seen
    assert "Copy the file into the folder of the boot file" in found["C-NEEDS"].cures[0].do
    shown = run("explain", str(FILES / "pxelinux-without-ldlinux.pcap.gz")).stdout
    verdict = shown[shown.index("■") :]
    assert "    Next  10.77.0.1 refuses ldlinux.c32" in verdict
    assert " C-NEEDS\n    Cure  Copy the file into the folder of the boot file" in verdict


def test_wds_refuses_autoexec() -> None:
    """Its ReadFilter does, and iPXE goes on: nothing stops, no other server is needed."""
    found = findings("wds-readfilter.pcap")
    assert "ReadFilter" in found["C-AUTOEXEC"].seen
    assert not {"C-NEEDS", "T-ERROR"} & set(found)


def test_backslashes_lead_to_the_root() -> None:
    """No word of grubx64.efi, which nobody asks for, and none that the file is not there."""
    found = findings("wds-backslash.pcap")
    seen = found["C-AUTOEXEC"].seen
    assert "in the root" in seen
    assert "Boot\\\\IPXE\\\\snponly-shim.efi" in seen or "Boot\\IPXE\\snponly-shim.efi" in seen
    assert "grubx64" not in "".join(one.seen for one in found.values())


def test_a_preloader_asks_for_nothing() -> None:
    """It finds its next stage on a disk only."""
    found = findings("preloader.pcap")
    assert "nothing was asked for" in found["C-QUIET"].seen
    assert "network" in found["C-QUIET"].cures[0].do


def test_a_closed_port_is_no_silence(tmp_path: Path) -> None:
    """A read request that ICMP answered is told as that, and not as one without an answer."""
    path = tmp_path / "closed.pcapng"
    run("boot", "-p", "ipxe", "--network", "tftp-port-closed", "-q", "-w", str(path))
    shown = " ".join(run("explain", "-v", str(path)).output.split())
    assert "port 69 is closed on 10.77.0.3 (ICMP)" in shown
    assert "no answer in the capture" not in shown
