"""Conversations: time, repeats, ARP, and what counts as an answer."""

from __future__ import annotations

from collections import deque
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.check.asking import SETTLE, Asker, Question, ask_4011, discover, lease, release
from pxeclient.check.fetching import read
from pxeclient.check.talking import (
    Absent,
    Conversation,
    Correspondent,
    Heard,
    Refused,
    Send,
    Turn,
    station,
)
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name
from pxeclient.trace import Trace
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.dhcp import Option
from pxeclient.wire.udp import Datagram
from tests.diagnose.boots import DHCP, TFTP

MAC = Mac.from_text("02:70:78:65:63:6b")


def talk(network: str = "plain-dhcp") -> tuple[Conversation, Correspondent]:
    """A station on a practice network, its patience four seconds."""
    link = SimulatedLink(PracticeNetwork(by_name(network)))
    asking = station(MAC, 4.0)
    return Conversation(asking.host, link, Trace("t", "t", "t")), asking


def test_offers_are_gathered_for_a_moment() -> None:
    """When all have an answer, others may still come; then it goes on."""
    one, asking = talk("two-dhcp")
    asker = Asker(asking.xid())
    found = one.run(discover(asking, [asker]))
    assert len(found[asker.xid]) == 2
    assert SETTLE <= one.trace.ended < 1


def test_silence_is_asked_twice() -> None:
    """Half of the patience for each question."""
    one, asking = talk("silence")
    asker = Asker(asking.xid())
    assert one.run(discover(asking, [asker])) == {asker.xid: []}
    assert [record.at for record, _, _ in one.trace.frames()] == [0.0, 2.0]
    assert abs(one.trace.ended - 4.0) < 1e-6


def test_many_ask_at_once_and_each_gets_its_own() -> None:
    """Transaction ids tell the answers apart."""
    one, asking = talk()
    askers = [Asker(asking.xid(), arch) for arch in range(42)]
    found = one.run(discover(asking, askers))
    assert len(found) == 42
    assert all(len(offers) == 1 for offers in found.values())
    assert one.trace.ended < 1


def test_a_lease_is_taken_used_and_given_back() -> None:
    """The station then has the address that it got, and answers ARP for it."""
    one, asking = talk()
    asker = Asker(asking.xid())
    leased = one.run(lease(asking, asker))
    assert leased.ack is not None
    assert asking.host.address == IPv4Address("10.77.0.50")
    got = one.run(read(asking, IPv4Address(TFTP), b"boot.0"))
    assert got.blocks == 2
    before = len(list(one.trace.frames()))
    one.run(release(asking, asker, leased.ack))
    assert len(list(one.trace.frames())) > before


def replied(asker: Asker, type: int, server: int = 1) -> Heard:
    """A server's reply to that client."""
    options = (Option(53, bytes((type,))), Option(54, bytes((10, 77, 0, server))), Option(dhcp.END))
    message = dhcp.Message(
        dhcp.BOOTREPLY,
        asker.xid,
        dhcp.chaddr_of(MAC),
        yiaddr=IPv4Address("10.77.0.50"),
        options=options,
    )
    datagram = Datagram(67, 68, dhcp.build(message))
    return Heard(1, 0.0, datagram, IPv4Address("10.77.0.1"), BROADCAST, BROADCAST_MAC)


def test_each_reply_is_weighed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many come while the right one is waited for, or a second client's."""
    reads = []
    whole = dhcp.parse

    def parse(data: bytes) -> dhcp.Message:
        reads.append(data)
        return whole(data)

    monkeypatch.setattr("pxeclient.check.asking.dhcp.parse", parse)
    _, asking = talk()
    first, second = Asker(asking.xid()), Asker(asking.xid())
    taking = lease(asking, first)
    next(taking)
    acked = taking.send([replied(first, dhcp.OFFER)])
    gathering = next(discover(asking, [first, second]))
    at_4011 = next(ask_4011(asking, [Question(second, IPv4Address("10.77.0.1"))]))
    for step, last in (
        (acked, replied(first, dhcp.ACK)),
        (gathering, replied(second, dhcp.OFFER)),
        (at_4011, replied(second, dhcp.ACK)),
    ):
        reads.clear()
        for number in range(300):
            assert not step.enough([replied(first, dhcp.OFFER, number % 250)])
        assert step.enough([last])
        assert len(reads) == 301


