"""Neighbour discovery, judged by scapy; and fragments of IPv6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv6Address
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers import inet6 as scapys
from scapy.layers.inet import UDP
from scapy.packet import Raw

from pxeclient.wire import icmpv6, ipv6, ndp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.fragments import Reassembler
from pxeclient.wire.icmpv6 import Icmpv6
from pxeclient.wire.ipv6 import Packet6
from pxeclient.wire.ndp import Prefix

HERE, ROUTER = IPv6Address("fe80::5054:ff:fe12:3456"), IPv6Address("fe80::1")
MAC = Mac.from_text("52:54:00:12:34:56")
PREFIX = Prefix(IPv6Address("fd77::"), 64, True, False, 86400, 14400)

ADDRESSES = st.integers(0, (1 << 128) - 1).map(IPv6Address)
MACS = st.none() | st.binary(min_size=6, max_size=6).map(Mac)
SECONDS = st.integers(0, 0xFFFFFFFF)
SAID = st.one_of(
    st.builds(ndp.RouterSolicitation, MACS),
    st.builds(ndp.NeighbourSolicitation, ADDRESSES, MACS),
    st.builds(ndp.NeighbourAdvertisement, ADDRESSES, st.booleans(), MACS),
    st.builds(ndp.Listener, st.sampled_from([130, 131, 132]), ADDRESSES),
    st.builds(
        ndp.RouterAdvertisement,
        st.booleans(),
        st.booleans(),
        st.integers(0, 0xFFFF),
        st.integers(0, 255),
        MACS,
        st.none() | SECONDS,
        st.lists(
            st.builds(
                Prefix, ADDRESSES, st.integers(0, 128), st.booleans(), st.booleans(), SECONDS,
                SECONDS,
            ),
            max_size=3,
        ).map(tuple),
        st.lists(ADDRESSES, max_size=3).map(tuple),
    ),
)  # fmt: skip


@given(SAID)
def test_what_is_built_is_read(said: ndp.Said6) -> None:
    """Any message, in a packet whose checksum is right."""
    octets = icmpv6.packet(ndp.build(said), HERE, ROUTER)
    assert ndp.parse(icmpv6.parse(ipv6.parse(octets))) == said


def _of(scapy: scapys.IPv6) -> ndp.Said6 | None:
    return ndp.parse(icmpv6.parse(ipv6.parse(bytes(scapy))))


def test_an_advertisement_of_scapys() -> None:
    """With a prefix, the MTU, and a DNS server."""
    octets = (
        scapys.IPv6(src=str(ROUTER), dst="ff02::1", hlim=255)
        / scapys.ICMPv6ND_RA(M=1, O=0, routerlifetime=1800, chlim=64)
        / scapys.ICMPv6NDOptSrcLLAddr(lladdr=str(MAC))
        / scapys.ICMPv6NDOptMTU(mtu=1480)
        / scapys.ICMPv6NDOptPrefixInfo(
            prefix="fd77::", prefixlen=64, L=1, A=0, validlifetime=86400, preferredlifetime=14400
        )
        / scapys.ICMPv6NDOptRDNSS(dns=["fd77::4"], lifetime=600)
    )
    assert _of(octets) == ndp.RouterAdvertisement(
        True, False, 1800, 64, MAC, 1480, (PREFIX,), (IPv6Address("fd77::4"),)
    )


def test_neighbours_of_scapys() -> None:
    """A check for a duplicate, a question, and both answers."""
    head = scapys.IPv6(src="::", dst="ff02::1:ff00:50", hlim=255)
    target = IPv6Address("fd77::50")
    assert _of(head / scapys.ICMPv6ND_NS(tgt="fd77::50")) == ndp.NeighbourSolicitation(target)
    link = scapys.ICMPv6NDOptSrcLLAddr(lladdr=str(MAC))
    asked = _of(head / scapys.ICMPv6ND_NS(tgt="fd77::50") / link)
    assert asked == ndp.NeighbourSolicitation(target, MAC)
    link = scapys.ICMPv6NDOptDstLLAddr(lladdr=str(MAC))
    told = _of(head / scapys.ICMPv6ND_NA(tgt="fd77::50", S=1, R=0, O=1) / link)
    assert told == ndp.NeighbourAdvertisement(target, True, MAC)


def test_listeners_of_scapys() -> None:
    """Version 1 has a group; version 2's records are not read."""
    head = scapys.IPv6(src=str(HERE), dst="ff02::16", hlim=1)
    group = IPv6Address("ff02::1:ff12:3456")
    assert _of(head / scapys.ICMPv6MLReport(mladdr=str(group))) == ndp.Listener(131, group)
    assert _of(head / scapys.ICMPv6MLReport2()) == ndp.Listener(143, None)


