"""The deeper look at a whole file: what is packed in it, and who signed it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pxeclient.nbp.identify import identify
from pxeclient.nbp.kinds import NbpKind
from pxeclient.nbp.payload import unpacked
from pxeclient.nbp.signed import Signature, signature


@dataclass(frozen=True, slots=True)
class Examined:
    """A file, and what its octets say."""

    kind: NbpKind
    signature: Signature | None
    """Of a whole PE image; else None."""


def examine(content: bytes, size: int | None = -1) -> Examined:
    """What a file is, as far as its octets tell; arguments as `identify` has them."""
    kind = identify(content, size)
    if kind.is_partial:
        return Examined(kind, None)
    told = unpacked(content, kind)
    if told is not None:
        program = told.program
        build = program.build or (kind.program.build if kind.program else "")
        program = replace(program, build=build)
        kind = replace(
            kind,
            words=f"{kind.words.split(':')[0]}: {program.words}",
            program=program,
            signs=(*kind.signs, *(replace(one, unpacked=True) for one in told.signs)),
            facts=(*told.facts, *kind.facts),
        )
    return Examined(kind, signature(content))
