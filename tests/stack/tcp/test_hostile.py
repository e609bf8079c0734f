"""Any segments, in any order, with any lies: nothing raises, nothing floods, memory has bounds."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from pxeclient.firmware.edk2.tcp import TCP as EDK2
from pxeclient.firmware.ipxe.tcp import TCP as IPXE
from pxeclient.firmware.ipxe.tcp import TCP_2019
from pxeclient.stack.tcp.inbox import MOST_PIECES, Inbox
from pxeclient.stack.tcp.sequence import ahead, plus
from pxeclient.stack.tcp.traits import TcpTraits
from pxeclient.wire.tcp import Flags, TcpOption
from tests.stack.tcp.server import Client

traits_ = st.sampled_from([EDK2, TCP_2019, IPXE])
numbers = st.one_of(st.integers(0, (1 << 32) - 1), st.integers(4990, 5100), st.integers(995, 1100))
options = st.lists(
    st.builds(TcpOption, st.sampled_from([2, 3, 4, 5, 8, 77]), st.binary(max_size=10)), max_size=2
).map(tuple)
anything = st.one_of(
    st.tuples(
        st.just("hear"),
        st.integers(0, 255).map(Flags),
        numbers,
        numbers,
        st.binary(max_size=60),
        st.integers(0, 65535),
        options,
    ),
    st.tuples(st.just("wait")),
    st.tuples(st.just("send"), st.binary(max_size=30)),
    st.tuples(st.just("read"), st.integers(0, 100000)),
    st.tuples(st.just("close")),
)


@given(traits_, st.booleans(), st.lists(anything, max_size=40))
def test_anything_may_come(
    traits: TcpTraits, is_granted: bool, todo: list[tuple[object, ...]]
) -> None:
    """One frame at most for each that came, one for each timer, and one end."""
    client = Client(traits)
    if is_granted:
        client.opened()
    else:
        client.do(client.connection.open(0.0))
    for what, *values in todo:
        match what:
            case "hear":
                assert len(client.hear(*values)) <= 1  # type: ignore[arg-type]
            case "wait" if client.deadline < inf:
                assert len(client.wait()) <= 2
            case "send":
                client.do(client.connection.send(values[0], client.now))  # type: ignore[arg-type]
            case "read":
                client.do(client.connection.read(values[0], client.now))  # type: ignore[arg-type]
            case "close":
                client.do(client.connection.close(client.now))
        assert len(client.ends) <= 1
        assert client.connection.is_over == bool(client.ends)


@given(traits_, st.binary(min_size=1, max_size=400), st.data())
def test_what_comes_is_read_in_order_and_once(
    traits: TcpTraits, octets: bytes, data: st.DataObject
) -> None:
    """Cut anywhere, twice, lost, in any order: as soon as all has come, all is there."""
    begin = data.draw(st.sampled_from([5000, (1 << 32) - 100]), "their number")
    client = Client(traits)
    client.opened(begin)
    spans = st.tuples(st.integers(0, len(octets)), st.integers(0, len(octets))).map(sorted)
    cuts = data.draw(st.lists(spans, max_size=20), "segments")
    for left, right in [*cuts, (0, len(octets))]:
        client.hear(Flags.ACK, begin + 1 + left, 1001, octets[left:right])
        assert octets.startswith(client.received)
    assert client.received == octets
    client.hear(Flags.ACK | Flags.FIN, begin + 1 + len(octets), 1001)
    assert client.connection.acknowledged == (begin + 2 + len(octets)) % (1 << 32)


@given(traits_, st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_loss_only_takes_time(traits: TcpTraits, fates: list[int]) -> None:
    """A request, whatever is lost on its way, is sent until it is acknowledged or given up."""
    client, sent = Client(traits), 0
    client.opened()
    client.do(client.connection.send(b"request", 0.0))
    for fate in fates:
        if fate == 0 and not client.ends:
            client.hear(Flags.ACK, 5001, 1008)
            sent = 1
            break
        if client.deadline < inf:
            client.wait()
    if not sent:
        assert client.connection.is_over or client.deadline < inf


def test_memory_has_bounds() -> None:
    """Many small pieces with holes between them: only so many are kept."""
    inbox = Inbox(0)
    for at in range(2 * MOST_PIECES):
        assert list(inbox.add(2 + 2 * at, b"x", False)) == []
    assert len(inbox.blocks(10**6)) == MOST_PIECES


@given(
    st.lists(st.tuples(st.integers(-30, 60), st.binary(max_size=20), st.booleans()), max_size=30)
)
def test_what_was_read_stays_read(segments: list[tuple[int, bytes, bool]]) -> None:
    """A FIN before or within octets that came ends nothing and gives nothing twice."""
    begin = (1 << 32) - 20
    inbox, read = Inbox(begin), 0
    for at, octets, ends in segments:
        before, was_ended = ahead(inbox.next, begin), inbox.is_ended
        fresh = sum(map(len, inbox.add(plus(begin, at), octets, ends)))
        read += fresh
        assert ahead(inbox.next, begin) == read + inbox.is_ended >= before
        assert not (was_ended and fresh)
