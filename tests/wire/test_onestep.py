"""The one-step UDP functions against the layers of `wire`."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import ethernet, ipv4, udp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.checksum import word_sum
from pxeclient.wire.errors import WireError
from pxeclient.wire.flow import Flow
from pxeclient.wire.onestep import MTU, Datagram, Peer, read_udp, udp_frame, udp_packet
from tests.practice.client import CLIENT, CLIENT_MAC, TFTP, datagram, mac_of

GOOD = datagram(b"some payload", 69, TFTP, CLIENT, 2000)

octets4 = st.binary(min_size=4, max_size=4)
octets6 = st.binary(min_size=6, max_size=6)
u16 = st.integers(0, 0xFFFF)


def layered_read(data: bytes) -> Datagram | None:
    """What `wire` makes of a frame."""
    try:
        frame = ethernet.parse(data)
        packet = ipv4.parse(frame.payload)
        if frame.ethertype != ethernet.IPV4 or packet.protocol != ipv4.UDP or packet.is_fragment:
            return None
        parsed = udp.parse(packet.payload, packet.source, packet.destination)
    except WireError:
        return None
    client = Peer(frame.source, packet.source.packed, parsed.source_port, packet.destination.packed)
    start = frame.payload[: 20 + len(packet.options) + 8]
    return Datagram(client, parsed.destination_port, parsed.payload, start)


def layered_build(mac: bytes, source_port: int, to: Peer, ident: int, payload: bytes) -> bytes:
    """What `wire` makes of a datagram."""
    source, destination = IPv4Address(to.local), IPv4Address(to.address)
    data = udp.build(udp.Datagram(source_port, to.port, payload), source, destination)
    packet = ipv4.Packet(source, destination, ipv4.UDP, data, identification=ident)
    frame = ethernet.Frame(Mac(to.mac), Mac(mac), ethernet.IPV4, ipv4.build(packet))
    return ethernet.build(frame)


@given(octets6, u16, st.builds(Peer, octets6, octets4, u16, octets4), u16, st.binary(max_size=99))
def test_building_is_wires(mac: bytes, port: int, to: Peer, ident: int, payload: bytes) -> None:
    """Frames are built octet for octet as by the layers."""
    assert layered_build(mac, port, to, ident, payload) == udp_frame(mac, port, to, ident, payload)


@given(
    octets6,
    u16,
    st.builds(Peer, octets6, octets4, u16, octets4),
    st.lists(st.tuples(u16, st.binary(max_size=99)), min_size=1, max_size=4),
)
def test_a_flow_is_its_datagrams(
    mac: bytes, port: int, to: Peer, sent: list[tuple[int, bytes]]
) -> None:
    """What is worked out once fits all that follows, whether the payload's sum is known or not."""
    flow = Flow(mac, port, to)
    for ident, payload in sent:
        frame = udp_frame(mac, port, to, ident, payload)
        assert frame == flow.frame(ident, payload)
        assert frame == flow.frame(ident, payload, word_sum(payload))


def test_a_flow_has_no_room_for_more_than_a_packet() -> None:
    """The same limit as for one datagram."""
    to = Peer(bytes(6), bytes(4), 1, bytes(4))
    flow = Flow(bytes(6), 69, to)
    assert flow.frame(0, bytes(MTU - 28)) == udp_frame(bytes(6), 69, to, 0, bytes(MTU - 28))
    assert flow.frame(0, bytes(MTU - 27)) is None


@given(octets4, octets4, u16, st.integers(0, 255), st.booleans(), st.binary(max_size=99))
def test_packets_have_the_hosts_own_header(
    source: bytes, destination: bytes, ident: int, ttl: int, dont_fragment: bool, payload: bytes
) -> None:
    """Time to live and "don't fragment" are the sender's choice."""
    ours, theirs = IPv4Address(source), IPv4Address(destination)
    data = udp.build(udp.Datagram(68, 67, payload), ours, theirs)
    layered = ipv4.Packet(ours, theirs, ipv4.UDP, data, ttl, ident, dont_fragment)
    built = udp_packet(source, 68, destination, 67, payload, ident, ttl, dont_fragment)
    assert ipv4.build(layered) == built


@given(st.binary(max_size=60), st.integers(0, 4), st.binary(max_size=9))
def test_reading_is_wires(payload: bytes, words: int, padding: bytes) -> None:
    """Datagrams, behind any IP options and with any padding, are read as by the layers."""
    data = udp.build(udp.Datagram(2000, 69, payload), CLIENT, TFTP)
    packet = ipv4.Packet(CLIENT, TFTP, ipv4.UDP, data, options=b"\1" * 4 * words)
    frame = ethernet.Frame(mac_of(TFTP), CLIENT_MAC, ethernet.IPV4, ipv4.build(packet) + padding)
    built = ethernet.build(frame)
    assert layered_read(built) == read_udp(built)
    assert read_udp(built) is not None


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
def test_damage_is_seen_as_by_wire(at: int, octet: int, length: int) -> None:
    """One changed octet or a missing end has the outcome that it has with the layers."""
    broken = GOOD[:at] + bytes((octet,)) + GOOD[at + 1 :]
    assert layered_read(broken) == read_udp(broken)
    assert layered_read(GOOD[:length]) == read_udp(GOOD[:length])


@given(st.binary(max_size=100))
def test_anything_else_is_none(data: bytes) -> None:
    """Octets that are no frame at all are no datagram."""
    assert layered_read(data) == read_udp(data)


@pytest.mark.parametrize(("size", "fits"), [(MTU - 28, True), (MTU - 27, False)])
def test_datagrams_beyond_the_mtu_are_left_to_wire(size: int, fits: bool) -> None:
    """One octet more than the MTU has room for is not built here."""
    to = Peer(CLIENT_MAC, CLIENT.packed, 2000, TFTP.packed)
    assert fits == (udp_frame(mac_of(TFTP), 69, to, 0, bytes(size)) is not None)
