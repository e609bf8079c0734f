"""Odd packets at the host under the firmware: taken or dropped as its traits say, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.playbook import mac_of
from pxeclient.practice.oddities import Carriage, parts
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived, Host
from pxeclient.stack.traits import Fragments, IpId, IpTraits
from pxeclient.wire import ethernet, ipv4, onestep, udp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.udp import Datagram

MAC = Mac.from_text("52:54:00:12:34:56")
OWN, SERVER = IPv4Address("10.77.0.50"), IPv4Address("10.77.0.1")
PLAIN = IpTraits(ttl=64, id=IpId.COUNTER, arp_waits=(0.5,), gratuitous_arp=False)
IN_ORDER = replace(PLAIN, fragments=Fragments.IN_ORDER, fragment_wait=0.5)
CONTENT = b"".join(number.to_bytes(2, "big") for number in range(300))


def odd_frames(wire: Carriage, content: bytes = CONTENT) -> Iterator[tuple[float, bytes]]:
    """The frames of a datagram from the server, with their times."""
    payload = udp.build(Datagram(67, 68, content), SERVER, OWN)
    packet = ipv4.Packet(SERVER, OWN, ipv4.UDP, payload, identification=5)
    for part in parts(packet, wire):
        yield (
            part.after,
            ethernet.join(MAC, mac_of("10.77.0.1"), part.ethertype, part.octets),
        )


def receive(traits: IpTraits, wire: Carriage, content: bytes = CONTENT) -> tuple[bool, list[str]]:
    """Whether the datagram arrives, unharmed, and the reasons for what is dropped."""
    host = Host(MAC, traits)
    host.configure(OWN, 24, ())
    happened = [each for at, frame in odd_frames(wire, content) for each in host.receive(frame, at)]
    arrived = [each for each in happened if isinstance(each, Arrived)]
    assert all(each == Arrived(Datagram(67, 68, content), SERVER, OWN) for each in arrived)
    return bool(arrived), [each.because for each in happened if isinstance(each, Ignore)]


TAKEN: tuple[bool, list[str]] = (True, [])


@pytest.mark.parametrize("traits", [PLAIN, IN_ORDER, replace(PLAIN, fragments=Fragments.NONE)])
@pytest.mark.parametrize(
    "wire",
    [
        Carriage(),
        Carriage(trailer=30),
        Carriage(ip_options="01010101"),
        Carriage(udp_checksum="none"),
        Carriage(dont_fragment=True),
    ],
    ids=["sound", "padded", "with header options", "without UDP checksum", "not to be cut"],
)
def test_what_every_host_takes(traits: IpTraits, wire: Carriage) -> None:
    """Padding after the IP length, header options, no UDP checksum."""
    assert receive(traits, wire) == TAKEN


@pytest.mark.parametrize(
    ("wire", "because"),
    [
        (Carriage(udp_checksum="bad"), "UDP: wrong checksum"),
        (Carriage(ip_checksum="bad"), "IPv4: wrong header checksum"),
        (Carriage(ip_checksum="none"), "IPv4: wrong header checksum"),
        (Carriage(excess=4), "IPv4: total length 632 at octet 2, the frame has 628"),
        (Carriage(vlan=(0,)), "takes no tag, not even one that gives a priority"),
        (Carriage(vlan=(7,)), "is in no VLAN, so a tagged frame is not for it"),
        (Carriage(vlan=(7, 0)), "is in no VLAN"),
        (Carriage(trailer=900), "Ethernet: 1542 octets, and the card takes 1514 at most"),
    ],
)
def test_what_a_plain_host_drops(wire: Carriage, because: str) -> None:
    """Wrong checksums, lengths that do not fit, tags, and what no card takes."""
    arrived, (reason,) = receive(PLAIN, wire)
    assert not arrived
    assert because in reason


@pytest.mark.parametrize(
    ("wire", "any_order", "in_order"),
    [
        (Carriage(mtu=300), True, True),
        (Carriage(mtu=68), True, True),
        (Carriage(mtu=300, backwards=True), True, False),
        (Carriage(mtu=300, twice=True), True, True),
        (Carriage(mtu=300, gap=0.4), True, True),
        (Carriage(mtu=300, gap=0.5), True, False),
        (Carriage(mtu=300, gap=8.0), False, False),
        (Carriage(mtu=300, dont_fragment=True), True, True),
        (Carriage(mtu=300, udp_checksum="none"), True, True),
        (Carriage(mtu=300, udp_checksum="bad"), False, False),
        (Carriage(mtu=300, ip_options="01010101"), True, True),
    ],
)
def test_fragments(wire: Carriage, any_order: bool, in_order: bool) -> None:
    """Three parts of one datagram, as the two kinds of hosts put them together."""
    assert receive(PLAIN, wire)[0] == any_order
    assert receive(IN_ORDER, wire)[0] == in_order
    assert not receive(replace(PLAIN, fragments=Fragments.NONE), wire)[0]


def test_a_fragment_out_of_turn_says_so() -> None:
    """Octet 280 cannot be the first."""
    _, because = receive(IN_ORDER, Carriage(mtu=300, backwards=True))
    assert because[0] == "fragments are taken only in order: octet 0 is next, this begins at 560"


def test_a_host_may_put_none_together() -> None:
    """Then it drops each of them."""
    _, because = receive(replace(PLAIN, fragments=Fragments.NONE), Carriage(mtu=300))
    assert because == ["it is a fragment, and this firmware puts none together"] * 3


def test_what_is_not_to_be_cut_may_be_dropped_when_cut() -> None:
    """Each fragment, for it contradicts itself."""
    wary = replace(PLAIN, uncut_fragments=False)
    _, because = receive(wary, Carriage(mtu=300, dont_fragment=True))
    assert because == ['it is a fragment, yet says "don\'t fragment"'] * 3
    assert receive(wary, Carriage(mtu=300)) == TAKEN
    assert receive(wary, Carriage(dont_fragment=True)) == TAKEN


def test_header_options_may_be_looked_at() -> None:
    """A route of four octets is none; sound ones pass."""
    wary = replace(PLAIN, checks_options=True)
    broken = Carriage(ip_options="07040400")
    assert receive(PLAIN, broken) == TAKEN
    arrived, (reason,) = receive(wary, broken)
    assert not arrived
    assert reason.startswith("the route at octet 20 of the IPv4 header has 4 octets")
    assert receive(wary, Carriage(ip_options="94040000")) == TAKEN


def test_a_header_checksum_of_0_may_count_as_none() -> None:
    """Not a wrong one."""
    lenient = replace(PLAIN, zero_checksum=True)
    assert receive(lenient, Carriage(ip_checksum="none")) == TAKEN
    assert not receive(lenient, Carriage(ip_checksum="bad"))[0]


def test_a_tag_may_be_taken_off_that_gives_a_priority() -> None:
    """One alone, for VLAN 0."""
    knowing = replace(PLAIN, priority_tags=True)
    assert receive(knowing, Carriage(vlan=(0,))) == TAKEN
    for others in ((7,), (0, 0), (7, 0)):
        assert not receive(knowing, Carriage(vlan=others))[0]


def test_a_card_may_take_more_or_less() -> None:
    """A tag does not count."""
    content = bytes(1472)
    assert receive(PLAIN, Carriage(), content) == TAKEN
    assert receive(replace(PLAIN, priority_tags=True), Carriage(vlan=(0,)), content) == TAKEN
    assert not receive(replace(PLAIN, most_frame=1513), Carriage(), content)[0]
    assert receive(replace(PLAIN, most_frame=9014), Carriage(mtu=9000), bytes(8000)) == TAKEN


def test_the_short_way_takes_only_what_the_layers_take() -> None:
    """Of the odd frames it reads none that a plain host drops, but for their length."""
    for wire in (
        Carriage(ip_checksum="none"),
        Carriage(vlan=(0,)),
        Carriage(mtu=300),
        Carriage(excess=4),
    ):
        assert all(onestep.read_udp(frame) is None for _, frame in odd_frames(wire))


wires = st.builds(
    Carriage,
    mtu=st.integers(68, 1500),
    backwards=st.booleans(),
    twice=st.booleans(),
    gap=st.sampled_from((0.0, 0.3, 20.0)),
    dont_fragment=st.booleans(),
    ip_options=st.binary(max_size=40).map(lambda octets: octets[: len(octets) // 4 * 4].hex()),
    excess=st.sampled_from((0, 0, 1, 1000)),
    trailer=st.integers(0, 60),
    ip_checksum=st.sampled_from(("good", "good", "none", "bad")),
    udp_checksum=st.sampled_from(("good", "good", "none", "bad")),
    vlan=st.sampled_from(((), (), (0,), (7,), (7, 0))),
)
hosts = st.builds(
    replace,
    st.just(PLAIN),
    fragments=st.sampled_from(Fragments),
    uncut_fragments=st.booleans(),
    checks_options=st.booleans(),
    zero_checksum=st.booleans(),
    priority_tags=st.booleans(),
)


@given(wires, hosts, st.integers(0, 2000))
def test_any_oddity_at_any_host(wire: Carriage, traits: IpTraits, size: int) -> None:
    """The datagram arrives unharmed, or not at all; and what is dropped is named, or waits."""
    arrived, because = receive(traits, wire, bytes(size))
    assert all(because)
    pieces = 2 * (size // 40 + 2)  # of the shortest fragments, each sent twice
    assert arrived or because or wire.gap * pieces > PLAIN.fragment_wait
