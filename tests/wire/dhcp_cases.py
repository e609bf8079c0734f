"""DHCP messages with their octets, and all that could be one, or an option of one."""

from __future__ import annotations

from ipaddress import IPv4Address

from hypothesis import strategies as st

from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import COOKIE, END, PAD, Message, Option
from tests.wire.octets import addresses, small, words

MAC = Mac.from_text("52:54:00:12:34:56")
FIFTY = IPv4Address("10.77.0.50")
THREE = IPv4Address("10.77.0.3")
LAST = Option(END)
HARDWARE = "525400123456" + "00" * 10
NAMELESS = "00" * 64 + "00" * 128

CASES = {
    "DISCOVER": (
        Message(
            dhcp.BOOTREQUEST,
            0x12345678,
            dhcp.chaddr_of(MAC),
            secs=4,
            flags=dhcp.BROADCAST_FLAG,
            options=(Option(53, b"\1"), Option(57, b"\x05\xc0"), Option(93, b"\0\7"), LAST),
        ),
        bytes.fromhex(
            "01 01 06 00 12345678 0004 8000" + "00000000" * 4 + HARDWARE + NAMELESS + "63825363"
            "35 01 01  39 02 05c0  5d 02 0007  ff"
        ),
    ),
    "OFFER with names and padding": (
        Message(
            dhcp.BOOTREPLY,
            0xFFFFFFFF,
            dhcp.chaddr_of(MAC),
            yiaddr=FIFTY,
            siaddr=THREE,
            sname=b"server".ljust(64, b"\0"),
            file=b"undionly.kpxe".ljust(128, b"\0"),
            options=(Option(53, b"\2"), Option(54, THREE.packed), LAST),
            rest=bytes(5),
        ),
        bytes.fromhex(
            "02 01 06 00 ffffffff 0000 0000 00000000 0a4d0032 0a4d0003 00000000"
            + HARDWARE
            + b"server".hex().ljust(128, "0")
            + b"undionly.kpxe".hex().ljust(256, "0")
            + "63825363 35 01 02  36 04 0a4d0003  ff 0000000000"
        ),
    ),
    "pads between, repeats, and octets after END": (
        Message(
            dhcp.BOOTREPLY,
            1,
            bytes(range(16)),
            options=(
                Option(PAD),
                Option(43, b"one"),
                Option(PAD),
                Option(PAD),
                Option(43, b"two"),
                Option(12),
                LAST,
            ),
            rest=b"\xff\x35\x01\x02",
            htype=6,
            hlen=16,
            hops=3,
        ),
        bytes.fromhex(
            "02 06 10 03 00000001 0000 0000"
            + "00000000" * 4
            + bytes(range(16)).hex()
            + NAMELESS
            + "63825363 00 2b036f6e65 00 00 2b0374776f 0c00 ff ff350102"
        ),
    ),
    "an option that overruns": (
        Message(
            dhcp.BOOTREPLY,
            1,
            dhcp.chaddr_of(MAC),
            options=(Option(53, b"\2"),),
            rest=bytes.fromhex("36 04 0a4d"),
        ),
        bytes.fromhex(
            "02 01 06 00 00000001 0000 0000"
            + "00000000" * 4
            + HARDWARE
            + NAMELESS
            + "63825363 350102 36040a4d"
        ),
    ),
    "BOOTP with another cookie": (
        Message(dhcp.BOOTREPLY, 1, dhcp.chaddr_of(MAC), cookie=b"CMU\0", options=(Option(PAD),)),
        bytes.fromhex(
            "02 01 06 00 00000001 0000 0000" + "00000000" * 4 + HARDWARE + NAMELESS + "434d5500 00"
        ),
    ),
}

codes = st.integers(1, 254)
values = st.binary(max_size=255)
options = st.builds(Option, codes, values) | st.just(Option(PAD))
areas = st.lists(options, max_size=12).map(tuple)


@st.composite
def tails(draw: st.DrawFn) -> bytes:
    """What stops the reading of options without END: nothing, or an option cut off."""
    if draw(st.booleans()):
        return b""
    claimed = draw(st.integers(0, 255))
    there = draw(st.binary(max_size=claimed))[: max(claimed - 1, 0)]
    head = bytes((draw(codes),))
    return head if claimed == 0 else head + bytes((claimed,)) + there


def octets(size: int) -> st.SearchStrategy[bytes]:
    """Exactly `size` octets."""
    return st.binary(min_size=size, max_size=size)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Any message as `parse` gives it."""
    area, rest = draw(areas), draw(tails())
    if draw(st.booleans()):
        area, rest = (*area, LAST), draw(st.binary(max_size=20))
    return Message(
        draw(small),
        draw(st.integers(0, 0xFFFFFFFF)),
        draw(octets(16)),
        draw(words),
        draw(words),
        draw(addresses),
        draw(addresses),
        draw(addresses),
        draw(addresses),
        draw(octets(64)),
        draw(octets(128)),
        area,
        rest,
        draw(small),
        draw(small),
        draw(small),
        draw(st.just(COOKIE) | octets(4)),
    )
