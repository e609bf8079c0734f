"""The files of a corpus: names and octets, ready to be written."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pxeclient.corpus.collecting import Entry, Subject, collect
from pxeclient.corpus.layers import NAMES
from pxeclient.corpus.manifest import SCHEMA, file_name, index, manifest
from pxeclient.corpus.readme import readme

MANIFEST, INDEX, README = "manifest.json", "index.tsv", "README.md"
_HEX_OCTETS = 32
"""Octets in a line of a ``.hex`` file."""
_PROFILE = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
_PATH = re.compile(rf"{_PROFILE}/[a-z0-9-]+\.(?:{'|'.join(NAMES)})\.(?:bin|hex)")


class CorpusError(ValueError):
    """No folder can be made of what was asked for; the text says why."""


class CorpusFile(NamedTuple):
    """One file."""

    path: str
    """In the folder, with ``/``."""
    content: bytes


def files(subjects: Sequence[Subject]) -> list[CorpusFile]:
    """The whole corpus; the manifest comes last, so that whatever it lists is there.

    Raises:
        CorpusError: Two profiles have one name, or a name that no folder may have.
    """
    _check_names([subject.profile.name for subject in subjects])
    parts = [(subject, collect(subject)) for subject in subjects]
    found = [file for _, entries in parts for entry in entries for file in _of(entry)]
    listing = manifest(parts)
    found.append(CorpusFile(README, readme(listing).encode()))
    found.append(CorpusFile(INDEX, index(listing).encode()))
    text = json.dumps(listing, indent=1, ensure_ascii=False) + "\n"
    found.append(CorpusFile(MANIFEST, text.encode()))
    return found


def _check_names(names: list[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise CorpusError(f"{count} profiles are called {name}: each needs its own folder")
        if not re.fullmatch(_PROFILE, name):
            raise CorpusError(f"a profile's folder cannot be called {name!r}")


def _of(entry: Entry) -> Iterator[CorpusFile]:
    for layer in entry.sent.layers.parts():
        yield CorpusFile(file_name(entry, layer, "bin"), layer.octets)
        yield CorpusFile(file_name(entry, layer, "hex"), hex_lines(layer.octets).encode())


def hex_lines(octets: bytes) -> str:
    """Plain hexadecimal digits, 64 a line: what ``xxd -r -p`` reads."""
    starts = range(0, len(octets), _HEX_OCTETS)
    return "".join(f"{octets[at : at + _HEX_OCTETS].hex()}\n" for at in starts)


def listed(manifest: bytes) -> frozenset[str]:
    """The files that a manifest says it came with, itself included; none if it is not one of ours.

    A manifest may have been altered: whatever is no name of a corpus's file is left out.
    """
    try:
        found: Any = json.loads(manifest)
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            return frozenset()
        paths = [
            file[form]
            for message in found["messages"]
            for file in message["files"].values()
            if file is not None
            for form in ("bin", "hex")
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return frozenset()
    names = [path for path in paths if isinstance(path, str) and _PATH.fullmatch(path)]
    return frozenset((*names, MANIFEST, INDEX, README))
