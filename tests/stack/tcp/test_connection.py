"""A connection by hand: times, order, windows, ends."""

from __future__ import annotations

from math import inf

import pytest
from scapy.layers.inet import TCP as ScapyTcp

from pxeclient.firmware.edk2.tcp import TCP as EDK2
from pxeclient.firmware.ipxe.tcp import TCP as IPXE
from pxeclient.firmware.ipxe.tcp import TCP_2019
from pxeclient.stack.chance import Dice
from pxeclient.stack.tcp.events import Closed, Connected, PeerClosed, Refused, Reset, TimedOut
from pxeclient.stack.tcp.numbers import Ends
from pxeclient.stack.tcp.outbox import MOST_UNSENT
from pxeclient.stack.tcp.traits import TcpTraits
from pxeclient.wire.tcp import (
    MSS,
    NOTHING,
    SACK_PERMITTED,
    TIMESTAMPS,
    WINDOW_SCALE,
    Flags,
    TcpOption,
)
from tests.stack.tcp.server import Client

A, S, R, F, P = Flags.ACK, Flags.SYN, Flags.RST, Flags.FIN, Flags.PSH
ALL = pytest.mark.parametrize("traits", [EDK2, TCP_2019, IPXE], ids=["edk2", "ipxe-2019", "ipxe"])
GRANTED = (
    TcpOption(MSS, b"\x05\xb4"),
    TcpOption(SACK_PERMITTED),
    TcpOption(TIMESTAMPS, (7).to_bytes(4, "big") + bytes(4)),
    TcpOption(NOTHING),
    TcpOption(WINDOW_SCALE, b"\x0a"),
)


def sizes(sent: list[ScapyTcp]) -> list[tuple[str, int, int, int]]:
    """Flags, numbers and size."""
    return [(str(one.flags), one.seq, one.ack, len(one.payload)) for one in sent]


def test_edk2_repeats_its_syn_for_a_minute() -> None:
    """At 0, 3, 9, 21 and 45 s, the first wait up to a tick shorter; 60 s in all."""
    client = Client(EDK2)
    times = [0.0]
    assert sizes(client.do(client.connection.open(0.0))) == [("S", 1000, 0, 0)]
    while client.deadline < inf:
        times += [client.now for _ in client.wait()]
    assert [round(at - times[1] + 3) for at in times[1:]] == [3, 9, 21, 45]
    assert 2.8 <= times[1] <= 3.0
    assert 59.8 <= client.now <= 60.0
    assert client.ends == [TimedOut(to_syn=True)]


def test_ipxe_repeats_its_syn_six_times() -> None:
    """0.25 s, doubling; and what follows the SYN in the same way."""
    client, times = Client(IPXE), [0.0]
    client.do(client.connection.open(0.0))
    while client.deadline < inf:
        times += [client.now for _ in client.wait()]
    assert times == [0, 0.25, 0.75, 1.75, 3.75, 7.75]
    assert client.now == 15.75


def test_edk2_repeats_a_request() -> None:
    """After 0.8 to 1 s, then 2 s."""
    client, times = Client(EDK2), list[float]()
    assert sizes(client.opened()) == [("A", 1001, 5001, 0)]
    assert sizes(client.do(client.connection.send(b"HEAD", 0.0))) == [("PA", 1001, 5001, 4)]
    for _ in range(2):
        assert sizes(client.wait()) == [("PA", 1001, 5001, 4)]
        times.append(client.now)
    assert 0.8 <= times[0] <= 1.0
    assert times[1] - times[0] == pytest.approx(2.0)


def test_ipxe_s_request_is_its_acknowledgement() -> None:
    """Nothing is sent between the SYN and the request; windows are scaled from then on."""
    client = Client(TCP_2019)
    assert client.opened(5000, *GRANTED) == []
    assert client.steps == [Connected()]
    (request,) = client.do(client.connection.send(b"GET", 0.0))
    assert (str(request.flags), request.ack, request.window) == ("PA", 5001, 512)
    assert [kind for kind, _ in request.options] == ["NOP", "NOP", "Timestamp"]
    assert request.options[2][1] == (0, 7)


def test_ipxe_says_what_is_missing() -> None:
    """SACK blocks, the latest first, at once for each segment; one ACK for all when it came."""
    client = Client(IPXE)
    client.opened(5000, *GRANTED)
    client.wait()
    (first,) = client.hear(A, 5101, 1001, bytes(100))
    (second,) = client.hear(A, 5301, 1001, bytes(100))
    assert dict(first.options)["SAck"] == (5101, 5201)
    assert dict(second.options)["SAck"] == (5301, 5401, 5101, 5201)
    assert sizes(client.hear(A, 5201, 1001, bytes(100))) == [("A", 1001, 5001, 0)]
    assert client.hear(A, 5001, 1001, bytes(100)) == []
    assert sizes(client.wait()) == [("A", 1001, 5401, 0)]
    assert client.received == bytes(400)


def test_edk2_acknowledges_every_second_segment() -> None:
    """A lone one at the next tick; one with PSH, and one out of order, at once."""
    client = Client(EDK2)
    client.opened()
    assert client.hear(A, 5001, 1001, bytes(1460)) == []
    assert sizes(client.hear(A, 6461, 1001, bytes(1460))) == [("A", 1001, 7921, 0)]
    assert client.hear(A, 7921, 1001, bytes(1460)) == []
    assert sizes(client.wait()) == [("A", 1001, 9381, 0)]
    assert client.now <= 0.2
    assert sizes(client.hear(A | P, 9381, 1001, b"x")) == [("A", 1001, 9382, 0)]
    assert sizes(client.hear(A, 9999, 1001, b"x")) == [("A", 1001, 9382, 0)]


