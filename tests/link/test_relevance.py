"""The kernel's filter and the question in Python agree on which frames can be of a boot."""

from __future__ import annotations

import socket  # noqa: TID251 - a socket pair, to have the kernel run the filter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.link.relevance import HTTP, NOT_OURS, attach_filter, matters

MACS = bytes.fromhex("525400123456020000000001")


def passes_kernel(frame: bytes) -> bool:
    """The frame comes through a socket with the filter."""
    sender, receiver = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with sender, receiver:
        attach_filter(receiver)
        sender.send(frame)
        try:
            return receiver.recv(4000, socket.MSG_DONTWAIT) == frame
        except BlockingIOError:
            return False


def ip4(protocol: int, rest: bytes, offset: int = 0, words: int = 5) -> bytes:
    """An IPv4 frame; no more of its header than is looked at."""
    header = bytes([0x40 | words]) + bytes(5) + offset.to_bytes(2, "big") + bytes([64, protocol])
    return MACS + b"\x08\x00" + header + bytes(words * 4 - 10) + rest


def ip6(protocol: int, rest: bytes) -> bytes:
    """An IPv6 frame."""
    return MACS + b"\x86\xdd" + b"\x60" + bytes(5) + bytes([protocol]) + bytes(33) + rest


def udp(source: int, port: int) -> bytes:
    """A datagram."""
    return source.to_bytes(2, "big") + port.to_bytes(2, "big") + bytes(20)


def tcp(source: int, port: int, flags: int) -> bytes:
    """A segment."""
    return udp(source, port)[:4] + bytes(9) + bytes([flags]) + bytes(10)


FRAMES = [
    (ip4(17, udp(68, 67)), True),
    (ip4(17, udp(4011, 68), words=6), True),
    (ip4(17, udp(50123, 2070)), True),
    (ip4(17, udp(443, 50123)), False),
    (ip4(17, udp(50123, 443), words=8), False),
    (ip4(17, udp(443, 443), offset=185), True),
    (ip4(6, tcp(50000, 80, 0x18)), True),
    (ip4(6, tcp(8080, 50000, 0x10)), True),
    (ip4(6, tcp(50000, 22, 0x18)), False),
    (ip4(6, tcp(50000, 3000, 0x02), words=7), True),
    (ip4(1, bytes(8)), True),
    (ip4(2, bytes(8)), True),
    (ip4(89, bytes(8)), False),
    (ip6(17, udp(546, 547)), True),
    (ip6(17, udp(50123, 443)), False),
    (ip6(6, tcp(80, 50000, 0x10)), True),
    (ip6(6, tcp(22, 50000, 0x10)), False),
    (ip6(6, tcp(22, 50000, 0x04)), True),
    (ip6(58, bytes(8)), True),
    (ip6(0, bytes(8)), True),
    (ip6(43, bytes(8)), False),
    (MACS + b"\x08\x06" + bytes(28), True),
    (MACS + b"\x88\x8e" + bytes(28), True),
    (MACS + b"\x81\x00" + bytes(28), True),
    (MACS + b"\x88\xb5" + bytes(28), False),
    (MACS, False),
]


@pytest.mark.parametrize(("frame", "wanted"), FRAMES)
def test_what_can_be_of_a_boot_is_taken(frame: bytes, wanted: bool) -> None:
    """By the kernel as by the question."""
    assert (matters(frame), passes_kernel(frame)) == (wanted, wanted)


PORTS = st.sampled_from([67, 69, 546, *HTTP, *NOT_OURS]) | st.integers(0, 65535)


@given(
    st.sampled_from([lambda protocol, rest: ip4(protocol, rest), ip6]),
    st.sampled_from([0, 1, 2, 6, 17, 44, 58, 89]) | st.integers(0, 255),
    PORTS,
    PORTS,
    st.integers(0, 255),
    st.integers(14, 90),
)
def test_kernel_and_python_agree(
    build: Callable[[int, bytes], bytes],
    protocol: int,
    source: int,
    port: int,
    flags: int,
    length: int,
) -> None:
    """On any packet, and wherever it ends."""
    frame = build(protocol, tcp(source, port, flags))[:length]
    assert passes_kernel(frame) == matters(frame)
