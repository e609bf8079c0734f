"""The page of one error code, as Markdown: what `pxeclient errors CODE` tells."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.advice import Cure, fill
from pxeclient.advice import catalogue as cures
from pxeclient.decisions import Known
from pxeclient.errors.catalogue import Others, family_of
from pxeclient.errors.lookup import Page
from pxeclient.errors.meanings import Meaning, command
from pxeclient.errors.show import other_names


def title(page: Page) -> str:
    """Code and text."""
    text = page.texts[0]
    return text if page.screen or text.startswith(page.name) else f"{page.name}: {text}"


def one(page: Page) -> str:
    """The page."""
    return "\n".join((f"# {title(page)}", *_told(page))) + "\n"


def _told(page: Page) -> Iterator[str]:
    yield ""
    for text in page.texts[1:]:
        yield f"* {text}"
    yield ""
    if page.meant is not None:
        yield from _paragraph(f"{page.meant.text} {_known(page.meant.source)}")
    if page.line is not None:
        yield from _paragraph(f"{page.line.means} {_known(page.line.source)}")
        yield from _paragraph(f"See it: `{command('vmware-e1000e', page.line.see)}`")
    if page.screen is not None:
        yield from _paragraph(
            f"{page.screen.who}. {page.screen.means} {_known(page.screen.source)}"
        )
        for name in page.screen.cures:
            yield from _cure(fill(cures()[name]))
    told: set[Cure] = set()
    for meaning in page.meanings:
        yield from _meaning(meaning, told)
    for group, text in page.others:
        yield from _other(group, text)


def _meaning(meaning: Meaning, told: set[Cure]) -> Iterator[str]:
    names = ", ".join(profile.name for profile in meaning.profiles)
    yield from _paragraph(f"## {meaning.family.title}: {meaning.failure}")
    known = _known(meaning.entry.known(meaning.family))
    yield from _paragraph(f"On {names}. {meaning.entry.means} {known}")
    if meaning.never:
        yield from _paragraph(f"It never comes to that: {meaning.never}")
        return
    for number, cause in enumerate(meaning.causes, 1):
        yield from _paragraph(f"### Cause {number} of {len(meaning.causes)}")
        yield from _paragraph(f"{cause.why} {_known(cause.known(meaning.family))}")
        for cure in map(meaning.cure, cause.cures):
            if cure in told:
                yield from _paragraph(f"**Cure**, as above: {cure.do}")
            else:
                yield from _cure(cure)
            told.add(cure)
    if meaning.see is not None:
        yield from _paragraph(f"See it: `{command(meaning.profiles[0].name, meaning.see)}`")
    if elsewhere := other_names(meaning):
        yield from _paragraph(f"On other firmware: {elsewhere}.")


def _cure(cure: Cure) -> Iterator[str]:
    yield from _paragraph(f"**Cure**: {cure.do} {_known(cure.known)}")
    for server, lines in cure.settings():
        if server.is_told_in_words:
            yield from _paragraph(f"* {server.called}: {lines[0]}")
            continue
        yield from _paragraph(f"* {server.called}:")
        yield from (f"      {line}" for line in lines)
        yield ""


def _other(group: Others, text: str) -> Iterator[str]:
    yield from _paragraph(f"## {family_of(group.family).title}")
    cause = "Caused by" if group.causes else "Not caused by the network, but by"
    yield from _paragraph(f"{text.rstrip('.')}. {cause} {group.why}. {_known(group.source)}")
    for one_cause in group.causes:
        yield from _paragraph(f"By the network: {one_cause.why} {_known(one_cause.source)}")
        for name in one_cause.cures:
            yield from _cure(fill(cures()[name]))


def _paragraph(text: str) -> tuple[str, str]:
    return text, ""


def _known(known: Known) -> str:
    return f"*({known})*"
