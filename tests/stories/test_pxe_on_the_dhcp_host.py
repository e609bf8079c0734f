"""One host gives the address and says PXEClient (option 60); port 4011 is its own."""

from __future__ import annotations

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.playbook import (
    ARP,
    BROADCAST,
    CLIENT_ADDRESS,
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
    TFTP_SERVER,
    ack,
)
from tests.stories.firmwares import (
    DHCP_4011,
    IPXE,
    IPXE_2019,
    TFTP_4011,
    VIRTUALBOX,
    VMWARE,
    any_ipxe,
    book,
)
from tests.stories.one_host import ACK, ANSWER, OFFER, named


# --- option 60 and nothing else -----------------------------------------------------------
@any_ipxe
def test_ipxe_asks_port_4011_of_a_bare_offer(firmware: str) -> None:
    """From port 68, at once, with the lease's address and the server in option 54."""
    (
        book(firmware)
        .sends(DHCPDISCOVER, to=BROADCAST, at=0.0, secs=4)
        .gets(OFFER())
        .decides("classify-offer", "offer-and-proxy-in-one")
        .decides("leave-discovery", "offer-and-proxy")
        .sends(DHCPREQUEST, to=BROADCAST, after=0.0, secs=11)
        .gets(ACK())
        .decides("after-ack", "proxy-offer-bare")
        .decides("proxy-server", "server-id")
        .enters(StateName.PROXYDHCP)
        .sends(
            DHCPREQUEST,
            to=DHCP_4011,
            source=CLIENT_ADDRESS,
            source_port=68,
            ciaddr=CLIENT_ADDRESS,
            flags=0x8000,
            secs=15,
            options={54: bytes((10, 77, 0, 1)), 50: None},
        )
        .gets(ANSWER(siaddr=TFTP_SERVER, file="boot.0"))
        .decides("accept-proxy-reply", "complete")
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_vmware_asks_port_4011_of_a_bare_offer() -> None:
    """R3: from port 4011, without options 50 and 54, the file taken from the answer (R3a)."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER, to=BROADCAST, at=0.0)
        .gets(OFFER())
        .decides("classify-offer", "own-binl")
        .sends(DHCPREQUEST, to=BROADCAST, at=2.087)
        .gets(ACK())
        .decides("after-ack", "own-binl")
        .decides("proxy-server", "server-id")
        .sends(
            DHCPREQUEST,
            to=DHCP_4011,
            source_port=4011,
            ciaddr=CLIENT_ADDRESS,
            flags=0,
            length=548,
            options={50: None, 54: None},
        )
        .gets(ANSWER(siaddr=TFTP_SERVER, file="boot.0"))
        .decides("accept-proxy-reply", "answered")
        .prints("PROXY IP: 10.77.0.1")
        .downloads("boot.0")
        .ends("boot.0")
    )


@any_ipxe
def test_to_ipxe_a_silent_port_4011_is_no_error_in_itself(firmware: str) -> None:
    """Four requests, then it goes on: but nobody names a boot file."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(OFFER()).sends(DHCPREQUEST).gets(ACK())
    book_.sends(DHCPREQUEST, to=DHCP_4011, secs=15)
    book_.sends(DHCPREQUEST, to=DHCP_4011, after=0.25, secs=19)
    book_.sends(DHCPREQUEST, to=DHCP_4011, after=0.5, secs=23)
    book_.sends(DHCPREQUEST, to=DHCP_4011, after=1.0, secs=27)
    book_.fails("2d03e13b", after=2.0, because="10.77.0.1:4011 gave no usable answer")
    book_.decides("proxy-silent", "carry-on")
    book_.decides("boot-from", "no-file")
    book_.prints("Nothing to boot: No such file or directory")


def test_vmware_ends_with_e55_when_port_4011_is_silent() -> None:
    """R3: four requests in ten seconds, then PXE-E55."""
    book_ = book(VMWARE).sends(DHCPDISCOVER).gets(OFFER()).sends(DHCPREQUEST).gets(ACK())
    book_.sends(DHCPREQUEST, to=DHCP_4011, after=0.0)
    for wait in (1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=DHCP_4011, after=wait)
    book_.fails("PXE-E55", after=4.0, because="gave no usable answer to 4 requests in 10.0 s")
    book_.decides("proxy-silent", "give-up")
    book_.prints("PXE-E55: ProxyDHCP service did not reply to request on port 4011")
    book_.prints("PXE-M0F: Exiting Intel PXE ROM.")


@pytest.mark.parametrize(
    ("firmware", "full", "echoed"),
    [(IPXE, 405, 382), (IPXE_2019, 406, 383), (VIRTUALBOX, 403, 380)],
)
def test_ipxe_echoes_the_servers_option_60(firmware: str, full: int, echoed: int) -> None:
    """The request to port 4011 has option 60 as the DHCPACK has it, or iPXE's own."""
    for answer, length, value in (
        (ack(), full, b"PXEClient:Arch:00000:UNDI:002001"),
        (ACK(), echoed, b"PXEClient"),
    ):
        book_ = book(firmware).sends(DHCPDISCOVER).gets(OFFER()).sends(DHCPREQUEST).gets(answer)
        book_.sends(DHCPREQUEST, to=DHCP_4011, length=length, options={60: value})


@any_ipxe
def test_ipxe_echoes_the_servers_user_class(firmware: str) -> None:
    """The same holds for option 77."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(OFFER()).sends(DHCPREQUEST)
    book_.gets(ACK(options={77: b"mine"}))
    book_.sends(DHCPREQUEST, to=DHCP_4011, options={77: b"mine"})


# --- option 60, server and file, no option 43 ---------------------------------------------
@any_ipxe
@named
def test_ipxe_boots_at_once_when_the_offer_names_server_and_file(
    firmware: str, file: str, options: dict[int, bytes]
) -> None:
    """Such an offer is complete: nothing goes to port 4011."""
    (
        book(firmware)
        .sends(DHCPDISCOVER, at=0.0)
        .gets(OFFER(siaddr=TFTP_SERVER, file=file, options=options))
        .sends(DHCPREQUEST, to=BROADCAST, after=0.0)
        .gets(ACK(siaddr=TFTP_SERVER, file=file, options=options))
        .decides("after-ack", "proxy-offer-complete")
        .downloads("boot.0")
        .ends("boot.0")
    )


@named
def test_vmware_asks_port_4011_even_though_the_offer_names_server_and_file(
    file: str, options: dict[int, bytes]
) -> None:
    """R3: without option 43 the file counts for nothing, and silence is PXE-E55."""
    book_ = book(VMWARE).sends(DHCPDISCOVER)
    book_.gets(OFFER(siaddr=DHCP_SERVER, file=file, options=options)).sends(DHCPREQUEST)
    book_.gets(ACK(siaddr=DHCP_SERVER, file=file, options=options))
    book_.decides("after-ack", "own-binl").decides("proxy-server", "siaddr")
    for wait in (0.0, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=DHCP_4011, after=wait)
    book_.fails("PXE-E55", after=4.0, because="Discovery control (43.6) with bit 3")


def test_vmware_asks_the_next_server_even_if_it_is_only_a_tftp_server() -> None:
    """The request goes to siaddr, not to the server that made the offer."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPREQUEST)
        .gets(ACK(siaddr=TFTP_SERVER, file="boot.0"))
        .sends(ARP, to=TFTP_SERVER)
        .sends(DHCPREQUEST, to=TFTP_4011)
    )


@any_ipxe
def test_ipxe_asks_when_the_offer_names_a_file_but_no_server(firmware: str) -> None:
    """siaddr 0 makes the offer incomplete; after that the DHCPACK's file lacks a server."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(OFFER(file="boot.0"))
        .sends(DHCPREQUEST)
        .gets(ACK(file="boot.0"))
        .decides("after-ack", "proxy-offer-bare")
        .sends(DHCPREQUEST, to=DHCP_4011)
        .gets(ANSWER(siaddr=TFTP_SERVER, file="other.0"))
        .decides("boot-from", "no-next-server")
        .fails("2d03e13b")
    )
