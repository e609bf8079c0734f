"""One DHCP server, no option 60: the offer has siaddr and a boot file."""

from __future__ import annotations

from pxeclient.boot.actions import StateName
from pxeclient.playbook import (
    ARP,
    BROADCAST,
    CLIENT_ADDRESS,
    DHCPDISCOVER,
    DHCPREQUEST,
    TFTP_SERVER,
    ack,
    offer,
)
from tests.stories.firmwares import VMWARE, any_ipxe, book, lonely

OFFER = offer(siaddr=TFTP_SERVER, file="boot.0")
ACK = ack(siaddr=TFTP_SERVER, file="boot.0")


@any_ipxe
def test_ipxe_waits_for_a_proxy_and_boots(firmware: str) -> None:
    """iPXE gives a proxy two seconds, asks at its next timer, and boots from the DHCPACK."""
    (
        book(firmware)
        .enters(StateName.DISCOVERY)
        .sends(DHCPDISCOVER, to=BROADCAST, at=0.0, secs=4, flags=0, source="0.0.0.0")
        .gets(OFFER)
        .decides("classify-offer", "offer")
        .sends(DHCPDISCOVER, to=BROADCAST, at=1.0, secs=10)
        .gets(OFFER)
        .sends(DHCPREQUEST, to=BROADCAST, at=3.0, secs=18, flags=0, source_port=68)
        .gets(ACK)
        .sends(ARP, to=CLIENT_ADDRESS, source=CLIENT_ADDRESS)
        .decides("after-ack", "no-proxy-offer")
        .decides("boot-from", "file-and-server")
        .prints("Next server: 10.77.0.3")
        .prints("Filename: boot.0")
        .enters(StateName.DOWNLOAD)
        .downloads("boot.0")
        .prints("tftp://10.77.0.3/boot.0... ok")
        .ends("boot.0", content=b"the boot file")
    )


def test_vmware_waits_to_the_end_of_the_window_and_boots() -> None:
    """R1: VMware's ROM requests at 2.087 s and fetches the file of the DHCPACK."""
    (
        book(VMWARE)
        .prints("Network boot from Intel E1000e")
        .sends(DHCPDISCOVER, to=BROADCAST, at=0.0, secs=4, flags=0x8000, length=548)
        .gets(OFFER)
        .decides("classify-offer", "own-plain")
        .sends(DHCPREQUEST, to=BROADCAST, at=2.087, secs=4, flags=0x8000, length=548)
        .gets(ACK)
        .decides("after-ack", "own-offer")
        .prints("CLIENT IP: 10.77.0.50  MASK: 255.255.255.0  DHCP IP: 10.77.0.1")
        .prints("GATEWAY IP: 10.77.0.1")
        .prints("TFTP")
        .sends(ARP, to=TFTP_SERVER, source=CLIENT_ADDRESS)
        .downloads("boot.0")
        .ends("boot.0", content=b"the boot file")
    )


def test_vmware_takes_the_server_identifier_for_the_missing_siaddr() -> None:
    """R1b: without siaddr the boot file is asked of the server that option 54 names."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(options={67: b"boot.0\0"}))
        .sends(DHCPREQUEST)
        .gets(ack(options={67: b"boot.0\0", 66: b"10.77.0.3"}))
        .decides("boot-server", "server-id")
        .downloads("boot.0", server="10.77.0.1")
        .ends("boot.0")
    )


def test_vmware_reads_option_67_before_the_header() -> None:
    """Option 67 wins over the header's file field."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER)
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="header.0", options={67: b"option.0"}))
        .downloads("option.0")
        .ends("option.0")
    )


def test_vmware_honours_overload() -> None:
    """With option 52 the file field holds options, of which option 67 is the name."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER)
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file=b"C\x08inner.0\0\xff", options={52: b"\1"}))
        .downloads("inner.0")
        .ends("inner.0")
    )


def test_vmware_boots_from_option_43_without_option_60_as_if_it_were_not_there() -> None:
    """R14: PXE options without PXEClient make an offer no PXE offer."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0", control=3))
        .decides("classify-offer", "own-plain")
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0", control=3))
        .decides("boot-from", "file")
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_vmware_uses_a_bootp_reply_as_it_stands() -> None:
    """R18: a BOOTP reply with a file is the last resort, and no DHCPREQUEST follows it."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(type=None, server_id=None, siaddr=TFTP_SERVER, file="boot.0"))
        .decides("classify-offer", "bootp-with-file")
        .stays_quiet(2.0)
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_vmware_misses_a_server_that_no_address_names() -> None:
    """A BOOTP reply with a file but neither siaddr nor option 54 ends with PXE-E7B."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer(type=None, server_id=None, file="boot.0"))
        .fails("PXE-E7B", at=2.087)
    )


@any_ipxe
def test_ipxe_requests_after_a_bootp_reply_and_hears_nothing(firmware: str) -> None:
    """To iPXE a BOOTP reply is an offer of server 0.0.0.0; its DHCPREQUEST goes unanswered."""
    book_ = lonely(firmware).sends(DHCPDISCOVER)
    book_.gets(offer(type=None, server_id=None, siaddr=TFTP_SERVER, file="boot.0"))
    book_.sends(DHCPDISCOVER, at=1.0)
    for at in (3.0, 3.25, 3.75, 4.75, 6.75, 10.75):
        book_.sends(DHCPREQUEST, at=at, options={54: bytes(4), 50: bytes((10, 77, 0, 50))})
    book_.fails("040ee119", at=18.75)
