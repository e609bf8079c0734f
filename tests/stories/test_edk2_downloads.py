"""EDK II over TFTP: a request for the size, an abort, a download by windows of four."""

from __future__ import annotations

from typing import Any

import pytest

from pxeclient.playbook import (
    ACK,
    DHCPDISCOVER,
    DHCPREQUEST,
    ERROR,
    RRQ,
    TFTP_SERVER,
    Playbook,
    TftpPacket,
    ack,
    data,
    icmp_error,
    oack,
    offer,
    tftp_error,
)
from tests.stories.firmwares import SERVER_69, any_edk2, book

PROBE, SERVES = f"{TFTP_SERVER}:50000", f"{TFTP_SERVER}:50001"
BLOCK = bytes(1468)


def configured(firmware: str) -> Playbook:
    """A book in which boot.efi is about to be fetched."""
    return (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.efi", broadcast=True))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.efi", broadcast=True))
    )


def sized(firmware: str, size: int) -> Playbook:
    """A book in which the size is known, and the file asked for."""
    book_ = configured(firmware).sends(RRQ).gets(oack(tsize=size, port=50000))
    return book_.sends(ERROR, code=8).sends(RRQ)


# --- the request for the size -------------------------------------------------------------
@any_edk2
def test_it_asks_for_the_size_aborts_and_fetches_by_windows(firmware: str) -> None:
    """ERROR 8 ends the first request; every fourth block and the last are acknowledged."""
    book_ = configured(firmware).sends(
        RRQ,
        to=SERVER_69,
        file="boot.efi",
        asks={"tsize": "0", "blksize": "1468", "windowsize": "4"},
    )
    first_port = book_.client.tftp_port
    assert 1024 <= first_port < 2048
    book_.gets(oack(tsize=4 * 1468 + 7, blksize=1468, windowsize=4, port=50000))
    book_.sends(ERROR, to=PROBE, source_port=first_port, code=8, text="User aborted the transfer")
    book_.sends(
        RRQ,
        to=SERVER_69,
        source_port=first_port + 1,
        asks={"blksize": "1468", "windowsize": "4"},
    )
    book_.gets(oack(blksize=1468, windowsize=4)).sends(ACK, to=SERVES, block=0)
    for number in (1, 2, 3):
        book_.gets(data(number, BLOCK))
    book_.stays_quiet(0.1).gets(data(4, BLOCK)).sends(ACK, block=4)
    book_.gets(data(5, b"the end")).sends(ACK, block=5)
    book_.ends("boot.efi", content=BLOCK * 4 + b"the end")


@any_edk2
def test_without_windowsize_every_block_is_acknowledged(firmware: str) -> None:
    """The server agrees to the block size only."""
    book_ = sized(firmware, 1471).gets(oack(blksize=1468)).sends(ACK, block=0)
    book_.gets(data(1, BLOCK)).sends(ACK, block=1).gets(data(2, b"end")).sends(ACK, block=2)
    book_.ends("boot.efi", content=BLOCK + b"end")


@any_edk2
def test_a_server_without_options_is_e99(firmware: str) -> None:
    """EDK II cannot do without the size: ERROR 4, and no second request."""
    book_ = configured(firmware).sends(RRQ).gets(data(1, bytes(512), port=50000))
    book_.sends(ERROR, to=PROBE, code=4, text="User aborted download").fails("PXE-E99")


@any_edk2
def test_an_oack_without_the_size_is_e53(firmware: str) -> None:
    """It is aborted like any other, and then given up."""
    book_ = configured(firmware).sends(RRQ).gets(oack(blksize=1468, port=50000))
    book_.sends(ERROR, to=PROBE, code=8).fails("PXE-E53", because="does not say the size")


@any_edk2
def test_an_empty_file_is_e99(firmware: str) -> None:
    """A size of 0 is enough to know."""
    book_ = configured(firmware).sends(RRQ).gets(oack(tsize=0, port=50000))
    book_.sends(ERROR, code=8).fails("PXE-E99", because="no octets")


