"""Other EDK II than the recorded one: what its variants decide and send."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    DHCPDISCOVER,
    DHCPREQUEST,
    ERROR,
    PROXY_SERVER,
    RRQ,
    TFTP_SERVER,
    DhcpReply,
    ack,
    oack,
    offer,
    proxy_offer,
)
from pxeclient.wire import dhcp
from tests.stories.firmwares import EDK2, PROXY_4011, VMWARE_EFI, book

UDK2014, PHYSICAL = f"{EDK2}+udk2014", f"{EDK2}+undi-316"
FULL = offer(siaddr=TFTP_SERVER, file="boot.efi", broadcast=True)
CONFIRMED = ack(siaddr=TFTP_SERVER, file="boot.efi", broadcast=True)
PROXY = proxy_offer(to_port=dhcp.CLIENT_PORT, siaddr=PROXY_SERVER, file="proxy.efi")


# --- udk2014 ------------------------------------------------------------------------------
def test_udk2014_boots_what_the_dhcp_server_names() -> None:
    """Today's EDK II asks the proxy beside it, and nothing else."""
    for firmware in (EDK2, UDK2014):
        book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL).gets(PROXY)
        if firmware == UDK2014:
            book_.ignores(because="classify-offer/no-address")
        book_.sends(DHCPREQUEST).gets(CONFIRMED)
        if firmware == UDK2014:
            book_.downloads("boot.efi").ends("boot.efi")
        else:
            book_.sends(DHCPREQUEST, to=PROXY_4011)


@pytest.mark.parametrize("control", [None, 8, 3])
def test_udk2014_finds_nothing_where_only_a_proxy_names_a_file(control: int | None) -> None:
    """Whatever the proxy says; the offers of the address alone are PXE-E16 in its own words."""
    proxy = proxy_offer(to_port=dhcp.CLIENT_PORT, file="x", control=control)
    book_ = book(UDK2014)
    for _ in range(4):
        book_.sends(DHCPDISCOVER).gets(offer(broadcast=True))
        book_.gets(proxy).ignores(because="classify-offer/no-address")
    book_.fails("PXE-E16").prints("PXE-E16: No offer received.")


def test_udk2014_asks_for_no_windows_and_says_1472_twice() -> None:
    """What tells it from today's on the wire."""
    book_ = book(UDK2014).sends(DHCPDISCOVER, options={57: b"\x05\xc0"}).gets(FULL)
    book_.sends(DHCPREQUEST, options={57: b"\x05\xc0"}).gets(CONFIRMED)
    book_.sends(RRQ, asks={"tsize": "0", "blksize": "1468"}).gets(oack(tsize=9, port=50000))
    book_.sends(ERROR, code=8).sends(RRQ, asks={"blksize": "1468"})


# --- undi-316 -----------------------------------------------------------------------------
@pytest.mark.parametrize("reply", [FULL, offer(file="boot.efi", broadcast=True)])
def test_a_physical_card_says_its_own_and_decides_alike(reply: DhcpReply) -> None:
    """UNDI's version in options 60 and 94, the size in 57."""
    said = {57: b"\x05\xb8", 60: b"PXEClient:Arch:00007:UNDI:003016", 94: b"\1\3\x10"}
    book_ = book(PHYSICAL).sends(DHCPDISCOVER, options=said).gets(reply)
    book_.sends(DHCPREQUEST, options={57: b"\xff\0", 94: b"\1\3\x10"}).gets(CONFIRMED)
    book_.downloads("boot.efi").ends("boot.efi")


# --- VMware's EFI -------------------------------------------------------------------------
def test_vmware_efi_has_the_uuid_in_printed_order() -> None:
    """EDK II turns its first three fields round."""
    book(VMWARE_EFI).sends(
        DHCPDISCOVER, options={97: bytes.fromhex("00 564d3a9e 0c5f 1be2 6a47 9c8d29123456")}
    )
    book(EDK2).sends(
        DHCPDISCOVER, options={97: bytes.fromhex("00 33221100 5544 7766 8899 aabbccddeeff")}
    )


def test_vmware_efi_without_windowsize() -> None:
    """As a TFTP server's log has it."""
    book_ = book(f"{VMWARE_EFI}+no-windowsize").sends(DHCPDISCOVER).gets(FULL)
    book_.sends(DHCPREQUEST).gets(CONFIRMED)
    book_.sends(RRQ, asks={"tsize": "0", "blksize": "1468"}).gets(oack(tsize=9, port=50000))
    book_.sends(ERROR, code=8).sends(RRQ, asks={"blksize": "1468"})
