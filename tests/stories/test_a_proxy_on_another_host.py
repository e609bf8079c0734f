"""Two hosts: one gives the address, the other (a ProxyDHCP server) says PXEClient."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    BROADCAST,
    CLIENT_ADDRESS,
    DHCPDISCOVER,
    DHCPREQUEST,
    PROXY_SERVER,
    TFTP_SERVER,
    DhcpReply,
    Playbook,
    ack,
    offer,
    proxy_ack,
    proxy_offer,
)
from tests.stories.firmwares import (
    DHCP_4011,
    PROXY_4011,
    TFTP_4011,
    VMWARE,
    any_ipxe,
    book,
    lonely,
)

COMPLETE = proxy_offer(siaddr=TFTP_SERVER, file="proxy.0")
BIT_3 = proxy_offer(siaddr=TFTP_SERVER, file="proxy.0", control=8)
BARE = proxy_offer()
ANSWER = proxy_ack(siaddr=TFTP_SERVER, file="answer.0")


def leased(firmware: str, proxy: DhcpReply) -> Playbook:
    """A book in which a plain offer and then `proxy` came, and the address is confirmed."""
    return (
        book(firmware)
        .sends(DHCPDISCOVER, to=BROADCAST, at=0.0)
        .gets(offer())
        .gets(proxy)
        .sends(DHCPREQUEST, to=BROADCAST, options={54: bytes((10, 77, 0, 1))})
        .gets(ack())
    )


# --- the proxy offer names server and file, no option 43 ----------------------------------
@any_ipxe
def test_ipxe_boots_from_the_proxy_offer(firmware: str) -> None:
    """It is complete: the request follows at once, and nothing goes to port 4011."""
    (
        book(firmware)
        .sends(DHCPDISCOVER, at=0.0, secs=4)
        .gets(offer())
        .decides("classify-offer", "offer")
        .gets(COMPLETE)
        .decides("classify-offer", "proxy-offer")
        .sends(DHCPREQUEST, after=0.0, secs=11)
        .gets(ack())
        .decides("after-ack", "proxy-offer-complete")
        .downloads("proxy.0")
        .ends("proxy.0")
    )


def test_vmware_asks_port_4011_of_the_next_server_and_ends_with_e55() -> None:
    """R10: siaddr before the server identifier, four times in ten seconds."""
    book_ = leased(VMWARE, COMPLETE).decides("after-ack", "proxy-binl")
    for wait in (0.0, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=TFTP_4011, after=wait, source_port=4011)
    book_.fails("PXE-E55", after=4.0)


def test_vmware_asks_the_proxy_itself_when_that_is_the_next_server() -> None:
    """R10 read literally: the proxy names itself in siaddr, with a file, and 4011 is dead."""
    book_ = leased(VMWARE, proxy_offer(siaddr=PROXY_SERVER, file="proxy.0"))
    for wait in (0.0, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=PROXY_4011, after=wait)
    book_.fails("PXE-E55", after=4.0)


def test_vmware_prefers_the_proxy_to_a_file_of_the_dhcp_server() -> None:
    """R11: any PXE proxy beats a plain offer, file or no file."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="dhcp.0"))
        .gets(COMPLETE)
        .waits(2.1)
        .decides("select-offer", "rank-6-proxy-binl")
        .gets(ack(siaddr=TFTP_SERVER, file="dhcp.0"))
        .sends(DHCPREQUEST, to=TFTP_4011)
    )


@any_ipxe
def test_ipxe_prefers_the_dhcp_servers_file(firmware: str) -> None:
    """Both name a file: the DHCPACK is looked at first."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="dhcp.0"))
        .gets(COMPLETE)
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="dhcp.0"))
        .decides("after-ack", "proxy-offer-complete")
        .downloads("dhcp.0")
        .ends("dhcp.0")
    )


@any_ipxe
def test_a_proxy_of_higher_priority_beats_the_dhcp_servers_file(firmware: str) -> None:
    """Option 175.1 ranks the replies in which iPXE looks for a file."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="dhcp.0"))
        .gets(proxy_offer(siaddr=TFTP_SERVER, file="proxy.0", options={175: b"\1\1\5"}))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="dhcp.0"))
        .downloads("proxy.0")
        .ends("proxy.0")
    )


@any_ipxe
def test_the_order_of_the_two_offers_does_not_matter_to_ipxe(firmware: str) -> None:
    """With the proxy offer first the request follows the offer, its secs the same."""
    (
        book(firmware)
        .sends(DHCPDISCOVER, secs=4)
        .gets(COMPLETE)
        .stays_quiet(0.5)
        .gets(offer())
        .sends(DHCPREQUEST, after=0.0, secs=11)
    )


