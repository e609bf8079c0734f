"""UDP datagrams."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, UDP

from pxeclient.wire import udp
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.checksum import udp_checksum
from pxeclient.wire.errors import WireError
from pxeclient.wire.udp import Datagram
from tests.wire.octets import addresses, cut_short, flipped, reads_or_refuses, words

FIFTY = IPv4Address("10.77.0.50")
THREE = IPv4Address("10.77.0.3")

CASES = {
    "empty": (Datagram(2000, 69, b""), bytes.fromhex("07d0 0045 0008 e2fa")),
    "one zero": (Datagram(2000, 69, b"\x00"), bytes.fromhex("07d0 0045 0009 e2f8 00")),
    "one octet": (Datagram(2000, 69, b"\x01"), bytes.fromhex("07d0 0045 0009 e1f8 01")),
    "two octets": (Datagram(2000, 69, b"\x00\x01"), bytes.fromhex("07d0 0045 000a e2f5 0001")),
    "three octets": (
        Datagram(2000, 69, b"\x00\x01\x02"),
        bytes.fromhex("07d0 0045 000b e0f3 0001 02"),
    ),
    # The last two octets make the sum come out as zero, which is sent as ffff.
    "sum of zero": (Datagram(2000, 69, b"\xe2\xf6"), bytes.fromhex("07d0 0045 000a ffff e2f6")),
    "ports 0": (Datagram(0, 0, b""), bytes.fromhex("0000 0000 0008 eb0f")),
}
"""From 10.77.0.50 to 10.77.0.3."""
each_case = pytest.mark.parametrize(("datagram", "data"), CASES.values(), ids=CASES)


def parse(data: bytes) -> Datagram:
    """Read what came from .50 to .3."""
    return udp.parse(data, FIFTY, THREE)


@each_case
def test_a_datagram_reads_and_writes(datagram: Datagram, data: bytes) -> None:
    """Each datagram of the table is built to its octets and read back from them."""
    assert data == udp.build(datagram, FIFTY, THREE)
    assert datagram == parse(data)


@each_case
def test_a_datagram_cut_short_is_refused(datagram: Datagram, data: bytes) -> None:
    """A datagram has the length that it says."""
    for part in cut_short(data):
        with pytest.raises(WireError, match=r"^UDP: "):
            parse(part)


@each_case
@pytest.mark.parametrize("trailer", [b"\0", b"\xff\xff\xff"])
def test_what_trails_is_ignored(datagram: Datagram, data: bytes, trailer: bytes) -> None:
    """What follows the length is neither payload nor part of the checksum."""
    assert datagram == parse(data + trailer)


@each_case
def test_any_wrong_bit_is_noticed(datagram: Datagram, data: bytes) -> None:
    """No datagram with a flipped bit is read."""
    for other in flipped(data):
        with pytest.raises(WireError, match=r"^UDP: "):
            parse(other)


@each_case
def test_without_a_checksum_all_is_believed(datagram: Datagram, data: bytes) -> None:
    """A checksum of 0 means that none was computed (RFC 768), whatever the addresses."""
    unsummed = data[:6] + b"\0\0" + data[8:]
    assert datagram == parse(unsummed)
    assert datagram == udp.parse(unsummed, ANY, BROADCAST)
    assert unsummed == bytes(UDP(unsummed))


@pytest.mark.parametrize(("source", "destination"), [(FIFTY, FIFTY), (THREE, THREE), (ANY, THREE)])
def test_the_checksum_covers_the_addresses(source: IPv4Address, destination: IPv4Address) -> None:
    """A datagram that was meant for others is not read."""
    with pytest.raises(WireError, match="UDP: wrong checksum at octet 6"):
        udp.parse(CASES["empty"][1], source, destination)


@pytest.mark.parametrize("length", [0, 7, 10, 0xFFFF])
def test_a_length_that_does_not_fit_is_refused(length: int) -> None:
    """The length counts at least the header, and no more than is there."""
    data = bytearray(CASES["one octet"][1])
    data[4:6] = length.to_bytes(2, "big")
    with pytest.raises(WireError, match=f"length {length} at octet 4, the packet has 9"):
        parse(bytes(data))


def test_a_partial_checksum_is_a_wrong_one() -> None:
    """What a kernel leaves to its network card, the pseudo header's sum alone, is refused."""
    whole = udp.build(Datagram(68, 4011, b"partial"), FIFTY, THREE)
    pseudo = FIFTY.packed + THREE.packed + b"\0\x11" + len(whole).to_bytes(2, "big")
    total = sum(int.from_bytes(pseudo[i : i + 2], "big") for i in range(0, 12, 2)) % 0xFFFF
    with pytest.raises(WireError, match="wrong checksum"):
        parse(whole[:6] + total.to_bytes(2, "big") + whole[8:])


@given(words, words, st.binary(max_size=200), addresses, addresses)
def test_any_datagram_reads_back_and_is_scapys(
    source_port: int, port: int, payload: bytes, source: IPv4Address, destination: IPv4Address
) -> None:
    """What was built is what is read, and is what scapy builds, checksum included."""
    datagram = Datagram(source_port, port, payload)
    data = udp.build(datagram, source, destination)
    assert datagram == udp.parse(data, source, destination)
    judge = UDP(sport=source_port, dport=port) / payload
    scapys = bytes(IP(src=str(source), dst=str(destination)) / judge)[20:]
    assert scapys == data
    read = UDP(data)
    assert (source_port, port, len(data)) == (read.sport, read.dport, read.len)


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """No octets make anything but a datagram or a WireError, with a good checksum or none."""
    reads_or_refuses(parse, data)
    reads_or_refuses(parse, data[:6] + b"\0\0" + data[8:])
    summed = data[:6] + udp_checksum(FIFTY.packed, THREE.packed, data).to_bytes(2, "big")
    reads_or_refuses(parse, summed + data[8:])


def test_the_longest_datagram_is_built_and_a_longer_one_is_not() -> None:
    """65527 octets of payload fit into the length field, one more does not."""
    longest = Datagram(1, 2, bytes(65527))
    assert longest == parse(udp.build(longest, FIFTY, THREE))
    with pytest.raises(WireError, match="65536 octets are more than a datagram can have"):
        udp.build(Datagram(1, 2, bytes(65528)), FIFTY, THREE)
