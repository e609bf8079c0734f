"""iPXE over TFTP: one read request, any block order, every ERROR final."""

from __future__ import annotations

import pytest

from pxeclient.outcome import Booted
from pxeclient.playbook import (
    ACK,
    ARP,
    DHCPDISCOVER,
    DHCPREQUEST,
    RRQ,
    TFTP_SERVER,
    Playbook,
    TftpPacket,
    ack,
    arp_reply,
    data,
    icmp_error,
    oack,
    offer,
    tftp_error,
)
from tests.stories.firmwares import IPXE, SERVER_69, SERVER_DATA, any_ipxe, any_ipxe_2019, book

FULL = bytes(range(256)) * 2
"""A block of 512 octets."""


def configured(firmware: str, *absent: str) -> Playbook:
    """A book in which iPXE is about to fetch boot.0."""
    return (
        book(firmware, *absent)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
    )


def asked(firmware: str) -> Playbook:
    """A book in which the read request has gone out."""
    return configured(firmware).sends(RRQ)


# --- the read request and its options -----------------------------------------------------
@any_ipxe
def test_the_read_request_asks_for_blksize_and_tsize(firmware: str) -> None:
    """In that order, in octet mode; the OACK is answered by ACK 0."""
    (
        configured(firmware)
        .sends(RRQ, to=SERVER_69, file="boot.0", asks={"blksize": "1432", "tsize": "0"})
        .gets(oack(blksize=1432, tsize=1500))
        .sends(ACK, to=SERVER_DATA, block=0)
        .gets(data(1, bytes(1432)))
        .sends(ACK, to=SERVER_DATA, block=1)
        .gets(data(2, bytes(68)))
        .sends(ACK, to=SERVER_DATA, block=2)
        .ends("boot.0", content=bytes(1500))
    )


@any_ipxe
def test_an_oack_without_tsize_will_do(firmware: str) -> None:
    """The short block ends the file."""
    (
        asked(firmware)
        .gets(oack(blksize=1024))
        .sends(ACK, block=0)
        .gets(data(1, bytes(1024)))
        .sends(ACK, block=1)
        .gets(data(2, b"end"))
        .sends(ACK, block=2)
        .ends("boot.0", content=bytes(1024) + b"end")
    )


@any_ipxe
def test_option_names_are_read_in_any_case(firmware: str) -> None:
    """BLKSIZE is blksize, unknown options and a malformed tail are overlooked."""
    (
        asked(firmware)
        .gets(oack(BLKSIZE=1024, windowsize=4, rest=b"junk"))
        .sends(ACK, block=0)
        .gets(data(1, bytes(1024)))
        .sends(ACK, block=1)
        .stays_quiet(0.1)
    )


@any_ipxe
def test_a_server_without_options_sends_512_octets_at_once(firmware: str) -> None:
    """DATA 1 instead of an OACK."""
    (
        asked(firmware)
        .gets(data(1, FULL))
        .sends(ACK, block=1)
        .gets(data(2, b"end"))
        .sends(ACK, block=2)
        .ends("boot.0", content=FULL + b"end")
    )


@any_ipxe
def test_a_whole_last_block_is_followed_by_an_empty_one(firmware: str) -> None:
    """The file is not complete before the empty block."""
    (
        asked(firmware)
        .gets(oack(blksize=512, tsize=512))
        .sends(ACK, block=0)
        .gets(data(1, FULL))
        .sends(ACK, block=1)
        .gets(data(2, b""))
        .sends(ACK, block=2)
        .ends("boot.0", content=FULL)
    )


@pytest.mark.parametrize(
    ("agreed", "code"),
    [(oack(blksize="many"), "1c126102"), (oack(tsize="many"), "1c126202")],
    ids=["blksize", "tsize"],
)
@any_ipxe
def test_a_value_that_is_no_number_is_an_invalid_argument(
    firmware: str, agreed: TftpPacket, code: str
) -> None:
    """The download ends at once."""
    asked(firmware).gets(agreed).fails(code, after=0.0)


# --- blocks in any order ------------------------------------------------------------------
@any_ipxe
def test_a_repeated_block_is_acknowledged_again(firmware: str) -> None:
    """Every DATA and OACK gets its ACK, with the number of the last block in order."""
    (
        asked(firmware)
        .gets(oack(blksize=512))
        .sends(ACK, block=0)
        .gets(oack(blksize=512))
        .sends(ACK, block=0)
        .gets(data(1, FULL))
        .sends(ACK, block=1)
        .gets(data(1, FULL))
        .ignores("TFTP block 1", because="here already")
        .sends(ACK, block=1)
        .gets(data(2, b"end"))
        .sends(ACK, block=2)
        .ends("boot.0", content=FULL + b"end")
    )


