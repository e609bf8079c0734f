"""Ethernet frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.l2 import Dot1Q, Dot3, Ether

from pxeclient.wire import ethernet
from pxeclient.wire.addresses import BROADCAST_MAC, Mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame
from tests.wire.octets import cut_short, macs, words

CLIENT = Mac.from_text("52:54:00:12:34:56")
SERVER = Mac.from_text("52:54:00:aa:00:01")

CASES = {
    "ARP": (
        Frame(BROADCAST_MAC, CLIENT, ethernet.ARP, b"\x00\x01"),
        bytes.fromhex("ffffffffffff 525400123456 0806 0001"),
    ),
    "IPv4 without payload": (
        Frame(SERVER, CLIENT, ethernet.IPV4, b""),
        bytes.fromhex("525400aa0001 525400123456 0800"),
    ),
    # A spanning tree frame: the type field is a length.
    "802.3 spanning tree": (
        Frame(Mac.from_text("01:80:c2:00:00:00"), SERVER, 3, b"\x42\x42\x03"),
        bytes.fromhex("0180c2000000 525400aa0001 0003 424203"),
    ),
    # EAPOL-Start, as iPXE sends it.
    "EAPOL-Start": (
        Frame(Mac.from_text("01:80:c2:00:00:03"), CLIENT, ethernet.EAPOL, b"\x01\x01\x00\x00"),
        bytes.fromhex("0180c2000003 525400123456 888e 01010000"),
    ),
    "VLAN": (
        Frame(BROADCAST_MAC, SERVER, ethernet.VLAN, bytes.fromhex("002a0806")),
        bytes.fromhex("ffffffffffff 525400aa0001 8100 002a 0806"),
    ),
}
each_case = pytest.mark.parametrize(("frame", "data"), CASES.values(), ids=CASES)

frames = st.builds(Frame, macs, macs, words, st.binary(max_size=100))


@each_case
def test_a_frame_reads_and_writes(frame: Frame, data: bytes) -> None:
    """Each frame of the table is built to its octets and read back from them."""
    assert data == ethernet.build(frame)
    assert frame == ethernet.parse(data)


@each_case
def test_a_frame_cut_short_lacks_payload_or_is_refused(frame: Frame, data: bytes) -> None:
    """Down to the header a shorter frame has less payload; below that there is no frame."""
    for part in cut_short(data):
        if len(part) < ethernet.HEADER:
            with pytest.raises(WireError, match=f"Ethernet: {len(part)} octets"):
                ethernet.parse(part)
        else:
            assert frame.payload.startswith(ethernet.parse(part).payload)


@each_case
def test_what_trails_is_payload(frame: Frame, data: bytes) -> None:
    """A frame cannot tell padding from payload: all of it is kept."""
    assert frame.payload + b"\0\0trailer" == ethernet.parse(data + b"\0\0trailer").payload


@given(frames)
def test_any_frame_reads_back(frame: Frame) -> None:
    """What was built is what is read."""
    assert frame == ethernet.parse(ethernet.build(frame))


@given(st.binary(min_size=ethernet.HEADER, max_size=100))
def test_any_octets_are_written_back(data: bytes) -> None:
    """Every octet of a frame survives parse and build."""
    assert data == ethernet.build(ethernet.parse(data))


@pytest.mark.parametrize(("size", "expected"), [(0, 60), (28, 60), (46, 60), (47, 61)])
def test_short_frames_are_padded_with_zeros_when_asked(size: int, expected: int) -> None:
    """Padding fills up to the minimum, and never cuts."""
    data = ethernet.build(Frame(SERVER, CLIENT, ethernet.ARP, b"\xaa" * size), pad_to=60)
    assert expected == len(data)
    assert bytes(expected - 14 - size) == data[14 + size :]


@each_case
def test_scapy_reads_the_same(frame: Frame, data: bytes) -> None:
    """scapy finds the same addresses, type and payload, also in 802.3 and VLAN frames."""
    judge = Ether(data)
    is_length = frame.ethertype < 0x600
    assert is_length == isinstance(judge, Dot3)
    assert (str(frame.destination), str(frame.source)) == (judge.dst, judge.src)
    assert frame.ethertype == (judge.len if is_length else judge.type)
    assert frame.payload == bytes(judge.payload)
    assert (frame.ethertype == ethernet.VLAN) == (Dot1Q in judge)


@given(frames)
def test_scapy_builds_the_same(frame: Frame) -> None:
    """scapy's octets of the same frame are ours."""
    judge = Ether(dst=str(frame.destination), src=str(frame.source), type=frame.ethertype)
    assert bytes(judge / frame.payload) == ethernet.build(frame)


@pytest.mark.parametrize(("tci", "vlan"), [(0x0000, 0), (0xE000, 0), (0x0007, 7), (0xFFFF, 4095)])
def test_a_tag_is_taken_off(tci: int, vlan: int) -> None:
    """The VLAN is the low twelve bits; what follows the tag is the frame."""
    inner = Frame(SERVER, CLIENT, ethernet.IPV4, b"packet")
    tag = Dot1Q(prio=tci >> 13, dei=tci >> 12 & 1, vlan=tci & 0xFFF, type=ethernet.IPV4)
    tagged = Ether(dst=str(SERVER), src=str(CLIENT)) / tag
    frame = ethernet.parse(bytes(tagged / b"packet"))
    assert frame.ethertype == ethernet.VLAN
    assert ethernet.untag(frame) == (vlan, inner)


def test_a_tag_may_be_cut_off() -> None:
    """Three octets are none."""
    with pytest.raises(WireError, match="a tag of 3 octets, it has 4"):
        ethernet.untag(Frame(SERVER, CLIENT, ethernet.VLAN, b"\0\7\x08"))
