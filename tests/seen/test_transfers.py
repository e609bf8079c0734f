"""Transfers as a third party sees them."""

from __future__ import annotations

from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from pxeclient.seen.ranges import MOST_GAPS, Ranges
from pxeclient.seen.reading import read
from pxeclient.seen.transfers import IDLE, MOST_OPEN, Transfer, Transfers, loose, transfers
from pxeclient.wire import tftp
from tests.seen.frames import OTHER, OURS, THEIRS, download, framed, frames, packet

MINE, SERVERS = (OURS, 2070), (THEIRS, 4096)
FILE = [bytes((at % 256,)) * 512 for at in range(5)] + [b"end"]


def says(
    message: tftp.Message, ours: bool = False, other: IPv4Address = THEIRS
) -> tuple[bytes, bool]:
    """A packet of the transfer."""
    theirs = (other, 4096)
    ends = (MINE, theirs) if ours else (theirs, MINE)
    return framed(packet(tftp.build(message), *ends), ours), ours


def request(name: bytes = b"boot.0", *options: tuple[bytes, bytes]) -> tuple[bytes, bool]:
    """A read request."""
    sent = tftp.build(tftp.Request(name, options))
    return framed(packet(sent, MINE, (THEIRS, 69))), True


def only(octets: list[tuple[bytes, bool]]) -> Transfer:
    """The one transfer that these frames are."""
    found = transfers(frames(octets))
    assert len(found) == 1
    return found[0]


def test_a_whole_file() -> None:
    """Content, size, and that its end was acknowledged."""
    found = only(list(download(b"boot.0", FILE)))
    assert found.content == b"".join(FILE)
    assert (found.size, found.missing, found.final) == (5 * 512 + 3, 0, 6)
    assert found.is_whole
    assert found.is_short
    assert (found.name, found.server, found.local_port, found.heard) == ("boot.0", THEIRS, 2070, 6)


def test_a_lost_block_is_missed_and_the_size_is_known() -> None:
    """The blocks before the last are all as long as was agreed."""
    octets = list(download(b"boot.0", FILE))
    del octets[5]
    found = only(octets)
    assert (found.missing, found.size, found.content) == (1, 5 * 512 + 3, None)


def test_options_and_a_probe() -> None:
    """A client that only wants to know the size."""
    found = only(
        [
            request(b"boot.0", (b"tsize", b"0")),
            says(tftp.OptionAck(((b"tsize", b"2563"),))),
            says(tftp.Error(8, b""), ours=True),
        ]
    )
    assert found.is_probe
    assert found.announced == 2563
    assert found.wanted(b"tsize")
    assert found.agreed(b"blksize") is None


def test_a_refusal() -> None:
    """The server's ERROR and its frame."""
    found = only([request(), says(tftp.Error(1, b"not found"))])
    assert found.refused == tftp.Error(1, b"not found")
    assert found.error is not None
    assert found.error.number == 2


def test_repeats_are_one_transfer() -> None:
    """As long as nobody has answered."""
    assert len(only([request(), request()]).asked) == 2
    both = [request(), says(tftp.Data(1, b"x" * 512)), request()]
    assert len(transfers(frames(both))) == 2


def test_another_host_answers() -> None:
    """It is followed as long as the one that was asked is silent."""
    found = only(
        [request(), says(tftp.Data(1, b"x" * 512), other=OTHER), says(tftp.Ack(1), True, OTHER),
         says(tftp.Data(2, b"y"), other=OTHER), says(tftp.Ack(2), True, OTHER)]
    )  # fmt: skip
    assert found.is_elsewhere
    assert found.content == b"x" * 512 + b"y"
    assert (found.answers, found.oack, found.error) == ([], None, None)
    assert len(found.strangers) == 4


def test_the_one_that_was_asked_counts_above_all() -> None:
    """What a stranger said before it is no part of the file."""
    found = only(
        [request(), says(tftp.Data(1, b"no"), other=OTHER), says(tftp.Data(1, b"yes")),
         says(tftp.Ack(1), ours=True)]
    )  # fmt: skip
    assert found.content == b"yes"
    assert not found.is_elsewhere
    assert len(found.answers) == 1


def test_contradictions() -> None:
    """A block that comes twice with different content."""
    found = only([request(), says(tftp.Data(1, b"a")), says(tftp.Data(1, b"b"))])
    assert found.is_contradictory


def test_numbers_wrap() -> None:
    """Block 0 after 65535 is the 65,536th, and so on, however often."""
    follower = Transfers(keeps=False)
    steps = [
        request(),
        *(says(tftp.Data(at & 0xFFFF, b"x" * 512)) for at in range(1, 1 << 18, 1 << 13)),
    ]
    last = (1 << 18) + 5
    steps += [says(tftp.Data(last & 0xFFFF, b"")), says(tftp.Ack(last & 0xFFFF), ours=True)]
    for frame in frames(steps):
        found = follower.add(frame)
    assert found is not None
    assert (found.final, found.missing) == (last, last - 33)
    assert found.size == (last - 1) * 512


def test_without_keeping_only_counts_are_kept() -> None:
    """No frame but those of the request, no content."""
    follower = Transfers(keeps=False)
    for frame in frames(list(download(b"boot.0", FILE))):
        found = follower.add(frame)
    assert found is not None
    assert (found.is_whole, found.size, found.heard) == (True, 2563, 6)
    assert (found.packets, found.blocks, found.content) == ([], {}, None)


def test_memory_is_bounded() -> None:
    """Many transfers, of which the latest are followed; and none that is idle for long."""
    follower = Transfers(keeps=False)
    for port in range(1000):
        sent = packet(tftp.build(tftp.Request(b"f")), (OURS, 2000 + port), (THEIRS, 69))
        follower.add(read(port, float(port), framed(sent), True))
    assert follower.open == MOST_OPEN
    late = packet(tftp.build(tftp.Data(1, b"")), SERVERS, (OURS, 2999))
    assert follower.add(read(1001, 999.0 + IDLE + 1, framed(late, False), False)) is None


def test_a_packet_without_its_request() -> None:
    """It is no transfer, and told by itself."""
    stray = frames([says(tftp.Data(9, b"x")), says(tftp.Ack(9), ours=True)])
    assert transfers(stray) == ()
    assert [frame.number for frame in loose(stray)] == [1, 2]


@given(st.lists(st.integers(0, 40)))
def test_ranges_are_a_set(numbers: list[int]) -> None:
    """Whatever order they come in."""
    found, known = Ranges(), set[int]()
    for number in numbers:
        assert found.add(number) is (number not in known)
        known.add(number)
    assert found.count == len(known)
    assert all((number in found) is (number in known) for number in range(42))
    assert found.up_to(20) == len([number for number in known if number <= 20])


def test_ranges_are_bounded() -> None:
    """Gaps without end are not remembered."""
    found = Ranges()
    for number in range(0, 10 * MOST_GAPS, 2):
        found.add(number)
    assert found.count == MOST_GAPS + 1