@any_ipxe
def test_a_proxy_alone_counts_in_secs(firmware: str) -> None:
    """4, then 9 with the proxy offer in hand, 15 in the request."""
    (
        book(firmware)
        .sends(DHCPDISCOVER, secs=4)
        .gets(COMPLETE)
        .sends(DHCPDISCOVER, at=1.0, secs=9)
        .gets(offer())
        .sends(DHCPREQUEST, after=0.0, secs=15)
    )


# --- the proxy offer says PXEClient and nothing else --------------------------------------
@any_ipxe
def test_ipxe_asks_the_proxy_on_port_4011(firmware: str) -> None:
    """From port 68, with the proxy in option 54, and option 60 its own."""
    (
        leased(firmware, BARE)
        .decides("after-ack", "proxy-offer-bare")
        .sends(
            DHCPREQUEST,
            to=PROXY_4011,
            source_port=68,
            ciaddr=CLIENT_ADDRESS,
            options={54: bytes((10, 77, 0, 2)), 60: b"PXEClient:Arch:00000:UNDI:002001"},
        )
        .gets(ANSWER)
        .downloads("answer.0")
        .ends("answer.0")
    )


def test_vmware_asks_the_proxy_on_port_4011() -> None:
    """R10: from port 4011."""
    (
        leased(VMWARE, BARE)
        .decides("after-ack", "proxy-binl")
        .decides("proxy-server", "server-id")
        .sends(DHCPREQUEST, to=PROXY_4011, source_port=4011, ciaddr=CLIENT_ADDRESS)
        .gets(ANSWER)
        .downloads("answer.0")
        .ends("answer.0")
    )


@any_ipxe
def test_to_ipxe_a_dead_proxy_leaves_nothing_to_boot(firmware: str) -> None:
    """The DHCPACK names no file either."""
    book_ = leased(firmware, BARE)
    for _ in range(4):
        book_.sends(DHCPREQUEST, to=PROXY_4011)
    book_.fails("2d03e13b", after=2.0)


@any_ipxe
def test_after_a_dead_proxy_ipxe_boots_the_dhcp_servers_file(firmware: str) -> None:
    """Port 4011 is asked all the same, and 3.75 s are lost."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="dhcp.0"))
        .gets(BARE)
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="dhcp.0"))
        .waits(3.74)
        .downloads("dhcp.0")
        .ends("dhcp.0")
    )


@pytest.mark.parametrize(
    ("proxy", "asked", "rule"),
    [
        (proxy_offer(), PROXY_4011, "server-id"),
        (proxy_offer(siaddr=TFTP_SERVER), PROXY_4011, "server-id"),
        (proxy_offer(server_id=None, siaddr=TFTP_SERVER), TFTP_4011, "siaddr"),
        (proxy_offer(server_id=None), PROXY_4011, "source"),
    ],
)
@any_ipxe
def test_ipxe_finds_the_proxys_address(
    firmware: str, proxy: DhcpReply, asked: str, rule: str
) -> None:
    """Server identifier, then siaddr, then IP source."""
    leased(firmware, proxy).decides("proxy-server", rule).sends(DHCPREQUEST, to=asked)


# --- discovery control with bit 3 ---------------------------------------------------------
@any_ipxe
def test_bit_3_of_a_proxy_offer_is_nothing_special_to_ipxe(firmware: str) -> None:
    """The offer is complete with it as without it."""
    leased(firmware, BIT_3).downloads("proxy.0").ends("proxy.0")


@pytest.mark.parametrize("control", [0x08, 0x0B, 0x0F])
def test_vmware_boots_the_proxys_file_with_bit_3(control: int) -> None:
    """R9, R4b: the proxy's file from the proxy's siaddr; nothing goes to port 4011."""
    (
        leased(VMWARE, proxy_offer(siaddr=TFTP_SERVER, file="proxy.0", control=control))
        .decides("after-ack", "proxy-with-options")
        .decides("boot-from", "bit-3-and-file")
        .downloads("proxy.0")
        .ends("proxy.0")
    )


def test_vmware_overlooks_a_proxys_option_43_without_discovery_tags() -> None:
    """R8b: port 4011 is asked as if option 43 were not there."""
    proxy = proxy_offer(siaddr=PROXY_SERVER, file="proxy.0", suboptions={128: b"x"})
    leased(VMWARE, proxy).decides("after-ack", "proxy-binl").sends(DHCPREQUEST, to=PROXY_4011)


def test_vmware_takes_the_proxys_server_identifier_for_the_missing_siaddr() -> None:
    """R9: siaddr, else option 54 of the proxy's offer."""
    (
        leased(VMWARE, proxy_offer(options={67: b"proxy.0"}, control=8))
        .downloads("proxy.0", server=PROXY_SERVER)
        .ends("proxy.0")
    )


