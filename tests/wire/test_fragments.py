"""Putting fragments together: scapy's fragments, in every order that a network may choose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, UDP, fragment

from pxeclient.wire import ipv4, udp
from pxeclient.wire.errors import WireError
from pxeclient.wire.fragments import LIFETIME, MOST, Reassembler, Sequencer
from pxeclient.wire.ipv4 import Packet

HERE = IPv4Address("10.77.0.50")
THERE = IPv4Address("10.77.0.3")

TEXT = b"".join(number.to_bytes(2, "big") for number in range(0x8000))
"""64 KiB of which every two octets tell where they are."""


def scapys(payload: bytes, size: int, identification: int = 7) -> list[Packet]:
    """A datagram to the client's port 2000, in scapy's fragments of `size` octets."""
    whole = IP(src=str(THERE), dst=str(HERE), id=identification) / UDP(sport=69, dport=2000)
    cut = fragment(whole / payload, fragsize=size)  # type: ignore[no-untyped-call] # scapy's gap
    return [ipv4.parse(bytes(part)) for part in cut]


def part(start: int, end: int, *, last: bool = False, identification: int = 7) -> Packet:
    """The octets `start` to `end` of `TEXT` as a fragment."""
    return Packet(
        THERE,
        HERE,
        ipv4.UDP,
        TEXT[start:end],
        identification=identification,
        more_fragments=not last,
        fragment_offset=start,
    )


def add_all(
    reassembler: Reassembler[Packet], parts: Iterable[Packet], now: float = 0.0
) -> list[Packet]:
    """Hand all parts over; all packets that this makes whole."""
    whole = [reassembler.add(each, now) for each in parts]
    return [packet for packet in whole if packet is not None]


def test_every_order_gives_the_packet_with_its_last_part() -> None:
    """Five fragments in any of their 120 orders: nothing before the fifth, all with it."""
    parts = scapys(TEXT[:4000], 1000)
    assert len(parts) == 5
    for order in permutations(parts):
        reassembler = Reassembler()
        assert add_all(reassembler, order[:-1]) == []
        whole = reassembler.add(order[-1], 0.0)
        assert whole is not None
        assert not whole.is_fragment
        assert udp.Datagram(69, 2000, TEXT[:4000]) == udp.parse(whole.payload, THERE, HERE)


@given(st.integers(0, 5000), st.integers(20, 190), st.booleans(), st.data())
def test_repeats_do_no_harm(length: int, eighths: int, twice: bool, data: st.DataObject) -> None:
    """Any sizes, any order, each part once or twice: whole exactly when nothing lacks."""
    parts = scapys(TEXT[:length], eighths * 8)
    reassembler = Reassembler()
    seen = set()
    for each in data.draw(st.permutations(parts * 2 if twice else parts)):
        whole = reassembler.add(each, 0.0)
        seen.add(each.fragment_offset)
        assert (whole is not None) == (len(seen) == len(parts))
        if whole is not None:
            assert TEXT[:length] == udp.parse(whole.payload, THERE, HERE).payload
            return


def test_a_packet_that_was_never_cut_is_whole() -> None:
    """What is no fragment comes back as it is."""
    packet = Packet(THERE, HERE, ipv4.UDP, b"12345", identification=7)
    assert packet == Reassembler().add(packet, 0.0)


@pytest.mark.parametrize("missing", range(4))
def test_with_a_part_missing_there_is_no_packet(missing: int) -> None:
    """Whichever part was lost, the others make nothing, however often they come."""
    parts = scapys(TEXT[:2000], 512)
    assert len(parts) == 4
    del parts[missing]
    assert add_all(Reassembler(), parts * 3) == []


def test_the_whole_has_the_first_parts_header() -> None:
    """Time to live and header options are the first fragment's, whichever came first."""
    first = replace(part(0, 8), ttl=3, tos=16, options=b"\x94\x04\0\0")
    last = replace(part(8, 13, last=True), ttl=9)
    expected = replace(first, payload=TEXT[:13], more_fragments=False)
    for order in ([first, last], [last, first]):
        assert [expected] == add_all(Reassembler(), order)


