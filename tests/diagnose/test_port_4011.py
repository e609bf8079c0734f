"""Option 60, option 43 and port 4011."""

from __future__ import annotations

import pytest

from pxeclient.diagnose import Severity
from tests.diagnose.boots import (
    BARE,
    DHCP,
    EDK2,
    IPXE,
    NO_DISCOVERY,
    PROXY,
    SAYS_PXE,
    TFTP,
    VMWARE,
    boot,
    found,
    hides,
    host,
    shows,
)

STOPS, OTHERS = Severity.STOPS, Severity.OTHERS
NO_FILE = {"siaddr": "0.0.0.0", "file": ""}
NAMES_FILE = {"siaddr": TFTP, "file": "boot.0"}


@pytest.mark.parametrize("firmware", [VMWARE, EDK2])
def test_d43_vmw_stops_who_insists(firmware: str) -> None:
    """A proxy offer with server and file but no 43.6 sends the firmware to a dead port 4011."""
    trace = boot(firmware, both=NO_FILE, proxy=NAMES_FILE)
    finding = shows(trace, "D43-VMW", STOPS, f"{TFTP}:4011", "file boot.0", "got no answer")
    assert finding.cures[0].dnsmasq == ("dhcp-option=vendor:PXEClient,6,8",)
    assert "option vendor-encapsulated-options 06:01:08:ff;" in finding.cures[0].dhcpd
    assert found(trace) == ["D43-VMW"]


def test_d43_vmw_is_foretold_by_who_does_not_ask() -> None:
    """iPXE boots from such an offer; what port 4011 would say it cannot tell."""
    trace = boot(IPXE, both=NO_FILE, proxy=NAMES_FILE)
    shows(trace, "D43-VMW", OTHERS, "cannot be told")


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_d43_vmw_is_cured_by_bit_3(firmware: str) -> None:
    """The same offer with 43.6 = 8."""
    proxy = {**NAMES_FILE, "options": [NO_DISCOVERY]}
    hides(boot(firmware, both=NO_FILE, proxy=proxy), "D43-VMW")


@pytest.mark.parametrize("firmware", [VMWARE, EDK2])
def test_d43_vmw_is_no_fault_where_port_4011_answers(firmware: str) -> None:
    """The same offer, and the proxy, which is the next server too, answers."""
    named = {**NAMES_FILE, "siaddr": PROXY}
    trace = boot(firmware, both=NO_FILE, proxy=named, proxy_4011=NAMES_FILE)
    assert trace.outcome is not None
    assert found(trace) == []


def test_a_closed_port_is_told_from_a_silent_one() -> None:
    """An ICMP error is evidence that silence is not."""
    refusing = host("other", "10.77.0.9", icmp_unreach=True)
    offer = {"siaddr": "10.77.0.9", "file": "boot.0"}
    trace = boot(VMWARE, both=NO_FILE, proxy=offer, more=[refusing])
    shows(trace, "D43-VMW", STOPS, "port 4011 is closed on 10.77.0.9")


def test_d60() -> None:
    """A DHCP server says PXEClient only; its next server's port 4011 is dead."""
    trace = boot(VMWARE, both={**BARE, "siaddr": TFTP})
    shows(trace, "D60", STOPS, f"{TFTP}:4011")
    hides(trace, "D60-MOVED")


def test_d60_is_no_fault_where_port_4011_answers() -> None:
    """The same, with a PXE service on the DHCP server."""
    trace = boot(VMWARE, both=BARE, own_4011=NAMES_FILE)
    hides(trace, "D60")
    assert found(trace) == []


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_d60_moved(firmware: str) -> None:
    """The DHCP server says PXEClient only, and has no PXE service."""
    shows(boot(firmware, both=BARE), "D60-MOVED", STOPS, f"{DHCP}:4011")


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_d60_moved_is_no_fault_with_a_service(firmware: str) -> None:
    """The same, with the service."""
    hides(boot(firmware, both=BARE, own_4011=NAMES_FILE), "D60-MOVED")


