"""No link of the documentation leads nowhere, neither between files nor between pages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from pxeclient.handbook import written
from pxeclient.handbook.links import file_of, lines
from tests.handbook.anchors import anchors, links
from tools.site import handbook

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
BOOK = handbook()
BESIDE = {path.relative_to(ROOT / "docs").as_posix() for path in written.files(ROOT / "docs")}
"""Files that are no pages, and that the site has."""


@cache
def headings(path: str) -> set[str]:
    """The anchors of a file."""
    return anchors((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_links_between_files(name: str) -> None:
    """As they are read where the repository is looked at."""
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = re.findall(r'(?:src|srcset)="([^"]+)"', text)
    for link in (*links(text), *shown):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, fragment = file_of(link, name)
        assert (ROOT / file).exists(), link
        assert not fragment or fragment in headings(file), link


@pytest.mark.parametrize("kind", sorted({page.kind for page in BOOK.pages.values()}))
def test_links_between_pages(kind: str) -> None:
    """As they are read as web pages; those of a kind together, as there are hundreds."""
    found: dict[str, set[str]] = {}
    for page in BOOK.pages.values():
        if page.kind != kind:
            continue
        for link in links(page.text()):
            if "://" in link or link.startswith("mailto:"):
                continue
            path, fragment = file_of(link, page.path)
            if path in BESIDE:
                continue
            assert path in BOOK.pages, (page.path, link)
            if fragment:
                if path not in found:
                    found[path] = anchors(BOOK.pages[path].text())
                assert fragment in found[path], (page.path, link)


def test_findings_are_linked_to_by_their_pages() -> None:
    """In the files all of them are on one page."""
    text = BOOK.pages["explanation/segment.md"].text()
    assert "(../reference/findings/R-ARP.md)" in text
    assert "findings.md#" not in text


def test_what_is_no_page_is_words() -> None:
    """A file of the repository that does not travel along."""
    text = BOOK.pages["reference/peers.md"].text()
    assert "set up as peers.toml has it" in text.replace("\n", " ")


SAID = re.compile(r"`pxeclient help ([^`\n]+)`|\(pxeclient help ([\w-]+)\)")


def test_pages_that_are_spoken_of_are_there() -> None:
    """By the program, in help and errors, and by the pages."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "pxeclient").rglob("*.py")]
    texts += [(ROOT / name).read_text(encoding="utf-8") for name in FILES]
    topics = {one or other for text in texts for one, other in SAID.findall(text)}
    assert {"testing", "errors", "vmware-e1000e"} <= topics
    for topic in topics - {"TOPIC", "ID", "NAME"}:
        assert BOOK.named(topic), topic


FILE = re.compile(r"\bdocs/[\w/-]+\.(?:md|service|svg)")


def test_files_that_are_spoken_of_are_there() -> None:
    """In comments, docstrings and texts; tests of pages make some up."""
    places = [ROOT / name for name in FILES if name != "CHANGELOG.md"]
    for folder in ("pxeclient", "profiles", "tools", "tests", "benchmarks"):
        places += (ROOT / folder).rglob("*.py")
    places += (ROOT / "profiles").glob("*.toml")
    for place in places:
        if place.parent == Path(__file__).parent:
            continue
        for name in FILE.findall(place.read_text(encoding="utf-8")):
            assert (ROOT / name).is_file() or name.startswith("docs/x"), (place, name)


def test_fences_are_left_alone() -> None:
    """What stands in them is no link."""
    text = "a\n```\n[b](c.md)\n```\nd\n"
    assert [line for is_prose, line in lines(text) if is_prose] == ["a", "d", ""]