@any_ipxe
def test_a_block_ahead_of_its_turn_is_kept(firmware: str) -> None:
    """Block 3 before 2: ACK 1, then ACK 3 when 2 has come."""
    (
        asked(firmware)
        .gets(data(1, FULL))
        .sends(ACK, block=1)
        .gets(data(3, b"end"))
        .sends(ACK, block=1)
        .gets(data(2, FULL))
        .sends(ACK, block=3)
        .ends("boot.0", content=FULL + FULL + b"end")
    )


@any_ipxe
def test_block_0_is_impossible_at_the_start(firmware: str) -> None:
    """Before the numbers have wrapped once, it ends the download."""
    asked(firmware).gets(data(0, FULL)).fails("1c126002", after=0.0)


@any_ipxe
def test_a_block_longer_than_agreed_is_an_invalid_argument(firmware: str) -> None:
    """513 octets where nothing, and so 512, was agreed."""
    asked(firmware).gets(data(1, FULL + b"!")).fails("1c126002", after=0.0)


@any_ipxe
def test_a_promise_of_more_octets_than_there_are_times_out(firmware: str) -> None:
    """iPXE believes tsize: after the short block it waits for more."""
    (
        asked(firmware)
        .gets(oack(blksize=512, tsize=5000))
        .sends(ACK, block=0)
        .gets(data(1, b"short"))
        .sends(ACK, block=1)
        .waits(15.7)
        .fails("4c126035", after=0.05, because="stopped sending 'boot.0' after 5 of 5000 octets")
    )


# --- who is the peer ----------------------------------------------------------------------
@any_ipxe
def test_the_first_datagram_fixes_the_peer(firmware: str) -> None:
    """Any address and port may answer; afterwards all others are ignored."""
    (
        asked(firmware)
        .gets(oack(server="10.77.0.9", port=6000, blksize=512))
        .sends(ACK, to="10.77.0.9:6000", block=0)
        .gets(data(1, b"foreign"))
        .ignores(because="the transfer is with 10.77.0.9:6000")
        .gets(data(1, b"other port", server="10.77.0.9", port=6001))
        .ignores(because="the transfer is with 10.77.0.9:6000")
        .gets(data(1, b"own", server="10.77.0.9", port=6000))
        .sends(ACK, to="10.77.0.9:6000", block=1)
        .ends("boot.0", content=b"own")
    )


# --- errors -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "rule", "code", "words"),
    [
        (1, "not-found", "2d12613b", "Not found (https://ipxe.org/2d12613b)"),
        (2, "access-violation", "0212603c", "Permission denied (https://ipxe.org/0212603c)"),
        (4, "illegal-operation", "3d126001", "Error 0x3d126001 (https://ipxe.org/3d126001)"),
        (0, "other", "3c126003", "Operation not supported (https://ipxe.org/3c126003)"),
        (8, "other", "3c126003", "Operation not supported (https://ipxe.org/3c126003)"),
    ],
)
def test_every_error_is_final_today(number: int, rule: str, code: str, words: str) -> None:
    """No retry without options; the code decides the words."""
    (
        asked(IPXE)
        .gets(tftp_error(number, "go away"))
        .decides("tftp-error", rule)
        .prints(f"tftp://10.77.0.3/boot.0... {words}")
        .fails(code, after=0.0, because=f"ERROR {number}: go away")
    )


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (1, "2d12603b", "No such file or directory (http://ipxe.org/2d12603b)"),
        (2, "0212603c", "Permission denied (http://ipxe.org/0212603c)"),
        (4, "3d126001", "Error 0x3d126001 (http://ipxe.org/3d126001)"),
        (0, "3c126003", "Operation not supported (http://ipxe.org/3c126003)"),
        (8, "3c126003", "Operation not supported (http://ipxe.org/3c126003)"),
    ],
)
@any_ipxe_2019
def test_every_error_is_final_in_2019(firmware: str, number: int, code: str, words: str) -> None:
    """The same, with other words and numbers."""
    asked(firmware).gets(tftp_error(number)).prints(words).fails(code, after=0.0)


@any_ipxe
def test_an_error_midway_is_final(firmware: str) -> None:
    """After blocks have come, too."""
    (
        asked(firmware)
        .gets(oack(blksize=512))
        .sends(ACK, block=0)
        .gets(data(1, FULL))
        .sends(ACK, block=1)
        .gets(tftp_error(0, "disk on fire"))
        .prints("Operation not supported")
        .fails("3c126003", after=0.0)
    )


