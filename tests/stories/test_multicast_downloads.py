"""Multicast downloads (MTFTP): who listens, who asks, who acknowledges."""

from __future__ import annotations

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.playbook import (
    ACK as ACKED,
)
from pxeclient.playbook import (
    ARP,
    ERROR,
    RRQ,
    TFTP_SERVER,
)
from pxeclient.wire import tftp
from tests.stories.multicasts import (
    BLOCKS,
    CLIENT_PORT,
    FILE,
    GROUP,
    LISTEN,
    MTFTP,
    SLACK,
    TRANSMIT,
    asking,
    block,
    leading,
    listening,
    packet,
)


# --- listening ----------------------------------------------------------------------------
def test_who_comes_in_time_need_not_send_anything() -> None:
    """All blocks of somebody else's transfer are heard; none is acknowledged."""
    heard = listening()
    for number in range(1, 6):
        heard.gets(block(number), after=0.5)
        assert heard.progress == (len(b"".join(BLOCKS[:number])), None)
    heard.ends("boot.0", content=FILE)


def test_who_comes_late_waits_for_the_next_transfer() -> None:
    """Blocks 3 to 5 are heard first; the next transfer brings 1 and 2, and that is all."""
    heard = listening()
    for number in (3, 4, 5, 1):
        heard.gets(block(number), after=1.0)
    heard.gets(block(2)).ends("boot.0", content=FILE)


def test_what_was_lost_is_heard_in_the_next_transfer() -> None:
    """After a gap only what lies before it is needed; who lacks a block waits a second less."""
    heard = listening().gets(block(1)).gets(block(2)).gets(block(4)).gets(block(5))
    for number in (1, 2, 3):
        heard.gets(block(number), after=1.0)
    heard.ends("boot.0", content=FILE)


def test_who_lacks_blocks_asks_sooner() -> None:
    """43.4 says 3 s; two blocks were missed, so it is 1 s, and one read request for all."""
    heard = listening().gets(block(1)).gets(block(3)).gets(block(5))
    heard.sends(RRQ, to=MTFTP, after=LISTEN - 2 + SLACK)
    heard.gets(block(1, to="")).gets(block(1)).sends(ACKED, to=MTFTP, block=1)
    for number in (2, 3, 4, 5):
        heard.gets(block(number)).sends(ACKED, to=MTFTP, block=number)
    heard.ends("boot.0", content=FILE)


def test_a_transfer_that_stops_is_waited_for() -> None:
    """The silence of 43.5, then that of 43.4; only then it asks."""
    heard = listening().gets(block(1)).gets(block(2))
    heard.sends(RRQ, to=MTFTP, after=TRANSMIT + SLACK + LISTEN + SLACK)


def test_a_block_that_comes_twice_counts_once() -> None:
    """The server repeats itself when its master is slow."""
    heard = listening().gets(block(1)).gets(block(1))
    heard.ignores("MTFTP block 1", because="just before")
    for number in (2, 3, 4, 5):
        heard.gets(block(number))
    heard.ends("boot.0", content=FILE)


def test_block_0_says_nothing() -> None:
    """Before any block has come, it only prolongs the waiting."""
    listening().gets(block(0, b""), after=1.0).sends(RRQ, to=MTFTP, after=LISTEN + SLACK)


def test_numbers_that_fall_end_the_listening() -> None:
    """A new transfer in the middle of the old one: it turns to TFTP."""
    (
        listening()
        .gets(block(4))
        .gets(block(1))
        .decides("fetch-by", "multicast-failed")
        .enters(StateName.DOWNLOAD)
        .downloads("boot.0")
        .ends("boot.0")
    )


