"""IGMP messages."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.igmp import IGMP
from scapy.layers.inet import IP, IPOption_Router_Alert
from scapy.layers.l2 import Ether

from pxeclient.wire import ethernet, igmp, ipv4
from pxeclient.wire.addresses import Mac, multicast_mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.igmp import Igmp
from tests.wire.octets import addresses, cut_short, flipped, reads_or_refuses, small

GROUP = IPv4Address("239.77.0.1")
FIFTY = IPv4Address("10.77.0.50")

CASES = {
    "general query of version 1": (Igmp(igmp.QUERY), bytes.fromhex("1100 eeff 00000000")),
    "general query of version 2": (
        Igmp(igmp.QUERY, max_response=100),
        bytes.fromhex("1164 ee9b 00000000"),
    ),
    "report of version 1": (Igmp(igmp.REPORT_V1, GROUP), bytes.fromhex("1200 feb0 ef4d0001")),
    "report of version 2": (Igmp(igmp.REPORT_V2, GROUP), bytes.fromhex("1600 fab0 ef4d0001")),
    "leave": (Igmp(igmp.LEAVE, GROUP), bytes.fromhex("1700 f9b0 ef4d0001")),
    # RFC 3376 §4.1: a query of version 3 goes on after the group.
    "query of version 3": (
        Igmp(igmp.QUERY, max_response=24, rest=bytes.fromhex("027d0000")),
        bytes.fromhex("1118 ec6a 00000000 027d0000"),
    ),
}
each_case = pytest.mark.parametrize(("message", "data"), CASES.values(), ids=CASES)

messages = st.builds(Igmp, small, addresses, small, st.binary(max_size=20))


@each_case
def test_a_message_reads_and_writes(message: Igmp, data: bytes) -> None:
    """Each message of the table is built to its octets and read back from them."""
    assert data == igmp.build(message)
    assert message == igmp.parse(data)


@each_case
def test_a_message_cut_short_is_read_or_refused(message: Igmp, data: bytes) -> None:
    """Without its last octets a message is too short, or its checksum is wrong, or both."""
    for part in cut_short(data):
        reads_or_refuses(igmp.parse, part)
    with pytest.raises(WireError, match="7 octets, a message has at least 8"):
        igmp.parse(data[:7])


@each_case
def test_any_wrong_bit_is_noticed(message: Igmp, data: bytes) -> None:
    """No message with a flipped bit is read."""
    for other in flipped(data):
        with pytest.raises(WireError, match="IGMP: wrong checksum at octet 2"):
            igmp.parse(other)


@given(messages)
def test_any_message_reads_back(message: Igmp) -> None:
    """What was built is what is read."""
    assert message == igmp.parse(igmp.build(message))


@given(st.binary(max_size=40))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """No octets make anything but a message or a WireError."""
    reads_or_refuses(igmp.parse, data)


@given(st.sampled_from([0x11, 0x12, 0x16, 0x17]), addresses, small)
def test_scapy_agrees(kind: int, group: IPv4Address, max_response: int) -> None:
    """scapy's messages are ours, octet by octet, and read the same."""
    ours = igmp.build(Igmp(kind, group, max_response))
    assert bytes(IGMP(type=kind, gaddr=str(group), mrcode=max_response)) == ours
    judge = IGMP(ours)
    assert (kind, str(group), max_response) == (judge.type, judge.gaddr, judge.mrcode)


def test_scapy_reads_the_whole_frame() -> None:
    """A report with the router alert option, as a host sends it."""
    told = igmp.build(Igmp(igmp.REPORT_V2, GROUP))
    packet = ipv4.Packet(FIFTY, GROUP, ipv4.IGMP, told, ttl=1, options=ipv4.ROUTER_ALERT)
    frame = ethernet.Frame(
        multicast_mac(GROUP), Mac(b"RT\0\0\0\1"), ethernet.IPV4, ipv4.build(packet)
    )
    judge = Ether(ethernet.build(frame))
    assert judge.dst == "01:00:5e:4d:00:01"
    assert [type(option) for option in judge[IP].options] == [IPOption_Router_Alert]
    assert (judge[IP].ttl, judge[IP].proto, judge[IGMP].gaddr) == (1, 2, str(GROUP))
    rebuilt = judge.copy()
    del rebuilt[IP].chksum, rebuilt[IGMP].chksum, rebuilt[IP].ihl, rebuilt[IP].len
    assert bytes(rebuilt) == ethernet.build(frame)
