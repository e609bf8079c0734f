"""What port 4011 may answer, and who is believed."""

from __future__ import annotations

from functools import partial

from pxeclient.playbook import (
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
    PROXY_SERVER,
    TFTP_SERVER,
    offer,
    proxy_ack,
)
from tests.stories.firmwares import (
    DHCP_4011,
    VMWARE,
    any_ipxe,
    book,
)
from tests.stories.one_host import ACK, ANSWER, OFFER


def test_vmware_takes_the_server_identifier_of_an_answer_without_siaddr() -> None:
    """R3a: the TFTP server is the answer's siaddr, else its option 54."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=TFTP_SERVER, file="ack.0"))
        .sends(DHCPREQUEST, to=DHCP_4011)
        .gets(ANSWER(options={67: b"boot.0"}))
        .downloads("boot.0", server=DHCP_SERVER)
        .ends("boot.0")
    )


def test_vmware_obeys_bit_3_in_the_answer() -> None:
    """R3b: an answer with discovery options is read like any other; bit 3 boots its file."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST)
        .gets(ACK())
        .sends(DHCPREQUEST, to=DHCP_4011)
        .gets(ANSWER(siaddr=TFTP_SERVER, file="boot.0", control=8))
        .decides("boot-from", "bit-3-and-file")
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_vmware_finds_no_file_in_an_answer_that_says_nothing() -> None:
    """R3c: an answer without file and discovery options ends with PXE-E53, not PXE-E55."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=TFTP_SERVER, file="ack.0"))
        .sends(DHCPREQUEST, to=DHCP_4011)
        .gets(ANSWER())
        .decides("boot-from", "no-file")
        .prints("PXE-E53: No boot filename received")
        .fails("PXE-E53", after=0.0)
    )


def test_vmware_ignores_answers_of_others() -> None:
    """Only a DHCPACK from the address asked, with its server identifier, ends the wait."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST)
        .gets(ACK())
        .sends(DHCPREQUEST, to=DHCP_4011)
        .gets(proxy_ack(siaddr=TFTP_SERVER, file="boot.0"))
        .ignores(because="accept-proxy-reply/from-elsewhere")
        .gets(ANSWER(type=2, siaddr=TFTP_SERVER, file="boot.0"))
        .ignores(because="accept-proxy-reply/no-ack")
        .gets(ANSWER(server_id=PROXY_SERVER, siaddr=TFTP_SERVER, file="boot.0"))
        .ignores(because="accept-proxy-reply/other-server")
        .sends(DHCPREQUEST, to=DHCP_4011)
    )


@any_ipxe
def test_ipxe_ignores_answers_of_others(firmware: str) -> None:
    """From port 4011, OFFER or ACK, of the server asked, with server and file: or it waits on."""
    file = partial(ANSWER, siaddr=TFTP_SERVER, file="boot.0")
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST)
        .gets(ACK())
        .sends(DHCPREQUEST, to=DHCP_4011)
        .gets(file(source_port=67))
        .ignores(because="accept-proxy-reply/other-port")
        .gets(file(type=6))
        .ignores(because="accept-proxy-reply/other-type")
        .gets(file(server_id=PROXY_SERVER))
        .ignores(because="accept-proxy-reply/other-server")
        .gets(ANSWER(siaddr=TFTP_SERVER))
        .ignores(because="accept-proxy-reply/names-nothing")
        .gets(file(type=2, vendor_class=None))
        .decides("accept-proxy-reply", "complete")
        .downloads("boot.0")
        .ends("boot.0")
    )


@any_ipxe
def test_option_60_in_the_ack_alone_means_nothing_to_ipxe(firmware: str) -> None:
    """Only what said PXEClient while discovering is a proxy offer."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST, at=3.0)
        .gets(ACK(siaddr=TFTP_SERVER, file="boot.0"))
        .decides("after-ack", "no-proxy-offer")
        .downloads("boot.0")
        .ends("boot.0")
    )
