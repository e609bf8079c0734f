"""Silence, only proxies, addresses without a boot file: how long it takes, and what is said."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    BROADCAST,
    DHCPDISCOVER,
    DHCPREQUEST,
    TFTP_SERVER,
    DhcpReply,
    ack,
    offer,
    proxy_offer,
)
from tests.stories.firmwares import PATIENCE, VMWARE, any_ipxe, book, lonely


@any_ipxe
def test_ipxe_gives_up_after_fifteen_seconds_of_silence(firmware: str) -> None:
    """Four DISCOVERs, then "No configuration methods succeeded"."""
    (
        lonely(firmware)
        .sends(DHCPDISCOVER, to=BROADCAST, at=0.0, secs=4)
        .sends(DHCPDISCOVER, to=BROADCAST, at=1.0, secs=8)
        .sends(DHCPDISCOVER, to=BROADCAST, at=3.0, secs=12)
        .sends(DHCPDISCOVER, to=BROADCAST, at=7.0, secs=16)
        .fails("040ee119", at=PATIENCE[firmware])
        .decides("no-lease", "nothing-configured")
        .prints("No configuration methods succeeded")
        .prints("No more network devices")
    )


def test_vmware_gives_up_with_e51() -> None:
    """R16: four windows of doubling length; each DISCOVER has a transaction id of its own."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER, to=BROADCAST, at=0.0, secs=4, xid=0x57123456)
        .sends(DHCPDISCOVER, to=BROADCAST, at=2.087, secs=6, xid=0x58123456)
        .sends(DHCPDISCOVER, to=BROADCAST, at=6.261, secs=10, xid=0x59123456)
        .sends(DHCPDISCOVER, to=BROADCAST, at=14.61, secs=18, xid=0x5A123456)
        .fails("PXE-E51", at=31.307)
        .decides("no-lease", "silence")
        .prints("PXE-E51: No DHCP or proxyDHCP offers were received")
        .prints("PXE-M0F: Exiting Intel PXE ROM.")
    )


@any_ipxe
def test_a_proxy_alone_does_not_help_ipxe(firmware: str) -> None:
    """It says the same as after silence."""
    book_ = lonely(firmware)
    for _ in range(4):
        book_.sends(DHCPDISCOVER).gets(proxy_offer(siaddr=TFTP_SERVER, file="boot.0"))
    book_.fails("040ee119", at=PATIENCE[firmware])


def test_a_proxy_alone_ends_vmware_with_e52() -> None:
    """R15: no address was offered in all four windows."""
    book_ = book(VMWARE)
    for _ in range(4):
        book_.sends(DHCPDISCOVER).gets(proxy_offer(siaddr=TFTP_SERVER, file="boot.0", control=8))
    book_.fails("PXE-E52", at=31.307)
    book_.decides("no-lease", "only-proxies")


@any_ipxe
def test_an_address_without_a_boot_file_is_nothing_to_boot(firmware: str) -> None:
    """iPXE takes the lease first and complains after it."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER))
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST, at=3.0)
        .gets(ack(siaddr=TFTP_SERVER))
        .prints("Configuring (net0")
        .decides("boot-from", "no-file")
        .prints("Nothing to boot: No such file or directory")
        .fails("2d03e13b", after=0.0)
    )


def test_vmware_never_requests_an_address_without_a_boot_file() -> None:
    """R2: it goes on discovering, and ends with PXE-E53."""
    book_ = book(VMWARE)
    for at in (0.0, 2.087, 6.261, 14.61):
        book_.sends(DHCPDISCOVER, to=BROADCAST, at=at).gets(offer(siaddr=TFTP_SERVER))
    book_.fails("PXE-E53", at=31.307)
    book_.decides("no-lease", "no-boot-file")
    book_.prints("PXE-E53: No boot filename received")


@any_ipxe
def test_an_empty_option_67_is_an_empty_name(firmware: str) -> None:
    """It is found, so nothing else is looked at, and it boots nothing."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .gets(proxy_offer(siaddr=TFTP_SERVER, file="proxy.0"))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, options={67: b""}))
        .decides("boot-from", "empty-name")
        .fails("2d03e13b")
    )


@pytest.mark.parametrize(
    "reply",
    [
        ack(file="boot.0"),
        ack(options={67: b"boot.0"}),
        ack(file="boot.0", sname="10.77.0.3", options={66: b"10.77.0.3", 150: b"\x0a\x4d\0\3"}),
    ],
    ids=["header", "option 67", "with sname and options 66 and 150"],
)
@any_ipxe
def test_ipxe_takes_the_next_server_from_siaddr_only(firmware: str, reply: DhcpReply) -> None:
    """Without it there is nothing to boot, whatever else names a server."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST)
        .gets(reply)
        .decides("boot-from", "no-next-server")
        .prints("Filename: boot.0")
        .fails("2d03e13b", after=0.0)
    )


@any_ipxe
def test_option_175_3_is_a_next_server_to_ipxe(firmware: str) -> None:
    """iPXE's own option stands in for a zero siaddr."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST)
        .gets(ack(file="boot.0", options={175: b"\3\4\x0a\x4d\0\3"}))
        .downloads("boot.0")
        .ends("boot.0")
    )


@any_ipxe
def test_ipxe_hears_no_ack(firmware: str) -> None:
    """Six DHCPREQUESTs in 15.75 s, then the words of a failed discovery."""
    book_ = lonely(firmware).sends(DHCPDISCOVER).gets(offer(vendor_class="PXEClient"))
    for wait in (0.0, 0.25, 0.5, 1.0, 2.0, 4.0):
        book_.sends(DHCPREQUEST, to=BROADCAST, after=wait)
    book_.fails("040ee119", after=8.0, because="6 DHCPREQUESTs in 15.8 s")


def test_vmware_hears_no_ack() -> None:
    """Four DHCPREQUESTs in ten seconds."""
    book_ = book(VMWARE).sends(DHCPDISCOVER).gets(offer(siaddr=TFTP_SERVER, file="boot.0"))
    book_.sends(DHCPREQUEST, to=BROADCAST, at=2.087)
    for wait in (1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=BROADCAST, after=wait)
    book_.fails("PXE-E51", after=4.0, because="4 DHCPREQUESTs in 10.0 s")
