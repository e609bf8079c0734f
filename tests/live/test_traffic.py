"""What a boot does to the machine that it runs on: frames on one interface, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pxeclient.lab import Host, Lab
from tests.live import daemons
from tests.live.boots import (
    BOTH,
    IPXE,
    RANGE,
    a_tap,
    assert_booted,
    boot,
    pxeclient,
    tftp_folder,
    tftp_options,
)
from tests.live.deeds import on

pytestmark = pytest.mark.live

ADDRESS = "10.77.0.9"


def ip(host: Host, *arguments: str) -> Any:
    """What `ip -json` says on a host; None for a command that says nothing."""
    said = on(host, "ip", "-json", *arguments)
    return json.loads(said) if said else None


def counters(host: Host) -> dict[str, tuple[int, int]]:
    """Frames sent and received on each interface so far."""
    return {
        link["ifname"]: (link["stats64"]["tx"]["packets"], link["stats64"]["rx"]["packets"])
        for link in ip(host, "-s", "link")
    }


def configuration(host: Host) -> list[Any]:
    """Interfaces, addresses, routes and neighbours."""
    return [ip(host, "-d", what) for what in ("address", "route", "neighbour")]


@pytest.fixture
def served(lab: Lab, client: Host) -> Lab:
    """A lab with a DHCP and TFTP server, and with a second interface beside the client's."""
    ip(client, "link", "add", "other0", "type", "veth", "peer", "name", "other1")
    for name in ("other0", "other1"):
        ip(client, "link", "set", name, "up")
    ip(client, "address", "add", "192.0.2.1/24", "dev", "other0")
    daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=boot.0")
    return lab


@pytest.mark.parametrize("profile", BOTH)
def test_frames_on_one_interface_only(served: Lab, client: Host, profile: str) -> None:
    """The chosen interface sends exactly the frames in the trace, the others send none."""
    before = counters(client)
    done = boot(served, profile)
    assert_booted(done, "10.77.0.1")
    after = counters(client)
    assert after["lo"] == (0, 0)
    assert after["other0"] == before["other0"]
    assert after["c0"][0] - before["c0"][0] == len(done.sent)
    assert after["c0"][1] - before["c0"][1] >= len(done.received)


@pytest.mark.parametrize("profile", BOTH)
def test_configuration_stays(served: Lab, client: Host, profile: str) -> None:
    """Addresses, routes and neighbours of the machine are the same before and after."""
    ip(client, "address", "add", f"{ADDRESS}/24", "dev", "c0")
    before = configuration(client)
    done = boot(served, profile)
    assert_booted(done, "10.77.0.1")
    assert configuration(client) == before
    assert done.report["lease"]["address"] != ADDRESS


def test_own_address_stays_while_booting(served: Lab, client: Host) -> None:
    """A machine whose interface has an address sends nothing of its own because of a boot."""
    ip(client, "address", "add", f"{ADDRESS}/24", "dev", "c0")
    before = counters(client)
    done = boot(served, IPXE)
    assert_booted(done, "10.77.0.1")
    assert counters(client)["c0"][0] - before["c0"][0] == len(done.sent)


def test_tap_touches_no_other_interface(lab: Lab) -> None:
    """A boot over a TAP leaves the loopback of its namespace alone, and the TAP as it was."""
    host = a_tap(lab)
    daemons.dnsmasq(host, RANGE, *tftp_options(tftp_folder(host)), "--dhcp-boot=boot.0")
    before = ip(host, "address", "show", "dev", host.interface)[0]["addr_info"]
    done = boot(lab, IPXE, tap=host)
    assert_booted(done, "10.77.0.1")
    links = counters(host)
    assert links["lo"] == (0, 0)
    assert links[host.interface][1] == len(done.sent)
    assert ip(host, "address", "show", "dev", host.interface)[0]["addr_info"] == before


def test_practice_sends_nothing(served: Lab, client: Host) -> None:
    """A boot on the practice network sends nothing on any interface."""
    before = counters(client)
    done = pxeclient(client, "boot", "-p", IPXE, "--json")
    assert done.returncode == 0
    assert counters(client) == before
