"""What a boot does to the machine that it runs on: frames on one interface, and nothing else."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.live.boots import BOTH, IPXE, RANGE, assert_booted, boot, tftp_folder, tftp_options
from tests.live.needs import TAP_DEVICE, program, require
from tests.live.netns import Lab

pytestmark = pytest.mark.live

ADDRESS = "10.77.0.9"


def ip(namespace: str, *arguments: str) -> Any:
    """What `ip -json` says in a namespace; None for a command that says nothing."""
    command = [program("ip"), "-n", namespace, "-json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    return json.loads(done.stdout) if done.stdout else None


def counters(namespace: str) -> dict[str, tuple[int, int]]:
    """Frames sent and received on each interface so far."""
    return {
        link["ifname"]: (link["stats64"]["tx"]["packets"], link["stats64"]["rx"]["packets"])
        for link in ip(namespace, "-s", "link")
    }


def configuration(namespace: str) -> list[Any]:
    """Interfaces, addresses, routes and neighbours."""
    return [ip(namespace, "-d", what) for what in ("address", "route", "neighbour")]


@pytest.fixture
def served(lab: Lab) -> Lab:
    """A lab with a DHCP and TFTP server, and with a second interface beside the client's."""
    ip(lab.client, "link", "add", "other0", "type", "veth", "peer", "name", "other1")
    for name in ("other0", "other1"):
        ip(lab.client, "link", "set", name, "up")
    ip(lab.client, "address", "add", "192.0.2.1/24", "dev", "other0")
    lab.server.dnsmasq(RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=boot.0")
    return lab


@pytest.mark.parametrize("profile", BOTH)
def test_frames_on_one_interface_only(served: Lab, profile: str) -> None:
    """The chosen interface sends exactly the frames in the trace, the others send none."""
    before = counters(served.client)
    done = boot(served, profile)
    assert_booted(done, "10.77.0.1")
    after = counters(served.client)
    assert after["lo"] == (0, 0)
    assert after["other0"] == before["other0"]
    assert after["c0"][0] - before["c0"][0] == len(done.sent)
    assert after["c0"][1] - before["c0"][1] >= len(done.received)


@pytest.mark.parametrize("profile", BOTH)
def test_configuration_stays(served: Lab, profile: str) -> None:
    """Addresses, routes and neighbours of the machine are the same before and after."""
    ip(served.client, "address", "add", f"{ADDRESS}/24", "dev", "c0")
    before = configuration(served.client)
    done = boot(served, profile)
    assert_booted(done, "10.77.0.1")
    assert configuration(served.client) == before
    assert done.report["lease"]["address"] != ADDRESS


def test_own_address_stays_while_booting(served: Lab) -> None:
    """A machine whose interface has an address sends nothing of its own because of a boot."""
    ip(served.client, "address", "add", f"{ADDRESS}/24", "dev", "c0")
    before = counters(served.client)
    done = boot(served, IPXE)
    assert_booted(done, "10.77.0.1")
    assert counters(served.client)["c0"][0] - before["c0"][0] == len(done.sent)


def test_tap_touches_no_other_interface(lab: Lab) -> None:
    """A boot over a TAP leaves the loopback of its namespace alone, and the TAP as it was."""
    require(TAP_DEVICE)
    name = lab.tap()
    lab.server.dnsmasq(RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=boot.0")
    before = ip(lab.server.namespace, "address", "show", "dev", name)[0]["addr_info"]
    done = boot(lab, IPXE, tap=name)
    assert_booted(done, "10.77.0.1")
    links = counters(lab.server.namespace)
    assert links["lo"] == (0, 0)
    assert links[name][1] == len(done.sent)
    assert ip(lab.server.namespace, "address", "show", "dev", name)[0]["addr_info"] == before


def test_practice_sends_nothing(served: Lab) -> None:
    """A boot on the practice network sends nothing on any interface."""
    before = counters(served.client)
    done = served.client_run(["boot", "-p", IPXE, "--json"], 30)
    assert done.returncode == 0
    assert counters(served.client) == before
