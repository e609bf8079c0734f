"""Whose program a file is: by the table of `programs.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec

from pxeclient.documents import own_toml
from pxeclient.nbp.kinds import Program, Sign, Sure

_FILE = Path(__file__).parent / "programs.toml"

MOST = 16 << 20
"""Octets that are searched; boot loaders have at most a quarter of it."""
_LONGEST = 120
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Texts:
    """Texts that tell something of a program by being there, or by being in the way."""

    all: tuple[str, ...] = ()
    """All of them are there."""
    any: tuple[str, ...] = ()
    """One of them is there."""
    none: tuple[str, ...] = ()
    """None of them is there."""
    wide: tuple[str, ...] = ()
    """All of them are there, in UTF-16."""

    def signs(self, content: bytes) -> tuple[Sign, ...] | None:
        """Where they stand; None if this does not hold."""
        found: list[Sign] = []
        for octets, text in _octets(self.all, self.wide):
            at = content.find(octets, 0, MOST)
            if at < 0:
                return None
            found.append(Sign(at, len(octets), text))
        if self.any:
            one = next((sign for sign in map(_finder(content), self.any) if sign), None)
            if one is None:
                return None
            found.append(one)
        if any(_finder(content)(text) for text in self.none):
            return None
        return tuple(found)


def _octets(plain: tuple[str, ...], wide: tuple[str, ...]) -> Iterator[tuple[bytes, str]]:
    yield from ((text.encode("latin-1"), text) for text in plain)
    yield from ((text.encode("utf-16-le"), text) for text in wide)


class _finder:
    """Finds a text in these octets."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __call__(self, text: str) -> Sign | None:
        octets = text.encode("latin-1")
        at = self.content.find(octets, 0, MOST)
        return Sign(at, len(octets), text) if at >= 0 else None


@dataclass(frozen=True)
class Build:
    """One of a program's builds."""

    name: str
    texts: Texts = field(default_factory=Texts)
    caveat: str = ""
    whole: bool = False
    """Only a whole file tells: a text that is not there may be in the rest."""


@dataclass(frozen=True)
class Entry:
    """A program in one form."""

    name: str
    forms: tuple[str, ...]
    known: tuple[str, str]
    """How well it is known, and from where."""
    starts: tuple[str, ...] = ()
    """How it may begin, in hexadecimal; with nothing else it makes the program likely."""
    sections: tuple[str, ...] = ()
    """Sections that its PE image has; with nothing else they make the program likely."""
    proof: Texts = field(default_factory=Texts)
    within: int = MOST
    """How far from the beginning the proof stands."""
    build: str = ""
    """A regular expression whose first group is the build, where it names itself."""
    version: str = ""
    """The same of the version."""
    builds: tuple[Build, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """A name, and a regular expression whose first group is the value."""
    caveat: str = ""

    def begins(self, content: bytes) -> bool:
        """The file begins as this program does."""
        return any(content.startswith(bytes.fromhex(start)) for start in self.starts)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A program, and what told it."""

    program: Program
    signs: tuple[Sign, ...]
    facts: tuple[tuple[str, str], ...] = ()
    caveat: str = ""


@cache
def entries() -> tuple[Entry, ...]:
    """The table."""
    data = own_toml(_FILE)
    return msgspec.convert(data["program"], tuple[Entry, ...], strict=True)


def recognise(
    form: str, content: bytes, sections: tuple[str, ...] = (), whole: bool = True
) -> Recognised | None:
    """The program that these octets are of.

    Args:
        form: The file's form, of `KINDS`, or ``payload`` for what was unpacked from one.
        content: The file, or its beginning.
        sections: The names of a PE image's sections.
        whole: The content is all of the file.
    """
    likely = None
    for entry in entries():
        if form not in entry.forms or not set(entry.sections) <= set(sections):
            continue
        signs = entry.proof.signs(content[: entry.within])
        if signs:
            return _proven(entry, content, signs, whole)
        if likely is None and (entry.sections or entry.begins(content)):
            likely = entry
    return None if likely is None else _likely(likely, content)


def _likely(entry: Entry, content: bytes) -> Recognised:
    start = next((one for one in entry.starts if content.startswith(bytes.fromhex(one))), "")
    if start:
        sign = Sign(0, len(start) // 2, f"it begins with {start}")
    else:
        name = entry.sections[0]
        sign = Sign(content.find(name.encode()), len(name), f"section {name}")
    return Recognised(Program(entry.name, "", "", Sure.LIKELY, *entry.known), (sign,))


def _proven(entry: Entry, content: bytes, signs: tuple[Sign, ...], whole: bool) -> Recognised:
    named, sign = _value(entry.build, content)
    version, version_sign = _value(entry.version, content)
    caveat = entry.caveat
    found = [*signs, *(one for one in (sign, version_sign) if one)]
    build = named
    for one in entry.builds:
        if (one.whole and not whole) or (told := one.texts.signs(content)) is None:
            continue
        build, caveat = one.name, one.caveat
        found += told
        break
    facts = []
    for name, pattern in entry.facts:
        value, fact_sign = _value(pattern, content)
        if fact_sign is not None:
            facts.append((name, value))
            found.append(fact_sign)
    program = Program(entry.name, build, version, Sure.CERTAIN, *entry.known)
    return Recognised(program, tuple(found), tuple(facts), caveat)


@cache
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("latin-1"))


def _value(pattern: str, content: bytes) -> tuple[str, Sign | None]:
    """What the first group of the pattern holds; nothing if it is not there."""
    match = _compiled(pattern).search(content, 0, MOST) if pattern else None
    if match is None:
        return "", None
    value = _shown(match[1])
    return value, Sign(match.start(1), len(match[1]), value)


def _shown(octets: bytes) -> str:
    """Printable, and of a bounded length, whatever a file has there."""
    text = "".join(chr(one) if 32 <= one < 127 else "?" for one in octets[:_LONGEST])
    return text.strip()
