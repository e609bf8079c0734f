"""The kernel's filter and the question in Python agree on which frames are ours."""

from __future__ import annotations

import socket  # noqa: TID251 - a socket pair, to have the kernel run the filter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pxeclient.link.station import attach_filter, check_mac, is_for

MAC = bytes.fromhex("525400123456")
REST = b"\x52\x54\0\0\0\2\x08\x06payload"


def passes_kernel(frame: bytes, *others: bytes) -> bool:
    """The frame comes through a socket with the filter."""
    # Dropped by the filter, a datagram between two local sockets vanishes without an error.
    sender, receiver = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with sender, receiver:
        attach_filter(receiver, MAC, *others)
        sender.send(frame)
        try:
            return receiver.recv(2000, socket.MSG_DONTWAIT) == frame
        except BlockingIOError:
            return False


@given(st.binary(min_size=6, max_size=6))
@example(MAC)
@example(b"\xff" * 6)
@example(bytes.fromhex("01005e000001"))
@example(bytes.fromhex("525400123457"))
@example(bytes.fromhex("525401123456"))
@example(bytes(6))
def test_kernel_and_python_agree(destination: bytes) -> None:
    """For any destination the BPF program gives the answer of `is_for`."""
    frame = destination + REST
    assert passes_kernel(frame) == is_for(frame, MAC)


OTHERS = (
    bytes.fromhex("525400123457"),
    bytes.fromhex("0250569999ff"),
    bytes.fromhex("525401123456"),
)


@given(st.binary(min_size=6, max_size=6) | st.sampled_from([MAC, *OTHERS]))
@example(bytes.fromhex("025056123456"))
@example(bytes.fromhex("5254001299ff"))
def test_many_stations_on_one_cable(destination: bytes) -> None:
    """Each of them gets its frames, and no mixture of two addresses is one."""
    frame = destination + REST
    assert passes_kernel(frame, *OTHERS) is is_for(frame, MAC, *OTHERS)
    assert is_for(frame, MAC, *OTHERS) is any(is_for(frame, one) for one in (MAC, *OTHERS))


EVERYBODY, GROUP = b"\xff" * 6, bytes.fromhex("01005e4d0001")


def group_frame(
    to: bytes, kind: int, protocol: int = 17, port: int = 68, words: int = 5, offset: int = 0
) -> bytes:
    """A frame to a group: IPv4 with that header and that destination port, or of another kind."""
    header = bytes((0x40 | words,)) + bytes(5) + offset.to_bytes(2, "big") + bytes((64, protocol))
    if kind == 0x86DD:
        header = bytes(6) + bytes((protocol,)) + bytes(33) + bytes((port & 255,))
    packet = header.ljust(words * 4, b"\0") + bytes(2) + port.to_bytes(2, "big") + bytes(12)
    return to + REST[:6] + kind.to_bytes(2, "big") + packet


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (group_frame(EVERYBODY, 0x0806), True),
        (group_frame(EVERYBODY, 0x888E), True),
        (group_frame(EVERYBODY, 0x8100), True),
        (group_frame(EVERYBODY, 0x88B5), False),
        (group_frame(EVERYBODY, 0x0800, port=67), True),
        (group_frame(EVERYBODY, 0x0800, port=68), True),
        (group_frame(EVERYBODY, 0x0800, port=4011), True),
        (group_frame(EVERYBODY, 0x0800, port=68, words=15), True),
        (group_frame(EVERYBODY, 0x0800, port=137), False),
        (group_frame(EVERYBODY, 0x0800, port=137, offset=185), True),
        (group_frame(EVERYBODY, 0x0800, port=137, offset=0x2000), False),
        (group_frame(EVERYBODY, 0x0800, protocol=1), False),
        (group_frame(GROUP, 0x0800, port=1758), True),
        (group_frame(GROUP, 0x0800, protocol=2), True),
        (group_frame(GROUP, 0x0800, protocol=89), False),
        (group_frame(GROUP, 0x86DD, protocol=58, port=134), True),
        (group_frame(GROUP, 0x86DD, protocol=58, port=135), False),
        (group_frame(GROUP, 0x86DD, protocol=17, port=134), False),
        (MAC + group_frame(EVERYBODY, 0x88B5)[6:], True),
        (EVERYBODY, False),
        (EVERYBODY + REST[:6] + b"\x08\0\x45", False),
    ],
)
def test_what_can_matter_passes_and_nothing_else(frame: bytes, expected: bool) -> None:
    """Of what goes to groups; kernel and Python agree."""
    assert is_for(frame, MAC) is expected
    assert passes_kernel(frame) is expected


@given(
    st.sampled_from((MAC, EVERYBODY, GROUP, b"\x33\x33\0\0\0\1")),
    st.sampled_from((0x0806, 0x0800, 0x86DD, 0x88B5)),
    st.sampled_from((1, 2, 17, 58)),
    st.sampled_from((67, 68, 134, 137, 4011)),
    st.integers(0, 15),
    st.sampled_from((0, 185, 0x2000)),
    st.integers(1, 100),
)
def test_kernel_and_python_agree_on_every_frame(
    to: bytes, kind: int, protocol: int, port: int, words: int, offset: int, length: int
) -> None:
    """However short it is."""
    frame = group_frame(to, kind, protocol, port, words, offset)[:length]
    assert passes_kernel(frame) == is_for(frame, MAC)


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (MAC.hex(), True),
        ("ffffffffffff", True),
        ("01005e000001", True),
        ("525400123457", False),
        ("000000000000", False),
    ],
)
def test_frames_of_a_station(destination: str, expected: bool) -> None:
    """Own address, broadcast and groups are ours; another's unicast is not."""
    assert is_for(bytes.fromhex(destination) + REST, MAC) is expected


@pytest.mark.parametrize(
    ("mac", "words"), [(b"\x52" * 5, "6 octets"), (b"\xff" * 6, "group address")]
)
def test_impossible_address(mac: bytes, words: str) -> None:
    """A station has six octets of an address, and not a group's."""
    with pytest.raises(ValueError, match=words):
        check_mac(mac)
