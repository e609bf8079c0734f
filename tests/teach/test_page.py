"""A lesson as a web page: whole, alone, and without a way in for what files and servers say."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pxeclient.profile import load
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.cutting import Cut, parts
from pxeclient.report.ladder.model import Ended, Entered, Folded, Message
from pxeclient.teach import loading
from pxeclient.teach.fields import Shown
from pxeclient.teach.markup import inline, linked
from pxeclient.teach.page import page
from pxeclient.teach.taught import Moment, Taught, take
from tests.ladder.boots import HOSTILES, hostile, kinds
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
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not any(name.startswith("on") or name == "href" for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", loading.names())
def test_a_page_is_whole_and_alone(name: str) -> None:
    """All tags close, a section for each step, nothing from elsewhere and no script."""
    taught = take(loading.load(name))
    text = page(taught, [loading.load(each) for each in loading.names()])
    found = Reader(text)
    assert found.seen.count("section") == len(taught.moments) + 1
    assert found.seen.count("h1") == 1
    questions = sum(bool(moment.step.question) for moment in taught.moments)
    frames = sum(bool(moment.frame) for moment in taught.moments)
    assert found.seen.count("details") == questions + frames
    assert not {"script", "link", "img", "iframe"} & set(found.seen)
    assert all(link.startswith("https://www.rfc-editor.org/rfc/rfc") for link in found.links)
    assert "prefers-color-scheme: dark" in text
    assert taught.lesson.title in found.text
    assert "default-src 'none'; style-src 'sha256-" in text


def test_a_step_has_its_part_of_the_ladder_and_its_octets() -> None:
    """Its moment marked, in the drawing for desks and in the one for telephones; also in words."""
    taught = take(loading.load("bit-3"))
    text = page(taught)
    first = text[text.index('id="step-1"') : text.index('id="step-2"')]
    assert first.count('<g class="marked"') == 2
    drawn = first[first.index('<g class="marked"') :]
    assert "DHCPOFFER" in drawn[:600]
    assert "DHCP and TFTP server 10.77.0.1 to client" in first
    assert '<code>43.6</code></th><td class="octets">06 01 08</td>' in first
    assert '<td class="absent">absent</td>' in first
    assert "The whole frame, field by field: 342 octets" in first
    assert first.count('<tr class="hit">') >= 5


@pytest.mark.parametrize("name", loading.names())
def test_the_parts_of_a_ladder_are_its_whole(name: str) -> None:
    """Each event that happens is in one of them, in its order; each step has its moment."""
    taught = take(loading.load(name))
    cuts = [moment.cut for moment in taught.moments if moment.cut is not None]
    found = parts(taught.trace, [*cuts, taught.last])
    assert all(len(part.marked) == 1 for part in found[:-1])
    drawn = [event for part in found for event in part.ladder.events]
    times = [event.at for event in drawn]
    assert times == sorted(times)
    whole = build(taught.trace).events
    for kind in (Entered, Ended):
        assert kinds(tuple(drawn), kind) == kinds(whole, kind)
    sent = sum(one.count if isinstance(one, Folded) else isinstance(one, Message) for one in drawn)
    assert sent == len(list(taught.trace.frames()))


def test_rfcs_are_links() -> None:
    """To the section, where one is named; what only looks like one is not."""
    where = "https://www.rfc-editor.org/rfc/rfc"
    assert f'<a href="{where}2132#section-8.4" rel="noreferrer">RFC 2132 §8.4</a>' in linked(
        "RFC 2132 §8.4 (option 43)"
    )
    assert f'<a href="{where}826" rel="noreferrer">RFC 826</a>.' in inline("See RFC 826.")
    assert f"{where}2131#section-3.1" in linked("RFC 2131 §3.1, step 1")
    assert "<a" not in linked("RFC <2131>, XRFC 2131, RFC 0, RFC 1234567, PXE 2.1 §3")
    assert "<a" not in inline("`RFC 2131`")


def test_a_page_alone_leads_nowhere() -> None:
    """It names the lessons before and after it by what is typed for them."""
    lessons = [loading.load(name) for name in loading.names()]
    text = page(take(lessons[1]), lessons)
    assert f"<code>pxeclient teach {lessons[2].name}</code>" in text
    assert f"{lessons[2].name}.html" not in text
    assert "index.html" not in text


@pytest.mark.parametrize("words", HOSTILES)
def test_no_text_of_a_lesson_becomes_markup(words: str) -> None:
    """Of its file, of its network, and of what was on the wire."""
    trace = hostile()
    everything = range(len(trace.records))
    lesson = loading.load("bit-3")
    frame = next(frame for _, frame, ours in trace.frames() if not ours)
    shown = tuple(Shown(words, words, words) for _ in range(2))
    step = replace(
        lesson.steps[0], title=words, text=words, question=words, answer=words, look_up=(words,)
    )
    made = replace(
        lesson, name=words, title=words, group=words, network=words, keys=(words,), aim=words,
        intro=words, learnt=(words,), steps=(step,),
    )  # fmt: skip
    profile = dataclasses.replace(load("ipxe"), name=words, title=words)
    moment = Moment(step, (), range(0), shown, shown, Cut(everything, 3), frame)
    taught = Taught(made, profile, trace, (moment,), (), (words, words), Cut(range(0)))
    text = page(taught, [made, made], linked_up=True)
    found = Reader(text)
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "header", "footer", "nav"}
    allowed |= {"p", "h1", "h2", "span", "code", "em", "a", "section", "div", "details", "summary"}
    allowed |= {"figure", "ol", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    allowed |= {"small", "svg", "g", "rect", "line", "text", "tspan", "polygon", "path", "circle"}
    assert set(found.seen) <= allowed
    assert all(link.endswith(".html") for link in found.links)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)


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
