"""The pages that follow from what the package knows: findings, error codes, practice networks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pxeclient.diagnose import catalogue
from pxeclient.diagnose import page as finding_pages
from pxeclient.errors import code_page, docs, lookup
from pxeclient.handbook.model import Page
from pxeclient.practice import page as network_pages
from pxeclient.practice import scenario

FINDING, CODE, NETWORK = "finding", "code", "network"


def pages() -> Iterator[Page]:
    """All of them. The titles are at hand; texts are made when they are wanted."""
    yield Page("reference/findings.md", "Findings", finding_pages.listing)
    for fault in catalogue().values():
        text = partial(finding_pages.one, fault)
        path = f"reference/findings/{fault.id}.md"
        yield Page(path, f"{fault.id}: {fault.title}", text, kind=FINDING)
    yield from _codes()
    yield Page("reference/networks.md", "Practice networks", network_pages.listing)
    for name in dict.fromkeys((*scenario.names(), *scenario.recorded_names())):
        path = f"reference/networks/{name}.md"
        title = f"Practice network {name}"
        yield Page(path, title, partial(network_pages.one, name), kind=NETWORK)


def _codes() -> Iterator[Page]:
    found = lookup.pages()
    links = {name: f"errors/{page.slug}.md" for name, page in found.items()}
    yield Page("reference/errors.md", "Error codes", partial(docs.listing, links))
    for name, page in found.items():
        text = partial(code_page.one, page)
        yield Page(f"reference/{links[name]}", code_page.title(page), text, kind=CODE)
