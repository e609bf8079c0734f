"""``pxeclient nbp --json``."""

from __future__ import annotations

from typing import Literal, TypedDict

from pxeclient.schemas.common import KindWord, Known


class Sign(TypedDict):
    """Octets that told what a file is."""

    offset: int
    octets: int
    found: str
    unpacked: bool


class Signer(TypedDict):
    """Who signed a file."""

    signer: str
    issuer: str


class Signature(TypedDict):
    """What a PE image's certificate table says."""

    signers: list[Signer]
    signature_count: int | None
    unread: str | None
    secure_boot_refuses: str | None


class Program(TypedDict):
    """The program that a boot file is."""

    name: str
    build: str | None
    version: str | None
    sure: str
    known: Known


class NbpFile(TypedDict):
    """What a file is, by its octets."""

    file: str
    size: int | None
    sha256: str | None
    kind: KindWord
    kind_words: str
    pe_machine: int | None
    identified: Program | None
    architectures: list[int]
    says: dict[str, str]
    looked_at: int
    cut_off: bool
    caveat: str | None
    signature: Signature | None
    signs: list[Sign]


class Nbp(TypedDict):
    """What files are, by their octets."""

    schema: Literal["pxeclient-nbp/1"]
    files: list[NbpFile]
