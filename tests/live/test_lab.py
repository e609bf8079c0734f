"""The lab itself: every server gets ready and answers, and nothing outlives a lab."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.dhcp import BOOTP
from scapy.layers.inet import IP
from scapy.layers.l2 import Ether

from tests.live import needs
from tests.live.netns import CHECKOUT, Lab, leftovers, open_lab
from tests.live.orders import MAC, discover, run_steps

pytestmark = pytest.mark.live

RANGE = "10.77.0.100,10.77.0.150"

DHCPD = """
ping-check false;
authoritative;
subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.100 10.77.0.150; }
"""

KEA = {
    "subnet4": [
        {"id": 1, "subnet": "10.77.0.0/24", "pools": [{"pool": "10.77.0.100 - 10.77.0.150"}]}
    ],
}

READ = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.settimeout(5)
    asking.sendto(bytes([0, 1]) + b"boot.0" + bytes(1) + b"octet" + bytes(1), ("10.77.0.1", 69))
    print(asking.recv(1000).hex())
"""

HOLD = """
import sys, time
from tests.live.netns import open_lab
with open_lab() as lab:
    server = lab.server.dnsmasq("--dhcp-range=10.77.0.100,10.77.0.150")
    print(server.pid, *(host.namespace for host in lab.hosts), lab.client, flush=True)
    time.sleep(60)
"""


def runs(pid: int | str) -> bool:
    """The process is alive; a zombie that nobody has collected yet is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def offers(lab: Lab, count: int) -> list[Ether]:
    """The offers that one DISCOVER of a PXE client gets."""
    results = run_steps(lab, ["packet", "c0", MAC], ["send", discover()], ["receive", count, 5])
    return [Ether(bytes.fromhex(octets)) for octets in results[-1]]


def test_isc_dhcpd_offers(lab: Lab) -> None:
    """ISC dhcpd is ready when its helper returns."""
    lab.server.isc_dhcpd(DHCPD)
    (offer,) = offers(lab, 1)
    assert offer[BOOTP].yiaddr.startswith("10.77.0.1")


def test_kea_offers(lab: Lab) -> None:
    """Kea is ready when its helper returns."""
    lab.server.kea(KEA)
    (offer,) = offers(lab, 1)
    assert offer[BOOTP].yiaddr.startswith("10.77.0.1")


@pytest.mark.parametrize("name", ["tftpd_hpa", "atftpd", "dnsmasq", "tftpy"])
def test_tftp_server_answers(lab: Lab, tmp_path: Path, name: str) -> None:
    """A TFTP server is ready when its helper returns, and serves the folder it was given."""
    tmp_path.chmod(0o755)
    (tmp_path / "boot.0").write_bytes(b"boot me")
    if name == "dnsmasq":
        lab.server.dnsmasq("--enable-tftp", f"--tftp-root={tmp_path}")
    else:
        getattr(lab.server, name)(tmp_path)
    answer = lab.python(["-c", READ], 10, lab.server.namespace)
    assert answer.stdout.strip() == "00030001" + b"boot me".hex()


def test_dhcp_and_proxy_on_two_hosts(lab: Lab) -> None:
    """With a second host the offers of two servers arrive, each from its own address."""
    proxy = lab.add_host("10.77.0.2")
    lab.server.dnsmasq(f"--dhcp-range={RANGE}")
    proxy.dnsmasq("--dhcp-range=10.77.0.0,proxy", "--pxe-service=x86PC,Boot,boot")
    received = offers(lab, 2)
    assert {offer[IP].src for offer in received} == {"10.77.0.1", "10.77.0.2"}


def test_dhcpd_on_a_tap(lab: Lab) -> None:
    """ISC dhcpd started on a TAP that nobody has joined yet serves who joins it."""
    tap = lab.tap()
    lab.server.isc_dhcpd(DHCPD)
    steps: list[list[Any]] = [["tap", tap, MAC], ["send", discover()], ["receive", 1, 5]]
    results = run_steps(lab, *steps, namespace=lab.server.namespace)
    assert len(results[-1]) == 1


def test_kea_on_a_tap(lab: Lab) -> None:
    """Kea cannot serve a TAP that nobody has joined, and the helper says so."""
    lab.tap()
    with pytest.raises(RuntimeError, match="serves no interface"):
        lab.server.kea(KEA)


def test_python_runs(lab: Lab) -> None:
    """A Python started in the client's namespace sees the client's interfaces and no others."""
    script = "import socket; print(sorted(n for _, n in socket.if_nameindex()))"
    assert lab.python(["-c", script], 10).stdout == "['c0', 'lo']\n"


def test_broken_server_shows_its_log(lab: Lab) -> None:
    """A server that refuses its configuration fails the test with its own words."""
    with pytest.raises(RuntimeError, match="dhcp-range"):
        lab.server.dnsmasq("--dhcp-range=nonsense")


def test_nothing_is_left_of_a_lab() -> None:
    """A lab that ends by an exception leaves neither processes nor namespaces."""
    with pytest.raises(KeyError), open_lab() as lab:  # noqa: PT012
        server = lab.server.dnsmasq(f"--dhcp-range={RANGE}")
        raise KeyError
    assert leftovers() == []
    assert not runs(server.pid)


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGKILL], ids=["interrupt", "kill"])
def test_servers_die_with_their_owner(wish: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C cleans everything up; even a killed test run leaves no server behind."""
    needs.require(*needs.LAB, "dnsmasq")
    command = [sys.executable, "-c", HOLD]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        stdout=pipe,
        stderr=pipe,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as owner:
        assert owner.stdout is not None
        pid, *namespaces = owner.stdout.readline().split()
        os.kill(owner.pid, wish)
        owner.communicate(timeout=10)
    deadline = time.monotonic() + 5
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(pid)
    left = [name for name in namespaces if Path("/run/netns", name).exists()]
    for name in left:
        subprocess.run([needs.program("ip"), "netns", "delete", name], check=True)
    assert left == ([] if wish == signal.SIGINT else namespaces)


def test_missing_names_program_and_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is named with the package that has it; CI turns a skip into a failure."""
    monkeypatch.setattr(needs, "_PACKAGES", {"no-such-server": "its-package"})
    words = "no-such-server (Debian package its-package)"
    assert words in needs.missing()
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-server"):
        needs.require("no-such-server")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-server"):
        needs.require("no-such-server")
