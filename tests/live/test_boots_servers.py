"""Boots of both families against real DHCP and TFTP servers, one test for each situation.

The servers' configurations are the ones that administrators write; each test says which.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pxeclient.lab import Host, Lab
from tests.live import daemons
from tests.live.boots import (
    ALL,
    BOTH,
    IPXE,
    RANGE,
    VMWARE,
    a_tap,
    assert_booted,
    assert_failed,
    boot,
    dhcpd_conf,
    tftp_folder,
    tftp_options,
)

pytestmark = pytest.mark.live

Servers = Callable[[Lab], None]
"""Starts the servers of a situation."""

SERVER, PROXY = "10.77.0.1", "10.77.0.2"

NEXT_SERVER_AND_FILE = (f"next-server {SERVER};", 'filename "boot.0";')
SAYS_PXECLIENT = 'option vendor-class-identifier "PXEClient";'
NO_DISCOVERY = "option vendor-encapsulated-options 06:01:08:ff;"

KEA = {
    "subnet4": [
        {
            "id": 1,
            "subnet": "10.77.0.0/24",
            "next-server": SERVER,
            "boot-file-name": "boot.0",
            "pools": [{"pool": "10.77.0.100 - 10.77.0.150"}],
        }
    ]
}


def dnsmasq(*options: str) -> Servers:
    """Dnsmasq as DHCP and TFTP server in one."""

    def start(lab: Lab) -> None:
        daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), *options)

    return start


def dhcpd(*statements: str) -> Servers:
    """ISC dhcpd, and tftpd-hpa on the same host."""

    def start(lab: Lab) -> None:
        daemons.isc_dhcpd(lab, dhcpd_conf(*statements))
        daemons.tftpd_hpa(lab, tftp_folder(lab))

    return start


def kea(lab: Lab) -> None:
    """Kea, and atftpd on the same host."""
    daemons.kea(lab, KEA)
    daemons.atftpd(lab, tftp_folder(lab))


def answers_4011(host: Host) -> None:
    """Have dnsmasq answer on port 4011 only: its port 67 is moved out of the way.

    A menu prompt turns its PXE side on; as there is no menu, the reply has 43.6 with bit 3.
    """
    daemons.dnsmasq(
        host,
        "--dhcp-alternate-port=1067",
        "--dhcp-range=10.77.0.0,proxy",
        "--pxe-prompt=Boot,0",
        f"--dhcp-boot=boot.0,,{host.address}",
    )


def proxy(lab: Lab, *options: str, serves_address: str = dhcpd_conf()) -> None:
    """Dnsmasq in proxy mode, with TFTP, on a host beside another one's DHCP server."""
    host = lab.add_host(f"{PROXY}/24")
    daemons.isc_dhcpd(lab, serves_address)
    daemons.dnsmasq(host, "--dhcp-range=10.77.0.0,proxy", *tftp_options(tftp_folder(lab)), *options)


@pytest.mark.parametrize(
    ("servers", "profile"),
    [
        *(pytest.param(dhcpd(*NEXT_SERVER_AND_FILE), name, id=f"dhcpd-{name}") for name in ALL),
        *(pytest.param(kea, name, id=f"kea-{name}") for name in BOTH),
        *(
            pytest.param(
                dnsmasq("--dhcp-boot=boot.0", "--dhcp-no-override"), name, id=f"dnsmasq-{name}"
            )
            for name in BOTH
        ),
        *(
            pytest.param(dnsmasq("--dhcp-boot=boot.0"), name, id=f"dnsmasq-option-67-{name}")
            for name in BOTH
        ),
    ],
)
def test_plain_dhcp(lab: Lab, servers: Servers, profile: str) -> None:
    """Next server and boot file from a server that does not say PXEClient: all boot from them."""
    servers(lab)
    done = boot(lab, profile)
    assert_booted(done, SERVER)
    assert done.asked == []
    assert done.report["boot_file"]["named_by"] == f"the DHCPACK from {SERVER}"
    lease = done.report["lease"]
    assert lease["address"].startswith("10.77.0.1")
    assert (lease["mask"], lease["server"]) == ("255.255.255.0", SERVER)
    assert lease["seconds"] >= 600


@pytest.mark.parametrize("profile", ALL)
def test_port_4011_names_the_boot_file(lab: Lab, profile: str) -> None:
    """One host sends option 60 and nothing else; its port 4011 names the file: all ask there.

    ISC dhcpd has port 67; dnsmasq on the same host has port 4011 and TFTP.
    """
    daemons.isc_dhcpd(lab, dhcpd_conf(SAYS_PXECLIENT))
    daemons.tftpd_hpa(lab, tftp_folder(lab))
    answers_4011(lab)
    done = boot(lab, profile, scale=0.3)
    assert_booted(done, SERVER)
    assert done.report["boot_file"]["named_by"] == f"the DHCPACK from {SERVER}:4011"
    assert set(done.asked) == {SERVER}
    first = done.report["requests_on_4011"][0]
    assert first["ciaddr"] == done.report["lease"]["address"]
    assert first["source_port"] == (4011 if profile == VMWARE else 68)


OPTION_60_AND_FILE = [
    pytest.param(dhcpd(SAYS_PXECLIENT, *NEXT_SERVER_AND_FILE), id="dhcpd"),
    pytest.param(
        dnsmasq("--dhcp-boot=boot.0", "--dhcp-no-override", "--dhcp-option-force=60,PXEClient"),
        id="dnsmasq",
    ),
]
"""One host says PXEClient, names server and file, and has nothing on port 4011."""


