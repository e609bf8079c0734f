"""ARP messages."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.l2 import ARP, Ether

from pxeclient.wire import arp, ethernet
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, ZERO_MAC, Mac
from pxeclient.wire.arp import Arp
from pxeclient.wire.errors import WireError
from tests.wire.octets import addresses, cut_short, macs, reads_or_refuses, words

CLIENT = Mac.from_text("52:54:00:12:34:56")
SERVER = Mac.from_text("52:54:00:aa:00:01")
FIFTY = IPv4Address("10.77.0.50")
ONE = IPv4Address("10.77.0.1")

CASES = {
    "request": (
        Arp(arp.REQUEST, CLIENT, FIFTY, ZERO_MAC, ONE),
        bytes.fromhex("0001 0800 06 04 0001 525400123456 0a4d0032 000000000000 0a4d0001"),
    ),
    "reply": (
        Arp(arp.REPLY, SERVER, ONE, CLIENT, FIFTY),
        bytes.fromhex("0001 0800 06 04 0002 525400aa0001 0a4d0001 525400123456 0a4d0032"),
    ),
    # The announcement of one's own address.
    "announcement": (
        Arp(arp.REQUEST, CLIENT, FIFTY, ZERO_MAC, FIFTY),
        bytes.fromhex("0001 0800 06 04 0001 525400123456 0a4d0032 000000000000 0a4d0032"),
    ),
    # The probe of a server before it gives an address away (RFC 5227).
    "probe": (
        Arp(arp.REQUEST, SERVER, ANY, ZERO_MAC, FIFTY),
        bytes.fromhex("0001 0800 06 04 0001 525400aa0001 00000000 000000000000 0a4d0032"),
    ),
    "gratuitous reply": (
        Arp(arp.REPLY, SERVER, ONE, BROADCAST_MAC, ONE),
        bytes.fromhex("0001 0800 06 04 0002 525400aa0001 0a4d0001 ffffffffffff 0a4d0001"),
    ),
}
each_case = pytest.mark.parametrize(("message", "data"), CASES.values(), ids=CASES)

messages = st.builds(Arp, words, macs, addresses, macs, addresses)


@each_case
def test_a_message_reads_and_writes(message: Arp, data: bytes) -> None:
    """Each message of the table is built to its octets and read back from them."""
    assert data == arp.build(message)
    assert message == arp.parse(data)


@each_case
def test_a_message_cut_short_is_refused(message: Arp, data: bytes) -> None:
    """All 28 octets are needed."""
    for part in cut_short(data):
        with pytest.raises(WireError, match=f"ARP: {len(part)} octets, a message has 28"):
            arp.parse(part)


@each_case
@pytest.mark.parametrize("trailer", [bytes(18), b"\xff" * 18])
def test_padding_is_ignored(message: Arp, data: bytes, trailer: bytes) -> None:
    """What fills a frame up to Ethernet's minimum, zeros or not, does not matter."""
    assert message == arp.parse(data + trailer)


@pytest.mark.parametrize("at", range(6))
def test_other_hardware_or_protocols_are_refused(at: int) -> None:
    """A message that is not for IPv4 over Ethernet is no message for us."""
    data = bytearray(CASES["request"][1])
    data[at] ^= 1
    with pytest.raises(WireError, match="not for IPv4 over Ethernet"):
        arp.parse(bytes(data))


@given(messages)
def test_any_message_reads_back(message: Arp) -> None:
    """What was built is what is read, whatever the operation."""
    assert message == arp.parse(arp.build(message))


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """No octets make anything but a message or a WireError."""
    reads_or_refuses(arp.parse, data)
    reads_or_refuses(arp.parse, CASES["request"][1][:6] + data)


@given(messages)
def test_scapy_reads_and_builds_the_same(message: Arp) -> None:
    """scapy finds the same fields in our octets, and builds the same octets from them."""
    judge = ARP(
        op=message.operation,
        hwsrc=str(message.sender_mac),
        psrc=str(message.sender),
        hwdst=str(message.target_mac),
        pdst=str(message.target),
    )
    data = arp.build(message)
    read = ARP(data)
    assert bytes(judge) == data
    assert (judge.op, judge.hwsrc, judge.psrc) == (read.op, read.hwsrc, read.psrc)
    assert (judge.hwdst, judge.pdst) == (read.hwdst, read.pdst)


def test_a_captured_reply_with_padding_reads_and_writes() -> None:
    """An iPXE reply through an 82540em, which pads to 60 octets, is rebuilt octet by octet."""
    data = bytes.fromhex(
        "525400bb0001 525400123456 0806"
        "0001 0800 06 04 0002 525400123456 0a4d0032 525400bb0001 0a4d0001"
    ) + bytes(18)
    frame = ethernet.parse(data)
    message = arp.parse(frame.payload)
    assert (Arp(arp.REPLY, CLIENT, FIFTY, Mac.from_text("52:54:00:bb:00:01"), ONE)) == message
    rebuilt = ethernet.Frame(frame.destination, frame.source, frame.ethertype, arp.build(message))
    assert data == ethernet.build(rebuilt, pad_to=60)
    assert Ether(data)[ARP].psrc == str(message.sender)
