"""What the network can make a machine keep, do and send: each has an end. Sizes and counts only."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from ipaddress import IPv4Address
from itertools import islice
from types import FrameType

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.boot.client import RING, RING_OCTETS
from pxeclient.boot.dhcp.exchange import MOST_WAITING, keep
from pxeclient.boot.dhcp.reply import Reply, read
from pxeclient.playbook import Playbook, arp_reply, boot_reply, ping
from pxeclient.stack.acts import CancelTimer, Ignore, Owner, SendFrame, SetTimer, Timer
from pxeclient.stack.arp import MOST_STRANGERS
from pxeclient.stack.host import Host, Unreachable
from pxeclient.wire import ethernet, ipv4
from pxeclient.wire.addresses import BROADCAST_MAC
from pxeclient.wire.errors import WireError
from pxeclient.wire.fragments import Reassembler, Sequencer
from pxeclient.wire.ipv4 import Packet
from tests.boots import profile
from tests.stack.test_host import CLIENT, HELLO, MAC, NEAR, OWN, TRAITS, configured, sent
from tests.stories.firmwares import EDK2, IPXE
from tests.stories.menus import said, told

MADE_UP = 2000
SEARCH = Timer(Owner.ARP, str(NEAR))


def stranger(number: int) -> IPv4Address:
    """One of the addresses of 10.0.0.0/8."""
    return IPv4Address((10 << 24) + 0x10000 + number)


def wide() -> Host:
    """A host that has the whole of 10.0.0.0/8 for neighbours."""
    host = Host(MAC, TRAITS)
    host.configure(OWN, 8, ())
    return host


# --- neighbours ---------------------------------------------------------------------------
def test_pings_from_made_up_addresses_are_answered_with_one_question_each_and_no_timer() -> None:
    """Up to 64 at a time; the rest are dropped, and why."""
    host = wide()
    happened = [
        each
        for number in range(MADE_UP)
        for each in host.receive(ping(sender=str(stranger(number)))(CLIENT), 1.0)
    ]
    assert len(sent(happened)) == MOST_STRANGERS
    assert not [each for each in happened if isinstance(each, SetTimer)]
    dropped = [each for each in happened if isinstance(each, Ignore)]
    assert len(dropped) == MADE_UP - MOST_STRANGERS
    assert dropped[0].because == "64 others are being looked for to be answered"
    later = 1.0 + TRAITS.arp_waits[0]
    assert len(sent(host.receive(ping(sender="10.9.9.9")(CLIENT), later))) == 1


def test_a_stranger_who_is_found_too_late_is_not_answered() -> None:
    """The ping is forgotten when its one question has had its time."""
    host = configured()
    list(host.receive(ping()(CLIENT), 0.0))
    assert sent(host.receive(arp_reply("10.77.0.1")(CLIENT), TRAITS.arp_waits[0])) == []


def test_what_we_send_ourselves_is_searched_for_in_full_though_a_ping_was_first() -> None:
    """The firmware's own requests follow, at their times, and in the end nobody is there."""
    host = configured()
    list(host.receive(ping(sender=str(NEAR))(CLIENT), 0.0))
    assert list(host.send(HELLO, NEAR, 0.25)) == [SetTimer(SEARCH, 0.5)]
    again = list(host.timer_fired(SEARCH, 0.5))
    assert [type(each) for each in again] == [SendFrame, SetTimer]
    assert list(host.timer_fired(SEARCH, 1.5)) == [Unreachable(NEAR)]


def test_both_the_answer_and_our_own_go_out_when_the_stranger_is_found() -> None:
    """In the order in which they waited."""
    host = configured()
    list(host.receive(ping(sender=str(NEAR))(CLIENT), 0.0))
    list(host.send(HELLO, NEAR, 0.25))
    out = list(host.receive(arp_reply(str(NEAR))(CLIENT), 0.3))
    assert out[0] == CancelTimer(SEARCH)
    assert [ipv4.parse(frame[14:]).protocol for frame in sent(out)] == [ipv4.ICMP, ipv4.UDP]


def test_strangers_who_answer_are_not_remembered_for_ever() -> None:
    """The oldest of 64 is asked for again."""
    host = wide()
    for number in range(MOST_STRANGERS + 1):
        list(host.receive(ping(sender=str(stranger(number)))(CLIENT), float(number)))
        list(host.receive(arp_reply(str(stranger(number)))(CLIENT), float(number)))
    for number, kind in ((0, ethernet.ARP), (1, ethernet.IPV4)):
        (out,) = sent(host.receive(ping(sender=str(stranger(number)))(CLIENT), 500.0))
        assert ethernet.parse(out).ethertype == kind


# --- the card while nobody looks at it --------------------------------------------------------
def at_the_prompt() -> Playbook:
    """iPXE, which shows its prompt and counts."""
    return told(IPXE, said(prompt=(30, "Choose:"))).enters(StateName.MENU)


@pytest.mark.parametrize("octets", [60, 1514])
def test_a_card_keeps_what_it_has_room_for_while_iPXE_counts(octets: int) -> None:
    """Eight buffers and its own memory; what comes later is lost, and told so."""
    book = at_the_prompt()
    junk = ethernet.build(ethernet.Frame(BROADCAST_MAC, MAC, 0x88B5, bytes(octets - 14)))
    for _ in range(MADE_UP):
        book.gets(lambda _client: junk)
    dropped = [r for r in book.trace.records if isinstance(r.item, Ignore)]
    assert MADE_UP - len(dropped) == RING + RING_OCTETS // octets
    assert "the card is full" in str(dropped[0].item)


# --- replies that wait ------------------------------------------------------------------------
def test_no_more_replies_wait_than_there_can_be_servers() -> None:
    """What comes later is dropped, and why."""
    waiting: list[Reply] = []
    message = boot_reply().message(CLIENT)
    reply = read(message, NEAR, 4011, profile(EDK2).traits.dhcp.read, 0.0)
    dropped = [one for _ in range(MADE_UP) for one in keep(waiting, reply)]
    assert len(waiting) == MOST_WAITING
    assert len(dropped) == MADE_UP - MOST_WAITING
    assert dropped[0].because == "64 replies wait to be looked at already"


# --- fragments ------------------------------------------------------------------------------
def calls(work: Callable[[], object]) -> int:
    """How many functions are called, C's among them."""
    count = 0

    def counts(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counts)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def tiny(start: int) -> Packet:
    """One word of a packet."""
    return Packet(NEAR, OWN, ipv4.UDP, bytes(8), 7, more_fragments=True, fragment_offset=8 * start)


@pytest.mark.parametrize("assembler", [Reassembler, lambda: Sequencer(0.5)])
@pytest.mark.parametrize("backwards", [False, True])
def test_the_last_fragment_costs_no_more_than_the_first(
    assembler: Callable[[], Reassembler[Packet]], backwards: bool
) -> None:
    """Of the 8189 that a packet can have."""
    mine = assembler()
    parts = [tiny(start) for start in range(8189)]
    if backwards:
        parts.reverse()
    fed = iter(parts)

    def some() -> None:
        for part in islice(fed, 1000):
            with contextlib.suppress(WireError):  # a sequencer takes none but the next
                mine.add(part, 0.0)

    first = calls(some)
    for part in islice(fed, 6000):
        with contextlib.suppress(WireError):
            mine.add(part, 0.0)
    assert calls(some) <= 1.5 * first
