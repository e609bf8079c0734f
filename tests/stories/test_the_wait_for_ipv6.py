"""Builds with IPv6 do not boot before a router has answered or 15.75 s have passed."""

from __future__ import annotations

from pxeclient.boot.actions import StateName
from pxeclient.playbook import (
    DHCPDISCOVER,
    DHCPREQUEST,
    IPV6,
    RRQ,
    TFTP_SERVER,
    Playbook,
    ack,
    offer,
    router_advertisement,
)
from tests.stories.firmwares import DHCP_4011, IPXE_2019, VIRTUALBOX, book, lonely


def leased(firmware: str) -> Playbook:
    """A book without a router, in which DHCP is over at once."""
    return (
        lonely(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
    )


def test_the_download_waits_for_a_router_that_is_not_there() -> None:
    """The read request goes out 15.75 s after power-on."""
    (
        leased(IPXE_2019)
        .enters(StateName.IPV6)
        .sends(RRQ, at=15.75)
        .gets(offer())
        .ignores(because="nobody listens")
    )


def test_a_router_ends_the_wait() -> None:
    """The read request follows its advertisement."""
    leased(IPXE_2019).stays_quiet(5.0).gets(router_advertisement()).sends(RRQ, after=0.0)


def test_the_default_build_does_not_wait() -> None:
    """VirtualBox's is one without IPv6."""
    leased(VIRTUALBOX).sends(RRQ, after=0.0)


def test_port_4011_is_not_held_up() -> None:
    """It belongs to DHCP, which goes on beside."""
    (
        lonely(IPXE_2019)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient"))
        .sends(DHCPREQUEST)
        .gets(ack())
        .sends(DHCPREQUEST, to=DHCP_4011, after=0.0)
    )


def test_routers_are_solicited_six_times() -> None:
    """At the times of its usual back-off."""
    book_ = lonely(IPXE_2019).waits(0.0).sends(DHCPDISCOVER, at=1.0)
    assert book_.ladder.count("──▶ 33:33:00:00:00:02") == 3
    book_.sends(IPV6, at=1.75)


def test_with_a_router_a_failed_dhcp_leaves_nothing_to_boot() -> None:
    """IPv6 is configured then, so "no configuration method succeeded" would not be true."""
    book_ = book(IPXE_2019)
    for _ in range(4):
        book_.sends(DHCPDISCOVER)
    book_.fails("2d03e13b")
