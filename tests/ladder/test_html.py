"""Ladders as one HTML page: what can be said of it without a browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from pxeclient.advice import catalogue
from pxeclient.report.fields import dissect
from pxeclient.report.ladder import Align, Format, Style, render, svg
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.html import draw
from pxeclient.report.ladder.model import (
    Decided,
    Dropped,
    Ended,
    Entered,
    Folded,
    Keyboard,
    Ladder,
    Lifeline,
    Message,
    Problem,
    Remedy,
    Role,
    Setting,
    Shown,
    clean,
)
from pxeclient.report.ladder.pieces import asset
from tests.ladder.boots import FIRMWARES, HOSTILES, dead, hostile, kinds, ladders

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """The page's elements, in order; it is well-formed if each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": [], "kbd": [], "text": []}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, dict(attrs)))
        if tag in self.inside:
            self.inside[tag].append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of SVG without content."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._open and self._open[-1] in self.inside:
            self.inside[self._open[-1]][-1] += data

    def data(self) -> dict[str, Any]:
        """What the page's script is given."""
        found = json.loads(self.inside["script"][0])
        assert isinstance(found, dict)
        return found

    def options(self) -> list[dict[str, str | None]]:
        """What can be chosen."""
        return [attrs for _, attrs in self.elements if attrs.get("role") == "option"]


def page(*names: str) -> Page:
    """The page of one boot or two."""
    return Page(render([dead(name) for name in names], Format.HTML))


def test_every_event_can_be_chosen_and_has_details() -> None:
    """One boot on every network."""
    for ladder in ladders():
        made = Page(draw([ladder], Align.STATE))
        assert len(made.options()) == len(ladder.events)
        assert [option["id"] for option in made.options()] == list(made.data())
        assert all(option["aria-label"] for option in made.options())


@pytest.mark.parametrize("align", Align)
def test_two_boots_have_a_list_each(align: Align) -> None:
    """Rows and gaps together are as many in both, and as high."""
    made = Page(render([dead(name) for name in FIRMWARES], Format.HTML, Style(align=align)))
    lists = [attrs for _, attrs in made.elements if attrs.get("role") == "listbox"]
    assert len(lists) == 2
    heights: list[list[str | None]] = []
    for tag, attrs in made.elements:
        if tag == "section":
            heights.append([])
        elif tag == "svg":
            heights[-1].append(attrs["height"])
    assert heights[0] == heights[1]


def test_a_message_has_its_octets_and_every_field() -> None:
    """And the decisions that followed it."""
    data = page("vmware-e1000e").data()
    messages = kinds(build(dead("vmware-e1000e")).events, Message)
    shown = [told for told in data.values() if "octets" in told]
    assert len(shown) == len(messages) > 5
    for told, message in zip(shown, messages, strict=True):
        assert isinstance(message, Message)
        assert bytes.fromhex(told["octets"]) == message.octets
        assert [tuple(field) for field in told["fields"]] == list(dissect(message.octets))
    followed = [words for told in shown for _, words in told["links"]]
    assert any(words.startswith("decision after-ack: ") for words in followed)
    assert all(target in data for told in data.values() for target, _ in told.get("links", []))


def test_a_decision_has_its_reason() -> None:
    """Rule, evidence and source; and the way back to the message."""
    data = page("vmware-e1000e").data()
    [event] = [
        event
        for event in build(dead("vmware-e1000e")).events
        if isinstance(event, Decided) and event.question == "after-ack"
    ]
    [told] = [told for told in data.values() if told["heading"] == "◆ after-ack"]
    facts = dict(told["facts"])
    assert (facts["reason"], facts["rule"]) == (event.because, event.rule)
    assert (facts["evidence"], facts["source"]) == (event.evidence, event.source)
    assert [words for _, words in told["links"]] == [f"after message #{event.frame}"]


