"""Nobody answers, or nobody names anything."""

from __future__ import annotations

import msgspec
import pytest

from pxeclient.boots.boot import Wire
from pxeclient.boots.boot import boot as start
from pxeclient.diagnose import Severity
from pxeclient.practice.scenario import Scenario
from tests.boots import link_to, profile
from tests.diagnose.boots import (
    DHCP,
    EDK2,
    EVERYBODY,
    IPXE,
    NO_DISCOVERY,
    PROXY,
    TFTP,
    VMWARE,
    boot,
    boot_on,
    hides,
    host,
    rule,
    shows,
)

STOPS, NOTE = Severity.STOPS, Severity.NOTE
NOTHING = {"siaddr": "0.0.0.0", "file": ""}
NAK = [53, "u8", 6]


@pytest.mark.parametrize("firmware", EVERYBODY)
def test_n_offer(firmware: str) -> None:
    """No servers at all."""
    shows(boot_on(firmware, []), "N-OFFER", STOPS, "no reply to any")


def test_n_offer_tells_of_a_hurried_clock() -> None:
    """With a clock five times as fast, silence may be a server that was too late."""
    found = profile(IPXE)
    wire = Wire(link_to(msgspec.convert({"name": "test"}, Scenario)), "a wire")
    trace = start(found, found.machine, wire, pace=0.2)
    shows(trace, "N-OFFER", STOPS, "5 times as fast", "time scale 1")
    assert "as fast" not in shows(boot_on(IPXE, []), "N-OFFER", STOPS).seen


def test_n_offer_is_not_said_of_other_replies() -> None:
    """Somebody answers with a wrong transaction id: that is another fault."""
    trace = boot(IPXE, offer={"bad_xid": True})
    hides(trace, "N-OFFER")
    shows(trace, "N-XID", STOPS, "xid")


def test_n_xid_matches() -> None:
    """An ordinary reply."""
    hides(boot(IPXE), "N-XID")


def test_n_xid_of_some_replies() -> None:
    """One of two servers errs; the boot goes on with the other."""
    offer = [[53, "u8", 2], [54, "ip", "10.77.0.6"]]
    other = rule(67, "discover", {"yiaddr": "10.77.0.60", "bad_xid": True}, offer)
    shows(boot(IPXE, more=[host("other", "10.77.0.6", bootp=[other])]), "N-XID", NOTE, "10.77.0.6")


@pytest.mark.parametrize("firmware", EVERYBODY)
def test_n_proxy(firmware: str) -> None:
    """Only a ProxyDHCP server."""
    options = [[53, "u8", 2], [54, "ip", PROXY], [60, "str", "PXEClient"], NO_DISCOVERY]
    offer = rule(67, "discover", {"siaddr": TFTP, "file": "boot.0"}, options)
    trace = boot_on(firmware, [host("proxy", PROXY, bootp=[offer])])
    shows(trace, "N-PROXY", STOPS, f"the proxy offer from {PROXY}")


def test_n_proxy_beside_a_dhcp_server() -> None:
    """The same, with a DHCP server."""
    proxy = {"siaddr": TFTP, "file": "boot.0", "options": [NO_DISCOVERY]}
    hides(boot(IPXE, both=NOTHING, proxy=proxy), "N-PROXY")


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_n_ack(firmware: str) -> None:
    """The server does not answer the DHCPREQUEST."""
    shows(boot(firmware, ack={"skip": 1000}), "N-ACK", STOPS, f"of {DHCP}, and no DHCPACK")


def test_n_ack_is_late() -> None:
    """It answers the third."""
    hides(boot(IPXE, ack={"skip": 2}), "N-ACK")


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_n_nak(firmware: str) -> None:
    """The server refuses its own offer, and says why."""
    refusal = {"yiaddr": "0.0.0.0", "options": [NAK, [56, "str", "no free leases"]]}
    trace = boot(firmware, ack=refusal)
    shows(trace, "N-NAK", STOPS, "no free leases")
    hides(trace, "N-ACK")
    hides(trace, "R-NAK")


def test_n_nak_of_a_bystander() -> None:
    """Another server refuses what the first one offered and confirms."""
    options = [NAK, [54, "ip", "10.77.0.6"]]
    refusal = {**rule(67, "request", {"to": "broadcast"}, options), "any_server_id": True}
    trace = boot(EDK2, more=[host("other", "10.77.0.6", bootp=[refusal])], ack={"delay": 0.1})
    hides(trace, "N-NAK")
    shows(trace, "R-NAK", NOTE, "10.77.0.6", f"{DHCP} was asked")


def test_r_nak_is_not_said_of_the_server_that_was_asked() -> None:
    """It may refuse."""
    hides(boot(EDK2, ack={"yiaddr": "0.0.0.0", "options": [NAK]}), "R-NAK")


@pytest.mark.parametrize("firmware", EVERYBODY)
def test_n_file(firmware: str) -> None:
    """Addresses, and nothing else."""
    shows(boot(firmware, both=NOTHING), "N-FILE", STOPS, "no boot file")


def test_n_file_is_another_server_s_fault() -> None:
    """A ProxyDHCP server is there but deaf: it is to be mended, not the DHCP server."""
    hides(boot(VMWARE, both=NOTHING, proxy={}), "N-FILE")


@pytest.mark.parametrize("port", [68, 1067, 40000])
def test_n_port(port: int) -> None:
    """Offer and DHCPACK come from a port that is no DHCP server's, with the right xid."""
    trace = boot(IPXE, both={"src_port": port})
    shows(trace, "N-PORT", STOPS, f"from UDP port {port}", DHCP)
    hides(trace, "N-XID")


def test_n_port_is_a_servers() -> None:
    """Ports 67 and 4011; and replies that are somebody else's."""
    hides(boot(IPXE), "N-PORT")
    hides(
        boot(EDK2, both={"file": "", "options": [[60, "str", "PXEClient"]]}, own_4011={}), "N-PORT"
    )
    hides(boot(IPXE, offer={"bad_xid": True}), "N-PORT")
