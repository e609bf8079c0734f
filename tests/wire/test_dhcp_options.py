"""The options of DHCP messages: one by one, over several, and in overloaded fields."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import dhcp
from pxeclient.wire.dhcp import Option
from pxeclient.wire.errors import WireError
from tests.wire.dhcp_cases import CASES, LAST, areas, codes, tails


@given(st.binary(max_size=300))
def test_any_area_is_scanned_without_loss(area: bytes) -> None:
    """Options and the rest together are the area; END is the last option or is not there."""
    found, rest = dhcp.scan_options(area)
    built = dhcp.build_options(found)
    assert area == built + rest
    assert len(built) == sum(dhcp.option_size(option) for option in found)
    assert LAST not in found[:-1]
    assert (dhcp.area_fault(found, rest, 0) is None) == (found[-1:] == (LAST,))


@given(areas, tails())
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


@given(st.one_of(st.binary(max_size=300), areas.map(dhcp.build_options)))
def test_data_by_code_is_what_is_scanned(area: bytes) -> None:
    """Without an object for each option, the same is read."""
    found, _ = dhcp.scan_options(area)
    codes = {option.code for option in found}
    assert {code: dhcp.joined(found, code) for code in codes} == dhcp.option_data(area)


# --- in overloaded fields ------------------------------------------------------------------
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
