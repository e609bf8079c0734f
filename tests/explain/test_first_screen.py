"""Captures of public reports: what the table says, which is read first, and what the last lines do.

Each row is a capture, its attempts as the table has them (how it ended, and the finding), and words
of the last verdict: why, and what to change. The captures are small ones made or recorded for this.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.explain.summary import rows
from tests.cli.runner import run
from tests.explain.captures import recording

HERE = Path(__file__).parent
FILES, WEB = HERE / "files", HERE / "web" / "cases"
STAGE2 = HERE.parent / "nextstage" / "captures" / "ovmf-virtio"
BOOTED = ("booted", "")


@pytest.mark.parametrize(
    ("path", "table", "words"),
    [
        (FILES / "deaf-to-fragments.pcapng", [("tftp stopped", "T-MTU")],
         ["in 2 IP fragments, and the client acknowledged none", "than its MTU less 32 octets"]),
        (FILES / "ack-without-file.pcap", [("PXE-E99", "D-MISMATCH")],
         ["no next server, no boot file", "Send the same next server, boot file"]),
        (STAGE2 / "grubnet-proxy.pcap.gz", [("fetched", "C-PROXYSRV")],
         ["and GRUB asks that for", "Set the next server on the DHCP server too"]),
        # syslinux.efi asks by a DHCP of its own; a script asks the server that gave it.
        (STAGE2 / "syslinuxefi-no-ldlinux.pcap.gz", [("fetched", ""), ("tftp error", "C-NEEDS")],
         ["refuses efi/ldlinux.e64", "Copy the file into the folder of the boot file"]),
        (STAGE2.parent / "ipxe-e1000e" / "script-silences.pcap.gz", [("booted", "C-SERVER")],
         ["though the boot file came from 10.77.0.3", "See the server's log and load"]),
        (WEB / "http-content-type.pcap.gz",
         [("http not taken", "H-TYPE"), ("no offer", "")],
         ["Nor is a router advertisement"]),
        (WEB / "http-name-no-dns.pcap.gz", [("offers not taken", "A-HTTP-DNS")],
         ["no offer has option 6", "dhcp-option=option:dns-server"]),
        (WEB / "url-to-pxe.pcap.gz", [("PXE-E99", "A-URL"), ("cannot tell", "A-HTTP")],
         ["does not say HTTPClient in option 60", "dhcp-option-force=tag:http,60,HTTPClient"]),
        (FILES / "dnsmasq-v4-option-name.pcap", [("PXE-E21", "V6-URL"), ("no offer", "")],
         ["No offer is in the capture"]),
        (FILES / "rom-then-ipxe.pcap", [BOOTED, ("040ee119", "P-LINK")],
         ["This machine was answered until frame 17, 6 s before", "portfast or edge port"]),
        (FILES / "wds-readfilter.pcap", [("booted", "C-AUTOEXEC")],
         ["its ReadFilter does not let through", "Cure Nothing, unless a script of that name"]),
        (FILES / "wds-backslash.pcap", [("booted", "C-AUTOEXEC")],
         ["has backslashes, in which iPXE sees no folder", "name the boot file with slashes"]),
        (FILES / "pxelinux-without-ldlinux.pcap.gz", [("booted", "C-NEEDS")],
         ["refuses ldlinux.c32", "Copy the file into the folder of the boot file"]),
        (FILES / "preloader.pcap", [("booted", "C-QUIET")],
         ["nothing was asked for", "Serve builds for network boots"]),
        (FILES / "dual-offer.pcap", [("offers not taken", "R-SPLIT")],
         ["have one DHCP server offer address, next server and boot file",
          "Let the DHCP server itself name next server and boot file"]),
        (FILES / "offer-port-6767.pcap", [("offers not taken", "N-PORT")],
         ["from UDP port 6767", "Let the replies leave from UDP port 67"]),
        (FILES / "ovmf-offer-port-6767.pcap", [("PXE-E18", "N-PORT"), ("cannot tell", "")],
         ["0.0 s after the first SOLICIT"]),
        (FILES / "ipxe-offer-port-6767.pcap", [("offers not taken", "N-PORT")], ["port 6767"]),
        (FILES / "server-side.pcap", [("PXE-E55", "D60-PROXY")],
         ["says PXEClient too, beside the proxy offer", "remove dhcp-option=60,PXEClient"]),
        (FILES / "left-to-the-card.pcap", [BOOTED], ["fetched whole"]),
        (FILES / "late-offer.pcap", [BOOTED], ["boot.efi was fetched whole"]),
        (FILES / "fcs-bits.pcap", [BOOTED], ["boot.efi was fetched whole"]),
        (FILES / "dhcpv6-pxe.pcap", [BOOTED], ["511 octets", "PE image for x64 (UEFI)"]),
        (WEB / "http-boot.pcap.gz", [BOOTED], ["511 octets", "PE image for x64 (UEFI)"]),
        (FILES / "no-arp-filter.pcap", [BOOTED], ["boot.0 was fetched whole"]),
        (FILES / "starts-at-discover-2.pcap", [BOOTED], ["boot.0 was fetched whole"]),
        (FILES / "one-discover-intel.pcap", [("cannot tell", "")], ["how it went on cannot be"]),
        (FILES / "intel-tftp-silence.pcap", [("tftp silent", "")],
         ["asked again after 2, 4, 6, 8, 10, 36, 72 s"]),
        (FILES / "three-43.pcap", [("cannot tell", "")], ["how it went on cannot be told"]),
        (FILES / "undi-316.pcap", [BOOTED], ["fetched whole"]),
        (FILES / "vmware-oui-edk2.pcap", [BOOTED], ["fetched whole"]),
        (FILES / "uboot-arm64.pcap", [BOOTED], ["boot.scr.uimg was fetched whole", "U-Boot image"]),
    ],
    ids=lambda value: value.name.partition(".")[0] if isinstance(value, Path) else "",
)  # fmt: skip
def test_what_is_read_first_and_last(
    path: Path, table: list[tuple[str, str]], words: list[str]
) -> None:
    """How it ended and the finding, above; why and what to change, below."""
    booting = [story for story in recording(path).stories if story.is_network_boot]
    assert [(row.ended, row.finding) for row in rows(booting)][: len(table)] == table
    shown = run("explain", str(path), env={"COLUMNS": "80", "LINES": "24"}).stdout
    first = shown.splitlines()[:24]
    for ended, finding in table:
        assert any(ended in line and finding in line for line in first)
    last = " ".join(shown[shown.rindex("■") :].split())
    for one in words:
        assert one in last


@pytest.mark.parametrize("file", ["lone-ack.pcap", "tftp-not-boot.pcap"])
def test_nobody_boots(file: str) -> None:
    """A DHCPACK alone, a text that somebody reads by TFTP."""
    assert "no network boot client" in run("explain", str(FILES / file)).stdout.splitlines()[0]
