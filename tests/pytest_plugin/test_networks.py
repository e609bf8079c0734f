"""`pxe_network` in other people's projects: private networks, loopback, and servers there."""

from __future__ import annotations

import pytest

from tests.lab.labs import CHECKOUT, DNSMASQ, require_lab
from tests.pytest_plugin.strangers import OTHERS, passes

CANNOT = """
import pytest
from pxeclient import lab

@pytest.fixture(autouse=True)
def cannot(monkeypatch):
    def refuse():
        raise lab.LabUnavailable("No private network can be made here: because.")
    monkeypatch.setattr(lab, "open_lab", refuse)

@pytest.fixture
def server(pxe_network):
    pxe_network.start(["sh", "-c", "sleep 9"])

def test_a(pxe_network):
    pxe_network.start(["sh", "-c", "sleep 9"])
    raise AssertionError
def test_b(server, pxe_boot):
    raise AssertionError
def test_c(pxe_network):
    pxe_network.add_host("10.77.0.2/24")
    raise AssertionError
"""


def without_networks(pytester: pytest.Pytester, **counts: int) -> str:
    """How those tests end, and what is shown."""
    pytester.makepyfile(CANNOT)
    result = pytester.runpytest(*OTHERS, "-rs")
    result.assert_outcomes(**counts)
    return " ".join(result.stdout.str().split())