def test_an_error_quotes_its_packet() -> None:
    """Whom it is about, at which port; behind an extension header, too."""
    asked = scapys.IPv6(src=str(HERE), dst="fd77::3") / scapys.IPv6ExtHdrDestOpt()
    told = scapys.IPv6(src="fd77::3", dst=str(HERE)) / scapys.ICMPv6DestUnreach(code=4)
    octets = bytes(told / Raw(bytes(asked / UDP(sport=1849, dport=69) / b"x")))
    message = icmpv6.parse(ipv6.parse(octets))
    quoted = icmpv6.quoted(message)
    assert quoted is not None
    assert (str(quoted.destination), quoted.destination_port) == ("fd77::3", 69)
    assert icmpv6.quoted(Icmpv6(135, 0, bytes(60))) is None
    assert icmpv6.quoted(replace(message, body=message.body[:20])) is None


@given(st.integers(0, 255), st.binary(max_size=120))
def test_any_octets(kind: int, body: bytes) -> None:
    """`WireError` and nothing else."""
    for data in (body, bytes(20) + body):
        try:
            ndp.parse(Icmpv6(kind, 0, data))
            icmpv6.quoted(Icmpv6(kind, 0, data))
        except WireError:
            continue


@pytest.mark.parametrize("option", ["0100", "01", "0102525400123456", "0300"])
def test_options_that_do_not_fit(option: str) -> None:
    """A length of nothing would be read for ever."""
    with pytest.raises(WireError, match="option at octet 8"):
        ndp.parse(Icmpv6(133, 0, bytes(4) + bytes.fromhex(option)))


# --- fragments ------------------------------------------------------------------------------
def _fragments(payload: bytes, size: int) -> list[Packet6]:
    """A datagram behind an option header that is cut with it, in scapy's fragments."""
    whole = scapys.IPv6(src=str(HERE), dst=str(ROUTER)) / scapys.IPv6ExtHdrFragment(id=7)
    whole = whole / scapys.IPv6ExtHdrDestOpt() / UDP(sport=546, dport=547) / Raw(payload)
    parts = scapys.fragment6(whole, size)  # type: ignore[no-untyped-call] # scapy's gap
    return [ipv6.parse(bytes(one)) for one in parts]


def _joined(parts: Sequence[Packet6]) -> Packet6 | None:
    reassembler: Reassembler[Packet6] = Reassembler()
    found = [reassembler.add(one, 0.0) for one in parts]
    assert all(one is None for one in found[:-1])
    return found[-1]


def test_fragments_in_any_order() -> None:
    """Whole with the last, whichever that is; then past the header that was in them."""
    parts = _fragments(b"ab" * 900, 700)
    assert len(parts) == 3
    for order in permutations(parts):
        whole = _joined(order)
        assert whole is not None
        packet = ipv6.inside(whole)
        assert (packet.protocol, packet.payload[8:]) == (17, b"ab" * 900)
        ipv6.check(packet, "UDP")


def test_only_the_first_fragment_says_what_it_is() -> None:
    """The next header of the others does not count (RFC 8200 §4.5)."""
    first, *others = _fragments(b"ab" * 900, 700)
    whole = _joined([first, *(replace(one, protocol=99) for one in others)])
    assert whole is not None
    assert ipv6.inside(whole).protocol == 17


def test_overlapping_fragments_end_their_packet() -> None:
    """RFC 5722."""
    first, second, third = _fragments(b"ab" * 900, 700)
    reassembler: Reassembler[Packet6] = Reassembler()
    reassembler.add(first, 0.0)
    with pytest.raises(WireError, match="overlaps"):
        reassembler.add(replace(second, fragment_offset=second.fragment_offset - 8), 0.0)
    assert reassembler.add(second, 0.0) is None
    assert reassembler.add(third, 0.0) is None


def test_a_fragment_of_a_whole() -> None:
    """A fragment header that cuts nothing (RFC 6946) is passed over."""
    octets = bytes(scapys.IPv6() / scapys.IPv6ExtHdrFragment(id=7) / UDP() / Raw(b"x"))
    found = ipv6.parse(octets)
    assert (found.is_fragment, found.protocol) == (False, 17)


@given(st.binary(max_size=64), st.integers(0, 8190), st.booleans())
def test_what_is_built_as_a_fragment(payload: bytes, eighths: int, more: bool) -> None:
    """Is read as one."""
    packet = Packet6(HERE, ROUTER, 17, payload, 64, len(payload), more, eighths * 8, 5)
    found = ipv6.parse(ipv6.build(packet))
    if packet.is_fragment:
        assert found == packet
    else:
        assert found == replace(packet, identification=0)
