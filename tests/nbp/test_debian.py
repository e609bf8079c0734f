"""Debian's own boot loaders are recognised: whichever version of the distribution they are of."""

from __future__ import annotations

import lzma
import re

import pytest

from pxeclient.architectures import Fit, fit
from pxeclient.nbp import Sure, identify
from pxeclient.nbp.examine import examine
from pxeclient.nbp.signed import MICROSOFT, signature
from tests.nbp.loaders import loader

GRUB, SHIM, IPXE = "usr/lib/grub/x86_64-efi-signed", "usr/lib/shim", "usr/lib/ipxe"
NO_VERSION = "^$"
X64, X86 = 0x8664, 0x014C


@pytest.mark.parametrize(
    ("file", "kind", "program", "build", "version", "machine"),
    [
        (f"{IPXE}/undionly.kpxe", "raw", "iPXE", "", NO_VERSION, None),
        (f"{IPXE}/ipxe.pxe", "raw", "iPXE", "", NO_VERSION, None),
        (f"{IPXE}/snponly.efi", "pe", "iPXE", "snponly.efi", r"^\d+\.\d+", X64),
        ("boot/ipxe.efi", "pe", "iPXE", "ipxe.efi", r"^\d+\.\d+", X64),
        ("usr/lib/PXELINUX/pxelinux.0", "raw", "PXELINUX", "pxelinux.0", r"^6\.\d+", None),
        (
            "usr/lib/PXELINUX/lpxelinux.0",
            "raw",
            "PXELINUX",
            "lpxelinux.0, with HTTP",
            r"^6\.\d+",
            None,
        ),
        ("usr/lib/SYSLINUX.EFI/efi64/syslinux.efi", "pe", "SYSLINUX", "", r"^6\.\d+", X64),
        ("usr/lib/SYSLINUX.EFI/efi32/syslinux.efi", "pe", "SYSLINUX", "", r"^6\.\d+", X86),
        ("usr/lib/syslinux/modules/bios/ldlinux.c32", "module", "ldlinux", "", NO_VERSION, None),
        ("usr/lib/syslinux/modules/efi64/ldlinux.e64", "module", "ldlinux", "", NO_VERSION, None),
        (
            "usr/lib/syslinux/modules/bios/menu.c32",
            "module",
            "a COM32 module of SYSLINUX",
            "",
            NO_VERSION,
            None,
        ),
        (f"{GRUB}/grubnetx64.efi.signed", "pe", "GRUB", "netboot build", r"^2\.\d+", X64),
        (f"{GRUB}/grubx64.efi.signed", "pe", "GRUB", "disk build", r"^2\.\d+", X64),
        (f"{GRUB}/gcdx64.efi.signed", "pe", "GRUB", "disk build", r"^2\.\d+", X64),
        (
            "usr/lib/grub/i386-pc/normal.mod",
            "module",
            "a module of GRUB",
            "",
            NO_VERSION,
            None,
        ),
        ("usr/lib/grub/i386-pc/boot.img", "boot-sector", "GRUB", "boot.img", NO_VERSION, None),
        (f"{SHIM}/shimx64.efi.signed", "pe", "shim", "", r"^\d+\.\d+$", X64),
        (f"{SHIM}/mmx64.efi.signed", "pe", "MokManager", "", NO_VERSION, X64),
        (f"{SHIM}/fbx64.efi.signed", "pe", "fallback", "", NO_VERSION, X64),
    ],
)
def test_whose_program(
    file: str, kind: str, program: str, build: str, version: str, machine: int | None
) -> None:
    """Name, build, version and machine, proven by texts that stand where it says."""
    content = loader(file)
    found = identify(content)
    assert (found.kind, found.machine) == (kind, machine)
    assert found.program is not None
    assert (found.program.name, found.program.build) == (program, build)
    assert found.program.sure is Sure.CERTAIN
    assert re.search(version, found.program.version)
    assert found.program.words in found.words
    assert not found.is_cut
    for sign in found.signs:
        assert content[sign.offset : sign.offset + sign.length]


@pytest.mark.parametrize(
    ("file", "looks_in"),
    [
        (f"{GRUB}/grubnetx64.efi.signed", "/grub"),
        (f"{GRUB}/grubnetx64-installer.efi.signed", "/debian-installer/amd64/grub"),
        (f"{GRUB}/grubx64.efi.signed", "/EFI/debian"),
    ],
)
def test_where_grub_looks(file: str, looks_in: str) -> None:
    """The folder that is built into it, and its generations."""
    facts = dict(identify(loader(file)).facts)
    assert facts["looks in"] == looks_in
    assert re.match(r"grub,\d+; grub\.debian", facts["SBAT"])


def test_a_disk_build_asks_nobody() -> None:
    """The build for disks says why it will not do, the one for the network does not."""
    assert "no TFTP" in identify(loader(f"{GRUB}/grubx64.efi.signed")).caveat
    assert not identify(loader(f"{GRUB}/grubnetx64.efi.signed")).caveat


