"""`--mac own`: a machine under the address of a card that its host's kernel uses as well."""

from __future__ import annotations

import re

import pytest

from pxeclient.lab import Host, Lab
from tests.live import daemons
from tests.live.boots import (
    IPXE,
    RANGE,
    VMWARE,
    assert_booted,
    assert_failed,
    boot,
    client_of,
    pxeclient,
    tftp_folder,
    tftp_options,
)
from tests.live.needs import require

pytestmark = pytest.mark.live

SERVER, OWN = "10.77.0.1", "10.77.0.60"


def mac_of(host: Host) -> str:
    """The address of its card."""
    require("ip")
    shown = host.run(["ip", "-o", "link", "show", host.interface]).stdout
    return shown.partition("link/ether ")[2].split()[0]


def refused(host: Host) -> int:
    """ICMP errors (destination unreachable) that its kernel has sent so far."""
    names, values = re.findall(r"^Icmp: (.*)$", host.run(["cat", "/proc/net/snmp"]).stdout, re.M)
    return int(dict(zip(names.split(), values.split(), strict=True))["OutDestUnreachs"])


def serve(lab: Lab, *options: str) -> Host:
    """dnsmasq on the servers' host; the machine's host has an address, too."""
    require("ip")
    client = client_of(lab)
    client.run(["ip", "address", "add", f"{OWN}/24", "dev", client.interface])
    folder = tftp_folder(lab)
    daemons.dnsmasq(lab, RANGE, "--dhcp-boot=boot.0", *tftp_options(folder), *options)
    return client


@pytest.mark.parametrize("profile", [IPXE, VMWARE])
def test_it_boots_beside_the_kernel(lab: Lab, profile: str) -> None:
    """With an address of its own, from the server's range."""
    client = serve(lab)
    before = refused(client)
    done = boot(lab, profile, "--mac", "own")
    assert_booted(done, SERVER)
    assert done.report["lease"]["address"] != OWN
    assert refused(client) == before


@pytest.mark.parametrize("profile", [IPXE, VMWARE])
def test_it_boots_with_its_hosts_address(lab: Lab, profile: str) -> None:
    """As of a server that goes by MAC addresses; and the kernel refuses none of its datagrams."""
    client = client_of(lab)
    mac = mac_of(client)
    serve(lab, f"--dhcp-host={mac},{OWN}")
    before = refused(client)
    done = boot(lab, profile, "--mac", "own")
    assert_booted(done, SERVER)
    assert done.report["lease"]["address"] == OWN
    assert refused(client) == before
    # The same address by hand is nobody's to look after: that is what is prevented.
    boot(lab, profile, "--mac", mac, "--deadline", "60")
    assert refused(client) > before


def test_silence_says_what_to_try(lab: Lab) -> None:
    """Under another address than the card's nobody may have heard it; under its own that is no
    matter."""
    borrowed = boot(lab, IPXE)
    assert_failed(borrowed, 10, "no-offer", "040ee119")
    (finding,) = [one for one in borrowed.report["findings"] if one["id"] == "N-OFFER"]
    assert "try --mac own" in finding["seen"]
    own = boot(lab, IPXE, "--mac", "own")
    (finding,) = [one for one in own.report["findings"] if one["id"] == "N-OFFER"]
    assert "--mac own" not in finding["seen"]


def test_a_table_of_one_machine(lab: Lab) -> None:
    """Of several it is refused: one address is one machine's."""
    client = serve(lab)
    mac = mac_of(client)
    options = ("--interface", "c0", "--mac", "own", "--json")
    one = pxeclient(client, "matrix", "-p", IPXE, *options)
    assert one.returncode == 0, one.stdout + one.stderr
    assert f'"mac": "{mac}"' in one.stdout
    two = pxeclient(client, "matrix", "-p", IPXE, "-p", VMWARE, *options)
    assert two.returncode == 2
    assert "--mac own is one address, for one machine: choose it with -p" in two.stderr


def test_no_carrier_is_told(lab: Lab) -> None:
    """Before anything is sent."""
    require("ip")
    client = client_of(lab)
    client.run(["ip", "link", "add", "lone0", "type", "veth", "peer", "name", "lone1"])
    client.run(["ip", "link", "set", "lone0", "up"])
    done = pxeclient(client, "boot", "-p", IPXE, "-i", "lone0", "--deadline", "0.5")
    told = "Interface 'lone0' has no carrier: its cable is out, or the other end is down."
    assert told in done.stderr
    down = pxeclient(client, "boot", "-p", IPXE, "-i", "lone1")
    assert "Interface 'lone1' is down" in down.stderr
    assert "carrier" not in down.stderr
