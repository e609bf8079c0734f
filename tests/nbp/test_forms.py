"""Forms of files that need no loader's own octets: built here, as their specifications say."""

from __future__ import annotations

import lzma
import struct
import zlib

import pytest

from pxeclient.architectures import Fit, fit
from pxeclient.nbp import identify
from pxeclient.practice.boot_files import Kind, boot_file

CPIO = b"070701" + b"0" * 104 + b"TRAILER!!!\0"
IPXE_BIOS, IPXE_EFI = ("raw", "boot-sector", "script", "linux", "elf"), ("pe", "script")


def packed(content: bytes) -> bytes:
    """As gzip does, without the time of day."""
    packing = zlib.compressobj(wbits=31)
    return packing.compress(content) + packing.flush()


def bzimage(version: bytes = b"6.1.0-18-amd64 (x@y) #1 SMP\0", paragraphs: int = 0) -> bytes:
    """A bzImage: boot sector, setup with its header and version, and the rest as it says."""
    head = bytearray(1024)
    head[0x1F1] = 1
    struct.pack_into("<I", head, 0x1F4, paragraphs)
    head[510:512] = b"\x55\xaa"
    head[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", head, 0x206, 0x20F)
    struct.pack_into("<H", head, 0x20E, 0x100)
    head[0x300 : 0x300 + len(version)] = version
    return bytes(head) + bytes(paragraphs * 16)


def uimage(kind: int = 6, machine: int = 22, content: bytes = b"x" * 40) -> bytes:
    """A legacy image of U-Boot."""
    head = struct.pack(
        ">7I4B32s", 0x27051956, 0, 1, len(content), 0, 0, 0, 5, machine, kind, 0, b"boot script"
    )
    told = zlib.crc32(head)
    return head[:4] + struct.pack(">I", told) + head[8:] + content


def arm64(content: int = 100) -> bytes:
    """A kernel for ARM 64-bit without an EFI stub."""
    return bytes(0x38) + b"ARM\x64" + bytes(content)


def efi_stub(kernel: bytes) -> bytes:
    """The same kernel with a PE header in its boot sector."""
    image = boot_file(Kind.EFI)
    head = image.read(0, 0x1F0)
    return head + kernel[0x1F0:]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        pytest.param(bzimage(), "linux", "Linux kernel (bzImage) 6.1.0-18-amd64", id="bzimage"),
        pytest.param(bzimage(b""), "linux", "Linux kernel (bzImage)", id="no-version"),
        pytest.param(bzimage(b"\x01\x02\0"), "linux", "Linux kernel (bzImage)", id="noise"),
        pytest.param(bzimage()[:0x302], "linux", "Linux kernel (bzImage)", id="version-cut"),
        pytest.param(arm64(), "kernel", "Linux kernel for ARM 64-bit (Image)", id="arm64"),
        pytest.param(
            bytes(0x38) + b"RSC\x05", "kernel", "Linux kernel for RISC-V (Image)", id="riscv"
        ),
        pytest.param(
            bytes(0x24) + b"\x18\x28\x6f\x01" + struct.pack("<II", 0, 40),
            "kernel",
            "Linux kernel for ARM 32-bit (zImage)",
            id="zimage",
        ),
        pytest.param(uimage(), "u-boot", "U-Boot image: script for ARM 64-bit", id="script"),
        pytest.param(uimage(2, 2), "u-boot", "U-Boot image: kernel for ARM", id="kernel"),
        pytest.param(
            b"\xd0\x0d\xfe\xed" + struct.pack(">I", 60) + b"images\0\0configurations\0".ljust(52),
            "u-boot",
            "U-Boot image (FIT)",
            id="fit",
        ),
        pytest.param(
            b"\xd0\x0d\xfe\xed" + struct.pack(">I", 60) + bytes(52),
            "packed",
            "device tree, or a FIT image of U-Boot",
            id="tree",
        ),
        pytest.param(CPIO, "packed", "archive (cpio), as an initrd is", id="cpio"),
        pytest.param(packed(CPIO), "packed", "archive (cpio) packed with gzip, as an initrd is"),
        pytest.param(
            lzma.compress(CPIO), "packed", "archive (cpio) packed with xz, as an initrd is"
        ),
        pytest.param(
            packed(arm64()),
            "packed",
            "Linux kernel for ARM 64-bit (Image) packed with gzip",
            id="image.gz",
        ),
        pytest.param(packed(b"hello"), "packed", "gzip data", id="gzip"),
        pytest.param(
            b"\x28\xb5\x2f\xfd\0\0", "packed", "zstd data, as an initrd or a packed kernel is"
        ),
        pytest.param(b"\x1f\x8b\x08\xff", "packed", "gzip data", id="gzip-noise"),
    ],
)
def test_forms(content: bytes, kind: str, words: str) -> None:
    """Each form is told by its headers."""
    found = identify(content)
    assert found.kind == kind
    assert found.words.startswith(words)


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (uimage(), True),
        (uimage()[:-1], False),
        (bzimage(paragraphs=10), True),
        (bzimage(paragraphs=10)[:-16], False),
        (bzimage(paragraphs=10)[:-15], True),
        (boot_file(Kind.EFI).read(0, 1 << 20), True),
        (boot_file(Kind.EFI).read(0, 0x500), False),
    ],
)
def test_what_was_cut_off(content: bytes, whole: bool) -> None:
    """A whole file that is shorter than its headers say; of a beginning nothing is said."""
    assert identify(content).is_cut is not whole
    assert not identify(content, len(content) + 5000).is_cut
    assert not identify(content, None).is_cut


def test_a_wrong_checksum() -> None:
    """U-Boot refuses such a header; what it says is not believed."""
    content = bytearray(uimage())
    content[40] ^= 1
    found = identify(bytes(content))
    assert dict(found.facts) == {"header checksum": "wrong"}
    assert not found.is_cut


@pytest.mark.parametrize(
    ("content", "code", "runs", "expected"),
    [
        (bzimage(), 0, IPXE_BIOS, Fit.FITS),
        (efi_stub(bzimage()), 0, IPXE_BIOS, Fit.FITS),
        (efi_stub(bzimage()), 0, ("raw",), Fit.WRONG),
        (efi_stub(bzimage()), 7, ("pe",), Fit.FITS),
        (boot_file(Kind.EFI).read(0, 2048), 0, IPXE_BIOS, Fit.WRONG),
        (arm64(), 11, ("pe",), Fit.WRONG),
        (arm64(), 0, IPXE_BIOS, Fit.WRONG),
        (arm64(), 22, (), Fit.UNKNOWN),
        (packed(CPIO), 0, IPXE_BIOS, Fit.WRONG),
        (packed(CPIO), 7, ("pe",), Fit.WRONG),
        (packed(arm64()), 11, IPXE_EFI, Fit.UNKNOWN),
        (uimage(), 22, (), Fit.FITS),
        (b"\xef\xbb\xbf#!ipxe\nboot\n", 0, IPXE_BIOS, Fit.WRONG),
        (b"# comment\n#!ipxe\n", 0, IPXE_BIOS, Fit.WRONG),
    ],
)
def test_who_runs_it(content: bytes, code: int, runs: tuple[str, ...], expected: Fit) -> None:
    """By architecture and by what the firmware starts."""
    assert fit(code, runs, identify(content)) is expected