def core(prefix: bytes = b"/boot/grub") -> bytes:
    """A core.0 as grub-mkimage makes it of its parts: what starts it, then what is packed."""
    folder = "usr/lib/grub/i386-pc"
    kernel = loader(f"{folder}/kernel.img")
    module = b"\x03\0\0\0" + (len(prefix) + 9).to_bytes(4, "little") + prefix + b"\0"
    chain = [{"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 1 << 16}]
    packed = lzma.compress(kernel + bytes(64_000) + module, lzma.FORMAT_RAW, filters=chain)
    starts = loader(f"{folder}/pxeboot.img") + loader(f"{folder}/diskboot.img")
    unpacks = loader(f"{folder}/lzma_decompress.img")
    return starts + unpacks + packed


def test_core_0() -> None:
    """GRUB for BIOS: its prefix is in what is packed."""
    found = examine(core()).kind
    assert found.program is not None
    assert (found.program.name, found.program.build) == ("GRUB", "core.0")
    assert dict(found.facts)["looks in"] == "/boot/grub"
    assert fit(0, (), found) is Fit.FITS


@pytest.mark.parametrize("name", ["undionly.kpxe", "undionly.kkpxe", "ipxe.pxe"])
def test_ipxe_unpacked(name: str) -> None:
    """What is packed in iPXE for BIOS names build and version."""
    found = examine(loader(f"{IPXE}/{name}")).kind
    assert found.program is not None
    assert found.program.build == name
    assert re.match(r"\d+\.\d+", found.program.version)
    assert any(sign.unpacked for sign in found.signs)


def test_ipxe_unpacked_where_nobody_measured() -> None:
    """The stream is found in a build whose prefix has another length."""
    content = loader(f"{IPXE}/undionly.kpxe")
    moved = content[:0x1300] + bytes([0x90]) * 0x35 + content[0x1300:]
    found = examine(moved).kind
    assert found.program is not None
    assert found.program.build == "undionly.kpxe"


@pytest.mark.parametrize("octets", [512, 1024, 1432])
@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("usr/lib/PXELINUX/pxelinux.0", "likely PXELINUX"),
        (f"{GRUB}/grubnetx64.efi.signed", "PE image for x64 (UEFI): likely GRUB"),
        (f"{GRUB}/grubx64.efi.signed", "PE image for x64 (UEFI): likely GRUB"),
        (f"{SHIM}/shimx64.efi.signed", "PE image for x64 (UEFI)"),
        (f"{IPXE}/snponly.efi", "PE image for x64 (UEFI)"),
    ],
)
def test_a_first_block_tells_less(file: str, words: str, octets: int) -> None:
    """What the first block does not show is not told: no build, no version, nothing cut off."""
    content = loader(file)
    found = identify(content[:octets], len(content))
    assert found.is_partial
    assert found.words.endswith(words)
    assert not found.caveat
    assert not found.is_cut
    assert found.program is None or found.program.sure is Sure.LIKELY


def test_a_file_that_was_cut_off() -> None:
    """A whole file that ends before its own sections do."""
    content = loader(f"{GRUB}/grubnetx64.efi.signed")
    found = identify(content[: len(content) // 2])
    assert found.is_cut
    assert found.needs == len(content)
    assert not found.caveat


def test_zeros_prove_nothing() -> None:
    """A file of which a recording kept only the first block is not taken for a disk build."""
    content = loader(f"{GRUB}/grubnetx64.efi.signed")
    found = identify(content[:1024].ljust(len(content), b"\0"))
    assert found.program is not None
    assert (found.program.name, found.program.build) == ("GRUB", "")
    assert not found.caveat


# --- signatures ---------------------------------------------------------------------------
def test_shim_is_signed_by_microsoft() -> None:
    """Nothing says that Secure Boot would refuse it."""
    found = signature(loader(f"{SHIM}/shimx64.efi.signed"))
    assert found is not None
    assert found.count == len(found.signers) >= 1
    assert all(one.issuer in MICROSOFT for one in found.signers)
    assert not found.refused


@pytest.mark.parametrize("file", [f"{GRUB}/grubnetx64.efi.signed", f"{SHIM}/mmx64.efi.signed"])
def test_grub_is_signed_by_debian(file: str) -> None:
    """Microsoft's keys do not know Debian's."""
    found = signature(loader(file))
    assert found is not None
    assert "Debian Secure Boot Signer" in found.words
    assert found.refused == "none of its signers is certified by Microsoft"


def test_ipxe_is_not_signed() -> None:
    """There is no table."""
    found = signature(loader(f"{IPXE}/snponly.efi"))
    assert found is not None
    assert found.words == "not signed"
    assert found.refused == "it is not signed"


@pytest.mark.parametrize("at", [0x3000, 0x30000, -1])
def test_a_changed_octet(at: int) -> None:
    """One octet of what is signed is another; the table itself is not signed."""
    content = bytearray(loader(f"{SHIM}/shimx64.efi.signed"))
    content[at] ^= 1
    found = signature(bytes(content))
    assert found is not None
    assert found.is_changed == (at > 0)
    assert bool(found.refused) == (at > 0)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that the file is signed, and what would tell by whom. That Microsoft is named
    nowhere shows without it; where it is named, nothing is refused."""
    import sys

    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.serialization", None)
    found = signature(loader(f"{GRUB}/grubnetx64.efi.signed"))
    assert found is not None
    assert found.words == "signed; by whom, only pxeclient[secureboot] can tell"
    assert found.refused == "none of its signers is certified by Microsoft"
    shim = signature(loader(f"{SHIM}/shimx64.efi.signed"))
    assert shim is not None
    assert shim.unread
    assert not shim.refused


@pytest.mark.parametrize("cut", [1000, 0x80, 0x200, 100_000])
def test_a_table_that_is_damaged(cut: int) -> None:
    """Part of the certificate table is noise: the file is not said to be unsigned."""
    content = bytearray(loader(f"{GRUB}/grubnetx64.efi.signed"))
    table = 0x3AA000 if len(content) == 3843520 else len(content) - 1472
    content[table + 8 : table + 8 + min(cut, 1000)] = b"\xff" * min(cut, 1000)
    found = signature(bytes(content))
    assert found is not None
    assert found.words != "not signed"