def test_edk2_s_window_is_what_is_left() -> None:
    """It closes when nobody reads, what is beyond it is dropped, and it opens again."""
    client = Client(EDK2)
    client.opened()
    at = 5001
    for _ in range(46):
        client.hear(A, at, 1001, bytes(1460))
        at += 1460
    assert len(client.received) == 65535
    (last,) = client.hear(A, 5001 + 65535, 1001, b"beyond")
    assert (last.window, last.ack) == (0, 5001 + 65535)
    assert "it lies outside the window" in client.reasons
    (opened,) = client.do(client.connection.read(65535, client.now))
    assert opened.window == 65535


@ALL
def test_a_rst_refuses(traits: TcpTraits) -> None:
    """Only one that acknowledges the SYN; no more is sent."""
    client = Client(traits)
    client.do(client.connection.open(0.0))
    assert client.hear(R, 0, 1001) == []
    assert client.hear(R | A, 0, 77) == []
    assert client.ends == []
    assert client.hear(R | A, 0, 1001) == []
    assert client.ends == [Refused()]
    assert client.deadline == inf


@ALL
def test_a_rst_breaks_it_off(traits: TcpTraits) -> None:
    """One within the window; another may be anybody's."""
    client = Client(traits)
    client.opened()
    client.hear(R | A, 5001 - 70000, 1001)
    assert client.ends == []
    client.hear(R | A, 5001, 1001)
    assert client.ends == [Reset("a RST came")]


def test_edk2_ends_with_rsts() -> None:
    """Its own without ACK; later segments are answered with another, RSTs are not."""
    client = Client(EDK2)
    client.opened()
    assert sizes(client.hear(A | F, 5001, 1001)) == [("A", 1001, 5002, 0)]
    assert PeerClosed() in client.steps
    (reset,) = client.do(client.connection.close(0.0))
    assert (str(reset.flags), reset.seq, reset.ack, reset.window) == ("R", 1001, 5002, 65535)
    assert sizes(client.hear(A | F, 5001, 1001)) == [("R", 1001, 0, 0)]
    assert client.hear(R, 5001, 1001) == []
    assert client.ends == [Closed()]


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_ipxe_ends_with_fins(first: str) -> None:
    """Whoever closes first, the other side's FIN is answered."""
    client = Client(IPXE)
    client.opened()
    client.wait()
    if first == "theirs":
        assert client.hear(A | F, 5001, 1001) == []
        assert sizes(client.wait()) == [("FA", 1001, 5002, 0)]
        assert client.hear(A, 5002, 1002) == []
    else:
        assert sizes(client.do(client.connection.close(0.0))) == [("FA", 1001, 5001, 0)]
        assert client.hear(A, 5001, 1002) == []
        assert client.hear(A | F, 5001, 1002) == []
        assert sizes(client.wait()) == [("A", 1002, 5002, 0)]
    assert client.ends == [Closed()]
    assert sizes(client.hear(A | F, 5001, 1002)) == [("A", 1002, 5002, 0)]
    assert client.deadline == inf


def test_ipxe_reminds_the_other_side() -> None:
    """An acknowledgement every 15 s, without end."""
    client, times = Client(IPXE), list[float]()
    client.opened()
    client.wait()
    for _ in range(4):
        times += [client.now for _ in client.wait()]
    assert times == [15, 30, 45, 60]


@ALL
def test_sequence_numbers_go_round(traits: TcpTraits) -> None:
    """Both sides' at once, and out of order."""
    client = Client(traits, sequence=(1 << 32) - 3)
    client.opened((1 << 32) - 11)
    client.do(client.connection.send(b"request", 0.0))
    client.hear(A | P, 5, 5, b"later")
    client.hear(A | P, (1 << 32) - 10, 5, b"octets of the ")
    client.hear(A | P, 4, 5, b" later")
    assert client.received == b"octets of the  later"
    assert client.ends == []


@ALL
def test_no_more_is_sent_than_the_window_takes(traits: TcpTraits) -> None:
    """And one segment at a time, however long the request is."""
    client = Client(traits)
    client.opened(window=10)
    first = client.do(client.connection.send(bytes(25), 0.0))
    assert [len(one.payload) for one in first] == [10]
    sent = client.hear(A, 5001, 1011, window=100)
    sent += client.wait() if not sent else []
    assert [len(one.payload) for one in sent] == [15]
    with pytest.raises(ValueError, match="wait to be sent"):
        client.connection.send(bytes(MOST_UNSENT), 0.0)


@ALL
def test_strangers_are_told(traits: TcpTraits) -> None:
    """What grants something else is answered by a RST; the SYN goes on."""
    client = Client(traits)
    client.do(client.connection.open(0.0))
    (answer,) = client.hear(S | A, 5000, 77)
    assert "R" in str(answer.flags)
    assert client.hear(S, 5000, 0) == []
    assert client.ends == []
    assert client.deadline < inf


def test_edk2_counts_its_ports_and_numbers() -> None:
    """One up for each, and 2048 for each connection, 100 for each 0.2 s."""
    ends = Ends(EDK2, Dice(7))
    ports = [ends.port() for _ in range(3)]
    assert ports == [ports[0], ports[0] + 1, ports[0] + 2]
    first, second = ends.sequence(0.0), ends.sequence(1.0)
    assert (second - first) % (1 << 32) == 2048 + 500
    drawn = Ends(IPXE, Dice(7))
    assert all(1024 <= drawn.port() < 65536 for _ in range(100))
    assert len({drawn.sequence(0.0) for _ in range(100)}) == 100
