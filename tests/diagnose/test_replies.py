"""Replies that are late, contradict each other, are malformed or sent astray."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.diagnose import Severity
from pxeclient.playbook import BROADCAST, DHCPDISCOVER, Playbook, offer
from pxeclient.wire.dhcp import Option
from tests.boots import profile
from tests.diagnose.boots import (
    DHCP,
    EDK2,
    IPXE,
    NO_DISCOVERY,
    TFTP,
    VMWARE,
    boot,
    changed,
    ended,
    found,
    hides,
    host,
    rule,
    shows,
)

STOPS, OTHERS, NOTE = Severity.STOPS, Severity.OTHERS, Severity.NOTE
NOTHING = {"siaddr": "0.0.0.0", "file": ""}
OTHER = "10.77.0.6"
FROM_PROXY = {"siaddr": TFTP, "file": "boot.0", "options": [NO_DISCOVERY]}


def test_d_late_for_this_boot() -> None:
    """iPXE waits for a proxy offer, which comes when it has requested the other one."""
    trace = boot(IPXE, both=NOTHING, proxy={**FROM_PROXY, "delay": 3.0})
    shows(trace, "D-LATE", STOPS, "after the DHCPREQUEST")


def test_d_late_is_not_what_kept_it_from_waiting() -> None:
    """iPXE takes the DHCP server, which says PXEClient, at once: half a second is no delay."""
    menu_less = {"siaddr": TFTP, "file": "", "options": [[60, "str", "PXEClient"]]}
    trace = boot(IPXE, both=menu_less, proxy={**FROM_PROXY, "delay": 0.5})
    hides(trace, "D-LATE")
    shows(trace, "D60-PROXY", STOPS, "says PXEClient too")


def test_d_late_for_another_firmware() -> None:
    """Three seconds: EDK II still listens, iPXE does not."""
    trace = boot(EDK2, both=NOTHING, proxy={**FROM_PROXY, "delay": 3.0})
    shows(trace, "D-LATE", OTHERS, "3.0 s")


def test_d_late_is_in_time() -> None:
    """One second."""
    hides(boot(EDK2, both=NOTHING, proxy={**FROM_PROXY, "delay": 1.0}), "D-LATE")


def test_d_late_is_not_said_where_nobody_waited() -> None:
    """iPXE has an offer that is complete and does not wait for the proxy's, half a second later."""
    complete = {"options": [[60, "str", "PXEClient"], NO_DISCOVERY]}
    hides(boot(IPXE, both=complete, proxy={**FROM_PROXY, "delay": 0.5}), "D-LATE")


def test_d_mismatch_stops() -> None:
    """The offer names a boot file, the DHCPACK does not."""
    trace = boot(VMWARE, ack={"file": ""})
    shows(trace, "D-MISMATCH", STOPS, "file boot.0 / next server 10.77.0.3, no boot file")


def test_d_mismatch_of_option_60() -> None:
    """PXEClient is in the offer only; port 4011 is asked and dead."""
    trace = boot(VMWARE, offer={"options": [[60, "str", "PXEClient"]]})
    shows(trace, "D-MISMATCH", STOPS, "option 60 PXEClient / none")


def test_d_mismatch_of_option_43() -> None:
    """Bit 3 is in the offer only; VMware's ROM takes the DHCPACK's file all the same."""
    says = {"options": [[60, "str", "PXEClient"]]}
    trace = boot(VMWARE, both=says, offer={"options": [NO_DISCOVERY]})
    shows(trace, "D-MISMATCH", OTHERS, "43.6 8 / none")


def test_d_mismatch_that_hurts_nobody_here() -> None:
    """Two names: this boot takes one of them."""
    shows(boot(IPXE, ack={"file": "other.0"}), "D-MISMATCH", OTHERS, "other.0")


def test_d_mismatch_of_lease_times_is_none() -> None:
    """A longer lease is no contradiction."""
    hides(boot(IPXE, ack={"options": [[51, "u32", 7200]]}), "D-MISMATCH")


def second_server(file: str) -> dict[str, object]:
    """Another DHCP server, which names `file`."""
    base = {"yiaddr": "10.77.0.60", "siaddr": TFTP if file else "0.0.0.0", "file": file}
    options = [[54, "ip", OTHER], [1, "ip", "255.255.255.0"], [51, "u32", 3600]]
    return host(
        "dhcp2",
        OTHER,
        bootp=[
            rule(67, "discover", {**base, "delay": 0.2}, [[53, "u8", 2], *options]),
            rule(67, "request", base, [[53, "u8", 5], *options]),
        ],
    )


