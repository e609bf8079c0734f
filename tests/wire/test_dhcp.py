"""DHCP messages and their option areas."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import COOKIE, END, FIXED, PAD, Message, Option
from pxeclient.wire.errors import WireError
from tests.wire.octets import addresses, cut_short, small, unhurried, words

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
each_case = pytest.mark.parametrize(("message", "data"), CASES.values(), ids=CASES)

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


@each_case
def test_a_message_reads_and_writes(message: Message, data: bytes) -> None:
    """Each message of the table is built to its octets and read back from them."""
    assert data == dhcp.build(message)
    assert message == dhcp.parse(data)


@each_case
def test_a_message_cut_short_still_has_its_header_or_is_refused(
    message: Message, data: bytes
) -> None:
    """Down to the cookie options are lost and `fault` says so; below that there is no message."""
    without_options = replace(message, options=(), rest=b"")
    ended = LAST in message.options
    for part in cut_short(data):
        if len(part) < FIXED:
            with pytest.raises(WireError, match=f"DHCP: {len(part)} octets, the header alone has"):
                dhcp.parse(part)
            continue
        read = dhcp.parse(part)
        assert without_options == replace(read, options=(), rest=b"")
        assert part == dhcp.build(read)
        assert (read.fault() is None) == (ended and LAST in read.options)


@each_case
@pytest.mark.parametrize("trailer", [b"\0" * 9, b"\xff", b"\x35\x01\x05\xff"])
def test_what_trails_is_kept(message: Message, data: bytes, trailer: bytes) -> None:
    """Octets after END change nothing that came before them, and are written back."""
    read = dhcp.parse(data + trailer)
    assert data + trailer == dhcp.build(read)
    if LAST in message.options:
        assert replace(message, rest=message.rest + trailer) == read


@given(messages())
@unhurried
def test_any_message_reads_back(message: Message) -> None:
    """What was built is what is read: order, repeats, padding and broken tails."""
    assert message == dhcp.parse(dhcp.build(message))


@given(octets(FIXED), st.binary(max_size=300))
@unhurried
def test_any_octets_are_written_back(head: bytes, area: bytes) -> None:
    """Whatever 240 octets or more came in, the same go out."""
    for data in (head + area, head[:236] + COOKIE + area):
        message = dhcp.parse(data)
        assert data == dhcp.build(message)
        assert (message.fault() is None) == (message.cookie == COOKIE and LAST in message.options)


@given(st.binary(max_size=FIXED - 1))
@unhurried
def test_fewer_octets_are_refused(data: bytes) -> None:
    """What is shorter than the header is no message."""
    with pytest.raises(WireError, match=f"DHCP: {len(data)} octets"):
        dhcp.parse(data)


@given(octets(16), octets(64), octets(128), st.binary(max_size=100))
@unhurried
def test_no_content_makes_the_readers_fail(
    chaddr: bytes, sname: bytes, file: bytes, area: bytes
) -> None:
    """Type, fault, overload and hardware address are told of any message, however odd."""
    found, rest = dhcp.scan_options(area)
    for overload in range(5):
        every = (Option(52, bytes((overload,))), *found)
        message = Message(
            1, 1, chaddr, sname=sname, file=file, options=every, rest=rest, hlen=area[0:1] != b"\0"
        )
        assert every == message.overloaded()[: len(every)]
        assert message.type is None or 0 <= message.type <= 255
        assert message.fault() is None or str(message.fault()).isprintable()
        assert bool(overload & 1) == message.file_is_options
        assert message.hardware == chaddr[: message.hlen]


@pytest.mark.parametrize(
    ("field", "size"), [("chaddr", 16), ("sname", 64), ("file", 128), ("cookie", 4)]
)
@pytest.mark.parametrize("by", [-1, 1])
def test_a_field_of_the_wrong_size_is_not_built(field: str, size: int, by: int) -> None:
    """Fields are not padded or cut behind the caller's back."""
    change: dict[str, Any] = {field: bytes(size + by)}
    message = replace(CASES["DISCOVER"][0], **change)
    with pytest.raises(WireError, match=f"{field} has {size + by} octets, not {size}"):
        dhcp.build(message)


