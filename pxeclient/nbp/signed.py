"""Who signed a PE image, and whether Secure Boot with Microsoft's keys would refuse the file.

What is said is said of the file alone: whether a machine takes it is up to that machine's keys
and revocations. Nothing here checks a signature against a key; a file that bears no signature of
Microsoft's, or whose octets are not the ones that were signed, is refused whatever else it has.

Source: the PE/COFF specification (certificate table), Microsoft's "Windows Authenticode Portable
Executable Signature Format", UEFI 2.10 §32.4; the names of Microsoft's certificate authorities:
Microsoft, "Windows Secure Boot Key Creation and Management Guidance".
"""

from __future__ import annotations

import hashlib
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxeclient.nbp.pe import Image, parse

if TYPE_CHECKING:
    from cryptography import x509

MICROSOFT = frozenset(
    {
        "Microsoft Corporation UEFI CA 2011",
        "Microsoft UEFI CA 2023",
        "Microsoft Windows Production PCA 2011",
        "Windows UEFI CA 2023",
        "Microsoft Option ROM UEFI CA 2023",
    }
)
"""Authorities whose certificates machines with Microsoft's keys have in their db."""

EXTRA = "pxeclient[secureboot]"
"""What has to be installed to read certificates."""
_PKCS7, _MOST_TABLES = 2, 16
_HASHES = ("sha256", "sha1", "sha384", "sha512")


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature's signer."""

    subject: str
    """The common name of its certificate."""
    issuer: str
    """The common name of who issued that."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What the certificate table of a PE image says."""

    signers: tuple[Signer, ...] = ()
    count: int = 0
    """Signatures in the table."""
    unread: str = ""
    """Why signers are not all known; empty if they are."""
    is_changed: bool = False
    """The octets of the file are not those that any of its signatures is of."""
    names_microsoft: bool = True
    """One of Microsoft's authorities is named in it, or that is not known: one that is named
    nowhere has certified no signer, even where signers cannot be read."""

    @property
    def words(self) -> str:
        """Such as ``signed by A (issued by B)``."""
        if not self.count:
            return "not signed"
        names = "; ".join(f"{one.subject} (issued by {one.issuer})" for one in self.signers)
        parts = [f"signed by {names}" if names else "signed"]
        if self.unread:
            parts.append(self.unread)
        if self.is_changed:
            parts.append("its octets are not those that were signed")
        return "; ".join(parts)

    @property
    def refused(self) -> str:
        """Why Secure Boot with Microsoft's keys would refuse the file; empty where it is not
        known that it would."""
        if not self.count:
            return "it is not signed"
        if self.is_changed:
            return "its octets are not those that were signed"
        if self.names_microsoft and (
            self.unread or any(one.issuer in MICROSOFT for one in self.signers)
        ):
            return ""
        return "none of its signers is certified by Microsoft"


def signature(content: bytes) -> Signature | None:
    """What the certificate table says; None for what is no whole PE image.

    Args:
        content: The whole file.
    """
    image = parse(content)
    if image is None or image.certificates is None or image.extent > len(content):
        return None
    if image.certificates == (0, 0):
        return Signature()
    blobs = list(_blobs(content, *image.certificates))
    if not blobs:
        return Signature(count=1, unread="its certificate table is not readable")
    is_changed = not any(digest in blob for blob in blobs for digest in _digests(content, image))
    signers, unread = _signers(blobs)
    return Signature(signers, len(blobs), unread, is_changed, _names_microsoft(blobs))


def _names_microsoft(blobs: list[bytes]) -> bool:
    names = [name.encode(coding) for name in MICROSOFT for coding in ("ascii", "utf-16-be")]
    return any(name in blob for blob in blobs for name in names)


def _blobs(content: bytes, at: int, size: int) -> Iterator[bytes]:
    """The PKCS#7 messages in the table; its place is a file offset, not an address."""
    end = min(at + size, len(content))
    for _ in range(_MOST_TABLES):
        if at + 8 > end:
            return
        length, _revision, kind = struct.unpack_from("<IHH", content, at)
        if length < 8 or at + length > end:
            return
        if kind == _PKCS7:
            yield _der(content[at + 8 : at + length])
        at += length + 7 & ~7


def _der(octets: bytes) -> bytes:
    """The message without what pads it, by its own length."""
    if len(octets) > 2 and octets[0] == 0x30 and octets[1] in (0x82, 0x83, 0x84):
        count = octets[1] & 0x7F
        length = int.from_bytes(octets[2 : 2 + count], "big") + 2 + count
        return octets[:length]
    return octets


def _digests(content: bytes, image: Image) -> Iterator[bytes]:
    """The digests of what is signed: all but the checksum, the table's entry and the table."""
    assert image.certificates is not None
    at = image.certificates[0]
    end = image.directory_at + 8
    for name in _HASHES:
        digest = hashlib.new(name, usedforsecurity=False)
        digest.update(content[: image.checksum_at])
        digest.update(content[image.checksum_at + 4 : image.directory_at])
        digest.update(content[end:at])
        digest.update(content[at + image.certificates[1] :])
        yield digest.digest()


def _signers(blobs: list[bytes]) -> tuple[tuple[Signer, ...], str]:
    """Who signed, and why not all are known."""
    try:
        from cryptography.hazmat.primitives.serialization import pkcs7
    except ImportError:
        return (), f"by whom, only {EXTRA} can tell"
    found = []
    for blob in blobs:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                several = pkcs7.load_der_pkcs7_certificates(blob)
            signers = [one for one in several if _signs(blob, one)]
            found += [Signer(_name(one.subject), _name(one.issuer)) for one in signers]
        except Exception:  # what a file has there may be anything, and the library raises much
            signers = []
        if not signers:
            return tuple(found), "one of its signatures is not readable"
    return tuple(found), ""


def _signs(blob: bytes, certificate: x509.Certificate) -> bool:
    """The message names it as its signer: issuer and serial number, one behind the other."""
    issuer, serial = certificate.issuer.public_bytes(), certificate.serial_number
    number = serial.to_bytes(serial.bit_length() // 8 + 1, "big")
    return issuer + bytes((2, len(number))) + number in blob


def _name(name: x509.Name) -> str:
    """The common name, or all of it; printable."""
    from cryptography.x509.oid import NameOID

    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(common[0].value) if common else name.rfc4514_string()
    return "".join(one if one.isprintable() else "?" for one in text)[:120]
