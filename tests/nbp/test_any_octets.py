"""Any octets are something, told in bounded work and in words that are safe to print."""

from __future__ import annotations

import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.nbp import KINDS, identify
from pxeclient.nbp.examine import examine
from pxeclient.nbp.programs import MOST, entries
from pxeclient.practice.boot_files import Kind, boot_file
from pxeclient.report.boot_file import as_json, lines

BEGINNINGS = [
    b"",
    b"MZ",
    b"MZ".ljust(0x3C, b"\0") + b"\x40\0\0\0PE\0\0\x64\x86\xff\xff".ljust(0x80, b"\xff"),
    boot_file(Kind.EFI).read(0, 0x100),
    boot_file(Kind.EFI_ARM32).read(0, 0xD0),
    b"#!ipxe",
    b"\x7fELF",
    b"\x27\x05\x19\x56",
    b"\xd0\x0d\xfe\xed",
    b"\x1f\x8b\x08",
    b"\xfd7zXZ\0",
    b"\x5d\0\0",
    b"<html><title>",
    bytes(0x202) + b"HdrS",
    b"MZ\0\0zimg",
    *(bytes.fromhex(start) for entry in entries() for start in entry.starts),
]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=700), st.integers(0, 1 << 40) | st.none())
def test_any_octets(start: bytes, content: bytes, more: int | None) -> None:
    """It never raises; what it says is printable ASCII; what is cut off, only a size tells."""
    octets = start + content
    size = None if more is None else len(octets) + more
    found = examine(octets, size)
    kind = found.kind
    assert kind.kind in (*KINDS, "empty")
    assert kind.words.isascii()
    assert kind.words.isprintable()
    assert (kind.machine is not None) == (kind.kind == "pe")
    assert not (kind.size is None and kind.is_cut)
    for line in lines("x", found, None):
        assert line.isprintable()
    assert as_json("x", found, None)["kind"] == kind.kind


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=300), st.integers(0, 400))
def test_less_is_no_other_story(start: bytes, content: bytes, at: int) -> None:
    """What is certain of a beginning is certain of the whole file."""
    octets = start + content
    first, whole = identify(octets[:at], len(octets)), identify(octets)
    if first.program is not None and first.kind == whole.kind == "pe":
        assert whole.program is not None


def test_a_bomb() -> None:
    """What unpacks to very much is unpacked only as far as it is looked at."""
    bomb = lzma.compress(bytes(64 << 20))
    assert identify(bomb).words == "xz data"


def test_the_search_is_bounded() -> None:
    """A text beyond the bound is not found, and not searched for."""
    head = boot_file(Kind.EFI).read(0, 0x400)
    far = head.ljust(MOST + 10, b"\0") + b"UEFI SHIM\n$Version: 1.0 $"
    assert identify(far).program is None


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_the_table(entry: object) -> None:
    """Each entry has a proof, knows how it knows, and its caveats go on with "it"."""
    one = next(each for each in entries() if each is entry)
    proof = one.proof
    assert proof.all or proof.any or proof.wide
    assert one.known[0] in ("observed", "specified", "inferred")
    assert one.known[1]
    assert set(one.forms) <= {*KINDS, "payload"}
    for caveat in (one.caveat, *(build.caveat for build in one.builds)):
        assert not caveat or caveat.split()[0] in ("is", "reads")
        assert not caveat.endswith(".")
