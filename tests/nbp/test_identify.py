"""What kind of boot file is this?"""

from __future__ import annotations

import struct

import pytest

from pxeclient.nbp import identify
from pxeclient.practice.boot_files import Kind, boot_file, junk

RAW = "raw code, such as a BIOS PXE NBP"
TEXT = "text, no program"


def pe(machine: int, at: int = 0x80) -> bytes:
    """A PE image as far as it is looked at, its header at `at`."""
    stub = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", at)
    return stub.ljust(at, b"\0") + b"PE\0\0" + struct.pack("<H", machine)


def linux() -> bytes:
    """A bzImage as far as it is looked at: the boot sector's signature, then HdrS."""
    return bytes(510) + b"\x55\xaa" + b"\xeb\x66" + b"HdrS" + bytes(100)


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        pytest.param(b"", "empty", "an empty file", id="empty"),
        pytest.param(linux(), "linux", "Linux kernel (bzImage)", id="linux"),
        pytest.param(b"\x7fELF\x01\x01", "elf", "ELF image", id="elf"),
        pytest.param(b"#!ipxe\nexit\n", "script", "iPXE script", id="ipxe-script"),
        pytest.param(b"#!gpxe\nexit\n", "script", "iPXE script", id="gpxe-script"),
        pytest.param(b"# a comment\n", "text", TEXT, id="text"),
        pytest.param(bytes(510) + b"\x55\xaa", "boot-sector", "BIOS boot sector", id="sector"),
        pytest.param(b"\xea\x05\x00\xc0\x07", "raw", RAW, id="raw"),
        pytest.param(b"\0", "raw", RAW, id="one-octet"),
        pytest.param(b"One line\nand another\n", "text", TEXT, id="lines"),
        pytest.param("déjà vu\r\n".encode(), "text", TEXT, id="utf-8"),
        pytest.param(b"<xml>\n" + b"x" * 4089 + "é".encode(), "text", TEXT, id="cut-letter"),
        pytest.param(b"one line only", "raw", RAW, id="no-line"),
        pytest.param(b"\n\x90\x90\xf4", "raw", RAW, id="code-with-a-line-feed"),
        pytest.param(b"\n\x01", "raw", RAW, id="control"),
        pytest.param(b"\x27\x05\x19\x56" + bytes(60), "u-boot", "U-Boot image", id="uimage"),
        pytest.param(b"MZ", "raw", RAW, id="mz-only"),
        pytest.param(b"MZ".ljust(0x40, b"\0"), "raw", RAW, id="dos"),
        pytest.param(b"MZ".ljust(0x3C, b"\0") + b"\xff" * 4, "raw", RAW, id="far-header"),
        pytest.param(pe(0x8664)[:-3], "raw", RAW, id="pe-cut-short"),
    ],
)
def test_kinds(content: bytes, kind: str, words: str) -> None:
    """Each kind is told by its first octets."""
    found = identify(content)
    assert (found.kind, found.words) == (kind, words)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (0x014C, "PE image for x86 (UEFI)"),
        (0x8664, "PE image for x64 (UEFI)"),
        (0xAA64, "PE image for ARM 64-bit (UEFI)"),
        (0x01C2, "PE image for ARM 32-bit (UEFI)"),
        (0x5064, "PE image for RISC-V 64-bit (UEFI)"),
        (0x6264, "PE image for LoongArch 64-bit (UEFI)"),
        (0x0EBC, "PE image for EFI byte code (UEFI)"),
        (0x1234, "PE image for machine 0x1234 (UEFI)"),
    ],
)
def test_pe_images(machine: int, words: str) -> None:
    """A PE image tells its machine, an unknown one by number."""
    found = identify(pe(machine))
    assert (found.kind, found.words, found.machine) == ("pe", words, machine)


def test_kernel_with_efi_stub() -> None:
    """A kernel that is a PE image as well counts as the latter: what UEFI would start."""
    content = bytearray(pe(0x8664, 0x40).ljust(0x300, b"\0"))
    content[0x202:0x206] = b"HdrS"
    assert identify(bytes(content)).kind == "pe"


@pytest.mark.parametrize(
    ("kind", "found"), [(Kind.BIOS, "raw"), (Kind.EFI, "pe"), (Kind.SCRIPT, "script")]
)
def test_practice_files(kind: Kind, found: str) -> None:
    """The boot files of the practice network are what they say."""
    file = boot_file(kind, 4000)
    assert identify(file.read(0, file.size)).kind == found
    assert identify(junk(100).read(0, 100)).kind == "raw"
