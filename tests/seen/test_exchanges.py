"""Questions, and what answers them."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.seen.exchanges import IDLE, MOST_OPEN, Ask, Exchanges, Question, exchanges, question
from pxeclient.seen.reading import read
from pxeclient.wire import arp, dhcp, ethernet, pxe, tftp
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC
from pxeclient.wire.dhcp import Option
from tests.seen.frames import (
    CLIENT,
    OTHER,
    OURS,
    SERVER,
    THEIRS,
    answers,
    asks,
    download,
    framed,
    frames,
    message,
    packet,
    reply,
)

ITEM = Option(43, pxe.build_suboptions([pxe.boot_item(3)]))


def arps(operation: int, sender: IPv4Address, target: IPv4Address) -> bytes:
    """An ARP message of the client's, or to it."""
    told = arp.build(arp.Arp(operation, CLIENT, sender, SERVER, target))
    return ethernet.join(BROADCAST_MAC, CLIENT, ethernet.ARP, told)


READS = framed(packet(tftp.build(tftp.Request(b"boot.0"))))


@pytest.mark.parametrize(
    ("octets", "asked", "words"),
    [
        (
            asks(message(dhcp.DISCOVER)),
            Question(Ask.DISCOVER, None, 67, None),
            "a DHCPDISCOVER",
        ),
        (
            asks(message(dhcp.REQUEST, Option(54, THEIRS.packed))),
            Question(Ask.REQUEST, None, 67, THEIRS),
            "a DHCPREQUEST for the offer of 10.77.0.1",
        ),
        (
            asks(message(dhcp.REQUEST), 4011, OTHER),
            Question(Ask.PROXY, OTHER, 4011, None),
            "a request to port 4011 of 10.77.0.9",
        ),
        (
            asks(message(dhcp.REQUEST, ITEM), 67),
            Question(Ask.SEARCH, BROADCAST, 67, 3),
            "a request to port 67 of everybody for boot server type 3",
        ),
        (READS, Question(Ask.FILE, THEIRS, 69, b"boot.0"), "the file boot.0 of 10.77.0.1"),
        (
            arps(arp.REQUEST, OURS, THEIRS),
            Question(Ask.ARP, THEIRS, None, None),
            "an ARP request for 10.77.0.1",
        ),
    ],
)
def test_what_is_asked(octets: bytes, asked: Question, words: str) -> None:
    """As values, and in words."""
    found = question(read(1, 0.0, octets, True))
    assert found == asked
    assert found.words == words


@pytest.mark.parametrize(
    "octets",
    [
        arps(arp.REQUEST, OURS, OURS),
        arps(arp.REPLY, OURS, THEIRS),
        answers(reply(dhcp.OFFER)),
        framed(packet(tftp.build(tftp.Ack(1)))),
    ],
)
def test_what_asks_nothing(octets: bytes) -> None:
    """An announcement, answers, an acknowledgement."""
    assert question(read(1, 0.0, octets, True)) is None


def test_offers_belong_to_their_discover() -> None:
    """By transaction id; a repeat is the same question."""
    found = exchanges(
        frames(
            [
                (asks(message(dhcp.DISCOVER)), True),
                (answers(reply(dhcp.OFFER, xid=8)), False),
                (asks(message(dhcp.DISCOVER)), True),
                (answers(reply(dhcp.OFFER)), False),
                (asks(message(dhcp.REQUEST, Option(54, THEIRS.packed))), True),
                (answers(reply(dhcp.ACK)), False),
                (answers(reply(dhcp.OFFER)), False),
            ]
        )
    )
    assert [one.question.kind for one in found] == [Ask.DISCOVER, Ask.REQUEST]
    discover, request = found
    assert [frame.number for frame in discover.asked] == [1, 3]
    assert [frame.number for frame in discover.answers] == [4, 7]
    assert [frame.number for frame in request.answers] == [6]
    assert request.waited == pytest.approx(0.01)


def test_boot_servers_answer_their_search() -> None:
    """From either port, and to the type that was asked for."""
    found = exchanges(
        frames(
            [
                (asks(message(dhcp.REQUEST, ITEM), 4011), True),
                (asks(message(dhcp.REQUEST), 4011, OTHER), True),
                (answers(reply(dhcp.ACK, ITEM), 67), False),
                (answers(reply(dhcp.ACK), 4011, OTHER), False),
            ]
        )
    )
    search, proxy = found
    assert [frame.number for frame in search.answers] == [3]
    assert [frame.number for frame in proxy.answers] == [4]


def test_a_read_request_has_one_answer() -> None:
    """The rest is the transfer's."""
    found = exchanges(frames(list(download(b"boot.0", [b"x" * 512] * 5 + [b""]))))
    assert len(found) == 1
    assert len(found[0].answers) == 1


def test_arp() -> None:
    """Who has it, and it is there."""
    theirs = arp.Arp(arp.REPLY, SERVER, THEIRS, CLIENT, OURS)
    back = ethernet.join(CLIENT, SERVER, ethernet.ARP, arp.build(theirs))
    found = exchanges(frames([(arps(arp.REQUEST, OURS, THEIRS), True), (back, False)]))
    assert [len(one.answers) for one in found] == [1]


def test_memory_is_bounded() -> None:
    """Questions without answers are forgotten: the oldest first, and all of them in time."""
    follower = Exchanges()
    for xid in range(10 * MOST_OPEN):
        follower.add(read(xid, 0.001 * xid, asks(message(dhcp.DISCOVER, xid=xid)), True))
    assert follower.open <= MOST_OPEN + 1
    late = answers(reply(dhcp.OFFER, xid=10 * MOST_OPEN - 1))
    assert follower.add(read(1, 1.0, late)) is not None
    assert follower.add(read(1, 2.0 + IDLE, late)) is None


def test_frames_of_one_are_bounded() -> None:
    """What comes beyond is passed over, and the exchange is still told."""
    follower = Exchanges(most_frames=3)
    asked = asks(message(dhcp.DISCOVER))
    for at in range(10):
        found = follower.add(read(at, 0.01 * at, asked, True))
        assert found is not None
        assert follower.add(read(at, 0.01 * at, answers(reply(dhcp.OFFER)))) is found
    assert found is not None
    assert (len(found.asked), len(found.answers)) == (3, 3)