@pytest.mark.parametrize("servers", OPTION_60_AND_FILE)
def test_ipxe_boots_the_offered_file(lab: Lab, servers: Servers) -> None:
    """Option 60 with server and file, port 4011 closed: iPXE boots at once and asks nobody."""
    servers(lab)
    done = boot(lab, IPXE)
    assert_booted(done, SERVER)
    assert done.asked == []
    # It does not wait for another offer either.
    offered = next(event["at"] for event in done.received if event["kind"] == "DHCPOFFER")
    asked = next(event["at"] for event in done.sent if event["kind"] == "DHCPREQUEST")
    assert asked - offered < 0.01


@pytest.mark.parametrize("servers", OPTION_60_AND_FILE)
def test_vmware_insists_on_port_4011(lab: Lab, servers: Servers) -> None:
    """Option 60 with server and file, port 4011 closed: VMware's ROM ends with PXE-E55."""
    servers(lab)
    done = boot(lab, VMWARE)
    assert_failed(done, 13, "no-proxy-reply", "PXE-E55")
    assert done.asked == [SERVER] * 4
    assert done.report["text"] == (
        "PXE-E55: ProxyDHCP service did not reply to request on port 4011"
    )
    assert "RRQ" not in {event["kind"] for event in done.sent}


@pytest.mark.parametrize("profile", BOTH)
@pytest.mark.parametrize(
    "servers",
    [
        pytest.param(dhcpd(SAYS_PXECLIENT, NO_DISCOVERY, *NEXT_SERVER_AND_FILE), id="dhcpd"),
        pytest.param(
            dnsmasq("--dhcp-boot=boot.0", "--dhcp-option=vendor:PXEClient,6,8"), id="dnsmasq-vendor"
        ),
        pytest.param(
            dnsmasq(
                "--dhcp-boot=boot.0",
                "--dhcp-no-override",
                "--dhcp-option-force=60,PXEClient",
                "--dhcp-option-force=43,06:01:08:ff",
            ),
            id="dnsmasq-force",
        ),
    ],
)
def test_discovery_switched_off(lab: Lab, servers: Servers, profile: str) -> None:
    """Option 60, server, file, and 43.6 with bit 3 from one host: all boot without port 4011."""
    servers(lab)
    done = boot(lab, profile)
    assert_booted(done, SERVER)
    assert done.asked == []


@pytest.mark.parametrize("profile", ALL)
def test_proxy_beside_a_dhcp_server(lab: Lab, profile: str) -> None:
    """A proxy offer with server, file and 43.6 bit 3 beside a bare DHCP server boots all.

    That is what dnsmasq's proxy mode offers when there is something PXE about it (here the
    prompt) but no menu, and dhcp-boot names the server.
    """
    proxy(lab, "--pxe-prompt=Boot,0", f"--dhcp-boot=boot.0,,{PROXY}")
    done = boot(lab, profile, scale=0.3)
    assert_booted(done, PROXY)
    assert done.asked == []
    assert done.report["boot_file"]["named_by"] == f"the proxy offer from {PROXY}"
    assert done.report["lease"]["server"] == SERVER


@pytest.mark.parametrize("profile", BOTH)
def test_menu_of_a_proxy(lab: Lab, profile: str) -> None:
    """The menu of one item that dnsmasq makes of a pxe-service leads to its boot server."""
    proxy(lab, "--pxe-service=x86PC,Boot,boot")
    done = boot(lab, profile)
    assert_booted(done, PROXY, name="boot.0")
    assert {request["boot_server_type"] for request in done.report["requests_on_4011"]} == {0x8000}


@pytest.mark.parametrize("profile", BOTH)
def test_proxy_without_pxe_offers_nothing(lab: Lab, profile: str) -> None:
    """Dnsmasq's proxy mode with dhcp-boot alone stays silent: nobody names a boot file."""
    proxy(lab, f"--dhcp-boot=boot.0,,{PROXY}")
    done = boot(lab, profile, scale=0.1)
    code = "PXE-E53" if profile == VMWARE else "2d03e13b"
    assert_failed(done, 12, "no-boot-file", code)
    assert {event["from"] for event in done.received if "DHCP" in event["kind"]} == {f"{SERVER}:67"}


@pytest.mark.parametrize("profile", BOTH)
def test_boot_over_a_tap(lab: Lab, profile: str) -> None:
    """A TAP with dnsmasq on it is as good as a cable, and stays when the boot is over."""
    host = a_tap(lab)
    daemons.dnsmasq(host, RANGE, *tftp_options(tftp_folder(host)), "--dhcp-boot=boot.0")
    done = boot(lab, profile, tap=host)
    assert_booted(done, SERVER)
    assert done.report["network"] == "TAP device tap0"
    again = boot(lab, profile, tap=host)
    assert_booted(again, SERVER)


def test_own_pace(lab: Lab) -> None:
    """Without --time-scale the firmware's waits are waited: three seconds for a proxy offer."""
    dnsmasq("--dhcp-boot=boot.0")(lab)
    started = time.monotonic()
    done = boot(lab, IPXE, scale=1)
    passed = time.monotonic() - started
    assert_booted(done, SERVER)
    assert done.report["seconds"] >= 3.0
    assert passed >= done.report["seconds"]
    # No timer is early; how late they are is the machine's affair, and only its.
    discovers = [event["at"] for event in done.sent if event["kind"] == "DHCPDISCOVER"]
    assert len(discovers) == 2
    assert 1.0 <= discovers[1] - discovers[0] < 2.0
    assert done.report["seconds"] < 6.0


def test_two_boots_in_a_row_differ(lab: Lab) -> None:
    """On a real wire chance comes from the clock: a second boot has another transaction id."""
    dnsmasq("--dhcp-boot=boot.0", "--dhcp-option-force=60,PXEClient")(lab)
    details = {boot(lab, IPXE).sent[0]["detail"] for _ in range(2)}
    assert len(details) == 2
