"""Checksums and VLAN tags that the kernel left to a card, finished as scapy would."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
from scapy.packet import Packet, Raw

from pxeclient.link.offload import (
    AUXDATA,
    as_on_wire,
    complete_checksum,
    internet_checksum,
    restore_tag,
)

ETHER = Ether(dst="52:54:00:12:34:56", src="52:54:00:00:00:02")
ADDRESSES = IP(src="10.77.0.1", dst="10.77.0.100")
CSUM_NOT_READY, VLAN_VALID, TPID_VALID = 0x08, 0x10, 0x40


def auxdata(status: int, tci: int = 0, tpid: int = 0) -> bytes:
    """What PACKET_AUXDATA would say."""
    return AUXDATA.pack(status, 60, 60, 0, 14, tci, tpid)


def half_done(whole: bytes) -> bytes:
    """The frame with another checksum at its place, as the kernel leaves it."""
    parsed = Ether(whole)
    layer = parsed[UDP] if UDP in parsed else parsed[TCP]
    layer.chksum = 0x4321 ^ layer.chksum
    return bytes(parsed)


@given(
    payload=st.binary(max_size=1472),
    layer=st.sampled_from([UDP(sport=67, dport=68), TCP(sport=80, dport=1024, flags="A")]),
    tags=st.sampled_from([None, Dot1Q(vlan=5), Dot1AD(vlan=7) / Dot1Q(vlan=5)]),
    options=st.sampled_from([b"", b"\x94\x04\0\0"]),
    padding=st.sampled_from([b"", b"\xaa" * 7]),
)
def test_checksum_is_the_one_of_scapy(
    payload: bytes, layer: Packet, tags: Packet | None, options: bytes, padding: bytes
) -> None:
    """For any payload, with tags, IP options and padding, the completed frame is scapy's."""
    header = IP(src="10.77.0.1", dst="10.77.0.100", options=options) if options else ADDRESSES
    ip = header / layer / Raw(payload)
    whole = bytes(ETHER / tags / ip if tags else ETHER / ip)
    at = whole.index(bytes(ip))
    start = at + (whole[at] & 15) * 4 + (6 if UDP in ip else 16)
    broken = whole[:start] + b"\x12\x34" + whole[start + 2 :] + padding
    assert complete_checksum(broken) == whole + padding


def test_zero_udp_checksum_is_sent_as_all_ones() -> None:
    """A UDP checksum that comes out as zero is written as 0xFFFF, which means the same."""
    base = bytes(ETHER / ADDRESSES / UDP(sport=67, dport=68) / Raw(b"\0\0"))
    filler = Ether(base)[UDP].chksum
    frame = base[:-2] + struct.pack("!H", filler)  # adding the complement brings the sum to zero
    assert complete_checksum(frame)[40:42] == b"\xff\xff"


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(ETHER / ARP(), id="arp"),
        pytest.param(ETHER / ADDRESSES / ICMP(), id="icmp"),
        pytest.param(ETHER / IPv6() / UDP(chksum=1), id="ipv6"),
        pytest.param(ETHER / IP(flags="MF") / UDP(chksum=1) / Raw(b"first"), id="first fragment"),
        pytest.param(ETHER / IP(frag=100, proto=17) / Raw(b"a later one"), id="later fragment"),
        pytest.param(ETHER / IP(len=400) / UDP(chksum=1), id="cut short"),
        pytest.param(ETHER / IP(ihl=4) / UDP(chksum=1), id="impossible header"),
        pytest.param(ETHER / IP(proto=6, len=30) / Raw(bytes(10)), id="half a TCP header"),
    ],
)
def test_other_frames_stay_as_they_are(whole: Packet) -> None:
    """Nothing is written into a frame without a whole UDP or TCP segment."""
    assert complete_checksum(bytes(whole)) == bytes(whole)


@given(st.binary(max_size=80))
def test_no_frame_is_too_odd(frame: bytes) -> None:
    """Any octets come back with their length, and twice is the same as once."""
    once = complete_checksum(frame)
    assert len(once) == len(frame)
    assert complete_checksum(once) == once


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # RFC 1071 §3: the sum of these is 0xDDF2.
        (bytes.fromhex("0001f203f4f5f6f7"), 0xFFFF - 0xDDF2),
        (b"", 0xFFFF),
        (bytes(6), 0xFFFF),
        (b"\xff\xff", 0),
        (b"\xff\xff\0\0", 0),
        (b"\x01", 0xFFFF - 0x0100),
    ],
)
def test_internet_checksum(data: bytes, expected: int) -> None:
    """The example of the RFC, both zeros of the arithmetic, and an odd length."""
    assert internet_checksum(data) == expected


def test_tag_is_put_back_behind_the_addresses() -> None:
    """A restored tag is the one scapy builds."""
    untagged = ETHER / ADDRESSES / UDP()
    tagged = ETHER / Dot1Q(prio=3, vlan=5) / ADDRESSES / UDP()
    assert restore_tag(bytes(untagged), 0x8100, 0x6005) == bytes(tagged)


@pytest.mark.parametrize(
    ("status", "tpid", "layer"),
    [
        pytest.param(VLAN_VALID | TPID_VALID, 0x88A8, Dot1AD, id="802.1ad"),
        pytest.param(VLAN_VALID | TPID_VALID, 0x8100, Dot1Q, id="802.1Q"),
        pytest.param(VLAN_VALID, 0, Dot1Q, id="protocol not told"),
    ],
)
def test_tag_and_checksum_together(status: int, tpid: int, layer: type[Packet]) -> None:
    """A frame that lacks both gets both."""
    ip = ADDRESSES / UDP(sport=67, dport=68) / Raw(b"offer")
    stripped = half_done(bytes(ETHER / ip))
    finished = as_on_wire(stripped, auxdata(status | CSUM_NOT_READY, 5, tpid))
    assert finished == bytes(ETHER / layer(vlan=5) / ip)


@pytest.mark.parametrize("said", [auxdata(0), auxdata(0x1, 5, 0x8100), b"", b"short"])
def test_finished_frame_is_left_alone(said: bytes) -> None:
    """A frame whose checksum is the sender's own stays wrong if it was sent wrong."""
    wrong = half_done(bytes(ETHER / ADDRESSES / UDP() / Raw(b"wrong on the wire")))
    assert as_on_wire(wrong, said) == wrong
