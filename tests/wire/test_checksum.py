"""The Internet checksum, against a sum of words done by hand and against scapy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy import utils

from pxeclient.wire.checksum import checksum, udp_checksum
from tests.wire.octets import flipped

CASES = [
    (b"", 0xFFFF),
    (b"\x00", 0xFFFF),
    (b"\x00\x00", 0xFFFF),
    (b"\xff\xff", 0x0000),
    (b"\xff\xff\xff\xff", 0x0000),
    (b"\xff\xfe\x00\x01", 0x0000),
    (b"\x01", 0xFEFF),
    (b"\x00\x01", 0xFFFE),
    # RFC 1071 §3: these words sum to ddf2.
    (bytes.fromhex("0001f203f4f5f6f7"), 0x220D),
    (bytes.fromhex("45000073000040004011" + "0000" + "c0a80001c0a800c7"), 0xB861),
]


def by_hand(data: bytes) -> int:
    """RFC 1071's definition, word by word."""
    total = 0
    for at in range(0, len(data), 2):
        total += int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big")
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@pytest.mark.parametrize(("data", "expected"), CASES)
def test_known_sums(data: bytes, expected: int) -> None:
    """The checksums of known octets are as published, and scapy's are too."""
    assert expected == checksum(data)
    assert expected == utils.checksum(data)


@given(st.binary(max_size=200))
def test_it_is_the_sum_of_words(data: bytes) -> None:
    """The remainder modulo 0xffff gives what adding words gives, odd lengths included."""
    assert by_hand(data) == checksum(data)


@pytest.mark.parametrize("size", [1, 2, 1471, 1472, 65535])
@pytest.mark.parametrize("octet", [0x00, 0x01, 0x55, 0xFE, 0xFF])
def test_long_and_uniform_octets(size: int, octet: int) -> None:
    """All-zero and all-one data of any length, where ones' complement has two zeros."""
    data = bytes((octet,)) * size
    assert by_hand(data) == checksum(data)


@given(st.binary(min_size=2, max_size=60).filter(lambda data: len(data) % 2 == 0))
def test_data_followed_by_its_checksum_sums_to_zero(data: bytes) -> None:
    """A receiver that sums everything, the checksum included, gets 0."""
    assert checksum(data + checksum(data).to_bytes(2, "big")) == 0


def test_any_single_wrong_bit_shows() -> None:
    """No single flipped bit keeps the sum."""
    data = bytes(range(40))
    whole = data + checksum(data).to_bytes(2, "big")
    assert all(checksum(other) for other in flipped(whole))


def test_a_udp_checksum_is_never_zero() -> None:
    """Where the sum comes out as 0, 0xffff is sent, since 0 would mean "none" (RFC 768)."""
    source, destination = b"\x0a\x00\x00\x01", b"\x0a\x00\x00\x02"
    head = bytes.fromhex("00440043000a0000")
    missing = checksum(source + destination + b"\0\x11\0\x0a" + head)
    datagram = head + missing.to_bytes(2, "big")
    assert checksum(source + destination + b"\0\x11\0\x0a" + datagram) == 0
    assert udp_checksum(source, destination, datagram) == 0xFFFF


@given(st.binary(max_size=64), st.integers(0, 9000), st.integers(0, 255))
def test_long_sums_are_the_words(start: bytes, size: int, fill: int) -> None:
    """What is folded before it is divided is the same sum, whatever its length."""
    data = start + bytes([fill]) * size
    assert checksum(data) == by_hand(data)
