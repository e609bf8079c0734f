"""DHCP messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import dhcp
from pxeclient.wire.dhcp import COOKIE, FIXED, Message, Option
from pxeclient.wire.errors import WireError
from tests.wire.dhcp_cases import CASES, LAST, MAC, messages, octets
from tests.wire.octets import cut_short

each_case = pytest.mark.parametrize(("message", "data"), CASES.values(), ids=CASES)


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
def test_any_message_reads_back(message: Message) -> None:
    """What was built is what is read: order, repeats, padding and broken tails."""
    assert message == dhcp.parse(dhcp.build(message))


@given(octets(FIXED), st.binary(max_size=300))
def test_any_octets_are_written_back(head: bytes, area: bytes) -> None:
    """Whatever 240 octets or more came in, the same go out."""
    for data in (head + area, head[:236] + COOKIE + area):
        message = dhcp.parse(data)
        assert data == dhcp.build(message)
        assert (message.fault() is None) == (message.cookie == COOKIE and LAST in message.options)


@given(st.binary(max_size=FIXED - 1))
def test_fewer_octets_are_refused(data: bytes) -> None:
    """What is shorter than the header is no message."""
    with pytest.raises(WireError, match=f"DHCP: {len(data)} octets"):
        dhcp.parse(data)


@given(octets(16), octets(64), octets(128), st.binary(max_size=100))
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
