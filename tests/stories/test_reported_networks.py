"""Networks of public reports, booted as the reporters booted: what is in the last lines.

Each row is a network, a firmware, how the boot ends, and what has to be told before the prompt
comes back: why, and what to change. A terminal has 24 rows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner import run

NETWORKS = Path(__file__).with_name("reported")


def shown(network: str, profile: str) -> str:
    """The last 23 rows of a terminal of 80 columns, as one line."""
    path = NETWORKS / f"{network}.toml"
    environment = {"COLUMNS": "80", "LINES": "24"}
    result = run("boot", "-p", profile, "--network", str(path), env=environment)
    return " ".join(" ".join(result.stdout.splitlines()[-23:]).split())


@pytest.mark.parametrize(
    ("network", "profile", "end", "why", "cure"),
    [
        # VMware's ROM drops fragments while it fetches a file; a blksize of 1456 does not fit.
        ("blocks-in-fragments", "vmware-e1000e", "PXE-E32: TFTP open timeout",
         "agreed to blksize 1456, and no block followed; only fragments came",
         "no larger blocks than its MTU less 32 octets"),
        ("blocks-in-fragments", "virtualbox-intel", "PXE-E32: TFTP open timeout",
         "only fragments came", "no larger blocks than its MTU less 32 octets"),
        # The DHCPACK lacks what the DHCPOFFER had.
        ("ack-without-file", "vmware-efi", "PXE-E99",
         "file grub/bootx64.efi / no next server, no boot file. D-MISMATCH",
         "Send the same next server, boot file"),
        ("ack-without-file", "intel-boot-agent", "PXE-E53",
         "no next server, no boot file. D-MISMATCH", "Send the same next server, boot file"),
        # GRUB goes by the DHCPACK's next server, not by the proxy offer's.
        ("proxy-and-routers-next-server", "vmware-efi", "Booted grub/grubx64.efi",
         "the next server of the DHCPACK from 10.77.0.1 (frame 5) is 10.77.0.1. C-PROXYSRV",
         "Set the next server on the DHCP server too"),
        # WDS answers beside the DHCP server's own policy.
        ("wds-beside-a-policy", "vmware-efi", "Booted boot\\x64\\wdsmgfw.efi",
         "The boot of 10.77.0.2 wins", "keep the ProxyDHCP server 10.77.0.2 from answering"),
        ("wds-beside-a-policy", "ipxe-efi", "Booted boot\\iPXE\\snponly.efi",
         "The boot of 10.77.0.1 wins", "keep the ProxyDHCP server 10.77.0.2 from answering"),
        # The switch port passes nothing for longer than iPXE asks.
        ("port-is-deaf", "ipxe", "https://ipxe.org/040ee119",
         "4 DHCPDISCOVERs (frames 1, 3, 5 and 7), and no reply to any. N-OFFER", "(portfast)"),
        # dnsmasq before 2.76 adds .0 to the name of its menu's item.
        ("old-dnsmasq-menu", "vmware-e1000e", "PXE-E3B",
         "the proxy offer from 10.77.0.2 (frame 3) names undionly.kpxe. T-SUFFIX",
         "Give the file a second name with .0 at its end"),
        ("old-dnsmasq-menu", "edk2", "PXE-E23", "names undionly.kpxe. T-SUFFIX",
         "Give the file a second name with .0 at its end"),
    ],
)  # fmt: skip
def test_the_answer_is_in_the_last_lines(
    network: str, profile: str, end: str, why: str, cure: str
) -> None:
    """Why and what to change, without a further command."""
    told = shown(network, profile)
    assert f"■ {end}" in told or f"({end})" in told
    verdict = told[told.rindex("■") :]
    assert why in verdict
    assert cure in verdict


@pytest.mark.parametrize("profile", ["edk2", "ipxe", "vmware-e1000e"])
def test_an_address_that_ends_in_0(profile: str) -> None:
    """Today's firmwares take it; what an old EDK II makes of some is with its code."""
    assert "■ Booted boot.efi" in shown("address-ends-in-0", profile)
    told = " ".join(run("errors", "E09").stdout.split())
    assert "The offered address ends in .0 or .255" in told
    assert "Leave the addresses out of the pool" in told
