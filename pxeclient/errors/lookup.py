"""From what somebody types, or copies from a screen, to the page about it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache

from pxeclient.errors.catalogue import Line, Meant, Others, Screen, catalogue
from pxeclient.errors.meanings import Meaning, meanings

_IPXE_URL = re.compile(r"ipxe\.org/(?:err/)?([0-9a-f]{6,8})", re.IGNORECASE)
_NUMBER = re.compile(r"(?:0x)?([0-9a-f]{8})", re.IGNORECASE)
_PXE = re.compile(r"(?:pxe-?)?([emt][0-9a-f]{2})(?![0-9a-z])", re.IGNORECASE)
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")
_SHORTEST_TEXT = 5
"""Of a text, that many characters are needed to look for it."""
_MOST_CLOSE = 3
"""So many names are offered for one that is unknown."""


class UnknownError(LookupError):
    """There is no such code; the text names the closest ones."""


@dataclass(frozen=True, slots=True)
class Page:
    """All about one code, or one text without code."""

    name: str
    meanings: tuple[Meaning, ...] = ()
    line: Line | None = None
    others: tuple[tuple[Others, str], ...] = ()
    """Where the machine itself causes it, with the text it has there."""
    screen: Screen | None = None
    """A line that is no profile's, with the others like it."""

    @property
    def slug(self) -> str:
        """The name in one word that no shell takes for anything else; its page is called so."""
        return _NO_WORD.sub("-", self.name).strip("-")

    @property
    def texts(self) -> tuple[str, ...]:
        """The different texts, in the order of the meanings."""
        if self.screen is not None:
            return self.screen.texts
        own = (self.line.text,) if self.line else ()
        without = (f"{self.name}: {text}" for _, text in self.others)
        rest = (*(each.text for each in self.meanings), *without)
        different: dict[str, str] = {}
        for text in rest:
            # EDK II ends its texts with a full stop, and Intel's ROMs do not.
            different.setdefault(text.rstrip("."), text)
        return own or tuple(different.values())

    @property
    def meant(self) -> Meant | None:
        """What to ask first: a machine prints this that found nothing to boot from."""
        entries = (meaning.entry for meaning in self.meanings if not meaning.never)
        asked = any(entry.meant for entry in entries)
        asked = asked or any(one is not None and one.meant for one in (self.line, self.screen))
        return catalogue().meant if asked else None


@cache
def pages() -> dict[str, Page]:
    """Every page by its name: first what a network causes, in order; then the rest."""
    found: dict[str, Page] = {}
    known = catalogue()
    for name in dict.fromkeys(each.name for each in meanings()):
        same = tuple(each for each in meanings() if each.name == name)
        found[name] = Page(name, same, known.lines.get(name), _others(name))
    for name, line in known.lines.items():
        found.setdefault(name, Page(name, line=line))
    for group in known.others:
        for name, _ in group.codes:
            found.setdefault(name, Page(name, others=_others(name)))
    for screen in known.screens:
        found[screen.texts[0]] = Page(screen.texts[0], screen=screen)
    return found


def _others(name: str) -> tuple[tuple[Others, str], ...]:
    groups = catalogue().others
    return tuple((group, text) for group in groups for code, text in group.codes if code == name)


def look_up(query: str) -> Page:
    """The page that a code, a URL, a line of a screen or a part of a text leads to.

    Raises:
        UnknownError: There is none, or a text leads to several; names the closest ones.
    """
    query = query.strip()
    name = _code_in(query)
    if name in pages():
        return pages()[name]
    if not name and len(query) >= _SHORTEST_TEXT:
        exact = [page for page in pages().values() if _is_text(page, query)]
        holding = [page for page in pages().values() if _has_text(page, query)]
        found = exact or holding
        if len(found) == 1:
            return found[0]
        if found:
            names = _listed([page.name for page in found])
            raise UnknownError(f"{query!r} stands in several texts: {names}")
    if (shown := _on_screen(query)) is not None:
        return shown
    close = _next_codes(name) if name else _alike(query)
    near = f"; the closest are {_listed(close)}" if close else ""
    raise UnknownError(f"nothing is known of {query!r}{near}")


def _code_in(query: str) -> str:
    """The name of the code in a line, as the pages have it; empty if there is none."""
    if found := _IPXE_URL.search(query) or _NUMBER.fullmatch(query):
        return found[1].lower()
    if found := _PXE.match(query):
        code = found[1].upper()
        return "PXE-T" if code[0] == "T" else f"PXE-{code}"
    return "PXE-T" if query.upper() in ("PXE-T", "PXE-TNN") else ""


def _has_text(page: Page, query: str) -> bool:
    return any(query.lower() in text.lower() for text in page.texts)


def _is_text(page: Page, query: str) -> bool:
    names = (page.name, *(page.screen.texts if page.screen else ()))
    return query.lower() in (name.lower() for name in names)


def _on_screen(line: str) -> Page | None:
    """The page of the longest text that is in a whole line of a screen, if one is."""
    found = [
        (len(text), page)
        for page in pages().values()
        if page.screen is not None
        for text in page.screen.texts
        if text.rstrip(".").lower() in line.lower()
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _next_codes(code: str) -> list[str]:
    """The codes that begin alike for longest."""

    def alike(other: str) -> int:
        differing = (at for at, (a, b) in enumerate(zip(code, other, strict=False)) if a != b)
        return next(differing, min(len(code), len(other)))

    return sorted(pages(), key=alike, reverse=True)[:_MOST_CLOSE]


def _alike(text: str) -> list[str]:
    """The names that look alike."""
    folded = {each.lower(): each for each in pages()}
    close = difflib.get_close_matches(text.lower(), folded, n=_MOST_CLOSE, cutoff=0.4)
    return [folded[each] for each in close]


def _listed(names: list[str]) -> str:
    return ", ".join(names)