@any_edk2
@pytest.mark.parametrize(
    "granted",
    [
        oack(blksize=1469),
        oack(blksize=1468, windowsize=5),
        oack(tsize=3),
        oack(blksize=7),
        oack(blksize=1468, windowsize=0),
    ],
)
def test_an_oack_that_it_cannot_use_is_refused(firmware: str, granted: TftpPacket) -> None:
    """More than was asked, what was not asked, or too little: ERROR 4, then PXE-E23."""
    book_ = sized(firmware, 3).gets(granted)
    book_.sends(ERROR, to=SERVES, code=4, text="Malformatted OACK packet").fails("PXE-E23")


# --- more than was announced --------------------------------------------------------------
@any_edk2
def test_a_file_that_outgrows_its_size_is_e05(firmware: str) -> None:
    """The last block is answered by ERROR 3 instead of an ACK."""
    book_ = sized(firmware, 3).gets(oack(blksize=1468)).sends(ACK, block=0)
    book_.gets(data(1, b"four")).sends(ERROR, to=SERVES, code=3)
    book_.fails("PXE-E05", because="3 octets were announced, 4 came")
    book_ = sized(firmware, 4).gets(oack(blksize=1468)).sends(ACK, block=0)
    book_.gets(data(1, b"four")).sends(ACK, block=1).ends("boot.efi", content=b"four")


def sized_by_option(firmware: str, units: bytes) -> Playbook:
    """A book in which option 13 says how long boot.efi is."""
    book_ = book(firmware).sends(DHCPDISCOVER)
    for reply in (offer, ack):
        said = reply(siaddr=TFTP_SERVER, file="boot.efi", broadcast=True, options={13: units})
        book_.gets(said)
        if reply is offer:
            book_.sends(DHCPREQUEST)
    return book_


@any_edk2
def test_option_13_spares_the_request_for_the_size(firmware: str) -> None:
    """It counts in units of 512 octets; the first request is the one for the file."""
    book_ = sized_by_option(firmware, b"\0\2")
    book_.sends(RRQ, to=SERVER_69, asks={"blksize": "1468", "windowsize": "4"})
    book_.gets(oack(blksize=1468)).sends(ACK, block=0)
    book_.gets(data(1, bytes(1024))).sends(ACK, block=1).ends("boot.efi", content=bytes(1024))


@any_edk2
def test_a_file_larger_than_option_13_is_e05(firmware: str) -> None:
    """One octet too many."""
    book_ = sized_by_option(firmware, b"\0\1").sends(RRQ)
    book_.gets(oack(blksize=1468)).sends(ACK, block=0).gets(data(1, bytes(513)))
    book_.sends(ERROR, code=3, text="User provided memory block is too small").fails("PXE-E05")


# --- errors and silence -------------------------------------------------------------------
@any_edk2
@pytest.mark.parametrize("code", [0, 1, 2, 8])
def test_every_error_is_e23(firmware: str, code: int) -> None:
    """To either request, whatever its code; nothing is asked again."""
    book_ = configured(firmware).sends(RRQ).gets(tftp_error(code, "no", port=50000))
    book_.decides("tftp-error", "any").fails("PXE-E23", after=0.0)
    sized(firmware, 3).gets(tftp_error(code, "no")).fails("PXE-E23")


@any_edk2
@pytest.mark.parametrize("code", [0, 1, 3])
def test_an_icmp_unreachable_is_e99(firmware: str, code: int) -> None:
    """It ends the download at once."""
    book_ = configured(firmware).sends(RRQ).gets(icmp_error(code=code, sender="10.77.0.254"))
    book_.decides("icmp-error", "unreachable").fails("PXE-E99", after=0.0)


@any_edk2
@pytest.mark.parametrize(("kind", "code"), [(3, 4), (11, 0), (11, 1), (12, 0)])
def test_another_icmp_error_is_e22(firmware: str, kind: int, code: int) -> None:
    """Time exceeded, for one."""
    book_ = configured(firmware).sends(RRQ).gets(icmp_error(kind, code))
    book_.decides("icmp-error", "other-error").fails("PXE-E22", after=0.0)


