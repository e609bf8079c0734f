"""All pages, and which one is meant."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from pxeclient.handbook import links
from pxeclient.handbook.model import Page, Section
from pxeclient.spelling import close


class Handbook:
    """Pages by their path."""

    def __init__(
        self, written: Iterable[Page], made: Iterable[Page], beside: Iterable[str] = ()
    ) -> None:
        """Join them. A page that is made takes the place of a file of that path.

        Args:
            written: Pages that are files; their links are turned.
            made: The others; those with a `kind` are the parts of the page above them.
            beside: Files that are no pages, where they can be linked to; from the first page.
        """
        files = list(written)
        others = {page.path: page for page in made}
        places = {page.source: page.path for page in files if page.source}
        places |= {f"docs/{path}": path for path in beside}
        for page in others.values():
            above = f"docs/{page.path.rpartition('/')[0]}.md"
            if page.kind and above in places:
                places[f"{above}#{page.stem.lower()}"] = page.path
        self.pages: dict[str, Page] = {}
        for page in files:
            if page.path not in others:
                assert page.source is not None
                text = partial(_turned, page, places)
                self.pages[page.path] = Page(page.path, page.title, text, page.source)
        self.pages |= others

    def section(self, section: Section) -> list[Page]:
        """Its pages, but for those of which there are many."""
        return [page for page in self.pages.values() if page.section is section and not page.kind]

    def named(self, topic: str) -> list[Page]:
        """The pages of that name, or whose name ends so; those that are files first."""
        wanted = topic.strip().strip("/").removesuffix(".md").casefold()
        found = [
            page
            for page in self.pages.values()
            if wanted in (page.name.casefold(), page.stem.casefold(), page.path[:-3].casefold())
        ]
        return sorted(found, key=lambda page: (page.source is None, page.path))

    def about(self, topic: str) -> list[Page]:
        """The pages that have all of these words in name or title."""
        words = topic.casefold().split()
        return [
            page
            for page in self.pages.values()
            if words and all(word in f"{page.name} {page.title}".casefold() for word in words)
        ]

    def leads_to(self, page: Page) -> list[Page]:
        """The pages that a page links to, in order, each once."""
        paths = (links.file_of(link, page.path)[0] for link in links.of(page.text()))
        found = dict.fromkeys(path for path in paths if path in self.pages)
        return [self.pages[path] for path in found if path != page.path]

    def speaks_of(self, page: Page) -> list[Page]:
        """The pages that people wrote and that link to a page."""
        written = (one for one in self.pages.values() if one.source is not None)
        return [one for one in written if one is not page and page in self.leads_to(one)]

    def misspelt(self, topic: str) -> str:
        """What may be meant, as a question; nothing if no name is like it."""
        few = [page.stem for page in self.pages.values() if not page.kind]
        many = dict.fromkeys(page.stem for page in self.pages.values() if page.kind)
        return close(topic, few) or close(topic, many, most=3)


def _turned(page: Page, places: dict[str, str]) -> str:
    assert page.source is not None
    return links.turned(page.text(), page.source, page.path, places)
