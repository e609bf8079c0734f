"""iPXE's builds for EFI: no boot menu, error numbers of their own, otherwise as for BIOS."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    BROADCAST,
    DHCPDISCOVER,
    DHCPREQUEST,
    TFTP_SERVER,
    DhcpReply,
    Playbook,
    ack,
    boot_menu,
    offer,
    proxy_ack,
)
from tests.stories.firmwares import DHCP_4011, any_efi_ipxe, book
from tests.stories.menus import said, told


def leased(firmware: str, reply: DhcpReply) -> Playbook:
    """A book in which a plain DHCP server confirms the address with `reply`."""
    return (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST)
        .gets(reply)
    )


# --- the menu -----------------------------------------------------------------------------
@any_efi_ipxe
@pytest.mark.parametrize("file", ["", "boot.efi"])
def test_a_menu_is_the_end(firmware: str, file: str) -> None:
    """They have none, and do not say so."""
    book_ = told(firmware, said(siaddr=TFTP_SERVER, file=file))
    book_.decides("boot-from", "menu-without-support").prints("Booting from PXE menu")
    book_.fails("3c03e083", after=0.0, because="EFI builds of iPXE have no menu")


@any_efi_ipxe
@pytest.mark.parametrize("prompt", [None, (3, "Press F8"), (255, "Choose:")])
def test_no_key_helps(firmware: str, prompt: tuple[int, str] | None) -> None:
    """Whatever the prompt says, and though the item boots locally."""
    told(firmware, said(menu=boot_menu((0, "Local")), prompt=prompt)).fails("3c03e083", after=0.0)


@any_efi_ipxe
def test_a_menu_in_the_answer_of_port_4011_is_the_end_too(firmware: str) -> None:
    """It is looked for in all replies."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(offer(vendor_class="PXEClient"))
    book_.sends(DHCPREQUEST).gets(ack(vendor_class="PXEClient")).sends(DHCPREQUEST, to=DHCP_4011)
    book_.gets(proxy_ack(server="10.77.0.1", menu=boot_menu((1, "One")))).fails("3c03e083")


@any_efi_ipxe
def test_bit_3_and_a_file_pass_over_the_menu(firmware: str) -> None:
    """The file is all that counts then."""
    book_ = told(firmware, said(control=8, siaddr=TFTP_SERVER, file="boot.efi"))
    book_.decides("boot-from", "file-and-server").downloads("boot.efi").ends("boot.efi")


@any_efi_ipxe
def test_other_discovery_options_are_nothing_to_it(firmware: str) -> None:
    """43.6 and 43.8 without a menu: the boot file is fetched."""
    book_ = told(firmware, said(menu=None, siaddr=TFTP_SERVER, file="boot.efi"))
    book_.downloads("boot.efi").ends("boot.efi")


# --- as for BIOS --------------------------------------------------------------------------
@any_efi_ipxe
def test_a_file_and_its_server_are_fetched(firmware: str) -> None:
    """After three seconds of waiting for a proxy."""
    book_ = leased(firmware, ack(siaddr=TFTP_SERVER, file="boot.efi"))
    book_.decides("boot-server", "siaddr").downloads("boot.efi").ends("boot.efi")


@any_efi_ipxe
@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (ack(siaddr=TFTP_SERVER), "no-file"),
        (ack(siaddr=TFTP_SERVER, options={67: b""}), "empty-name"),
        (ack(file="boot.efi"), "no-next-server"),
    ],
)
def test_nothing_to_boot(firmware: str, reply: DhcpReply, rule: str) -> None:
    """No name, an empty name, no next server: the number is that of EFI builds."""
    book_ = leased(firmware, reply).decides("boot-from", rule).fails("2d03e18e")
    book_.prints("Nothing to boot: No such file or directory")


@any_efi_ipxe
def test_a_tftp_uri_names_server_and_file(firmware: str) -> None:
    """siaddr is not needed."""
    book_ = leased(firmware, ack(file="tftp://10.77.0.4/boot.efi"))
    book_.decides("boot-from", "tftp-uri").downloads("boot.efi", server="10.77.0.4")


@any_efi_ipxe
def test_other_uris_are_not_fetched(firmware: str) -> None:
    """pxeclient says so; iPXE would use the scheme."""
    book_ = leased(firmware, ack(siaddr=TFTP_SERVER, file="http://10.77.0.3/boot.efi"))
    book_.decides("boot-from", "other-uri").fails("", because="URI")


@any_efi_ipxe
def test_it_says_that_it_is_for_efi(firmware: str) -> None:
    """Architecture 7, in options 93 and 60."""
    book(firmware).sends(
        DHCPDISCOVER,
        to=BROADCAST,
        options={93: b"\0\7", 60: b"PXEClient:Arch:00007:UNDI:003010"},
    )