@any_edk2
@pytest.mark.parametrize(("kind", "code"), [(3, 10), (3, 13), (4, 0), (5, 1)])
def test_icmp_errors_of_which_nothing_is_known_are_passed_over(
    firmware: str, kind: int, code: int
) -> None:
    """Prohibited by an administrator, source quench, redirect: the request is repeated."""
    book_ = configured(firmware).sends(RRQ).gets(icmp_error(kind, code))
    book_.ignores(because="icmp-error/unknown-kind").sends(RRQ, after=3.999)


@any_edk2
@pytest.mark.parametrize(
    "about",
    [
        {"source": "10.77.0.51"},
        {"port": 68},
        {"to": "10.77.0.9"},
        {"to_port": 4011},
        {"to_port": 50001},
        {"protocol": 6},
        {"octets": 0},
        {"octets": 12},
        {"octets": 20},
        {"octets": 22},
    ],
)
def test_an_icmp_error_about_something_else_is_passed_over(
    firmware: str, about: dict[str, Any]
) -> None:
    """Whoever sends it: the quotation must have the addresses and ports of the request."""
    book_ = configured(firmware).sends(RRQ)
    for sender in (TFTP_SERVER, "10.77.0.9"):
        book_.gets(icmp_error(sender=sender, **about)).ignores(because="icmp-error/quotes-others")
    book_.sends(RRQ, after=3.998)


@any_edk2
def test_an_icmp_error_about_an_acknowledgement_ends_the_download(firmware: str) -> None:
    """It quotes the server's port that sends the file; that of the request before is too old."""
    book_ = sized(firmware, 3000)
    book_.gets(oack(blksize=1468, windowsize=4)).sends(ACK)
    book_.gets(icmp_error(port=1, to_port=50001)).ignores(because="icmp-error/quotes-others")
    book_.gets(icmp_error(to_port=50001)).decides("icmp-error", "unreachable").fails("PXE-E99")


@any_edk2
def test_an_icmp_error_before_the_download_is_passed_over(firmware: str) -> None:
    """Nobody minds it while a menu or port 4011 is waited for."""
    book_ = book(firmware).sends(DHCPDISCOVER)
    book_.gets(offer(vendor_class="PXEClient", broadcast=True)).sends(DHCPREQUEST)
    book_.gets(ack(broadcast=True)).sends(DHCPREQUEST)
    book_.gets(icmp_error(port=4011, to_port=4011)).ignores(because="icmp-error/not-downloading")
    book_.sends(DHCPREQUEST, after=0.999)


@any_edk2
def test_a_silent_server_is_e18(firmware: str) -> None:
    """Six requests, four seconds each, all from one port."""
    book_ = configured(firmware).sends(RRQ, to=SERVER_69)
    port = book_.client.tftp_port
    for _ in range(5):
        book_.sends(RRQ, to=SERVER_69, after=4.0, source_port=port)
    book_.fails("PXE-E18", after=4.0, because="never answered")


@any_edk2
def test_a_server_that_stops_is_e18(firmware: str) -> None:
    """The last acknowledgement is repeated."""
    book_ = sized(firmware, 3000).gets(oack(blksize=1468)).sends(ACK, block=0)
    book_.gets(data(1, BLOCK)).sends(ACK, block=1)
    for _ in range(5):
        book_.sends(ACK, block=1, after=4.0)
    book_.fails("PXE-E18", after=4.0, because="stopped sending")


@any_edk2
def test_a_block_that_is_too_long_is_passed_over(firmware: str) -> None:
    """The right one may still come."""
    book_ = sized(firmware, 3).gets(oack(blksize=512)).sends(ACK, block=0)
    book_.gets(data(1, bytes(513))).ignores("TFTP block 1", because="longer than 512")
    book_.gets(data(1, b"end")).sends(ACK, block=1).ends("boot.efi", content=b"end")
