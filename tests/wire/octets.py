"""What the wire tests share: feeding a parser less, more and other than it hopes for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address

from hypothesis import strategies as st

from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError

addresses = st.ip_addresses(v=4).map(lambda address: IPv4Address(int(address)))
macs = st.binary(min_size=6, max_size=6).map(Mac)
words = st.integers(0, 0xFFFF)
small = st.integers(0, 0xFF)


def cut_short(data: bytes) -> Iterator[bytes]:
    """`data` without its last octet, its last two, and so on to nothing."""
    return (data[:length] for length in range(len(data) - 1, -1, -1))


def flipped(data: bytes) -> Iterator[bytes]:
    """`data` with one bit wrong, for each of its bits."""
    for at in range(len(data) * 8):
        yield bytes(octet ^ (1 << at % 8 if i == at // 8 else 0) for i, octet in enumerate(data))


def reads_or_refuses(parse: Callable[[bytes], object], data: bytes) -> None:
    """Parse `data`: it may be refused with `WireError`, any other exception fails the test."""
    with suppress(WireError):
        parse(data)
