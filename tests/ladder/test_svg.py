"""Ladders as SVG: one well-formed picture that asks for nothing."""

from __future__ import annotations

import re
import textwrap
from xml.etree.ElementTree import Element, fromstring

from pxeclient.report.ladder import Align, Format, Style, render
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.drawing import Lane
from pxeclient.report.ladder.model import Decided, Message
from pxeclient.report.ladder.pieces import LETTER
from pxeclient.report.ladder.svg import draw
from tests.ladder.boots import FIRMWARES, HOSTILE, dead, hostile, kinds, ladders

SVG = "{http://www.w3.org/2000/svg}"


def picture(*names: str, align: Align = Align.STATE) -> Element:
    """The picture of one boot or two."""
    return fromstring(render([dead(name) for name in names], Format.SVG, Style(align=align)))


def texts(root: Element) -> str:
    """All that can be read in it."""
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def test_every_network_is_well_formed() -> None:
    """And draws every message and decision."""
    for ladder in ladders():
        root = fromstring(draw([ladder], Align.STATE))
        events = ladder.events
        assert root.tag == f"{SVG}svg"
        styles = [group.get("class") for group in root.iter(f"{SVG}g")]
        assert styles.count("sent") + styles.count("heard") == len(kinds(events, Message))
        diamonds = [part for part in root.iter(f"{SVG}polygon") if part.get("class") == "diamond"]
        assert len(diamonds) == len(kinds(events, Decided))


def test_it_asks_for_nothing() -> None:
    """No link, no font, no picture, no script; both colour schemes are in it."""
    drawn = render([dead("ipxe")], Format.SVG)
    assert re.findall(r'="(https?://[^"]*)"', drawn) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<script|<image|<use|href|@import|url\(", drawn)
    assert "prefers-color-scheme: dark" in drawn


def test_nothing_leaves_the_picture() -> None:
    """Every sentence ends before the edge, in the widest of the usual fixed-width faces."""
    for ladder in ladders():
        lane = Lane(ladder)
        for event in lane.ladder.events:
            body = fromstring(
                f'<svg xmlns="http://www.w3.org/2000/svg">{lane.cell(event).body}</svg>'
            )
            for text in body.iter(f"{SVG}text"):
                end = float(text.get("x", "0"))
                if text.get("text-anchor") != "end":
                    end += len("".join(text.itertext())) * (LETTER - 0.1)
                assert end <= lane.width, textwrap.shorten("".join(text.itertext()), 60)


def test_the_reasons_are_in_it() -> None:
    """A decision with its rule, reason, source and evidence."""
    [asked] = [
        event
        for event in build(dead("vmware-e1000e")).events
        if isinstance(event, Decided) and event.question == "after-ack"
    ]
    shown = texts(picture("vmware-e1000e"))
    for words in (asked.answer, asked.because, asked.rule, asked.source, asked.evidence):
        assert words.split()[0] in shown
    assert asked.because in " ".join(shown.split())


def test_two_boots_side_by_side() -> None:
    """Steps that both take are at one height; so are the ends."""
    tops: list[dict[str, float]] = []
    root = picture(*FIRMWARES)
    lanes = [part for part in root if part.tag == f"{SVG}g"]
    for lane in lanes:
        found: dict[str, float] = {}
        for row in lane:
            match = re.fullmatch(r"translate\(0,(\d+)\)", row.get("transform", ""))
            words = texts(row)
            for step in ("DHCPDISCOVER", "after-ack:", "DHCPACK", "request"):
                if (match and words.startswith(step)) or f" {step}" in words[:40]:
                    found.setdefault(step, float(match[1]) if match else 0)
        tops.append(found)
    assert tops[0] == tops[1]
    assert set(tops[0]) == {"DHCPDISCOVER", "after-ack:", "DHCPACK", "request"}


def test_hostile_words_stay_words() -> None:
    """In titles, names and sentences."""
    drawn = render([hostile()], Format.SVG)
    root = fromstring(drawn)
    assert not [part for part in root.iter() if part.tag.endswith("script")]
    assert "alert(1)" in texts(root)
    assert HOSTILE not in drawn
