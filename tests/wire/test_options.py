"""The names of options, and how their values are shown to people."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.fields import ByteField, Field, IntField, IPField, ShortField
from scapy.layers.dhcp import DHCPOptions, DHCPTypes

from pxeclient.wire.options import (
    MESSAGE_TYPES,
    OPTIONS,
    Kind,
    option_name,
    printable,
    show_value,
)
from tests.wire.octets import small

VALUES = [
    (1, "ffffff00", "255.255.255.0"),
    (3, "0a4d0001", "10.77.0.1"),
    (6, "0a4d0001 08080808", "10.77.0.1, 8.8.8.8"),
    (6, "0a4d00", "0a 4d 00"),
    (6, "", ""),
    (51, "00000e10", "3600"),
    (57, "05c0", "1472"),
    (57, "", ""),
    (57, "00" * 9, "00 00 00 00 00 00 00 00 00"),
    (53, "01", "DHCPDISCOVER"),
    (53, "06", "DHCPNAK"),
    (53, "63", "99"),
    (53, "0101", "01 01"),
    (55, "0103 43 ff", "1 3 67 255"),
    (60, b"PXEClient:Arch:00000:UNDI:002001".hex(), "PXEClient:Arch:00000:UNDI:002001"),
    (67, b"boot\\x64\\ipxe.efi\0".hex(), r"boot\x64\ipxe.efi<00>"),
    (67, b"\x1b[31mred".hex(), "<1b>[31mred"),
    (77, b"iPXE".hex(), "iPXE"),
    (93, "0000", "0 (x86 BIOS)"),
    (93, "0007", "7 (x64 UEFI)"),
    (93, "0063", "99 (unknown)"),
    (93, "00060007", "00 06 00 07"),
    (97, "00 0102", "00 01 02"),
    (224, "c0ffee", "c0 ff ee"),
]


@pytest.mark.parametrize(("code", "data", "shown"), VALUES)
def test_a_value_is_shown_in_words(code: int, data: str, shown: str) -> None:
    """Addresses, numbers, names and text; octets where the size is not what it should be."""
    assert shown == show_value(code, bytes.fromhex(data))


@given(small, st.binary(max_size=255))
def test_any_value_is_safe_on_a_terminal(code: int, data: bytes) -> None:
    """Nothing that a server can send makes anything but plain ASCII."""
    shown = show_value(code, data)
    assert shown.isascii()
    assert shown.isprintable()


@given(st.binary())
def test_escaped_text_tells_all_octets(data: bytes) -> None:
    """What is shown is that of these octets alone: it can be read back."""
    text = printable(data)
    assert text.isascii()
    assert text.isprintable()
    assert data == read_back(text)


def read_back(text: str) -> bytes:
    """The octets that `printable` shows so."""
    return re.sub("<([0-9a-f]{2})>", lambda found: chr(int(found[1], 16)), text).encode("latin-1")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (rb"boot\x86\wdsnbp.com", r"boot\x86\wdsnbp.com"),
        (rb"boot\iPXE\snponly.efi", r"boot\iPXE\snponly.efi"),
        (b"boot\x86", "boot<86>"),
        (rb"\\server\boot", r"\\server\boot"),
        (b"<86>", "<3c>86>"),
        (b"<3c><<0a>\n", "<3c>3c><<3c>0a><0a>"),
        (b"<b>", "<b>"),
    ],
)
def test_a_name_is_shown_as_it_is(data: bytes, shown: str) -> None:
    """Backslashes, which Windows servers use, are not doubled; no two names look the same."""
    assert printable(data) == shown
    assert read_back(shown) == data


def test_every_code_has_a_name_of_its_own() -> None:
    """No two options share a name; unknown ones are named by their number."""
    names = {code: option_name(code) for code in range(256)}
    assert len(names) == len(set(names.values()))
    assert all(names.values())
    assert all(names[code] == f"option {code}" for code in names if code not in OPTIONS)


def test_message_types_are_scapys() -> None:
    """The types of RFC 2131 and of lease queries have the numbers that scapy gives them."""
    expected = {
        code: f"DHCP{name.upper().replace('_', '')}"
        for code, name in DHCPTypes.items()
        if code <= 13
    }
    assert expected == MESSAGE_TYPES


NUMBERS = (ByteField, ShortField, IntField)
FIELDS = {
    code: field
    for code, field in DHCPOptions.items()
    if code in OPTIONS and isinstance(field, Field) and code != 53  # which we show by name
}


@pytest.mark.parametrize("code", FIELDS)
def test_kinds_agree_with_scapys_fields(code: int) -> None:
    """Where scapy reads addresses or numbers, so do we, and nowhere else."""
    kind = OPTIONS[code].kind
    assert isinstance(FIELDS[code], IPField) == (kind is Kind.ADDRESSES)
    assert (type(FIELDS[code]) in NUMBERS) == (kind is Kind.NUMBER)


@pytest.mark.parametrize("code", OPTIONS)
def test_every_entry_names_its_source(code: int) -> None:
    """An option's name comes from somewhere that can be looked up."""
    assert OPTIONS[code].source.startswith(("RFC ", "iPXE src/"))
