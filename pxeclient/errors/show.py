"""Pages and the list of all codes, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import shorten

from pxeclient.advice import Cure, Server, fill
from pxeclient.advice import catalogue as cures
from pxeclient.decisions import Known
from pxeclient.errors.catalogue import (
    Family,
    Line,
    Others,
    Screen,
    catalogue,
    family_of,
)
from pxeclient.errors.lookup import Page, pages
from pxeclient.errors.meanings import Meaning, command, meanings
from pxeclient.prose import width, wrapped

WIDTH = 92
"""Columns, where the terminal has as many; only lines that are to be copied, such as commands, may
be longer."""

_CODES = 10
"""Columns that a code has in the list."""

_SERVERS = max(len(server.called) for server in Server)


def listing() -> Iterator[str]:
    """Every code and text, a line each: by family, then what no network causes."""
    yield "What a network can cause. `pxeclient errors CODE` explains one."
    for family in _families(meanings()):
        same = [each for each in meanings() if each.family.name == family.name]
        names = dict.fromkeys(profile.name for each in same for profile in each.profiles)
        yield ""
        yield from _wrapped(f"{family.title} ({', '.join(names)})", 0)
        listed = dict.fromkeys(each.name for each in same if each.name not in catalogue().lines)
        yield from (_listed(name, same) for name in listed)
    yield ""
    yield "Lines beside a code"
    for name, line in catalogue().lines.items():
        yield f"  {name:{_CODES}}{_bare(name, line.text)}"
    yield ""
    yield "Other lines on a machine's screen"
    for screen in catalogue().screens:
        yield ""
        yield f"  {screen.who}"
        yield from (f"    {text}" for text in screen.texts)
    yield ""
    yield "Not caused by the network, or hardly ever"
    for group in catalogue().others:
        yield ""
        yield from _wrapped(f"{family_of(group.family).title}: {group.why}", 2)
        yield from (f"    {code:{_CODES}}{text}" for code, text in group.codes)


def _families(among: Iterable[Meaning]) -> list[Family]:
    return list({each.family.name: each.family for each in among}.values())


def _listed(name: str, same: list[Meaning]) -> str:
    here = [each for each in same if each.name == name]
    text = _bare(name, here[0].text)
    several = f"  [{len(here)} meanings]" if len(here) > 1 else ""
    shown = "-" if name == here[0].text else name
    return f"  {shown:{_CODES}}{text}{several}"


def _bare(name: str, text: str) -> str:
    """A text without the code that it begins with."""
    return text.removeprefix(f"{name}: ")


def page_lines(page: Page, at_hand: Server | None = None) -> Iterator[str]:
    """All about one code; what is for the server at hand, if one is known, comes first."""
    for text in page.texts:
        yield text if page.screen or text.startswith(page.name) else f"{page.name}: {text}"
    if page.meant is not None:
        yield ""
        yield from _wrapped(page.meant.text, 2)
        yield from _known(page.meant.source, 2)
    if page.line is not None:
        yield ""
        yield from _line(page.line)
    told: set[Cure] = set()
    if page.screen is not None:
        yield ""
        yield from _screen(page.screen, at_hand)
    for family in _families(page.meanings):
        for meaning in page.meanings:
            if meaning.family.name == family.name:
                yield ""
                yield from _meaning(meaning, told, at_hand)
    for group, text in page.others:
        yield ""
        yield from _other(group, _bare(page.name, text), at_hand)
    yield ""
    yield f"  Page: pxeclient help {page.slug}"


def _line(line: Line) -> Iterator[str]:
    yield from _wrapped(line.means, 2)
    yield from _known(line.source, 2)
    yield f"  See it: {command('vmware-e1000e', line.see)}"


def _screen(screen: Screen, at_hand: Server | None) -> Iterator[str]:
    yield from _wrapped(screen.who, 0)
    yield from _wrapped(screen.means, 2)
    yield from _known(screen.source, 2)
    for name in screen.cures:
        yield ""
        yield from _cure(fill(cures()[name]), False, at_hand)


def _meaning(meaning: Meaning, told: set[Cure], at_hand: Server | None) -> Iterator[str]:
    names = ", ".join(profile.name for profile in meaning.profiles)
    yield from _wrapped(f"{meaning.family.title} ({names})", 0)
    yield from _wrapped(meaning.entry.means, 2)
    yield from _known(meaning.entry.known(meaning.family), 2)
    yield from _known(meaning.known._replace(where=f"the text: {meaning.known.where}"), 2)
    if meaning.never:
        yield from _wrapped(f"It never comes to that: {meaning.never}", 2)
        return
    yield ""
    yield "  Why, the most likely first:"
    for number, cause in enumerate(meaning.causes, 1):
        yield from _wrapped(f"{number}. {cause.why}", 2, hang=3)
        yield from _known(cause.known(meaning.family), 5)
        for cure in map(meaning.cure, cause.cures):
            yield from _cure(cure, cure in told, at_hand)
            told.add(cure)
    if meaning.see is not None:
        yield ""
        yield f"  See it: {command(meaning.profiles[0].name, meaning.see)}"
    if elsewhere := other_names(meaning):
        yield from _wrapped(f"On other firmware: {elsewhere}", 2)


def other_names(meaning: Meaning) -> str:
    """How the same failure shows on the other families."""
    found = {
        f"{each.name} ({each.family.title})": None
        for each in meanings()
        if each.failure is meaning.failure
        and each.family.name != meaning.family.name
        and not each.never
    }
    return ", ".join(found)


def _cure(cure: Cure, again: bool, at_hand: Server | None) -> Iterator[str]:
    if again:
        yield f"     → as above: {shorten(cure.do, width(WIDTH) - 17, placeholder=' …')}"
        return
    yield from _wrapped(f"→ {cure.do}", 5, hang=2)
    for server, lines in cure.settings(at_hand):
        if server.is_told_in_words:
            yield from _wrapped(f"{server.called:{_SERVERS}} {lines[0]}", 7, hang=_SERVERS + 1)
            continue
        for number, line in enumerate(lines):
            yield f"       {'' if number else server.called:{_SERVERS}} {line}"
    yield from _known(cure.known, 7)


def _other(group: Others, text: str, at_hand: Server | None) -> Iterator[str]:
    yield family_of(group.family).title
    cause = "Caused by" if group.causes else "Not caused by the network, but by"
    yield from _wrapped(f"{text.rstrip('.')}. {cause} {group.why}.", 2)
    yield from _known(group.source, 2)
    if group.causes:
        yield ""
        yield "  Or by the network:"
    for number, one in enumerate(group.causes, 1):
        yield from _wrapped(f"{number}. {one.why}", 2, hang=3)
        yield from _known(one.source, 5)
        for name in one.cures:
            yield from _cure(fill(cures()[name]), False, at_hand)


def _known(known: Known, indent: int) -> Iterator[str]:
    yield from _wrapped(f"[{known}]", indent, hang=1)


def _wrapped(text: str, indent: int, hang: int = 0) -> list[str]:
    return wrapped(text, " " * indent, " " * (indent + hang), width(WIDTH))


def all_pages() -> Iterator[Page]:
    """The pages that the network causes, and the lines beside a code."""
    return (page for page in pages().values() if page.meanings or page.line)
