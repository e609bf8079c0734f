"""Files that are made for a recording: disk images, and certificates for HTTPS."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path
from uuid import UUID

from tools.record.firmwares import Kind
from tools.record.programs import program
from tools.record.scenario import Script, Table

_BOOT_NAME = {Kind.EFI: "BOOTX64.EFI", Kind.EFI_ARM64: "BOOTAA64.EFI"}
_FLOPPY = 360
"""Kibibytes."""
_X509 = UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072")
"""EFI_CERT_X509_GUID."""
_OWNER = UUID(int=0x77)
_CLIENTS_NAMES = "IP:10.77.0.7,DNS:boot.test,IP:fd77::7"


def prepare(script: Script, kind: Kind, folder: Path) -> None:
    """Make what the scenario's HTTP servers need."""
    for what in script.prepare:
        if what == "img":
            disk(folder / "boot.img", kind, program(kind))
        else:
            (folder / "iso").mkdir()
            disk(folder / "iso" / "efi.img", kind, program(kind))
            _run(folder, "xorriso", "-as", "mkisofs", "-o", "boot.iso", "-e", "efi.img",
                 "-no-emul-boot", "iso")  # fmt: skip
    for server in script.http:
        if server.get("tls"):
            _certify(server, folder)


def disk(path: Path, kind: Kind, boot_program: bytes) -> None:
    """A FAT image whose boot program is where UEFI looks for it."""
    folder = path.parent
    (folder / "boot.efi").write_bytes(boot_program)
    with path.open("wb") as file:
        file.truncate(_FLOPPY * 1024)
    _run(folder, "mformat", "-i", path.name, "-f", str(_FLOPPY), "::")
    _run(folder, "mmd", "-i", path.name, "::/EFI", "::/EFI/BOOT")
    _run(folder, "mcopy", "-i", path.name, "boot.efi", f"::/EFI/BOOT/{_BOOT_NAME[kind]}")


def _certify(server: Table, folder: Path) -> None:
    """A CA, the server's certificate, and the CA as UEFI takes it through fw_cfg."""
    made = ("openssl", "req", "-newkey", "rsa:2048", "-nodes")
    _run(folder, *made, "-x509", "-days", "3650", "-subj", "/CN=Test CA", "-keyout", "ca.key",
         "-out", "ca.crt")  # fmt: skip
    name = server.get("cn", "boot.test")
    _run(folder, *made, "-subj", f"/CN={name}", "-keyout", "server.key", "-out", "server.csr")
    names = server.get("names", _CLIENTS_NAMES)
    (folder / "extensions").write_text(f"subjectAltName={names}\n", encoding="ascii")
    _run(folder, "openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey",
         "ca.key", "-CAcreateserial", "-days", "3650", "-extfile", "extensions", "-out",
         "server.crt")  # fmt: skip
    both = [(folder / one).read_bytes() for one in ("server.key", "server.crt")]
    (folder / "server.pem").write_bytes(b"".join(both))
    _run(folder, "openssl", "x509", "-in", "ca.crt", "-outform", "DER", "-out", "ca.der")
    (folder / "cacerts.esl").write_bytes(signature_list((folder / "ca.der").read_bytes()))


def signature_list(certificate: bytes) -> bytes:
    """An EFI_SIGNATURE_LIST of one certificate (UEFI 2.10 §32.4.1)."""
    size = 16 + len(certificate)
    head = _X509.bytes_le + struct.pack("<III", 28 + size, 0, size)
    return head + _OWNER.bytes_le + certificate


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, check=True, cwd=folder, capture_output=True)
