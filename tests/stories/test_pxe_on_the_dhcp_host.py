"""One host gives the address and says PXEClient (option 60); port 4011 is its own."""

from __future__ import annotations

from functools import partial

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.playbook import (
    ARP,
    BROADCAST,
    CLIENT_ADDRESS,
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
    PROXY_SERVER,
    TFTP_SERVER,
    ack,
    offer,
    proxy_ack,
    proxy_offer,
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

OFFER = partial(offer, vendor_class="PXEClient")
ACK = partial(ack, vendor_class="PXEClient")
ANSWER = partial(proxy_ack, server=DHCP_SERVER)

named = pytest.mark.parametrize(
    ("file", "options"),
    [("boot.0", {}), ("", {67: b"boot.0"}), ("", {67: b"boot.0\0"})],
    ids=["header", "option 67", "option 67 with NUL"],
)
"""The name may stand in the header or in option 67."""


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


# --- option 60, server, file, and discovery control with bit 3 ----------------------------
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


# --- what port 4011 may answer ------------------------------------------------------------
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


# --- where the boot goes with a menu, discovery or MTFTP -----------------------------------
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


def test_mtftp_parameters_lead_vmware_to_a_multicast_download() -> None:
    """R17: 43.1 to 43.5 with a file make the offer one of MTFTP."""
    mtftp = {1: bytes((224, 1, 1, 1)), 2: b"\6\0", 3: b"\6\1", 4: b"\2", 5: b"\2"}
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(siaddr=TFTP_SERVER, file="boot.0", suboptions=mtftp))
        .decides("classify-offer", "own-mtftp")
        .waits(2.1)
        .decides("select-offer", "rank-2-own-mtftp")
        .gets(ACK(siaddr=TFTP_SERVER, file="boot.0", suboptions=mtftp))
        .decides("boot-from", "mtftp")
        .fails("", because="does not emulate")
    )