@pytest.mark.parametrize(
    ("secs", "expected"), [(0, "0000"), (65535, "ffff"), (65536, "0000"), (65540, "0004")]
)
def test_seconds_wrap(secs: int, expected: str) -> None:
    """A client that has been trying for more than 18 hours counts from 0 again."""
    data = dhcp.build(replace(CASES["DISCOVER"][0], secs=secs))
    assert expected == data[8:10].hex()


@pytest.mark.parametrize(
    ("area", "fault"),
    [
        ("", "the options have no END (255)"),
        ("350101", "the options have no END (255)"),
        ("0000", "the options have no END (255)"),
        ("35", "option 53 at octet 240 has no length"),
        ("00350101 00 39", "option 57 at octet 245 has no length"),
        ("3504 0102", "option 53 at octet 240 claims 4 octets, 2 are left"),
        ("350101 36ff ffffff", "option 54 at octet 243 claims 255 octets, 3 are left"),
        ("350101 3601", "option 54 at octet 243 claims 1 octets, 0 are left"),
        ("350101 ff", None),
        ("ff 3601", None),
    ],
)
def test_a_broken_option_area_is_told_in_words(area: str, fault: str | None) -> None:
    """`fault` says which option broke off, where in the message, and what is missing."""
    head = CASES["DISCOVER"][1][:FIXED]
    assert fault == dhcp.parse(head + bytes.fromhex(area)).fault()


def test_a_missing_cookie_is_told_in_words() -> None:
    """A BOOTP message with other vendor data has a fault, but reads."""
    message = dhcp.parse(CASES["BOOTP with another cookie"][1])
    assert message.fault() == "no DHCP magic cookie at octet 236"


@pytest.mark.parametrize(
    ("area", "kind"),
    [("350101ff", 1), ("350103 350105ff", 3), ("3500ff", None), ("0c0161ff", None)],
)
def test_the_type_is_the_first_option_53(area: str, kind: int | None) -> None:
    """A message without it, or with an empty one, is BOOTP."""
    assert kind == dhcp.parse(CASES["DISCOVER"][1][:FIXED] + bytes.fromhex(area)).type


# --- options ------------------------------------------------------------------------------


@given(st.binary(max_size=300))
@unhurried
def test_any_area_is_scanned_without_loss(area: bytes) -> None:
    """Options and the rest together are the area; END is the last option or is not there."""
    found, rest = dhcp.scan_options(area)
    built = dhcp.build_options(found)
    assert area == built + rest
    assert len(built) == sum(dhcp.option_size(option) for option in found)
    assert LAST not in found[:-1]
    assert (dhcp.area_fault(found, rest, 0) is None) == (found[-1:] == (LAST,))


@given(areas, tails())
@unhurried
def test_any_options_are_scanned_back(area: tuple[Option, ...], tail: bytes) -> None:
    """Options keep their order and repeats, up to the one that breaks off."""
    assert (area, tail) == dhcp.scan_options(dhcp.build_options(area) + tail)


def test_an_option_too_long_is_not_built() -> None:
    """256 octets do not fit; the error says which option."""
    with pytest.raises(WireError, match="option 43 has 256 octets, 255 fit"):
        dhcp.build_options((Option(43, bytes(256)),))


@pytest.mark.parametrize(
    ("size", "sizes"),
    [(0, [0]), (1, [1]), (255, [255]), (256, [255, 1]), (510, [255, 255]), (600, [255, 255, 90])],
)
def test_long_values_are_split(size: int, sizes: list[int]) -> None:
    """A value longer than 255 octets becomes several options in a row (RFC 3396 §5)."""
    parts = dhcp.split_long(43, bytes(size))
    assert sizes == [len(part.data) for part in parts]
    assert all(part.code == 43 for part in parts)


@given(codes, st.binary(max_size=1500), areas)
@unhurried
def test_split_values_are_joined(code: int, data: bytes, others: tuple[Option, ...]) -> None:
    """Whatever lies between, repeats of an option read as one (RFC 3396 §7)."""
    between = tuple(option for option in others if option.code != code)
    parts = dhcp.split_long(code, data)
    mixed = tuple(option for part in parts for option in (part, *between))
    found, _ = dhcp.scan_options(dhcp.build_options((*mixed, LAST)))
    assert data == dhcp.joined(found, code)
    assert parts[0].data == dhcp.first(found, code)


