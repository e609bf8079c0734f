"""VMware's ROM over TFTP: a request for the size, an abort, a request for the file."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    ACK,
    ARP,
    DHCPDISCOVER,
    DHCPREQUEST,
    ERROR,
    RRQ,
    TFTP_SERVER,
    Playbook,
    TftpPacket,
    UdpDatagram,
    ack,
    arp_reply,
    data,
    icmp_error,
    oack,
    offer,
    tftp_error,
)
from pxeclient.wire import tftp
from tests.stories.firmwares import (
    BOOT_AGENT,
    SERVER_69,
    SERVER_DATA,
    VIRTUALBOX_INTEL,
    VMWARE,
    book,
)

BLOCK = bytes(1456)


SIZE, FILE = {"tsize": "0"}, {"blksize": "1456"}
"""What the two requests ask for."""

any_intel = pytest.mark.parametrize("firmware", [VMWARE, VIRTUALBOX_INTEL, BOOT_AGENT])


def configured(*absent: str, firmware: str = VMWARE) -> Playbook:
    """A book in which the ROM is about to fetch boot.0."""
    return (
        book(firmware, *absent)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
    )


def sized() -> Playbook:
    """A book in which the ROM has asked for the size and was told 3000 octets."""
    return configured().sends(RRQ).gets(oack(tsize=3000, port=50000)).sends(ERROR).sends(RRQ)


# --- two requests -------------------------------------------------------------------------
def test_it_asks_for_the_size_aborts_and_asks_for_the_file() -> None:
    """From port 2070, then from 2071 with blksize 1456; every block is acknowledged."""
    (
        configured()
        .sends(RRQ, to=SERVER_69, source_port=2070, file="boot.0", asks={"tsize": "0"})
        .gets(oack(tsize=3000, port=50000))
        .sends(ERROR, to=f"{TFTP_SERVER}:50000", source_port=2070, code=0, text="TFTP Aborted")
        .sends(RRQ, to=SERVER_69, source_port=2071, file="boot.0", asks={"blksize": "1456"})
        .gets(oack(blksize=1456))
        .sends(ACK, to=SERVER_DATA, source_port=2071, block=0)
        .gets(data(1, BLOCK))
        .sends(ACK, block=1)
        .gets(data(2, BLOCK))
        .sends(ACK, block=2)
        .gets(data(3, b"the end"))
        .sends(ACK, block=3)
        .ends("boot.0", content=BLOCK + BLOCK + b"the end")
    )


def test_a_server_without_options_is_aborted_at_its_first_block() -> None:
    """The second request is answered in blocks of 512 octets."""
    (
        configured()
        .sends(RRQ)
        .gets(data(1, bytes(512), port=50000))
        .sends(ERROR, to=f"{TFTP_SERVER}:50000", code=0, text="TFTP Aborted")
        .sends(RRQ, source_port=2071)
        .gets(data(1, bytes(512)))
        .sends(ACK, block=1)
        .gets(data(2, b"end"))
        .sends(ACK, block=2)
        .ends("boot.0", content=bytes(512) + b"end")
    )


def test_refused_options_lead_to_a_plain_request() -> None:
    """ERROR 8 to the request for the size: the file is asked for without any option."""
    (
        configured()
        .sends(RRQ, source_port=2070)
        .gets(tftp_error(8, "no options"))
        .decides("tftp-error", "options-refused")
        .sends(RRQ, to=SERVER_69, source_port=2071, asks={})
        .gets(data(1, b"the file", port=50002))
        .sends(ACK, block=1)
        .ends("boot.0", content=b"the file")
    )


def test_the_second_requests_options_may_be_refused_too() -> None:
    """The third request, from port 2072, is plain."""
    (
        sized()
        .gets(tftp_error(8, "no options"))
        .sends(RRQ, source_port=2072, asks={})
        .gets(tftp_error(8, "still no"))
        .decides("tftp-error", "other")
        .fails("PXE-E36", after=0.0)
    )


# --- lock step ----------------------------------------------------------------------------
def test_only_the_next_block_counts() -> None:
    """An earlier or a later one is dropped, and the last good one acknowledged again."""
    (
        sized()
        .gets(oack(blksize=1456))
        .sends(ACK, block=0)
        .gets(data(2, BLOCK))
        .ignores("TFTP block 2", because="block 1 is next")
        .sends(ACK, block=0)
        .gets(data(1, BLOCK))
        .sends(ACK, block=1)
        .gets(data(1, BLOCK))
        .ignores("TFTP block 1", because="block 2 is next")
        .sends(ACK, block=1)
        .gets(data(2, b"end"))
        .sends(ACK, block=2)
        .ends("boot.0", content=BLOCK + b"end")
    )


def test_a_datagram_of_another_server_is_ignored() -> None:
    """The file was asked of one server, and only its first datagram fixes the peer's port."""
    (
        sized()
        .gets(data(1, b"evil", server="10.77.0.9"))
        .ignores(because="the file was asked of 10.77.0.3")
        .gets(oack(blksize=1456))
        .sends(ACK, to=SERVER_DATA, block=0)
        .gets(data(1, b"evil", port=666))
        .ignores(because="the transfer is with 10.77.0.3:50001")
        .gets(data(1, b"good"))
        .sends(ACK, block=1)
        .ends("boot.0", content=b"good")
    )