def test_r_two() -> None:
    """The first server names a file, the second does not, and iPXE takes the second."""
    trace = boot(IPXE, more=[second_server("")])
    shows(trace, "R-TWO", STOPS, DHCP, OTHER)
    shows(boot(VMWARE, more=[second_server("")]), "R-TWO", OTHERS)


def test_r_two_agree() -> None:
    """Both name the same."""
    assert found(boot(IPXE, more=[second_server("boot.0")])) == []
    hides(boot(VMWARE, more=[second_server("boot.0")]), "R-TWO")


def test_r_bflag_cleared() -> None:
    """The reply has no broadcast flag although the client set it."""
    shows(boot(VMWARE, both={"flags": 0}), "R-BFLAG", OTHERS, "flags 0000")


def test_r_bflag_sent_by_unicast() -> None:
    """The reply has it, and is sent to the offered address all the same."""
    shows(boot(VMWARE, both={"to": "unicast"}), "R-BFLAG", OTHERS, "sent to 10.77.0.50")


def test_r_bflag_is_copied_or_not_asked_for() -> None:
    """The client's flag is kept; and iPXE does not set it."""
    hides(boot(VMWARE), "R-BFLAG")
    trace = boot(IPXE)
    hides(trace, "R-BFLAG")


def relayed(relay: str) -> Playbook:
    """An offer of 10.77.0.50/24 through a relay."""
    frame = changed(offer(siaddr=TFTP, file="boot.0"), giaddr=IPv4Address(relay))
    return Playbook(profile(IPXE)).sends(DHCPDISCOVER, to=BROADCAST).gets(frame)


def test_r_giaddr() -> None:
    """The relay is in another network than the address."""
    shows(ended(relayed("10.78.0.1")), "R-GIADDR", NOTE, "10.77.0.0/24", "10.78.0.1")


def test_r_giaddr_is_in_the_network() -> None:
    """The relay is the network's router."""
    hides(ended(relayed("10.77.0.1")), "R-GIADDR")


def test_o_bad_without_end() -> None:
    """The options end without END."""
    reply = offer(siaddr=TFTP, file="boot.0")
    frame = changed(reply, options=(Option(53, b"\2"), Option(54, b"\x0a\x4d\0\1")))
    book = Playbook(profile(IPXE)).sends(DHCPDISCOVER, to=BROADCAST).gets(frame)
    finding = shows(ended(book), "O-BAD", OTHERS, "no END")
    assert finding.frames == (3,)  # behind iPXE's EAPOL-Start


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ([51, "hex", "0e10"], "option 51 (lease time) has 2 octets"),
        ([3, "hex", "0a4d0001 0a"], "option 3 (router) has 5 octets"),
    ],
)
def test_o_bad_lengths(option: list[object], words: str) -> None:
    """An option is too short or too long for what it is."""
    shows(boot(IPXE, both={"options": [option]}), "O-BAD", OTHERS, words)


def test_o_bad_is_good() -> None:
    """Two routers are eight octets."""
    hides(boot(IPXE, both={"options": [[3, "ips", [DHCP, OTHER]]]}), "O-BAD")


def test_a97_is_missing_or_wrong() -> None:
    """A proxy's offer without it, and one with another."""
    without = {**FROM_PROXY, "options": [NO_DISCOVERY, [97, "none"]]}
    shows(boot(VMWARE, both=NOTHING, proxy=without), "A97", NOTE, "has no option 97")
    another = {**FROM_PROXY, "options": [NO_DISCOVERY, [97, "hex", "00" * 17]]}
    shows(boot(VMWARE, both=NOTHING, proxy=another), "A97", NOTE, "not 00564d3a9e")


def test_a97_is_echoed_or_not_expected() -> None:
    """A proxy that echoes it; a DHCP server that does not say PXEClient."""
    hides(boot(VMWARE, both=NOTHING, proxy=FROM_PROXY), "A97")
    hides(boot(VMWARE), "A97")


def test_b_size() -> None:
    """A reply that is not padded."""
    shows(boot(IPXE, both={"min_len": 0}), "B-SIZE", NOTE, "has 268 octets")


def test_b_size_is_enough() -> None:
    """300 octets."""
    hides(boot(IPXE), "B-SIZE")
