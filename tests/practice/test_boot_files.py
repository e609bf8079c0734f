"""What the TFTP servers serve."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.practice.boot_files import BootFile, Kind, boot_file, junk, text, whole_blocks


def whole(file: BootFile) -> bytes:
    """All of a file at once."""
    return file.read(0, file.size)


@pytest.mark.parametrize(
    ("kind", "size", "begins"),
    [(Kind.BIOS, 512, b"\x31\xc0"), (Kind.EFI, 1536, b"MZ"), (Kind.SCRIPT, 57, b"#!ipxe\n")],
)
def test_kind_is_recognised_by_its_beginning(kind: Kind, size: int, begins: bytes) -> None:
    """Each kind has its signature, is as small as it can be, and the same every time."""
    data = whole(boot_file(kind))
    assert data.startswith(begins)
    assert (size, data) == (len(data), whole(boot_file(kind, 1)))


def test_efi_file_is_an_x64_application() -> None:
    """The PE header names x86-64, PE32+, and the EFI application subsystem."""
    data = whole(boot_file(Kind.EFI))
    [pe] = struct.unpack_from("<I", data, 60)
    assert data[pe : pe + 4] == b"PE\0\0"
    assert struct.unpack_from("<HH", data, pe + 4) == (0x8664, 2)
    assert struct.unpack_from("<H", data, pe + 24) == (0x20B,)
    assert struct.unpack_from("<H", data, pe + 24 + 68) == (10,)
    assert "Practice boot file".encode("utf-16-le") in data


def test_script_stays_text() -> None:
    """A script is filled up with empty lines."""
    data = whole(boot_file(Kind.SCRIPT, 1000))
    assert len(data) == 1000
    assert data.decode("ascii").rstrip().endswith("exit")


def test_size_and_content_are_as_asked_for() -> None:
    """Sizes are exact above a kind's least; text and junk are what they are."""
    assert len(whole(boot_file(Kind.BIOS, 4000))) == 4000
    assert len(whole(whole_blocks(Kind.BIOS, 24))) == 24
    assert whole(text("")) == b""
    assert whole(text("#!ipxe")) == b"#!ipxe"
    assert whole(junk(3)) == b"ZZZ"


def test_large_file_costs_no_memory() -> None:
    """Reading at the end of a terabyte makes only what is read."""
    file = boot_file(Kind.BIOS, 1 << 40)
    assert len(file.read((1 << 40) - 10, 1432)) == 10
    assert file.read(1 << 40, 1432) == b""


@given(
    st.integers(0, 3000), st.integers(0, 3500), st.integers(0, 1500), st.sampled_from(list(Kind))
)
def test_parts_are_of_the_whole(size: int, offset: int, count: int, kind: Kind) -> None:
    """Any part read alone is that part of the file."""
    file = boot_file(kind, size)
    assert whole(file)[offset : offset + count] == file.read(offset, count)


def test_blocks_in_the_wrong_order_are_another_file() -> None:
    """At the usual block sizes no two neighbouring blocks are the same."""
    file = boot_file(Kind.BIOS, 100_000)
    for size in (512, 1024, 1428, 1432, 1456, 1468, 8192):
        assert file.read(2 * size, size) != file.read(3 * size, size)