# --- errors -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "text", "code", "line"),
    [
        (1, "File not found", "PXE-E3B", "PXE-E3B: TFTP Error - File Not found"),
        (2, "Only absolute filenames", "PXE-E3C", "PXE-E3C: TFTP Error - Access Violation"),
    ],
)
def test_a_missing_or_forbidden_file_is_told_in_the_servers_words_too(
    number: int, text: str, code: str, line: str
) -> None:
    """PXE-T01 or T02 with the server's text, then the ROM's own line."""
    (
        configured()
        .sends(RRQ)
        .gets(tftp_error(number, text))
        .prints(f"PXE-T{number:02}: {text}")
        .prints(line)
        .prints("PXE-M0F: Exiting Intel PXE ROM.")
        .fails(code, after=0.0, because=f"ERROR {number}: {text}")
    )


def test_an_error_midway_is_e36() -> None:
    """Once blocks have come there is no second try."""
    (
        sized()
        .gets(oack(blksize=1456))
        .sends(ACK, block=0)
        .gets(data(1, BLOCK))
        .sends(ACK, block=1)
        .gets(tftp_error(0, "disk on fire"))
        .prints("PXE-T00: disk on fire")
        .prints("PXE-E36: Error received from TFTP server")
        .fails("PXE-E36", after=0.0)
    )


@pytest.mark.parametrize("agreed", [oack(blksize=1456), oack(blksize=4000), None])
def test_a_block_longer_than_1456_octets_is_e3f(agreed: TftpPacket | None) -> None:
    """Whatever was agreed."""
    book_ = sized()
    if agreed is not None:
        book_.gets(agreed).sends(ACK, block=0)
    book_.gets(data(1, bytes(1457))).fails("PXE-E3F", after=0.0)


def test_a_blksize_that_is_no_number_is_e3f() -> None:
    """So it is guessed."""
    sized().gets(oack(blksize="many")).fails("PXE-E3F", after=0.0)


@pytest.mark.parametrize(("tsize", "boots"), [(524288, True), (524289, False)])
def test_a_file_that_does_not_fit_base_memory_is_e79(tsize: int, boots: bool) -> None:
    """The promised size is enough to know; the request for it is aborted all the same."""
    book_ = configured().sends(RRQ).gets(oack(tsize=tsize)).sends(ERROR, text="TFTP Aborted")
    if boots:
        book_.sends(RRQ)
    else:
        book_.fails("PXE-E79", after=0.0)


def test_a_file_that_grows_too_big_is_e79() -> None:
    """Without a promise, when 524288 octets are exceeded."""
    book_ = sized().gets(oack(blksize=1456)).sends(ACK, block=0)
    for number in range(1, 361):
        book_.gets(data(number, BLOCK)).sends(ACK, block=number)
    book_.gets(data(361, BLOCK)).fails("PXE-E79", after=0.0)


def test_an_empty_file_boots() -> None:
    """Nothing else is known."""
    sized().gets(data(1, b"")).sends(ACK, block=1).ends("boot.0", content=b"")


# --- silence ------------------------------------------------------------------------------
@any_intel
def test_an_unanswered_read_request_is_e32(firmware: str) -> None:
    """Five requests for the size, five for the file, each from a port of its own (R19)."""
    book_ = configured(firmware=firmware)
    for number, wait in enumerate((None, 2.0, 4.0, 6.0, 8.0)):
        book_.sends(RRQ, to=SERVER_69, source_port=2070 + number, after=wait, asks=SIZE)
    for number, wait in enumerate((10.0, 36.0, 72.0, 108.0, 144.0)):
        book_.sends(RRQ, to=SERVER_69, source_port=2075 + number, after=wait, asks=FILE)
    book_.fails("PXE-E32", after=180.0, because="never answered the read request")
    book_.prints("PXE-E32: TFTP open timeout")


@any_intel
def test_a_late_answer_to_the_request_for_the_file_is_taken(firmware: str) -> None:
    """The size stays unknown, and the file comes all the same."""
    book_ = configured(firmware=firmware)
    for _ in range(5):
        book_.sends(RRQ, asks=SIZE)
    book_.sends(RRQ, source_port=2075, asks=FILE).gets(oack(blksize=1456), after=30.0)
    book_.sends(ACK, block=0).gets(data(1, b"late")).sends(ACK, block=1)
    book_.ends("boot.0", content=b"late")