def test_todays_ipxe_refuses_an_empty_file_without_acknowledging_it() -> None:
    """Zero octets end in "Result too large"."""
    (
        asked(IPXE)
        .gets(oack(blksize=512, tsize=0))
        .sends(ACK, block=0)
        .gets(data(1, b""))
        .fails("460f2001", after=0.0)
    )


@any_ipxe_2019
def test_ipxe_of_2019_acknowledges_an_empty_file_with_ack_0(firmware: str) -> None:
    """It is loaded, and then it is no executable image."""
    (
        asked(firmware)
        .gets(oack(blksize=512, tsize=0))
        .sends(ACK, block=0)
        .gets(data(1, b""))
        .sends(ACK, block=0)
        .prints("boot.0 : 0 bytes")
        .fails("2e008001", after=0.0)
    )


# --- silence ------------------------------------------------------------------------------
@any_ipxe
def test_a_silent_server_is_asked_six_times(firmware: str) -> None:
    """From the same port, over 15.75 s."""
    book_ = configured(firmware).sends(RRQ, to=SERVER_69, after=0.0)
    port = book_.client.tftp_port
    for wait in (0.25, 0.5, 1.0, 2.0, 4.0):
        book_.sends(RRQ, to=SERVER_69, after=wait, source_port=port)
    book_.fails("4c126035", after=8.0, because="never answered")
    book_.prints("Connection timed out")


@any_ipxe
def test_a_stall_is_met_with_repeated_acks(firmware: str) -> None:
    """Five repeats and failure 15.75 s after the last packet."""
    book_ = asked(firmware).gets(oack(blksize=512)).sends(ACK, block=0)
    book_.gets(data(1, FULL)).sends(ACK, block=1)
    for wait in (0.25, 0.5, 1.0, 2.0, 4.0):
        book_.sends(ACK, block=1, after=wait)
    book_.fails("4c126035", after=8.0, because="stopped sending 'boot.0' after 512 octets")


@any_ipxe
def test_a_lost_block_is_sent_again_after_a_repeated_ack(firmware: str) -> None:
    """The transfer goes on as if nothing had happened."""
    (
        asked(firmware)
        .gets(oack(blksize=512))
        .sends(ACK, block=0)
        .sends(ACK, block=0, after=0.25)
        .gets(data(1, b"boot"))
        .sends(ACK, block=1)
        .ends("boot.0")
    )


@any_ipxe
def test_a_server_that_does_not_answer_arp_is_searched_in_bursts(firmware: str) -> None:
    """Five ARP requests, then none until the next read request finds nobody to send it to."""
    book_ = configured(firmware, TFTP_SERVER)
    for wait in (0.0, 0.125, 0.25, 0.5, 1.0):
        book_.sends(ARP, to=TFTP_SERVER, after=wait)
    # The read request of 3.75 s still waits for the search that ends at 3.875 s.
    for wait in (5.875, 0.125, 0.25, 0.5, 1.0):
        book_.sends(ARP, to=TFTP_SERVER, after=wait)
    book_.fails("4c126035", because="never answered")


@any_ipxe
def test_read_requests_wait_for_arp_and_go_out_together(firmware: str) -> None:
    """What was queued during the search is sent in order once the server is found."""
    book_ = configured(firmware, TFTP_SERVER).sends(ARP, to=TFTP_SERVER)
    book_.sends(ARP, to=TFTP_SERVER, after=0.125)
    book_.waits(0.2).gets(arp_reply(TFTP_SERVER))
    book_.sends(RRQ, after=0.0).sends(RRQ, after=0.0)


def test_a_long_download_tells_its_size() -> None:
    """2000 blocks of 1432 octets arrive whole."""
    content = bytes(range(250)) * 4000
    book_ = asked(IPXE).gets(oack(blksize=1432, tsize=len(content))).sends(ACK, block=0)
    for at in range(0, len(content) + 1, 1432):
        number = at // 1432 + 1
        book_.gets(data(number, content[at : at + 1432]))
        book_.waits(0.0)
    outcome = book_.ends("boot.0", content=content).trace.outcome
    assert isinstance(outcome, Booted)


@any_ipxe
@pytest.mark.parametrize(("kind", "code"), [(3, 3), (3, 1), (3, 10), (11, 0)])
def test_icmp_errors_are_ignored(firmware: str, kind: int, code: int) -> None:
    """iPXE answers pings and nothing else; the request is repeated as if none had come."""
    book_ = configured(firmware).sends(RRQ).gets(icmp_error(kind, code))
    book_.ignores("an ICMP error", because="icmp-error/any").sends(RRQ)