def test_vmware_prefers_the_proxys_file_to_the_dhcp_servers() -> None:
    """R11 with bit 3: rank 3 is above rank 7."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="dhcp.0"))
        .gets(BIT_3)
        .waits(2.1)
        .decides("select-offer", "rank-3-proxy-pxe10")
        .gets(ack(siaddr=TFTP_SERVER, file="dhcp.0"))
        .downloads("proxy.0")
        .ends("proxy.0")
    )


# --- what is no proxy offer ---------------------------------------------------------------
def test_vmware_drops_a_proxy_offer_without_option_60() -> None:
    """R12: without PXEClient the plain offer is all there is."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="dhcp.0"))
        .gets(proxy_offer(vendor_class=None, siaddr=TFTP_SERVER, file="proxy.0"))
        .ignores(because="classify-offer/proxy-without-pxe")
        .sends(DHCPREQUEST, at=2.087)
        .gets(ack(siaddr=TFTP_SERVER, file="dhcp.0"))
        .downloads("dhcp.0")
        .ends("dhcp.0")
    )


def test_vmware_hears_no_proxy_after_the_window() -> None:
    """One that answers at 3 s is too late: the DHCPREQUEST went out at 2.087 s."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="dhcp.0"))
        .sends(DHCPREQUEST, at=2.087)
        .gets(COMPLETE, after=0.9)
        .ignores(because="accept-ack/no-ack")
        .gets(ack(siaddr=TFTP_SERVER, file="dhcp.0"))
        .downloads("dhcp.0")
        .ends("dhcp.0")
    )


@pytest.mark.parametrize("delay", [0.5, 1.5, 2.5])
@any_ipxe
def test_ipxe_uses_a_late_proxy(firmware: str, delay: float) -> None:
    """Until the DHCPREQUEST goes out at 3 s, a proxy offer ends the wait at once."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(offer())
    if delay > 1.0:
        book_.sends(DHCPDISCOVER, at=1.0)
    (
        book_.gets(COMPLETE, after=delay - book_.now)
        .sends(DHCPREQUEST, at=delay)
        .gets(ack())
        .downloads("proxy.0")
        .ends("proxy.0")
    )


@any_ipxe
def test_for_ipxe_a_proxy_at_five_seconds_is_too_late(firmware: str) -> None:
    """The DHCPREQUEST is out by then; whatever answers it, the proxy is not asked."""
    (
        lonely(firmware)
        .sends(DHCPDISCOVER, at=0.0)
        .gets(offer())
        .sends(DHCPDISCOVER, at=1.0)
        .sends(DHCPREQUEST, at=3.0)
        .waits(2.0)
        .gets(COMPLETE, after=0.0)
        .ignores(because="accept-ack/other-server")
        .waits(10.75)
        .fails("040ee119", at=18.75)
    )


@any_ipxe
def test_an_offer_that_forbids_proxies_is_taken_at_once(firmware: str) -> None:
    """Option 175.176: no wait, and no port 4011 although the offer says PXEClient."""
    forbids = {175: b"\xb0\1\1"}
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient", options=forbids))
        .decides("leave-discovery", "proxy-forbidden")
        .sends(DHCPREQUEST, after=0.0)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
        .decides("after-ack", "proxy-forbidden")
        .downloads("boot.0")
        .ends("boot.0")
    )


@any_ipxe
def test_a_second_proxy_is_not_looked_at(firmware: str) -> None:
    """An offer and a proxy offer in hand end discovery."""
    (
        leased(firmware, COMPLETE)
        .gets(proxy_offer(server="10.77.0.4", siaddr=TFTP_SERVER, file="late.0"))
        .downloads("proxy.0")
        .ends("proxy.0")
    )


@any_ipxe
def test_of_two_proxies_before_the_offer_the_later_wins(firmware: str) -> None:
    """As long as discovery lasts, equals replace each other."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(COMPLETE)
        .gets(proxy_offer(server="10.77.0.4", siaddr=TFTP_SERVER, file="later.0"))
        .gets(offer())
        .sends(DHCPREQUEST)
        .gets(ack())
        .downloads("later.0")
        .ends("later.0")
    )


def test_vmware_obeys_the_offer_of_a_proxy_and_the_dhcp_hosts_port_stays_silent() -> None:
    """The DHCP server's own port 4011 is never asked for a separate proxy."""
    book_ = leased(VMWARE, BARE)
    assert f"client ──▶ {DHCP_4011}" not in book_.waits(20).ladder
    assert f"client ──▶ {PROXY_4011}" in book_.ladder
