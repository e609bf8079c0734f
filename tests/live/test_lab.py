"""The lab itself: every server gets ready and answers, and nothing outlives a lab."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scapy.layers.dhcp import BOOTP
from scapy.layers.inet import IP
from scapy.layers.l2 import Ether

from pxeclient.lab import Host, Lab, LabError, open_lab
from tests.lab.labs import CHECKOUT, await_none
from tests.live import daemons, needs
from tests.live.boots import a_tap
from tests.live.deeds import MAC, PATIENCE, deed, discover, on
from tests.processes import ended_in_time, heeding_signals

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
    asking.settimeout(60)
    asking.sendto(bytes([0, 1]) + b"boot.0" + bytes(1) + b"octet" + bytes(1), ("10.77.0.1", 69))
    print(asking.recv(1000).hex())
"""

HOLD = """
import os, time
from pxeclient.lab import open_lab
from tests.live import daemons
with open_lab() as lab:
    daemons.dnsmasq(lab, "--dhcp-range=10.77.0.100,10.77.0.150")
    lab.add_host(interface="c0").spawn(["sleep", "600"])
    print("served", flush=True)
    time.sleep(600)
"""


def offers(lab: Lab, count: int) -> list[Ether]:
    """The offers that one DISCOVER of a PXE client gets."""
    with lab.link(bytes.fromhex(MAC)) as link:
        link.send(bytes.fromhex(discover()))
        heard = [link.receive(link.now() + PATIENCE) for _ in range(count)]
    return [Ether(octets) for octets in heard if octets is not None]


def test_isc_dhcpd_offers(lab: Lab) -> None:
    """ISC dhcpd is ready when its helper returns."""
    daemons.isc_dhcpd(lab, DHCPD)
    (offer,) = offers(lab, 1)
    assert offer[BOOTP].yiaddr.startswith("10.77.0.1")


def test_kea_offers(lab: Lab) -> None:
    """Kea is ready when its helper returns."""
    daemons.kea(lab, KEA)
    (offer,) = offers(lab, 1)
    assert offer[BOOTP].yiaddr.startswith("10.77.0.1")


@pytest.mark.parametrize("name", ["tftpd_hpa", "atftpd", "dnsmasq", "tftpy", "ours"])
def test_tftp_server_answers(lab: Lab, tmp_path: Path, name: str) -> None:
    """A TFTP server is ready when its helper returns, and serves the folder it was given."""
    tmp_path.chmod(0o755)
    (tmp_path / "boot.0").write_bytes(b"boot me")
    if name == "dnsmasq":
        daemons.dnsmasq(lab, "--enable-tftp", f"--tftp-root={tmp_path}")
    elif name == "ours":
        lab.tftp(tmp_path)
    else:
        getattr(daemons, name)(lab, tmp_path)
    assert on(lab, sys.executable, "-c", READ).strip() == "00030001" + b"boot me".hex()


def test_dhcp_and_proxy_on_two_hosts(lab: Lab) -> None:
    """With a second host the offers of two servers arrive, each from its own address."""
    proxy = lab.add_host("10.77.0.2/24")
    daemons.dnsmasq(lab, f"--dhcp-range={RANGE}")
    daemons.dnsmasq(proxy, "--dhcp-range=10.77.0.0,proxy", "--pxe-service=x86PC,Boot,boot")
    received = offers(lab, 2)
    assert {offer[IP].src for offer in received} == {"10.77.0.1", "10.77.0.2"}


def test_dhcpd_on_a_tap(lab: Lab) -> None:
    """ISC dhcpd started on a TAP that nobody has joined yet serves who joins it."""
    host = a_tap(lab)
    daemons.isc_dhcpd(host, DHCPD)
    with deed(host, "use", "tap", host.interface, discover()) as joined:
        joined.step()
        assert Ether(bytes.fromhex(joined.step()))[BOOTP].op == 2


def test_kea_on_a_tap(lab: Lab) -> None:
    """Kea cannot serve a TAP that nobody has joined, and the helper says so."""
    with pytest.raises(LabError, match="serves no interface"):
        daemons.kea(a_tap(lab), KEA)


def test_python_runs(client: Host) -> None:
    """A Python started on the machine that boots sees its interfaces and no others."""
    script = "import socket; print(sorted(n for _, n in socket.if_nameindex()))"
    assert on(client, sys.executable, "-c", script) == "['c0', 'lo']\n"


def test_broken_server_shows_its_log(lab: Lab) -> None:
    """A server that refuses its configuration fails the test with its own words."""
    with pytest.raises(LabError, match="dhcp-range"):
        daemons.dnsmasq(lab, "--dhcp-range=nonsense")


def test_nothing_is_left_of_a_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lab that ends by an exception leaves neither processes nor namespaces, which have none."""
    needs.require_lab("dnsmasq")
    monkeypatch.setenv("PXECLIENT_TEST", "an exception")
    with pytest.raises(KeyError), open_lab() as lab:  # noqa: PT012
        daemons.dnsmasq(lab, f"--dhcp-range={RANGE}")
        raise KeyError
    assert await_none("PXECLIENT_TEST=an exception", 0.0) == []
    assert not lab.folder.exists()


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGKILL], ids=["interrupt", "kill"])
def test_servers_die_with_their_owner(wish: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C cleans everything up, and even a killed test run leaves nothing at all behind."""
    needs.require_lab("dnsmasq")
    mark = f"{tmp_path.name}-{os.getpid()}"
    with (
        subprocess.Popen(
            [sys.executable, "-c", HOLD],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
            env={**os.environ, "PXECLIENT_TEST": mark, "TMPDIR": str(tmp_path)},
            preexec_fn=heeding_signals,
        ) as owner,
        ended_in_time(owner),
    ):
        assert owner.stdout is not None
        assert owner.stdout.readline() == "served\n"
        os.kill(owner.pid, wish)
        owner.communicate()
    assert await_none(f"PXECLIENT_TEST={mark}") == []
    assert list(tmp_path.iterdir()) == []


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


def test_what_the_kernel_forbids(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary user's test is skipped, with the reason; root's fails on a CI machine."""
    monkeypatch.setattr(needs, "_unavailable", lambda: "No private network: because.")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.skip.Exception, match="because"):
        needs.require_lab()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(pytest.fail.Exception, match="because"):
        needs.require_lab()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="because"):
        needs.require_lab()