@pytest.mark.parametrize(
    "other",
    [
        replace(part(8, 16, last=True), identification=8),
        replace(part(8, 16, last=True), source=HERE),
        replace(part(8, 16, last=True), destination=THERE),
        replace(part(8, 16, last=True), protocol=ipv4.ICMP),
    ],
)
def test_parts_of_different_packets_do_not_mix(other: Packet) -> None:
    """Source, destination, protocol and identification together name a packet (RFC 791 §2.3)."""
    reassembler = Reassembler()
    assert add_all(reassembler, [part(0, 8), other]) == []
    assert [TEXT[:16]] == [
        packet.payload for packet in add_all(reassembler, [part(8, 16, last=True)])
    ]


@pytest.mark.parametrize(
    ("held", "arriving"),
    [
        (part(8, 24), part(16, 32)),
        (part(8, 24), part(0, 16)),
        (part(8, 24), part(8, 16)),
        (part(8, 16), part(8, 24)),
        (part(8, 24), part(0, 32, last=True)),
        (part(0, 24), part(8, 16)),
        (part(8, 24), replace(part(8, 24), payload=TEXT[100:116])),
        (part(8, 24, last=True), part(16, 32)),
    ],
)
def test_overlapping_parts_are_refused_and_all_is_forgotten(held: Packet, arriving: Packet) -> None:
    """Parts that contradict each other spoil the packet; sent afresh it is read."""
    reassembler = Reassembler()
    reassembler.add(held, 0.0)
    with pytest.raises(WireError, match="overlaps"):
        reassembler.add(arriving, 0.0)
    afresh = [part(0, 8), part(8, 32), part(32, 40, last=True)]
    assert [TEXT[:40]] == [packet.payload for packet in add_all(reassembler, afresh)]


def test_two_different_ends_are_refused() -> None:
    """A packet cannot end in two places."""
    reassembler = Reassembler()
    reassembler.add(part(8, 16, last=True), 0.0)
    with pytest.raises(WireError, match="two last fragments, ending at 16 and 32"):
        reassembler.add(part(24, 32, last=True), 0.0)


@pytest.mark.parametrize(
    "order", list(permutations([part(0, 8), part(24, 32, last=True), part(32, 48)]))
)
def test_a_part_past_the_end_does_not_fill_a_hole(order: tuple[Packet, ...]) -> None:
    """Octets after the last fragment do not count for those that lack before it."""
    reassembler = Reassembler()
    with pytest.raises(WireError):
        assert add_all(reassembler, order) == []


@pytest.mark.parametrize("start", [0, 8])
def test_an_empty_part_erases_nothing(start: int) -> None:
    """An empty fragment is refused or ignored; the part that came before it stays."""
    reassembler = Reassembler()
    assert add_all(reassembler, [part(0, 8), part(8, 16)]) == []
    try:
        assert reassembler.add(part(start, start), 0.0) is None
    except WireError:
        return
    assert [TEXT[:24]] == [
        packet.payload for packet in add_all(reassembler, [part(16, 24, last=True)])
    ]


@given(
    st.lists(
        st.builds(
            lambda start, length, last: part(8 * start, 8 * start + length, last=last),
            st.integers(0, 4),
            st.sampled_from([0, 8, 16, 3]),
            st.booleans(),
        ),
        max_size=10,
    )
)
def test_whatever_comes_a_whole_packet_has_no_hole(parts: list[Packet]) -> None:
    """Any fragments in any order are refused, kept, or make a packet of just what they brought."""
    reassembler = Reassembler()
    for each in parts:
        try:
            whole = reassembler.add(each, 0.0)
        except WireError:
            continue
        if whole is not None:
            assert TEXT[: len(whole.payload)] == whole.payload


def test_a_part_that_is_not_whole_words_is_refused() -> None:
    """Only the last fragment may have a length that is no multiple of 8."""
    with pytest.raises(WireError, match="13 octets is not whole words"):
        Reassembler().add(part(0, 13), 0.0)


@pytest.mark.parametrize(("start", "length"), [(65512, 4), (65528, 1), (65528, 1480)])
def test_a_packet_longer_than_ipv4_allows_is_refused(start: int, length: int) -> None:
    """The fragment that would make more than 65535 octets (a "ping of death") is refused."""
    last = Packet(THERE, HERE, ipv4.ICMP, bytes(length), fragment_offset=start)
    with pytest.raises(WireError, match=f"ends at octet {start + length}, past the longest packet"):
        Reassembler().add(last, 0.0)


def test_the_longest_packet_is_put_together() -> None:
    """65515 octets of payload, the most there can be, arrive whole."""
    longest = TEXT[: 65515 - 8]
    whole = add_all(Reassembler(), scapys(longest, 16384))
    assert [longest] == [packet.payload[8:] for packet in whole]