@pytest.mark.parametrize(
    ("stray", "because"),
    [
        (block(1, port=50001), "the file comes from 10.77.0.3:1759"),
        (packet(tftp.Data(1, b"x"), to=GROUP, server="10.77.0.2"), "the file comes from"),
        (packet(tftp.Data(1, b"x"), to=GROUP, to_port=69), "nobody listens on that port"),
        (packet(tftp.Data(1, b"x"), to="239.77.1.1"), ""),
        (block(1, to=""), "only what goes to 239.77.0.1 counts"),
    ],
    ids=["another port", "another server", "to another port", "another group", "to it alone"],
)
def test_only_the_servers_blocks_to_the_group_count(stray: object, because: str) -> None:
    """What else comes is dropped, and the time runs on."""
    heard = listening().gets(stray, after=1.0)  # type: ignore[arg-type]
    if because:
        heard.ignores(because=because)
    heard.sends(RRQ, to=MTFTP, after=LISTEN + SLACK - 1.0)


# --- asking, and being the master ---------------------------------------------------------
def test_the_request_goes_from_the_clients_port_and_has_no_options() -> None:
    """43.2 is the source port, 43.3 the destination."""
    listening().stays_quiet(LISTEN).sends(
        RRQ, to=MTFTP, file="boot.0", asks={}, source_port=CLIENT_PORT
    )


@pytest.mark.parametrize("group_first", [True, False])
def test_who_gets_block_1_twice_acknowledges_for_all(group_first: bool) -> None:
    """Once alone and once with the group, in whatever order."""
    book_ = asking()
    for alone in (not group_first, group_first):
        book_.gets(block(1, to="" if alone else GROUP))
    book_.sends(ACKED, to=MTFTP, block=1, source_port=CLIENT_PORT)
    for number in (2, 3, 4, 5):
        book_.gets(block(number)).sends(ACKED, to=MTFTP, block=number)
        if number < 5:
            assert book_.progress == (512 * number, None)
    book_.ends("boot.0", content=FILE)


def test_a_file_of_one_block_is_whole_at_once() -> None:
    """It is acknowledged all the same."""
    book_ = asking().gets(block(1, b"tiny", to="")).gets(block(1, b"tiny"))
    book_.sends(ACKED, to=MTFTP, block=1).ends("boot.0", content=b"tiny")


def test_a_file_of_whole_blocks_ends_with_an_empty_one() -> None:
    """As in TFTP."""
    book_ = leading().sends(ACKED, block=1).gets(block(2, b""))
    book_.sends(ACKED, block=2).ends("boot.0", content=BLOCKS[0])


def test_nobody_answers_so_it_is_tftp() -> None:
    """Three requests, 43.5 apart; then the same server's TFTP port."""
    book_ = asking()
    for _ in range(2):
        book_.sends(RRQ, to=MTFTP, after=TRANSMIT + SLACK)
    book_.waits(TRANSMIT + SLACK).decides("fetch-by", "multicast-failed")
    book_.enters(StateName.DOWNLOAD).downloads("boot.0").ends("boot.0")


def test_a_server_that_sends_block_1_only_to_the_client_will_not_do() -> None:
    """atftpd does; the ROM waits for the group's, and gives up in the end."""
    book_ = asking()
    for _ in range(2):
        book_.gets(block(1, to="")).sends(RRQ, to=MTFTP, after=TRANSMIT + SLACK)
    book_.gets(block(1, to="")).waits(TRANSMIT + SLACK)
    book_.decides("fetch-by", "multicast-failed").downloads("boot.0").ends("boot.0")


@pytest.mark.parametrize("code", [0, 1])
def test_an_error_is_no_end(code: int) -> None:
    """Whatever is wrong with the multicast, TFTP may do."""
    book_ = asking().gets(packet(tftp.Error(code, b"no such file here")))
    book_.decides("fetch-by", "multicast-failed").downloads("boot.0").ends("boot.0")


@pytest.mark.parametrize(
    "message",
    [tftp.Ack(1), tftp.OptionAck(()), tftp.Request(b"x")],
    ids=["an ACK", "an OACK", "a request"],
)
def test_anything_but_a_block_is_no_answer(message: tftp.Message) -> None:
    """There are no options to agree on."""
    book_ = asking().gets(packet(message))
    book_.decides("fetch-by", "multicast-failed").downloads("boot.0").ends("boot.0")


