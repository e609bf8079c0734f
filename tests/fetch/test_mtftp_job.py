"""A download by multicast without a ROM."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.fetch.job import Abandoned, NotFetched
from pxeclient.fetch.mtftp.traits import MtftpTraits
from pxeclient.fetch.opening import Multicast, fetch
from pxeclient.outcome import Failure
from pxeclient.wire import tftp
from pxeclient.wire.igmp import LEAVE, REPORT_V2, Igmp
from pxeclient.wire.pxe import Mtftp
from tests.fetch.by_hand import FILE, OWN, SERVER, STRANGER, TFTP, Run, fetcher, igmp_in, stack

GROUP = IPv4Address("239.77.0.3")
PARAMETERS = Mtftp(GROUP, 1758, 1759, listen=2, transmit=1)
FULL = bytes(512)


def begun(memory: int = 1 << 30, most_block: int = 0) -> Run:
    """A download that has begun."""
    who = fetcher(replace(TFTP, most_block=most_block), MtftpTraits(error_text="over"), memory)
    return Run(fetch(Multicast(FILE, PARAMETERS), stack(), who)).start()


def hears(run: Run, message: tftp.Message | bytes, to: IPv4Address = GROUP) -> Run:
    """The server sends."""
    return run.hears(message, SERVER, 1759, 1758, to)


def master(run: Run, first: bytes = FULL) -> Run:
    """Nobody else fetches the file: it asks, and gets block 1 in both ways."""
    run.waits()
    assert tftp.Request(b"boot/file.0") in run.sent()
    hears(run, tftp.Data(1, first), OWN)
    return hears(run, tftp.Data(1, first))


def because(run: Run) -> str:
    """Why it came to nothing."""
    assert isinstance(run.result, Abandoned), run.result
    return run.result.because


def test_it_listens_and_takes_what_others_fetch() -> None:
    """It joins the group, asks for nothing, and leaves."""
    run = begun()
    for number in (1, 2):
        hears(run, tftp.Data(number, FULL))
    assert hears(run, tftp.Data(3, b"end")).content == FULL + FULL + b"end"
    told = [igmp_in(frame) for frame in run.frames]
    assert told == [Igmp(REPORT_V2, GROUP), Igmp(LEAVE, GROUP)]


def test_the_master_acknowledges_every_block() -> None:
    """And the last one."""
    run = master(begun())
    assert run.job.progress == (512, None)
    assert hears(run, tftp.Data(2, b"end")).content == FULL + b"end"
    assert run.sent() == [tftp.Ack(1), tftp.Ack(2)]


def test_a_master_that_gets_nothing_tells_the_server() -> None:
    """Three acknowledgements, then an ERROR."""
    run = master(begun())
    assert "never came" in because(run.waits().waits().waits())
    assert run.sent() == [tftp.Ack(1)] * 3 + [tftp.Error(8, b"over")]


def test_a_late_listener_waits_for_the_next_pass() -> None:
    """What lay before is needed then."""
    run = begun()
    hears(run, tftp.Data(2, FULL))
    hears(run, tftp.Data(3, b"end"))
    assert run.result is None
    assert hears(run, tftp.Data(1, FULL)).content == FULL * 2 + b"end"


def test_a_server_that_never_answers() -> None:
    """Asked three times, then another way may be tried."""
    run = begun().waits().waits().waits().waits()
    assert "never answered" in because(run)


def test_a_file_that_does_not_fit_is_no_file() -> None:
    """No other way will help."""
    run = hears(hears(begun(memory=600), tftp.Data(1, FULL)), tftp.Data(2, FULL))
    assert isinstance(run.result, NotFetched)
    assert run.result.failure is Failure.FILE_TOO_BIG


@pytest.mark.parametrize(
    ("source", "port", "to", "destination"),
    [
        (STRANGER, 1759, 1758, GROUP),
        (SERVER, 69, 1758, GROUP),
        (SERVER, 1759, 1757, GROUP),
        (SERVER, 1759, 1758, OWN),
    ],
)
def test_what_does_not_come_from_the_server_to_the_group(
    source: IPv4Address, port: int, to: int, destination: IPv4Address
) -> None:
    """It does not count."""
    run = begun().hears(tftp.Data(1, b"x"), source, port, to, destination)
    assert (run.result, len(run.ignored)) == (None, 1)


messages = st.one_of(
    st.none(),
    st.just(b"?"),
    st.builds(tftp.Data, st.integers(0, 5), st.sampled_from((FULL, b"end", b""))),
    st.just(tftp.Error(1, b"no")),
)


@given(
    st.booleans(),
    st.sampled_from((0, 256)),
    st.lists(st.tuples(messages, st.sampled_from((GROUP, OWN))), max_size=40),
)
def test_whatever_comes_it_goes_on_or_ends_once(
    is_master: bool, most: int, events: list[tuple[tftp.Message | bytes | None, IPv4Address]]
) -> None:
    """Nothing raises, a timer runs until the result, and nothing follows that (`Run.take`)."""
    run = begun(memory=2000, most_block=most)
    if is_master and not most:
        master(run)
    for message, to in events:
        if run.result is not None:
            return
        if message is None:
            run.waits()
        else:
            hears(run, message, to)


@given(st.integers(2, 8), st.sets(st.integers(1, 8)))
def test_a_listener_gets_what_was_sent(count: int, heard: set[int]) -> None:
    """Whatever it heard before: after whole passes it has the file."""
    blocks = [bytes((number,)) * 512 for number in range(1, count)] + [b"end"]
    run = begun()
    for number in sorted(heard):
        if number <= count and run.result is None:
            hears(run, tftp.Data(number, blocks[number - 1]))
    for _ in range(2):
        for number, content in enumerate(blocks, 1):
            if run.result is None:
                hears(run, tftp.Data(number, content))
        if run.result is None:
            run.waits()
    if not isinstance(run.result, Abandoned):
        assert run.content == b"".join(blocks)