@pytest.mark.parametrize(("later", "whole"), [(LIFETIME - 0.001, True), (LIFETIME, False)])
def test_parts_are_kept_for_15_seconds(later: float, whole: bool) -> None:
    """The lifetime counts from the first part that came."""
    reassembler = Reassembler()
    assert reassembler.add(part(0, 8), 100.0) is None
    assert whole == (reassembler.add(part(8, 16, last=True), 100.0 + later) is not None)


def test_a_flood_pushes_out_the_oldest() -> None:
    """With too many incomplete packets the oldest is forgotten, the others stay."""
    flood = [part(0, 8, identification=number) for number in range(MOST + 1)]
    last = part(8, 16, last=True)

    def completes(number: int) -> bool:
        reassembler = Reassembler()
        add_all(reassembler, flood)
        return reassembler.add(replace(last, identification=number), 0.0) is not None

    assert [completes(number) for number in range(MOST + 1)] == [False] + [True] * MOST


# --- in order only ------------------------------------------------------------------------
def sequenced(parts: Iterable[Packet], gap: float = 0.0) -> tuple[list[Packet], list[str]]:
    """What a `Sequencer` with half a second's patience makes whole, and what it says."""
    sequencer, whole, said = Sequencer(0.5), [], []
    for number, each in enumerate(parts):
        try:
            packet = sequencer.add(each, number * gap)
        except WireError as error:
            said.append(str(error))
        else:
            whole += [packet] if packet else []
    return whole, said


def test_in_order_only_one_order_will_do() -> None:
    """Of the 120 orders of five parts only the right one gives the packet."""
    parts = scapys(TEXT[:4000], 1000)
    good = [order for order in permutations(parts) if sequenced(order)[0]]
    assert good == [tuple(parts)]
    ((whole,), said) = sequenced(parts)
    assert said == []
    assert udp.parse(whole.payload, THERE, HERE).payload == TEXT[:4000]


def test_in_order_a_repeat_is_out_of_turn() -> None:
    """It is dropped, and the packet goes on."""
    parts = scapys(TEXT[:2000], 1000)
    whole, said = sequenced(each for each in parts for _ in range(2))
    assert len(whole) == 1
    assert said[0] == "fragments are taken only in order: octet 1000 is next, this begins at 0"
    assert len(said) == len(parts)


def test_in_order_the_patience_is_from_part_to_part() -> None:
    """Parts 0.4 s apart may take as long as they are many; 0.5 s between two is too long."""
    parts = scapys(TEXT[:4000], 1000)
    assert len(sequenced(parts, 0.4)[0]) == 1
    whole, said = sequenced(parts, 0.5)
    assert whole == []
    assert said[0] == "fragments are taken only in order: octet 0 is next, this begins at 1000"


def test_in_order_packets_are_told_apart_by_source_and_number() -> None:
    """Two packets' parts may take turns."""
    one, two = scapys(TEXT[:2000], 1000), scapys(TEXT[:2000], 1000, identification=8)
    whole, said = sequenced(each for pair in zip(one, two, strict=True) for each in pair)
    assert [packet.identification for packet in whole] == [7, 8]
    assert said == []


def test_in_order_a_flood_costs_bounded_memory() -> None:
    """Of more packets than are kept the oldest is forgotten."""
    sequencer = Sequencer(0.5)
    for number in range(MOST + 1):
        assert sequencer.add(part(0, 8, identification=number), 0.0) is None
    assert sequencer.add(part(8, 16, last=True, identification=1), 0.0) is not None
    with pytest.raises(WireError, match="octet 0 is next"):
        sequencer.add(part(8, 16, last=True, identification=0), 0.0)


@given(
    st.lists(
        st.tuples(st.integers(0, 8191), st.integers(0, 64), st.booleans(), st.integers(0, 2)),
        max_size=12,
    )
)
def test_in_order_any_parts_are_taken_or_refused(
    drawn: list[tuple[int, int, bool, int]],
) -> None:
    """Whatever comes, and what is made whole is no fragment and not too long."""
    parts = [
        Packet(
            THERE, HERE, ipv4.UDP, bytes(size),
            identification=number, more_fragments=more, fragment_offset=at * 8,
        )
        for at, size, more, number in drawn
        if more or at
    ]  # fmt: skip
    for whole in sequenced(parts)[0]:
        assert not whole.is_fragment
        assert len(whole.payload) <= 0xFFFF - 20