def test_d60_proxy() -> None:
    """Option 60 on the DHCP server hides a ProxyDHCP server that would do."""
    proxy = {**NAMES_FILE, "options": [NO_DISCOVERY]}
    trace = boot(VMWARE, both=BARE, proxy=proxy)
    shows(trace, "D60-PROXY", STOPS, PROXY)
    hides(trace, "D60-MOVED")


def test_d60_proxy_needs_option_60_on_both() -> None:
    """The same DHCP server without option 60: the proxy is heard."""
    proxy = {**NAMES_FILE, "options": [NO_DISCOVERY]}
    hides(boot(VMWARE, both=NO_FILE, proxy=proxy), "D60-PROXY")


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_d4011_deaf(firmware: str) -> None:
    """A proxy offer without a file, and a proxy that does not answer on port 4011."""
    shows(boot(firmware, both=NO_FILE, proxy={}), "D4011-DEAF", STOPS, f"{PROXY}:4011")


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_d4011_deaf_hears(firmware: str) -> None:
    """The same, and it answers."""
    trace = boot(firmware, both=NO_FILE, proxy={}, proxy_4011=NAMES_FILE)
    hides(trace, "D4011-DEAF")
    assert found(trace) == []


def test_d_4011_server() -> None:
    """A proxy offer names a TFTP server and no file: VMware's ROM asks that host on port 4011."""
    trace = boot(VMWARE, both=NO_FILE, proxy={"siaddr": TFTP}, proxy_4011=NAMES_FILE)
    shows(trace, "D-4011-SERVER", STOPS, f"{TFTP}:4011")
    hides(trace, "D4011-DEAF")


def test_d_4011_server_is_the_proxy() -> None:
    """The same with the proxy as next server."""
    trace = boot(VMWARE, both=NO_FILE, proxy={"siaddr": PROXY}, proxy_4011=NAMES_FILE)
    hides(trace, "D-4011-SERVER")


def test_d4011_reply() -> None:
    """Port 4011 answers without a boot file."""
    trace = boot(VMWARE, both=NO_FILE, proxy={}, proxy_4011={})
    shows(trace, "D4011-REPLY", STOPS, "neither a boot file nor a boot menu")


def test_d4011_reply_without_option_60() -> None:
    """EDK II takes an answer that does not say PXEClient; others may not."""
    answer = {**NAMES_FILE, "options": [[60, "none"]]}
    trace = boot(EDK2, both=NO_FILE, proxy={}, proxy_4011=answer)
    shows(trace, "D4011-REPLY", OTHERS, "no option 60")


def test_d4011_reply_is_whole() -> None:
    """A file and option 60."""
    hides(boot(EDK2, both=NO_FILE, proxy={}, proxy_4011=NAMES_FILE), "D4011-REPLY")


def test_d4011_next() -> None:
    """Port 4011 names a file and no next server."""
    answer = {"file": "boot.0"}
    shows(boot(IPXE, both=NO_FILE, proxy={}, proxy_4011=answer), "D4011-NEXT", STOPS, "boot.0")


def test_d4011_next_is_named() -> None:
    """It names one."""
    hides(boot(IPXE, both=NO_FILE, proxy={}, proxy_4011=NAMES_FILE), "D4011-NEXT")


def test_option_60_alone_with_a_menu_is_something_else() -> None:
    """Discovery options make an offer no bare one."""
    vendor = [43, "sub", [[6, "u8", 2], [8, "bootservers", [[1, [TFTP]]]],
                          [9, "menu", [[1, "Boot"]]], [10, "prompt", [0, "PXE"]]]]  # fmt: skip
    trace = boot(VMWARE, both={**BARE, "options": [SAYS_PXE, vendor]})
    assert not {"D60", "D60-MOVED", "D43-VMW"} & set(found(trace))
