"""A download by TFTP without a ROM: a job that is told what comes, and says what it does."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pxeclient.fetch.job import Begun, Decided, NotFetched, Sent, SizeKnown
from pxeclient.fetch.opening import fetch
from pxeclient.fetch.tftp.traits import Collect, EmptyFile, TftpRequest
from pxeclient.outcome import BootFile, Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import SegmentArrived
from pxeclient.wire import tftp
from pxeclient.wire.tcp import Flags, Segment
from tests.fetch.by_hand import (
    FILE,
    PLAIN,
    SERVER,
    STRANGER,
    TFTP,
    Run,
    by_tftp,
    collecting,
    fetcher,
    stack,
)

RRQ = tftp.Request(b"boot/file.0", ((b"blksize", b"1432"), (b"tsize", b"0")))
SIZE_FIRST = replace(
    TFTP,
    requests=(TftpRequest((("tsize", "0"),), abort=True), TftpRequest((("blksize", "1456"),))),
    size_required=True,
)


def failure(run: Run) -> Failure:
    """Why there is no file."""
    assert isinstance(run.result, NotFetched), run.result
    return run.result.failure


# --- a file in order ----------------------------------------------------------------------
def test_it_asks_agrees_and_acknowledges() -> None:
    """One request, an OACK, two blocks."""
    run = by_tftp()
    assert run.sent() == [RRQ]
    run.hears(tftp.OptionAck(((b"blksize", b"8"), (b"tsize", b"11"))))
    assert run.sent() == [tftp.Ack(0)]
    run.hears(tftp.Data(1, b"0123456\n"))
    assert (run.sent(), run.job.progress) == ([tftp.Ack(1)], (8, 11))
    run.hears(tftp.Data(2, b"end"))
    assert (run.sent(), run.content) == ([tftp.Ack(2)], b"0123456\nend")
    assert run.reports == [Begun(), Sent()]


def test_the_size_is_asked_for_first() -> None:
    """Its answer is refused, and the file asked for from another port."""
    run = by_tftp(SIZE_FIRST)
    run.hears(tftp.OptionAck(((b"tsize", b"3"),)))
    assert [type(each) for each in run.sent()] == [tftp.Request, tftp.Error, tftp.Request]
    run.hears(tftp.Data(1, b"abc"), port=2001, to=1026)
    assert run.content == b"abc"
    assert run.reports == [Begun(for_size=True), Sent(), SizeKnown(3), Begun(), Sent()]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (tftp.OptionAck(()), Failure.TFTP_NO_TSIZE),
        (tftp.OptionAck(((b"tsize", b"0"),)), Failure.EMPTY_FILE),
        (tftp.OptionAck(((b"tsize", b"many"),)), Failure.TFTP_BAD_TSIZE),
        (tftp.Error(1, b"no"), Failure.TFTP_NOT_FOUND),
    ],
)
def test_without_a_size_there_is_no_file(answer: tftp.Message, why: Failure) -> None:
    """Where it must be known."""
    assert failure(by_tftp(SIZE_FIRST).hears(answer)) is why


def test_a_uri_says_where() -> None:
    """Server, port and file."""
    run = by_tftp(PLAIN, "tftp://10.77.0.3:6969/a%20b")
    assert run.sent() == [tftp.Request(b"a b")]
    assert run.job.has_sent(1025, (SERVER, 6969))
    assert not run.job.has_sent(1025, (SERVER, 69))
    assert run.hears(tftp.Data(1, b"x")).content == b"x"


def test_an_announced_size_is_not_asked_for() -> None:
    """Option 13 has it."""
    traits = replace(SIZE_FIRST, size_from_option=True)
    run = by_tftp(traits, BootFile(b"file", SERVER, "somebody", size=1024))
    assert run.reports == [SizeKnown(1024), Begun(), Sent()]


# --- errors -------------------------------------------------------------------------------
def test_an_error_is_decided_on_by_the_fetchers_table() -> None:
    """The same job asks again for one, and gives up for another."""
    run = by_tftp().hears(tftp.Error(8, b"no options"))
    assert run.sent() == [RRQ, tftp.Request(b"boot/file.0")]
    run.hears(tftp.Error(8, b"really"), to=1026)
    assert failure(run) is Failure.TFTP_NOT_FOUND
    assert isinstance(run.result, NotFetched)
    assert run.result.values == {"tftp-code": 8, "tftp-message": "really"}
    told = [report.decision.rule for report in run.reports if isinstance(report, Decided)]
    assert told == ["options", "other"]


def test_silence_is_met_with_the_listed_waits() -> None:
    """First those for an answer, then those for a block."""
    run = by_tftp(PLAIN)
    assert failure(run.waits().waits()) is Failure.TFTP_OPEN_TIMEOUT
    assert (run.now, len(run.sent())) == (3.0, 2)
    run = by_tftp(PLAIN).hears(tftp.Data(1, bytes(512)))
    assert failure(run.waits().waits().waits()) is Failure.TFTP_READ_TIMEOUT
    assert (run.now, run.sent()[1:]) == (12.0, [tftp.Ack(1)] * 3)


def test_no_more_is_taken_than_there_is_room_for() -> None:
    """Of memory."""
    run = by_tftp(PLAIN, memory=1000)
    assert failure(run.hears(tftp.Data(1, bytes(512))).hears(tftp.Data(2, bytes(512)))) is (
        Failure.FILE_TOO_BIG
    )


@pytest.mark.parametrize("kind", EmptyFile)
def test_an_empty_file(kind: EmptyFile) -> None:
    """It is fetched, refused, or not even acknowledged."""
    run = by_tftp(replace(PLAIN, empty_file=kind)).hears(tftp.Data(1, b""))
    acknowledged = tftp.Ack(1) in run.sent()
    assert acknowledged is (kind is not EmptyFile.UNACKNOWLEDGED)
    if kind is EmptyFile.BOOTS:
        assert run.content == b""
    else:
        assert failure(run) is Failure.EMPTY_FILE


@pytest.mark.parametrize("ends", [True, False])
def test_who_does_not_answer_arp_ends_it_or_not(ends: bool) -> None:
    """As the fetcher has it."""
    run = Run(fetch(FILE, stack(), structs.replace(fetcher(), arp_failure_ends=ends))).start()
    run.take(run.job.unreachable(SERVER, 2.0))
    assert (run.result is not None) is ends


def test_it_can_be_called_off() -> None:
    """Its timer runs no more."""
    run = by_tftp()
    list(run.job.stop(0.5))
    assert run.job.next_at() == float("inf")


# --- strangers ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "port", "to"), [(STRANGER, 2000, 1025), (SERVER, 2001, 1025), (SERVER, 2000, 1026)]
)
def test_only_the_peer_counts(source: IPv4Address, port: int, to: int) -> None:
    """The first answer fixes it."""
    run = by_tftp(PLAIN).hears(tftp.Data(1, bytes(512)))
    run.sent()
    run.hears(tftp.Data(2, b"x"), source, port, to)
    assert (run.result, run.sent(), len(run.ignored)) == (None, [], 1)


# --- any network --------------------------------------------------------------------------
class Peer:
    """A TFTP server as simple as can be: what it sends in answer to each message."""

    def __init__(self, content: bytes, block: int, window: int) -> None:
        self._blocks = [content[at : at + block] for at in range(0, len(content) + 1, block)]
        self._window = window
        self._options: tuple[tuple[bytes, bytes], ...] = ((b"blksize", b"%d" % block),)
        if window > 1:
            self._options += ((b"windowsize", b"%d" % window),)

    def answers(self, message: tftp.Message) -> list[tftp.Message]:
        """What it sends."""
        match message:
            case tftp.Request():
                return [tftp.OptionAck(self._options)]
            case tftp.Ack(last):
                window = range(last, min(last + self._window, len(self._blocks)))
                return [tftp.Data(number + 1, self._blocks[number]) for number in window]
            case _:
                return []


@given(
    how=st.sampled_from(Collect),
    content=st.binary(max_size=100),
    block=st.integers(8, 30),
    window=st.integers(1, 5),
    losses=st.lists(st.sampled_from(("lost", "twice", "late")), max_size=12),
    data=st.data(),
)
def test_what_is_lost_or_comes_twice_or_late_changes_no_octet(
    how: Collect, content: bytes, block: int, window: int, losses: list[str], data: st.DataObject
) -> None:
    """As long as somebody asks once more: the file is the file."""
    window = window if how is Collect.WINDOW else 1
    traits = replace(collecting(how), open_waits=(1.0,) * 40, read_waits=(1.0,) * 40)
    peer, run = Peer(content, block, window), by_tftp(traits)
    coming = [answer for message in run.sent() for answer in peer.answers(message)]
    for _ in range(2000):
        if not coming:
            run.waits()
        else:
            message = coming.pop(0)
            goes_well: bool = data.draw(st.booleans())
            mishap = "" if goes_well or not losses else losses.pop()
            if mishap == "late":
                coming.append(message)
            if mishap == "twice":
                coming.insert(0, message)
            if not mishap or mishap == "twice":
                run.hears(message)
        if run.result is not None:
            break
        coming += [answer for message in run.sent() for answer in peer.answers(message)]
    assert run.content == content


messages = st.one_of(
    st.binary(max_size=40),
    st.builds(tftp.Data, st.integers(0, 4), st.binary(max_size=24)),
    st.builds(tftp.Data, st.integers(0, 0xFFFF), st.binary(max_size=24)),
    st.builds(tftp.Error, st.integers(0, 9), st.binary(max_size=9).filter(lambda x: 0 not in x)),
    st.builds(tftp.Ack, st.integers(0, 9)),
    st.sampled_from(
        [
            tftp.OptionAck(()),
            tftp.OptionAck(((b"blksize", b"16"), (b"tsize", b"40"))),
            tftp.OptionAck(((b"blksize", b"0"),)),
            tftp.OptionAck(((b"tsize", b"\xb2"),)),
            tftp.OptionAck(((b"windowsize", b"9"), (b"BLKSIZE", b"8"))),
        ]
    ),
)


@given(
    how=st.sampled_from(Collect),
    size_first=st.booleans(),
    block_opens=st.booleans(),
    events=st.lists(st.one_of(st.none(), st.just("hop"), messages), max_size=40),
)
def test_whatever_comes_it_goes_on_or_ends_once(
    how: Collect,
    size_first: bool,
    block_opens: bool,
    events: list[tftp.Message | bytes | str | None],
) -> None:
    """Nothing raises, a timer runs until the result, and nothing follows that (`Run.take`)."""
    traits = replace(SIZE_FIRST if size_first else TFTP, collect=how, block_opens=block_opens)
    run, port = by_tftp(traits), 1025
    for event in events:
        for message in run.sent():
            port += isinstance(message, tftp.Error)  # the next request has another
        if event is None:
            run.waits()
        elif isinstance(event, str):
            run.take(run.job.unreachable(SERVER, run.now))
        else:
            run.hears(event, to=port)
        if run.result is not None:
            return
    while run.result is None:
        run.waits()


def test_a_segment_is_for_somebody_else() -> None:
    """TFTP has no use for TCP."""
    run = by_tftp()
    (step,) = run.job.segment(SegmentArrived(Segment(80, 1025, 0, 0, Flags.SYN, 0), SERVER), 0.0)
    assert isinstance(step, Ignore)
