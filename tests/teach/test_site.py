"""All lessons as a site: whole, led through, and closed to the outside."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from pxeclient.teach import loading
from pxeclient.teach.site import INDEX, site
from tests.teach.test_page import Reader


@cache
def pages() -> dict[str, str]:
    """Its files."""
    return dict(site([loading.load(name) for name in loading.names()]))


def test_every_lesson_and_an_index() -> None:
    """In order, and the index leads to each."""
    names = [f"{name}.html" for name in loading.names()]
    assert list(pages()) == [*names, INDEX]
    assert Reader(pages()[INDEX]).links == names


def test_links_lead_to_pages_that_are_there_or_to_rfcs() -> None:
    """And nothing is loaded."""
    for text in pages().values():
        found = Reader(text)
        assert not {"script", "link", "img", "iframe"} & set(found.seen)
        for link in found.links:
            assert link in pages() or re.fullmatch(
                r"https://www\.rfc-editor\.org/rfc/rfc\d+(#section-[\d.]+)?", link
            )
        assert not re.search(r"url\(|@import|src=", text)


def test_one_lesson_after_the_other() -> None:
    """Next and before are each other's."""
    names = loading.names()
    for before, after in pairwise(names):
        assert f'<a href="{after}.html" rel="next">' in pages()[f"{before}.html"]
        assert f'<a href="{before}.html" rel="prev">' in pages()[f"{after}.html"]
    assert 'rel="prev"' not in pages()[f"{names[0]}.html"]
    assert 'rel="next"' not in pages()[f"{names[-1]}.html"]
