"""The kernel's filter and the question in Python agree on which frames are ours."""

from __future__ import annotations

import socket  # noqa: TID251 - a socket pair, to have the kernel run the filter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pxeclient.link.station import attach_filter, check_mac, is_for

MAC = bytes.fromhex("525400123456")
REST = b"\x52\x54\0\0\0\2\x88\xb5payload"


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
