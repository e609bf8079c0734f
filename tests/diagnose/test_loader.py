"""What the boot file is made for: Secure Boot, and what it asks for next."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from pxeclient.diagnose import Severity, diagnose
from pxeclient.endings import end_of
from pxeclient.practice.boot_files import Kind, boot_file
from pxeclient.report.closing import closing, main
from pxeclient.trace import Trace
from tests.diagnose.boots import EDK2, IPXE, VMWARE, boot, hides, shows
from tests.nbp.built import grub, mok_manager, pxelinux, shim

NOTE = Severity.NOTE
ARM = "edk2-aarch64"
SIGNED = (Path(__file__).parents[1] / "nbp" / "files" / "signed.efi").read_bytes()


def fetched(firmware: str, content: bytes, file: str = "boot/loader") -> Trace:
    """A boot that ends with these octets."""
    served = {"files": {"*": {"content": b64encode(content).decode()}}}
    return boot(firmware, both={"file": file}, tftp=served)


def verdict(trace: Trace) -> str:
    """The last lines of the boot, as one."""
    return " ".join(" ".join(closing(trace, diagnose(trace))).split())


def test_c_secure_signed_by_somebody_else() -> None:
    """The file looks as it should, and the machine does not take it: the verdict says so."""
    trace = fetched(EDK2, SIGNED)
    finding = shows(trace, "C-SECURE", NOTE, "Practice signer", "none of its signers is certified")
    assert "shim" in finding.cures[0].do
    assert main([finding], end_of(trace)) is finding


def test_c_secure_changed_after_signing() -> None:
    """Octets that are not those that were signed."""
    changed = bytearray(SIGNED)
    changed[0x3A0] ^= 0x55
    shows(fetched(EDK2, bytes(changed)), "C-SECURE", NOTE, "not those that were signed")


@pytest.mark.parametrize(("firmware", "content"), [(EDK2, grub()), (ARM, grub(Kind.EFI_ARM64))])
def test_c_secure_not_signed(firmware: str, content: bytes) -> None:
    """A loader without a signature: a line, since whoever built it knows that."""
    trace = fetched(firmware, content)
    finding = shows(trace, "C-SECURE", NOTE, "is not signed")
    assert main([finding], end_of(trace)) is None


def test_c_secure_says_nothing() -> None:
    """Of BIOS machines and their files, and of a file of which nothing is known."""
    hides(fetched(VMWARE, pxelinux()), "C-SECURE")
    hides(fetched(VMWARE, SIGNED), "C-SECURE")
    hides(fetched(EDK2, boot_file(Kind.EFI).read(0, 1 << 20)), "C-SECURE")
    hides(fetched(EDK2, SIGNED[:-100]), "C-SECURE")


@pytest.mark.parametrize(
    ("firmware", "content", "asks"),
    [
        (VMWARE, pxelinux(), "asks for boot/ldlinux.c32 next"),
        (IPXE, pxelinux("5.00"), "asks for boot/ldlinux.c32 next"),
        (EDK2, shim(), "asks for boot/grubx64.efi next"),
        (ARM, shim(Kind.EFI_ARM64), "asks for boot/grubaa64.efi next"),
    ],
)
def test_c_beside(firmware: str, content: bytes, asks: str) -> None:
    """A boot ends with the boot file; what that cannot do without is named in the verdict."""
    trace = fetched(firmware, content)
    shows(trace, "C-BESIDE", NOTE, asks)
    assert f"{asks}: whether that is served, this boot does not show" in verdict(trace)


@pytest.mark.parametrize(
    ("file", "asks"),
    [
        ("loader", "for grubx64.efi next"),
        ("Boot\\x64\\shim.efi", "as its path has backslashes"),
    ],
)
def test_c_beside_in_its_folder(file: str, asks: str) -> None:
    """In the root of the server, and in a folder that is written with backslashes."""
    shows(fetched(EDK2, shim(), file), "C-BESIDE", NOTE, asks)


def test_c_beside_asks_for_nothing() -> None:
    """PXELINUX before 5 was one file; a helper is not made to be started; nothing is known."""
    hides(fetched(VMWARE, pxelinux("4.07")), "C-BESIDE")
    hides(fetched(EDK2, mok_manager()), "C-BESIDE")
    hides(fetched(EDK2, boot_file(Kind.EFI).read(0, 1 << 20)), "C-BESIDE")
    hides(fetched(EDK2, pxelinux()), "C-BESIDE")