def test_what_is_absent_is_none() -> None:
    """An option that is not there differs from an empty one."""
    found = (Option(12), Option(60, b"PXEClient"))
    assert dhcp.first(found, 43) is None
    assert dhcp.joined(found, 43) is None
    assert dhcp.first(found, 12) == b""
    assert dhcp.joined(found, 12) == b""


FILE_AREA = bytes.fromhex("43 05 6669 6c6567 00 42 04 66696c65 ff 4301ff")
SNAME_AREA = bytes.fromhex("42 05 736e616d65 ff")


@pytest.mark.parametrize(
    ("overload", "codes_found", "server"),
    [
        (None, [53, 60, 255], None),
        (b"", [53, 52, 60, 255], None),
        (b"\0", [53, 52, 60, 255], None),
        (b"\1", [53, 52, 60, 255, 67, 0, 66, 255], b"file"),
        (b"\2", [53, 52, 60, 255, 66, 255], b"sname"),
        (b"\3", [53, 52, 60, 255, 67, 0, 66, 255, 66, 255], b"filesname"),
        (b"\3\1", [53, 52, 60, 255, 67, 0, 66, 255, 66, 255], b"filesname"),
    ],
)
def test_overloaded_fields_are_read_after_the_options(
    overload: bytes | None, codes_found: list[int], server: bytes | None
) -> None:
    """Option 52 adds the options in `file`, in `sname`, or in both: `file` first (RFC 3396 §5)."""
    said = () if overload is None else (Option(52, overload),)
    message = replace(
        CASES["DISCOVER"][0],
        options=(Option(53, b"\5"), *said, Option(60, b"PXEClient"), LAST),
        file=FILE_AREA.ljust(128, b"\0"),
        sname=SNAME_AREA.ljust(64, b"\0"),
    )
    every = dhcp.parse(dhcp.build(message)).overloaded()
    assert codes_found == [option.code for option in every]
    assert server == dhcp.joined(every, 66)
    assert message.file_is_options == bool(overload and overload[0] & 1)


def test_a_long_option_may_go_on_in_overloaded_fields() -> None:
    """One value over options, `file` and `sname` is joined in that order (RFC 3396 §5)."""
    value = bytes(range(255)) + b"file part" + b"sname part"
    message = replace(
        CASES["DISCOVER"][0],
        options=(Option(52, b"\3"), Option(43, value[:255]), LAST),
        file=dhcp.build_options((Option(43, b"file part"), LAST)).ljust(128, b"\0"),
        sname=dhcp.build_options((Option(43, b"sname part"), LAST)).ljust(64, b"\0"),
    )
    assert value == dhcp.joined(dhcp.parse(dhcp.build(message)).overloaded(), 43)


def test_a_captured_overload_is_read() -> None:
    """A server's offer with the boot file name inside `file` as option 67."""
    message = replace(
        CASES["OFFER with names and padding"][0],
        options=(Option(53, b"\2"), Option(52, b"\1"), LAST),
        file=bytes.fromhex("430c6f766c2d66696c6536372e30ff").ljust(128, b"\0"),
    )
    assert dhcp.first(message.overloaded(), 67) == b"ovl-file67.0"
    assert message.file_is_options


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b"a.0".ljust(128, b"\0"), b"a.0"),
        (b"a.0\0junk".ljust(128, b"\0"), b"a.0"),
        (bytes(128), b""),
        (b"x" * 128, b"x" * 128),
    ],
)
def test_a_name_ends_at_the_first_nul(field: bytes, name: bytes) -> None:
    """A field may be full to the last octet, or hold rubbish after the name."""
    assert name == dhcp.text_field(field)


def test_an_ethernet_client_fills_six_of_sixteen_octets() -> None:
    """The hardware address field is the address and zeros; `hlen` says what counts."""
    message = CASES["DISCOVER"][0]
    assert MAC + bytes(10) == message.chaddr
    assert message.hardware == MAC
    assert bytes(range(16)) == CASES["pads between, repeats, and octets after END"][0].hardware


@given(st.one_of(st.binary(max_size=300), areas.map(dhcp.build_options)))
@unhurried
def test_data_by_code_is_what_is_scanned(area: bytes) -> None:
    """Without an object for each option, the same is read."""
    found, _ = dhcp.scan_options(area)
    codes = {option.code for option in found}
    assert {code: dhcp.joined(found, code) for code in codes} == dhcp.option_data(area)
