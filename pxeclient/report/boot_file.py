"""What a boot file is, as lines for people and as an object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pxeclient.architectures import ARCHITECTURES, Fit, fit
from pxeclient.nbp import NbpKind, Sign
from pxeclient.nbp.examine import Examined
from pxeclient.prose import wrapped

if TYPE_CHECKING:
    from pxeclient.schemas import nbp as shapes

_INDENT = "  "
_MOST_SIGNS = 6


def runs_it(kind: NbpKind) -> list[int]:
    """The architectures (option 93) whose firmware starts the file by itself."""
    return [code for code in ARCHITECTURES if fit(code, (), kind) is Fit.FITS]


def lines(name: str, found: Examined, digest: str | None) -> Iterator[str]:
    """A file in a few lines.

    Args:
        name: Printable.
        found: What it is.
        digest: Its SHA-256; None where not all of it was read.
    """
    kind = found.kind
    yield from wrapped(f"{name}: {kind.words}", rest=_INDENT)
    yield from wrapped(f"{_size(kind)}{f', SHA-256 {digest}' if digest else ''}", _INDENT)
    codes = runs_it(kind)
    if codes:
        names = ", ".join(f"{ARCHITECTURES[code].name} ({code})" for code in codes)
        yield from wrapped(f"Started by: {names}", _INDENT)
    elif kind.kind == "script":
        yield from wrapped("Started by: iPXE, which has to be there already", _INDENT)
    for what, value in kind.facts:
        yield from wrapped(f"{what}: {value}", _INDENT)
    if kind.is_cut:
        words = f"Cut off: by its own headers it has at least {kind.needs} octets."
        yield from wrapped(words, _INDENT)
    if kind.caveat:
        yield from wrapped(f"It {kind.caveat}.", _INDENT)
    if found.signature is not None:
        yield from wrapped(f"Signature: {found.signature.words}", _INDENT)
        if found.signature.refused:
            words = (
                "Secure Boot with Microsoft's keys would refuse this file:"
                f" {found.signature.refused}."
            )
            yield from wrapped(words, _INDENT)
    yield from wrapped(_told_by(kind), _INDENT)


def _size(kind: NbpKind) -> str:
    if not kind.is_partial:
        return f"{kind.size} octets"
    of = "" if kind.size is None else f" of {kind.size}"
    return f"Only the first {kind.has}{of} octets were looked at"


def _told_by(kind: NbpKind) -> str:
    signs = "; ".join(map(_sign, kind.signs[:_MOST_SIGNS]))
    if kind.program is None:
        return f"Told by {signs}." if signs else "Nothing in it tells what it is."
    how = f"{kind.program.level}: {kind.program.source}"
    return f"Told by {signs} ({how})."


def _sign(sign: Sign) -> str:
    packed = " unpacked" if sign.unpacked else ""
    return f"{sign.what.strip()!r} at 0x{sign.offset:x}{packed}"


def as_json(name: str, found: Examined, digest: str | None) -> shapes.NbpFile:
    """The same as an object."""
    kind, signature = found.kind, found.signature
    return {
        "file": name,
        "size": kind.size,
        "sha256": digest,
        "kind": kind.kind,
        "kind_words": kind.words,
        "pe_machine": kind.machine,
        "identified": None if kind.program is None else _program(kind),
        "architectures": runs_it(kind),
        "says": dict(kind.facts),
        "looked_at": kind.has,
        "cut_off": kind.is_cut,
        "caveat": f"it {kind.caveat}" if kind.caveat else None,
        "signature": None
        if signature is None
        else {
            "signers": [{"signer": one.subject, "issuer": one.issuer} for one in signature.signers],
            "signature_count": signature.count,
            "unread": signature.unread or None,
            "secure_boot_refuses": signature.refused or None,
        },
        "signs": [
            {
                "offset": one.offset,
                "octets": one.length,
                "found": one.what,
                "unpacked": one.unpacked,
            }
            for one in kind.signs
        ],
    }


def _program(kind: NbpKind) -> shapes.Program:
    program = kind.program
    assert program is not None
    return {
        "name": program.name,
        "build": program.build or None,
        "version": program.version or None,
        "sure": program.sure.value,
        "known": {"level": program.level, "where": program.source},
    }
