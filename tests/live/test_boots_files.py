"""Boot files over the network: large, missing, too large, and servers that say nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pxeclient.lab import Lab
from tests.live import daemons
from tests.live.boots import (
    BOTH,
    CONTENT,
    IPXE,
    PACE,
    RANGE,
    VMWARE,
    assert_booted,
    assert_failed,
    boot,
    dhcpd_conf,
    tftp_folder,
    tftp_options,
)

pytestmark = pytest.mark.live

SERVER = "10.77.0.1"

LARGE = bytes(range(251)) * (8 * 1024 * 1024 // 251)
"""8 MB, over 5800 blocks; the pattern shows a block out of place."""

TftpServer = Callable[[Lab, Path], object]

TFTP_SERVERS = [
    pytest.param(lambda lab, folder: daemons.tftpd_hpa(lab, folder), id="tftpd-hpa"),
    pytest.param(lambda lab, folder: daemons.atftpd(lab, folder), id="atftpd"),
    pytest.param(lambda lab, folder: daemons.tftpy(lab, folder), id="tftpy"),
    pytest.param(lambda lab, folder: daemons.dnsmasq(lab, *tftp_options(folder)), id="dnsmasq"),
    pytest.param(lambda lab, folder: lab.tftp(folder), id="ours"),
]


def named(name: str) -> str:
    """An ISC dhcpd.conf that names a boot file on the server, and says PXEClient to be quick."""
    return dhcpd_conf(
        f"next-server {SERVER};",
        f'filename "{name}";',
        'option vendor-class-identifier "PXEClient";',
        "option vendor-encapsulated-options 06:01:08:ff;",
    )


@pytest.mark.parametrize("start", TFTP_SERVERS)
def test_large_file(lab: Lab, tmp_path: Path, start: TftpServer) -> None:
    """8 MB arrive unharmed from every TFTP server, and --save-file keeps exactly them."""
    daemons.isc_dhcpd(lab, named("boot.0"))
    start(lab, tftp_folder(lab, content=LARGE))
    kept = tmp_path / "kept"
    done = boot(lab, IPXE, "--save-file", str(kept), scale=1)
    assert_booted(done, SERVER, content=LARGE)
    assert kept.read_bytes() == LARGE
    assert done.report["frames_lost"] == 0


def test_file_beyond_the_base_memory(lab: Lab, tmp_path: Path) -> None:
    """VMware's ROM asks for the size first, and does not begin with 8 MB: PXE-E79."""
    daemons.isc_dhcpd(lab, named("boot.0"))
    daemons.tftpd_hpa(lab, tftp_folder(lab, content=LARGE))
    kept = tmp_path / "kept"
    done = boot(lab, VMWARE, "--save-file", str(kept))
    assert_failed(done, 22, "file-too-big", "PXE-E79")
    assert not kept.exists()
    assert "DATA" not in {event["kind"] for event in done.received}


@pytest.mark.parametrize("start", TFTP_SERVERS)
@pytest.mark.parametrize(
    ("profile", "code", "words"),
    [
        pytest.param(IPXE, "2d12613b", "Not found", id=IPXE),
        pytest.param(VMWARE, "PXE-E3B", "PXE-E3B: TFTP Error - File Not found", id=VMWARE),
    ],
)
def test_missing_file(lab: Lab, start: TftpServer, profile: str, code: str, words: str) -> None:
    """A file that the TFTP server does not have ends with the firmware's code and words."""
    daemons.isc_dhcpd(lab, named("nowhere/boot.0"))
    start(lab, tftp_folder(lab))
    done = boot(lab, profile)
    assert_failed(done, 21, "tftp-not-found", code)
    assert done.report["text"].startswith(words)
    assert "nowhere/boot.0" in done.report["because"]
    screen = [event["line"] for event in done.report["events"] if event["event"] == "screen"]
    assert any("PXE-T01" in line for line in screen) == (profile == VMWARE)


@pytest.mark.parametrize("profile", BOTH)
def test_no_tftp_server(lab: Lab, profile: str) -> None:
    """Nothing on port 69: the read request is repeated, by VMware's ROM for nine minutes."""
    daemons.isc_dhcpd(lab, named("boot.0"))
    done = boot(lab, profile, scale=0.03 if profile == VMWARE else 0.1)
    code = "PXE-E32" if profile == VMWARE else "4c126035"
    assert_failed(done, 20, "tftp-open-timeout", code)
    assert [event["kind"] for event in done.sent].count("RRQ") >= 3


@pytest.mark.parametrize("profile", BOTH)
def test_no_servers(lab: Lab, profile: str) -> None:
    """Nobody answers: four DISCOVERs, then no offer."""
    done = boot(lab, profile, scale=0.03)
    code = "PXE-E51" if profile == VMWARE else "040ee119"
    assert_failed(done, 10, "no-offer", code)
    assert [event["kind"] for event in done.sent].count("DHCPDISCOVER") == 4
    assert done.received == []
    assert done.report["lease"] is None


def test_deadline(lab: Lab) -> None:
    """A deadline counts the firmware's seconds, and ends the boot as neither good nor bad."""
    done = boot(lab, IPXE, "--deadline", "2", scale=PACE)
    assert (done.status, done.report["exit_code"], done.report["result"]) == (124, 124, "deadline")
    assert 2.0 <= done.report["seconds"] < 9.0  # 10 would be two seconds of ours
    assert (done.report["failure"], done.report["code"], done.errors) == (None, None, "")


def test_machine_of_the_user(lab: Lab) -> None:
    """A server that knows the machine by its MAC address gives it its own file."""
    mine = "--dhcp-host=02:00:00:00:00:07,set:mine,10.77.0.77"
    folder = tftp_folder(lab, "mine.0")
    daemons.dnsmasq(
        lab, RANGE, *tftp_options(folder), mine, "--dhcp-boot=tag:mine,mine.0", "--dhcp-boot=boot.0"
    )
    done = boot(lab, IPXE, "--mac", "02:00:00:00:00:07")
    assert_booted(done, SERVER, "mine.0", CONTENT)
    assert done.report["lease"]["address"] == "10.77.0.77"