def test_the_page_asks_for_nothing_and_lets_nothing_in() -> None:
    """Its policy names its own style and script by their hashes, and nothing else."""
    made = page(*FIRMWARES)
    for tag, attrs in made.elements:
        assert not {"src", "href", "style", "action"} & set(attrs)
        assert not [name for name in attrs if name.startswith("on")]
        assert tag not in ("link", "img", "iframe", "object", "embed", "form", "base")
    [policy] = [
        attrs["content"]
        for _, attrs in made.elements
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    [style] = made.inside["style"]
    _, script = made.inside["script"]
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{hashes[0]}'",
        f"script-src 'sha256-{hashes[1]}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not re.search(r"url\(|@import|https?:", style + script)


def test_the_script_makes_text_only() -> None:
    """There is no way for data to become markup or code."""
    script = "".join(map(asset, ("making.js", "octets.js", "cures.js", "page.js")))
    assert "textContent" in script
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(", script
    )


def test_hostile_words_stay_words() -> None:
    """In titles, names, sentences, labels and data."""
    drawn = render([hostile()], Format.HTML)
    made = Page(drawn)
    assert [tag for tag, _ in made.elements].count("script") == 2
    assert drawn.count("<script") == 2
    assert "<script>alert(1)</script>" in json.dumps(made.data())
    assert any("alert(1)" in text for text in made.inside["text"])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", drawn)


def told(words: str) -> Ladder:
    """A ladder in which every text is this one."""
    all = (words, words)
    setting = Setting(words, all, False)
    problem = Problem(
        words, words, words, True, all, words, (Remedy(words, (setting, setting)),), words
    )
    stations = (Lifeline("client", (Role.CLIENT,), words), Lifeline("s1", (Role.DHCP,), words))
    return Ladder(
        words,
        words,
        words,
        stations,
        (
            Message(0.0, 1, "client", "s1", True, words, words, words, words, words.encode()),
            Decided(0.0, 1, words, words, words, words, words, words, words, all, True),
            Entered(0.0, words),
            Shown(0.0, all),
            Dropped(0.0, 1, words, words, words, words, words, True),
            Keyboard(0.0, words),
            Folded(0.0, 1.0, 3, words, "s1", words),
            Ended(1.0, False, True, all, words, (problem, problem), "Why", all),
        ),
    )


@pytest.mark.parametrize("words", HOSTILES)
@pytest.mark.parametrize("count", [1, 2])
def test_no_text_of_a_ladder_becomes_markup(words: str, count: int) -> None:
    """Whichever of them it is, in the page, the picture, and a picture in another page."""
    ladder = told(clean(words))
    harmless = told("harmless")
    for drawn, alike in (
        (draw([ladder] * count, Align.STATE), draw([harmless] * count, Align.STATE)),
        (svg.draw([ladder] * count, Align.STATE), svg.draw([harmless] * count, Align.STATE)),
        (svg.part(ladder, words, range(3)), svg.part(harmless, "harmless", range(3))),
    ):
        assert shapes(drawn) == shapes(alike)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", drawn)


def shapes(drawn: str) -> set[tuple[str, tuple[str, ...]]]:
    """Which elements there are, with which attributes."""
    return {(tag, tuple(sorted(attrs))) for tag, attrs in Page(drawn).elements}


def test_the_head_has_verdict_and_cure() -> None:
    """Also without a script: the firmware's words, what was seen, what to change."""
    made = render([dead("vmware-e1000e")], Format.HTML)
    head = made[made.index("<header>") : made.index("</header>")]
    for words in ("■ PXE-E55: ", "got no answer", "D43-VMW", "discovery control (43.6) = 8"):
        assert words in head
    lost = dead("vmware-e1000e")
    lost.lost = 3
    head = render([lost], Format.HTML).partition("</header>")[0]
    assert 'class="verdict open"' in head
    assert "receive buffer lost 3 frames" in head
    assert "Cure" not in head
    fine = render([dead("ipxe")], Format.HTML).partition("</header>")[0]
    assert 'class="verdict good"' in fine
    assert "■ Booted boot.0 from " in fine


def test_cures_are_as_they_are_copied() -> None:
    """The lines of each server whole, the words for others last."""
    data = page("vmware-e1000e").data()
    [end] = [told for told in data.values() if "problems" in told]
    settings = end["problems"][0]["remedies"][0]["settings"]
    assert [server for server, _, _ in settings] == [
        "dnsmasq", "ISC dhcpd", "Kea", "Windows DHCP", "others",
    ]  # fmt: skip
    cures = catalogue()
    kea = next(text for server, _, text in settings if server == "Kea")
    assert any("\n".join(cure.kea) == kea for cure in cures.values())
    assert [prose for _, prose, _ in settings] == [False, False, False, True, True]


PAIRS = [
    ("ink", "bg"), ("muted", "bg"), ("sent", "bg"), ("heard", "bg"), ("decide", "bg"),
    ("drop", "bg"), ("ink", "band"), ("ink", "good"), ("ink", "bad"), ("ink", "box"),
    ("muted", "box"), ("phosphor", "screen"), ("ink", "pick"), ("muted", "pick"), ("sent", "pick"),
    ("heard", "pick"), ("decide", "pick"), ("ink", "hover"), ("muted", "hover"), ("ink", "hit"),
    ("ink", "over"),
]  # fmt: skip
"""What is written on what."""


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_everything_can_be_read(scheme: str, ink: str, ground: str) -> None:
    """Text has a contrast of at least 4.5 to what is behind it, in both schemes."""
    style = asset("drawing.css") + asset("page.css")
    blocks = re.findall(r"^:root(\[data-theme=\"dark\"\])? \{([^}]*)\}", style, re.MULTILINE)
    colours: dict[str, str] = {}
    for selector, block in blocks:
        if bool(selector) is (scheme == "dark"):
            colours |= dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
    light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_both_ways_to_dark_are_alike() -> None:
    """What the system asks for, and what the button sets."""
    style = asset("drawing.css") + asset("page.css")
    by_system = re.findall(r":root:not\(\[data-theme=\"light\"\]\) \{([^}]*)\}", style)
    by_button = re.findall(r"^:root\[data-theme=\"dark\"\] \{([^}]*)\}", style, re.MULTILINE)
    assert [sorted(re.findall(r"--\w+: [^;]+", block)) for block in by_system[:2]] == [
        sorted(re.findall(r"--\w+: [^;]+", block)) for block in by_button[:2]
    ]
