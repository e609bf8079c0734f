"""Option 43 on the DHCP host: bit 3 of discovery control, a menu, discovery."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
    TFTP_SERVER,
    ack,
    proxy_offer,
)
from tests.stories.firmwares import (
    DHCP_4011,
    VMWARE,
    any_ipxe,
    book,
)
from tests.stories.one_host import ACK, OFFER, named


@any_ipxe
def test_ipxe_needs_no_bit_3_but_minds_it_not(firmware: str) -> None:
    """The boot is the same with 43.6 = 8."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, file="boot.0", control=8))
        .sends(DHCPREQUEST, after=0.0)
        .gets(ACK(siaddr=TFTP_SERVER, file="boot.0", control=8))
        .downloads("boot.0")
        .ends("boot.0")
    )


@any_ipxe
def test_ipxe_asks_port_4011_for_the_file_that_bit_3_does_not_supply(firmware: str) -> None:
    """43.6 plays no part: bit 3 without a file is a bare offer."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, control=8))
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=TFTP_SERVER, control=8))
        .sends(DHCPREQUEST, to=DHCP_4011)
    )


@pytest.mark.parametrize("control", [0x08, 0x0B, 0x0C, 0x0F, 0x2B])
@named
def test_vmware_boots_at_once_with_bit_3(
    control: int, file: str, options: dict[int, bytes]
) -> None:
    """R4, R4b: bit 3 with a file in the DHCPACK is enough, whatever the other bits say."""
    reply = {"siaddr": TFTP_SERVER, "file": file}
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(control=control, options=options, **reply))
        .decides("classify-offer", "own-pxe10")
        .sends(DHCPREQUEST, at=2.087)
        .gets(ACK(control=control, options=options, **reply))
        .decides("boot-from", "bit-3-and-file")
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_vmware_goes_by_the_ack_when_it_says_less_than_the_offer() -> None:
    """R4c: a DHCPACK that lost options 60 and 43 but has the file still boots."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, file="boot.0", control=8))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
        .decides("boot-from", "file")
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_vmware_finds_no_file_when_the_ack_lost_it() -> None:
    """R4c: the offer's file does not count; PXE-E53."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, file="boot.0", control=8))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER))
        .decides("boot-from", "no-file")
        .fails("PXE-E53", after=0.0)
    )


def test_vmware_takes_bit_3_from_the_ack_alone() -> None:
    """A bare offer whose DHCPACK has bit 3 and a file needs no port 4011."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=TFTP_SERVER, file="boot.0", control=8))
        .decides("after-ack", "own-binl-with-options-in-ack")
        .downloads("boot.0")
        .ends("boot.0")
    )


@pytest.mark.parametrize("vendor", [{255: b""}, {128: b"mine"}], ids=["only END", "unknown tags"])
def test_vmware_overlooks_option_43_without_discovery_tags(vendor: dict[int, bytes]) -> None:
    """R8b: option 43 without any of 6 to 10 is as good as none: port 4011."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=DHCP_SERVER, file="boot.0", suboptions=vendor))
        .decides("classify-offer", "own-binl")
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=DHCP_SERVER, file="boot.0", suboptions=vendor))
        .sends(DHCPREQUEST, to=DHCP_4011)
    )


def test_vmware_prefers_its_own_bare_offer_to_a_complete_proxy() -> None:
    """R13: option 60 on the DHCP server hides the separate proxy, whatever that says."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .gets(proxy_offer(siaddr=TFTP_SERVER, file="proxy.0", control=8))
        .waits(2.1)
        .decides("select-offer", "rank-5-own-binl")
        .gets(ACK())
        .sends(DHCPREQUEST, to=DHCP_4011)
    )


MENU = b"\0\1\x04Menu"


@any_ipxe
def test_a_menu_is_all_that_counts_to_ipxe(firmware: str) -> None:
    """With a boot menu the offer is complete, and the menu beats the file."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, file="boot.0", menu=MENU))
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=TFTP_SERVER, file="boot.0", menu=MENU))
        .decides("boot-from", "menu")
    )


def test_discovery_options_without_bit_3_lead_vmware_away_from_the_file() -> None:
    """R6: the file beside them is not looked at."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, file="boot.0", control=3))
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=TFTP_SERVER, file="boot.0", control=3))
        .decides("boot-from", "discovery")
    )