def test_without_private_networks(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests of servers that need one are skipped, and say why; on a CI machine they fail."""
    monkeypatch.delenv("CI", raising=False)
    shown = without_networks(pytester, skipped=3)
    assert "No private network can be made here: because. sh cannot run on the loopback" in shown
    assert "its command has none of {dhcp_port}, {tftp_port} and {proxy_port}" in shown
    assert "here: because. 10.77.0.2/24 is not on the segment 127.0.0.0/24." in shown
    monkeypatch.setenv("CI", "true")
    assert "sh cannot run on the loopback" in without_networks(pytester, errors=1, failed=2)


def test_without_private_networks_and_never_on_loopback(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for no loopback gets none."""
    monkeypatch.delenv("CI", raising=False)
    pytester.makeini("[pytest]\npxe_loopback = never\n")
    assert "on the loopback interface" not in without_networks(pytester, skipped=3)
    monkeypatch.setenv("CI", "true")
    assert "here: because." in without_networks(pytester, errors=3)


@pytest.mark.parametrize(("when", "words"), [("sometimes", "must be never, otherwise, always")])
def test_a_wrong_time_for_loopback(pytester: pytest.Pytester, when: str, words: str) -> None:
    """The setting is one of three words."""
    pytester.makeini(f"[pytest]\npxe_loopback = {when}\n")
    result = passes(pytester, "def test_a(pxe_network): pass\n", errors=1)
    result.stdout.fnmatch_lines([f"*pxe_loopback = {when}: it {words}*"])


REFUSE = CANNOT[: CANNOT.index("@pytest.fixture\ndef server")]
LOOPBACK = f"""
import sys
SERVER = [sys.executable, "{CHECKOUT}/tests/lab/small_server.py", "{{interface}}", "{{address}}",
    "{{dhcp_port}}", "{{tftp_port}}", "{{first}}"]

def test_boots(pxe_network, pxe_boot):
    assert pxe_network.kind == KIND
    pxe_network.start(SERVER)
    result = pxe_boot("vmware-e1000e", time_scale=0.2).booted("boot.0", server=pxe_network.address)
    assert pxe_network.leases[0] == result.lease.address

def test_asks(pxe_network, pxe_boot):
    pxe_network.start([*SERVER, "0"])
    pxe_boot("vmware-e1000e", time_scale=0.2).failed("PXE-E55").asked_4011(pxe_network.address)
"""


@pytest.mark.live
def test_loopback_otherwise(pytester: pytest.Pytester) -> None:
    """Where no private network can be made, servers that know their ports run on loopback."""
    passes(pytester, REFUSE + LOOPBACK.replace("KIND", '"loopback"'), passed=2)


@pytest.mark.live
def test_loopback_always(pytester: pytest.Pytester) -> None:
    """Even where one could be made; without the setting the same tests run in one."""
    require_lab()
    pytester.makeini("[pytest]\npxe_loopback = always\n")
    passes(pytester, LOOPBACK.replace("KIND", '"loopback"'), passed=2)
    pytester.makeini("[pytest]\n")
    passes(pytester, LOOPBACK.replace("== KIND", 'in ("root", "rootless")'), passed=2)


@pytest.mark.live
def test_a_lease_from_elsewhere(pytester: pytest.Pytester) -> None:
    """On the loopback interface: a sentence, not a boot that waits for nothing."""
    pytester.makeini("[pytest]\npxe_loopback = always\n")
    code = LOOPBACK.replace("KIND", '"loopback"').replace("{first}", "10.0.0.9")
    shown = passes(pytester, code, failed=2).stdout.str()
    assert "The machine was given the address 10.0.0.9: on loopback a lease must be from" in shown


STRANGER = """
def test_vmware_boots_from_our_dnsmasq(pxe_network, pxe_boot, tmp_path):
    (pxe_network.folder / "pxelinux.0").write_bytes(b"boot me")
    pxe_network.start(["dnsmasq", "-d", "--port=0", "--no-ping", "--interface={interface}",
        "--dhcp-range=10.77.0.50,10.77.0.99", "--dhcp-boot=pxelinux.0", "--enable-tftp",
        "--tftp-root={folder}"OPTIONS])
    pxe_boot("vmware-e1000e", time_scale=0.2).booted("pxelinux.0", server="10.77.0.1")
"""


@pytest.mark.live
def test_a_stranger_tests_dnsmasq(pytester: pytest.Pytester) -> None:
    """Five lines tell whether a real server boots a firmware, and if not, why not."""
    require_lab("dnsmasq")
    passes(pytester, STRANGER.replace("OPTIONS", ""), passed=1)
    code = STRANGER.replace("OPTIONS", ', "--dhcp-option=60,PXEClient"')
    shown = passes(pytester, code, failed=1).stdout.str()
    assert "PXE-E55: ProxyDHCP service did not reply" in shown
    assert "▲ D43-VMW: " in shown
    assert "log of dnsmasq on 10.77.0.1" in shown
    assert "dnsmasq-dhcp: DHCP, IP range 10.77.0.50 -- 10.77.0.99" in shown


@pytest.mark.live
def test_a_server_that_does_not_start(pytester: pytest.Pytester) -> None:
    """Its own words are the failure."""
    require_lab("dnsmasq")
    code = 'def test_a(pxe_network): pxe_network.start(["dnsmasq", "--nonsense"])\n'
    shown = passes(pytester, code, failed=1).stdout.str()
    assert "LabError: dnsmasq ended with status 1 before it was ready" in shown
    assert "bad command line options" in shown
    assert "lab.py" not in shown


@pytest.mark.live
def test_a_server_that_is_not_installed(pytester: pytest.Pytester) -> None:
    """The test's own line, and a sentence."""
    require_lab()
    code = 'def test_a(pxe_network): pxe_network.start(["dnsmask"])\n'
    shown = passes(pytester, code, failed=1).stdout.str()
    assert "LabError: There is no program 'dnsmask' to be executed" in shown
    assert "lab.py" not in shown


RELAY = """
def test_behind_a_relay_agent(pxe_network, pxe_boot):
    branch = pxe_network.add_segment()
    relay = pxe_network.add_host("10.77.0.2/24")
    relay.plug_into(branch, "10.78.0.1/24")
    pxe_network.add_route("10.78.0.0/24", "10.77.0.2")
    (pxe_network.folder / "pxelinux.0").write_bytes(b"boot me")
    dnsmasq = ["dnsmasq", "-d", "--conf-file=/dev/null", "--port=0", "--no-ping"]
    server = pxe_network.start([*dnsmasq, "--interface={interface}", "--dhcp-boot=pxelinux.0",
        "--dhcp-range=10.78.0.50,10.78.0.99,255.255.255.0", "--enable-tftp",
        "--tftp-root={folder}"])
    relay.start([*dnsmasq, "--dhcp-relay=10.78.0.1,10.77.0.1"])
    result = pxe_boot("ipxe", segment=branch).booted("pxelinux.0", server="10.77.0.1")
    assert result.lease.address.startswith("10.78.0.")
    assert result.lease.router == "10.78.0.1"
    assert server.await_log("DHCPACK")
    assert pxe_network.run(["ls", "{folder}"]).stdout == "pxelinux.0\\n"
"""


@pytest.mark.live
def test_a_machine_behind_a_relay_agent(pytester: pytest.Pytester) -> None:
    """On a segment of its own, with a router between."""
    require_lab("dnsmasq")
    passes(pytester, RELAY, passed=1)


@pytest.mark.live
def test_a_tftp_server_for_who_has_none(pytester: pytest.Pytester) -> None:
    """`tftp` hands out a folder of the project's."""
    require_lab("dnsmasq")
    (pytester.path / "boot.0").write_bytes(b"boot me")
    passes(
        pytester,
        f"""
        def test_boots(pxe_network, pxe_boot):
            pxe_network.tftp({str(pytester.path)!r})
            pxe_network.start({[*DNSMASQ, "--dhcp-boot=boot.0"]!r})
            assert pxe_boot("ipxe").booted("boot.0").boot_file.content == b"boot me"
        """,
        passed=1,
    )
