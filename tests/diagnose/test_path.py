"""The way to the servers."""

from __future__ import annotations

from pxeclient.diagnose import Severity
from pxeclient.playbook import BROADCAST, DHCPDISCOVER, Client, Playbook, ServerMessage, offer
from pxeclient.practice.scenario import by_name
from tests.boots import profile
from tests.diagnose.boots import (
    IPXE,
    TFTP,
    VMWARE,
    boot,
    boot_in,
    ended,
    hides,
    shows,
)

STOPS, OTHERS = Severity.STOPS, Severity.OTHERS


def test_n_arp() -> None:
    """The TFTP server does not answer ARP."""
    for firmware in (IPXE, VMWARE):
        trace = boot_in(firmware, by_name("arp-silent"))
        shows(trace, "N-ARP", STOPS, TFTP, "next server")


def test_n_arp_of_the_router() -> None:
    """The next server is elsewhere, and the router towards it is not there."""
    both = {"siaddr": "10.78.0.3", "options": [[3, "ip", "10.77.0.254"]]}
    shows(boot(IPXE, both=both), "N-ARP", STOPS, "10.77.0.254", "router")


def test_n_arp_answers() -> None:
    """It does."""
    hides(boot(IPXE), "N-ARP")


def test_b_nic() -> None:
    """The next server is in another network, and nobody routes there."""
    both = {"siaddr": "192.168.1.5", "options": [[3, "none"]]}
    trace = boot(IPXE, both=both)
    shows(trace, "B-NIC", STOPS, "192.168.1.5", "not in 10.77.0.0/24")


def test_b_nic_that_cannot_be() -> None:
    """127.0.0.1, and the client's own address."""
    shows(boot(IPXE, both={"siaddr": "127.0.0.1"}), "B-NIC", STOPS, "no host's address")
    shows(boot(IPXE, both={"siaddr": "10.77.0.50"}), "B-NIC", STOPS, "the client's own address")


def test_b_nic_where_all_are_on_loopback() -> None:
    """Leases from 127.0.0.0/8 are of a segment on the loopback interface, which has hosts."""
    everybody = {"siaddr": "127.0.0.1", "yiaddr": "127.0.0.130"}
    hides(boot(IPXE, both=everybody), "B-NIC")


def test_b_nic_is_in_reach() -> None:
    """In the same network; or behind a router."""
    hides(boot(IPXE), "B-NIC")
    hides(boot(IPXE, both={"siaddr": "192.168.1.5"}), "B-NIC")


def tagged(message: ServerMessage) -> ServerMessage:
    """The same frame in VLAN 7."""

    def frame(client: Client) -> bytes:
        plain = message(client)
        return plain[:12] + b"\x81\x00\x00\x07" + plain[12:]

    return frame


def broken(message: ServerMessage) -> ServerMessage:
    """The same frame with a wrong UDP checksum."""

    def frame(client: Client) -> bytes:
        plain = message(client)
        return plain[:40] + bytes((plain[40] ^ 1,)) + plain[41:]

    return frame


def hearing(message: ServerMessage) -> Playbook:
    """A boot whose DHCPDISCOVER gets this answer."""
    return Playbook(profile(VMWARE)).sends(DHCPDISCOVER, to=BROADCAST).gets(message)


OFFER = offer(siaddr=TFTP, file="boot.0")


def test_r_vlan() -> None:
    """Every answer is tagged."""
    shows(ended(hearing(tagged(OFFER))), "R-VLAN", STOPS, "frame 2")


def test_r_vlan_is_not_there() -> None:
    """No tags."""
    hides(ended(hearing(OFFER)), "R-VLAN")


def test_p_sum() -> None:
    """Every answer has a wrong checksum."""
    shows(ended(hearing(broken(OFFER))), "P-SUM", STOPS, "Frame 2: UDP: wrong checksum")


def test_p_sum_beside_good_frames() -> None:
    """One is broken, the next is whole."""
    shows(ended(hearing(broken(OFFER)).gets(OFFER)), "P-SUM", OTHERS, "Frame 2")


def test_p_sum_is_right() -> None:
    """All are whole."""
    hides(ended(hearing(OFFER)), "P-SUM")
