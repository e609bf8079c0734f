"""A lesson as a web page: whole, alone, and without a way in for what files and servers say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.teach import loading
from pxeclient.teach.markup import inline
from pxeclient.teach.page import page
from pxeclient.teach.taught import take
from tests.teach.lessons import lesson

VOID = {"meta"}


class Reader(HTMLParser):
    """Reads a page, and complains about tags that do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", loading.names())
def test_a_page_is_whole_and_alone(name: str) -> None:
    """All tags close, a section for each step, nothing from elsewhere and no script."""
    taught = take(loading.load(name))
    text = page(taught)
    found = Reader(text)
    assert found.seen.count("section") == len(taught.moments) + 1
    assert found.seen.count("h1") == 1
    assert found.seen.count("details") == sum(bool(m.step.question) for m in taught.moments)
    assert not {"script", "link", "img", "iframe"} & set(found.seen)
    assert found.links == []
    assert "prefers-color-scheme: dark" in text
    assert taught.lesson.title in found.text


def test_a_moment_is_marked() -> None:
    """The lines that a step is about, and only those."""
    taught = take(loading.load("bit-3"))
    marks = re.findall("<mark>(.*?)</mark>", page(taught))
    assert len(marks) == sum(len(moment.mark) for moment in taught.moments)
    assert "DHCPOFFER" in marks[0]
    assert marks[-1].endswith("boot.0, tsize 0")


def test_what_files_say_is_text(tmp_path: Path) -> None:
    """Signs of HTML in a title or a text are shown as they are."""
    text = page(take(lesson(tmp_path)))
    assert "A &lt;title&gt; &amp; more" in text
    assert "<code>x &lt; y</code>" in text
    assert "No <em>moment</em> here." in text
    Reader(text)


@given(st.text())
def test_no_markup_comes_through(text: str) -> None:
    """Whatever a text says, only code and em are tags."""
    found = Reader(inline(text).replace("</em><", "</em> <")) if balanced(inline(text)) else None
    tags = set(re.findall(r"<[^>]*>", inline(text)))
    assert tags <= {"<code>", "</code>", "<em>", "</em>"}
    assert found is None or set(found.seen) <= {"code", "em"}


def balanced(text: str) -> bool:
    """Tags nest: the marks of a text may be written across each other."""
    return not re.search(r"<em>[^<]*<code>[^<]*</em>|<code>[^<]*<em>[^<]*</code>", text)
