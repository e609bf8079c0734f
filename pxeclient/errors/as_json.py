"""Pages as objects for tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pxeclient.advice import catalogue as cures
from pxeclient.advice import fill
from pxeclient.advice.as_json import cure_as_json, known_as_json
from pxeclient.errors.catalogue import Cause, family_of
from pxeclient.errors.lookup import Page, pages
from pxeclient.errors.meanings import Meaning, command

if TYPE_CHECKING:
    from pxeclient.schemas import errors as shapes

SCHEMA: Final = "pxeclient-errors/1"
SCHEMA_OF_ONE: Final = "pxeclient-error/1"
"""Each grows by new keys only; any other change makes it /2."""


def all_as_json() -> shapes.Errors:
    """All pages."""
    return {"schema": SCHEMA, "codes": [page_as_json(page) for page in pages().values()]}


def as_json(page: Page) -> shapes.Error:
    """One page."""
    return {"schema": SCHEMA_OF_ONE, **page_as_json(page)}


def page_as_json(page: Page) -> shapes.Page:
    """All that the page says, ready for `json.dumps`."""
    line = page.line
    return {
        "name": page.name,
        "texts": list(page.texts),
        "ask_first": None
        if page.meant is None
        else {"text": page.meant.text, "known": known_as_json(page.meant.source)},
        "screen": None
        if page.screen is None
        else {
            "who": page.screen.who,
            "means": page.screen.means,
            "known": known_as_json(page.screen.source),
            "cures": [cure_as_json(fill(cures()[name])) for name in page.screen.cures],
        },
        "beside": None
        if line is None
        else {
            "means": line.means,
            "known": known_as_json(line.source),
            "see": [command("vmware-e1000e", line.see)],
        },
        "meanings": [_meaning(meaning) for meaning in page.meanings],
        "not_caused_by_the_network": [
            {
                "family": family_of(group.family).title,
                "text": text,
                "caused_by": group.why,
                "known": known_as_json(group.source),
                "causes": [
                    {
                        "why": cause.why,
                        "known": known_as_json(cause.source),
                        "cures": [cure_as_json(fill(cures()[name])) for name in cause.cures],
                    }
                    for cause in group.causes
                ],
            }
            for group, text in page.others
        ],
    }


def _meaning(meaning: Meaning) -> shapes.Meaning:
    names = [profile.name for profile in meaning.profiles]
    return {
        "code": meaning.code,
        "text": meaning.text,
        "family": meaning.family.title,
        "profiles": names,
        "failure": str(meaning.failure),
        "means": meaning.entry.means,
        "known": known_as_json(meaning.entry.known(meaning.family)),
        "text_known": known_as_json(meaning.known),
        "causes": [] if meaning.never else [_cause(cause, meaning) for cause in meaning.causes],
        "see": [
            command(profile.name, see)
            for profile in meaning.profiles
            if (see := meaning.see_with(profile)) is not None
        ],
        "never": meaning.never or None,
    }


def _cause(cause: Cause, meaning: Meaning) -> shapes.Cause:
    return {
        "why": cause.why,
        "known": known_as_json(cause.known(meaning.family)),
        "cures": [cure_as_json(meaning.cure(name)) for name in cause.cures],
    }