def test_a_host_that_is_not_there() -> None:
    """ARP goes unanswered twice, and that is the answer."""
    one, asking = talk()
    one.run(lease(asking, Asker(asking.xid())))
    asker = Asker(asking.xid())
    heard = one.run(ask_4011(asking, [Question(asker, IPv4Address("10.77.0.99"))]))
    assert heard == [Absent(IPv4Address("10.77.0.99"))]


def test_a_closed_port_answers_by_icmp() -> None:
    """The host that complains is known, and its frame."""
    one, asking = talk("tftp-port-closed")
    one.run(lease(asking, Asker(asking.xid())))
    got = one.run(read(asking, IPv4Address(TFTP), b"boot.0"))
    assert isinstance(got.refused, Refused)
    assert got.refused.source == IPv4Address(TFTP)
    assert got.refused.number > 0
    assert not got.is_answered


def test_only_the_size_is_asked_for() -> None:
    """No block is taken; the server is told that this was all."""
    one, asking = talk()
    one.run(lease(asking, Asker(asking.xid())))
    got = one.run(read(asking, IPv4Address(TFTP), b"boot.0", (("tsize", "0"),), most=0))
    assert (got.blocks, got.agreed("tsize", 0)) == (0, 4000)
    assert b"\0\5\0\x08" in list(one.trace.frames())[-1][1]


def test_two_stations_do_not_share_transaction_ids() -> None:
    """Seeds part them: a server may take an id that it knows for a repeat."""
    first = {station(MAC, 1.0, seed).xid() for seed in range(100)}
    assert len(first) == 100


class _Noise:
    """Stations that send these frames at once, and then nothing."""

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = deque(frames)

    def receive(self, frame: bytes, now: float) -> None:
        """Nobody listens."""

    def next_at(self) -> float | None:
        """At once, while there is anything."""
        return 0.0 if self._frames else None

    def poll(self, now: float) -> list[bytes]:
        """All of it."""
        found, self._frames = list(self._frames), deque()
        return found


@given(st.lists(st.binary(max_size=400) | st.binary(max_size=300).map(lambda b: MAC + b)))
def test_noise_is_no_answer(frames: list[bytes]) -> None:
    """Whatever frames come, a conversation ends in time and without an offer."""
    link = SimulatedLink(_Noise(frames))
    asking = station(MAC, 4.0)
    asker = Asker(asking.xid())
    one = Conversation(asking.host, link, Trace("t", "t", "t"))
    assert one.run(discover(asking, [asker])) == {asker.xid: []}
    assert abs(one.trace.ended - 4.0) < 1e-6


@given(st.binary(max_size=600))
def test_any_datagram_to_a_transfer_is_survived(payload: bytes) -> None:
    """A TFTP server may say anything: the transfer ends, and says what it saw."""
    asking = station(MAC, 2.0)
    script = read(asking, IPv4Address(DHCP), b"x")
    step = next(script)
    (first,) = step.sends
    assert isinstance(first, Send)
    local = first.datagram.source_port
    heard = Heard(1, 0.0, Datagram(5000, local, payload), IPv4Address(DHCP), IPv4Address(DHCP), MAC)
    for _ in range(9):
        assert isinstance(step, Turn)
        assert all(isinstance(send, Send) for send in step.sends)
        step.enough([heard])
        try:
            step = script.send([heard])
        except StopIteration:
            return
    raise AssertionError("it never ends")