@any_intel
def test_an_answer_to_an_earlier_port_is_too_late(firmware: str) -> None:
    """Only the latest request's port is listened on."""
    book_ = configured(firmware=firmware).sends(RRQ, source_port=2070)
    book_.sends(RRQ, source_port=2071)
    late = tftp.build(tftp.OptionAck(((b"tsize", b"3000"),)))
    book_.gets(UdpDatagram(late, 2070, 50000, TFTP_SERVER)).ignores(because="nobody listens")
    book_.sends(RRQ, source_port=2072, after=3.999)


@any_intel
def test_an_oack_alone_opens_nothing(firmware: str) -> None:
    """Where no block follows, the file is asked for anew, and in the end that is PXE-E32."""
    book_ = configured(firmware=firmware).sends(RRQ).gets(oack(tsize=3000, port=50000))
    book_.sends(ERROR).sends(RRQ, source_port=2071)
    for port, wait in ((2072, 36.0), (2073, 72.0), (2074, 108.0), (2075, 144.0)):
        book_.gets(oack(blksize=1456), after=0.5).sends(ACK, block=0)
        book_.gets(oack(blksize=1456), after=0.5).sends(ACK, block=0)
        book_.sends(RRQ, source_port=port, after=wait - 1.0, asks=FILE)
    book_.gets(oack(blksize=1456)).sends(ACK, block=0)
    book_.fails("PXE-E32", because="agreed to the options for 'boot.0', but no block came")


@any_intel
@pytest.mark.parametrize("size", [1450, 1024, 512, 8])
def test_a_smaller_block_size_is_taken(firmware: str, size: int) -> None:
    """A server with a limit of its own: its blocks have what it grants."""
    book_ = configured(firmware=firmware).sends(RRQ).gets(oack(tsize=size + 3, port=50000))
    book_.sends(ERROR).sends(RRQ, asks=FILE).gets(oack(blksize=size)).sends(ACK, block=0)
    book_.gets(data(1, bytes(size))).sends(ACK, block=1).gets(data(2, b"end")).sends(ACK, block=2)
    book_.ends("boot.0", content=bytes(size) + b"end")


@any_intel
def test_what_was_agreed_before_is_forgotten(firmware: str) -> None:
    """The second server process grants a smaller block, or none at all."""
    book_ = configured(firmware=firmware).sends(RRQ).gets(oack(tsize=900, port=50000))
    book_.sends(ERROR).sends(RRQ).gets(oack(blksize=1456)).sends(ACK, block=0)
    book_.sends(RRQ, source_port=2072).gets(data(1, bytes(512))).sends(ACK, block=1)
    book_.gets(data(2, bytes(388))).sends(ACK, block=2).ends("boot.0", content=bytes(900))


@pytest.mark.parametrize(("kind", "code"), [(3, 3), (3, 1), (11, 0)])
def test_icmp_errors_are_ignored(kind: int, code: int) -> None:
    """R19: it asks again as if none had come."""
    book_ = configured().sends(RRQ).gets(icmp_error(kind, code))
    book_.ignores("an ICMP error", because="icmp-error/any").sends(RRQ)


def test_a_stall_is_e35() -> None:
    """The last ACK is repeated three times, four seconds apart."""
    book_ = sized().gets(oack(blksize=1456)).sends(ACK, block=0)
    book_.gets(data(1, BLOCK)).sends(ACK, block=1)
    for _ in range(3):
        book_.sends(ACK, block=1, after=4.0)
    book_.fails("PXE-E35", after=4.0, because="stopped sending 'boot.0' after 1456 octets")
    book_.prints("PXE-E35: TFTP read timeout")


def test_a_server_that_does_not_answer_arp_is_e11() -> None:
    """Four requests a second apart, from the new address."""
    book_ = configured(TFTP_SERVER).sends(ARP, to=TFTP_SERVER, source="10.77.0.50")
    for _ in range(3):
        book_.sends(ARP, to=TFTP_SERVER, after=1.0)
    book_.fails("PXE-E11", after=1.0, because="10.77.0.3, the TFTP server")


def test_a_late_answer_to_arp_saves_the_boot() -> None:
    """The read request goes out with it."""
    (
        configured(TFTP_SERVER)
        .sends(ARP, to=TFTP_SERVER)
        .sends(ARP, to=TFTP_SERVER, after=1.0)
        .gets(arp_reply(TFTP_SERVER), after=0.5)
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_a_router_that_does_not_answer_arp_is_e11() -> None:
    """A TFTP server elsewhere is behind the router of option 3."""
    book_ = (
        book(VMWARE, "10.77.0.1")
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr="192.0.2.3", file="boot.0"))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr="192.0.2.3", file="boot.0"))
    )
    for _ in range(4):
        book_.sends(ARP, to="10.77.0.1")
    book_.fails("PXE-E11", because="10.77.0.1, the router to the TFTP server 192.0.2.3")