def test_nobody_is_there_to_ask() -> None:
    """The ARP search ends before the answer's time: TFTP searches again, then PXE-E11."""
    book_ = listening(TFTP_SERVER)
    for _ in range(4):
        book_.sends(ARP, to=TFTP_SERVER)
    for _ in range(4):
        book_.sends(ARP, to=TFTP_SERVER, after=1.0)
    book_.fails("PXE-E11")


def test_another_client_is_the_master() -> None:
    """Block 1 to the group, then block 2: somebody else acknowledges, and it listens on."""
    book_ = asking().gets(block(1)).gets(block(2))
    for number in (3, 4, 5):
        book_.gets(block(number), after=1.0)
    book_.ends("boot.0", content=FILE)


def test_a_transfer_in_the_middle_is_heard_from_the_start_again() -> None:
    """After its request block 4 comes: it listens, for 43.5, and begins with what comes next."""
    book_ = asking().gets(block(4), after=0.5)
    book_.sends(RRQ, to=MTFTP, after=TRANSMIT + SLACK)


def test_a_silent_server_is_asked_three_times_for_a_block() -> None:
    """Then the master says that it gives up (ERROR 8), and turns to TFTP."""
    book_ = leading().sends(ACKED, block=1)
    for _ in range(2):
        book_.sends(ACKED, block=1, after=TRANSMIT + SLACK)
    book_.sends(ERROR, to=MTFTP, code=8, text="", after=TRANSMIT + SLACK)
    book_.decides("fetch-by", "multicast-failed").downloads("boot.0").ends("boot.0")


def test_the_master_acknowledges_a_repeated_block_again() -> None:
    """Its ACK was lost; but only so often."""
    book_ = leading().sends(ACKED, block=1)
    for _ in range(2):
        book_.gets(block(1)).sends(ACKED, block=1, after=0.0)
    book_.gets(block(1)).sends(ERROR, to=MTFTP, code=8)
    book_.downloads("boot.0").ends("boot.0")


def test_the_master_takes_only_the_next_block() -> None:
    """A gap is the end of it, without a word to the server."""
    book_ = leading().sends(ACKED, block=1).gets(block(3))
    book_.decides("fetch-by", "multicast-failed").downloads("boot.0").ends("boot.0")


def test_an_error_midway() -> None:
    """The master answers it with its own, and turns to TFTP."""
    book_ = leading().sends(ACKED, block=1).gets(packet(tftp.Error(0, b"oops"), to=GROUP))
    book_.sends(ERROR, to=MTFTP, code=8)
    book_.decides("fetch-by", "multicast-failed").downloads("boot.0").ends("boot.0")


# --- what does not fit --------------------------------------------------------------------
def test_a_block_longer_than_the_rom_takes() -> None:
    """PXE-E3F, however the block comes."""
    listening().gets(block(1, bytes(1457))).fails("PXE-E3F")


def test_a_block_longer_than_the_first() -> None:
    """PXE-E3F; the master tells the server."""
    listening().gets(block(1, bytes(100))).gets(block(2, bytes(101))).fails("PXE-E3F")
    longer = leading().sends(ACKED, block=1).gets(block(2, bytes(513)))
    longer.sends(ERROR, to=MTFTP, code=8).fails("PXE-E3F")


@pytest.mark.parametrize("as_master", [True, False])
def test_a_file_too_big_for_base_memory(as_master: bool) -> None:
    """PXE-E79 after 512 KiB."""
    book_ = leading().sends(ACKED, block=1) if as_master else listening().gets(block(1))
    for number in range(2, 1025):
        book_.gets(block(number, bytes(512)))
        if as_master:
            book_.sends(ACKED, block=number)
    book_.gets(block(1025, b"x")).fails("PXE-E79", because="524289 octets")
