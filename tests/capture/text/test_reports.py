# ruff: noqa: E501  (lines are as programs write them)
"""The kinds of reports in other formats and of other networks: the answer comes with the verdict.

``posts`` has what tcpdump 4.99 and tshark 4.0 printed of boots on practice networks, with the lines
left out that people leave out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.explain.words import lines
from tests.capture.text.told import explained

POSTS = Path(__file__).with_name("posts")
DNSMASQ = """\
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 available DHCP range: 192.168.50.100 -- 192.168.50.150
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 vendor class: PXEClient:Arch:00007:UNDI:003016
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 DHCPDISCOVER(lan) 00:0c:29:5e:11:22
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 DHCPOFFER(lan) 192.168.50.120 00:0c:29:5e:11:22
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 bootfile name: EFI/shimx64.efi
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 next server: 192.168.50.3
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 sent size:  1 option: 53 message-type  2
Jan 12 09:14:03 gw dnsmasq-dhcp[622]: 3719036478 sent size:  4 option: 54 server-identifier  192.168.50.1
Jan 12 09:14:07 gw dnsmasq-dhcp[622]: 3719036478 vendor class: PXEClient:Arch:00007:UNDI:003016
Jan 12 09:14:07 gw dnsmasq-dhcp[622]: 3719036478 DHCPREQUEST(lan) 192.168.50.120 00:0c:29:5e:11:22
Jan 12 09:14:07 gw dnsmasq-dhcp[622]: 3719036478 DHCPACK(lan) 192.168.50.120 00:0c:29:5e:11:22
Jan 12 09:14:07 gw dnsmasq-dhcp[622]: 3719036478 sent size:  1 option: 53 message-type  5
Jan 12 09:14:07 gw dnsmasq-dhcp[622]: 3719036478 sent size:  4 option: 54 server-identifier  192.168.50.1
"""


def verdict(text: str, folder: Path) -> str:
    """What is told from the sign of the end on, as one line, behind the table's."""
    told = "\n".join(lines(explained(text, folder)))
    table = told[told.index("\nmachine ") : told.index("frames 1 to")]
    return f"{' '.join(table.split())} {' '.join(told[told.index('■') :].split())}"


@pytest.mark.parametrize(
    ("post", "seen", "cure"),
    [
        ("ack-without-file.tshark-V.txt",
         "boot next server 192.168.50.3, file EFI/shimx64.efi / no next server, no boot file. D-MISMATCH",
         "Send the same next server, boot file"),
        ("added-suffix.tcpdump-v.txt",
         "Frame 10 asks for undionly.kpxe.0, the proxy offer from 10.77.0.2 (frame 3) names undionly.kpxe. T-SUFFIX",
         "Give the file a second name with .0 at its end (ln -s), or update"),
        ("added-suffix.tshark-V.txt",
         "names ipxe.pxe.0, the proxy offer from 192.168.60.2 (frame 3) names ipxe.pxe. T-SUFFIX",
         "Give the file a second name with .0 at its end (ln -s), or update"),
        ("option-66-alone.tcpdump-v.txt",
         "next server 10.77.0.1, but option 66 says 10.77.0.3. B-66", "Let siaddr, option 66"),
        ("option-66-alone.tshark-V.txt",
         "next server 192.168.70.1, but option 66 says 192.168.70.3. B-66", "Let siaddr, option 66"),
    ],
)  # fmt: skip
def test_what_a_program_printed(post: str, seen: str, cure: str, tmp_path: Path) -> None:
    """The finding is in the table, which is what is seen first, and in the last lines."""
    told = verdict((POSTS / post).read_text(encoding="utf-8"), tmp_path)
    assert seen in told
    assert f"Cure {cure}" in told
    assert f" {seen.rpartition(' ')[2]} " in told[: told.index("■")]


def test_dnsmasqs_log_of_an_ack_without_a_file(tmp_path: Path) -> None:
    """The log has no line of a boot file below the DHCPACK; what it has is told."""
    told = verdict(DNSMASQ, tmp_path)
    assert "file EFI/shimx64.efi / no next server, no boot file. D-MISMATCH" in told
