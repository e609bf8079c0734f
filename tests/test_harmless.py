"""Texts of strangers: nothing unseen, and no orders to whoever keeps a log."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.cli.streams import Harmless
from pxeclient.harmless import (
    clean,
    complaint,
    for_a_log,
    json_text,
    markup_text,
    without_commands,
)

PIECES = (
    "::", ":", "#", "##", "##[", "##vso[", "vso[", "[", "##teamcity[", "teamcity[", " ", "\t", "\n",
    "\r", "error title=x", "\x1b[2J", "\x1b]0;x\x07", "\x1b[31m", "\x9b", "\u202e", "\u2028", "x",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def orders(text: str) -> list[str]:
    """What a runner would obey: read as theirs read it, line by line."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if line.lstrip().startswith("::"):
            found.append(line)
        found += [line for sign in ("##[", "##vso[", "##teamcity[") if sign in line]
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "<3a>:error::x"),
        ("  \t::set-output name=a::b", "  \t<3a>:set-output name=a::b"),
        ("a\n\u00a0::stop-commands::t", "a\n\u00a0<3a>:stop-commands::t"),
        ("x\r::debug::y", "x\r<3a>:debug::y"),
        ("is ##[error]", "is #<23>[error]"),
        ("x ##vso[task.setvariable]", "x #<23>vso[task.setvariable]"),
        ("x ##teamcity[a]###vso[", "x #<23>teamcity[a]##<23>vso["),
    ],
)
def test_orders_are_seen_for_what_they_are(text: str, shown: str) -> None:
    """One sign of them is shown as its octet."""
    assert orders(text)
    assert without_commands(text) == shown


@pytest.mark.parametrize(
    "text", ["fe80::1 says ::1", "a ::error::x", "# comment ## heading", "[::]", "10.0.0.1: x", ""]
)
def test_what_is_no_order_stays(text: str) -> None:
    """Addresses, headings, and two colons after words."""
    assert without_commands(text) == text


@given(st.lists(HOSTILE, max_size=5))
def test_no_way_of_writing_makes_an_order(pieces: list[str]) -> None:
    """However a text comes in pieces, the log has no order, and nothing that is not seen."""
    under = io.StringIO(newline="")
    stream = Harmless(under)
    for piece in pieces:
        assert stream.write(piece) == len(piece)
    written = under.getvalue()
    assert orders(written) == []
    assert not re.search("[\x00-\x07\x0b\x0c\x0e-\x1a\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)
    assert not re.search(r"\x1b(?!\[[0-9;]*[ABKm])", written)


def test_our_own_colours_and_moves_come_through() -> None:
    """What `coloring`, `progress` and `machine_screen` write."""
    ours = "\r\x1b[K\x1b[1m\x1b[38;5;28m■ Booted\x1b[0m\b \x1b[2A\x1b[7mx\x1b[0m\x1b[2B\n"
    assert for_a_log(ours) == ours


@given(HOSTILE | st.text())
def test_clean_text_is_seen_as_it_is(text: str) -> None:
    """Line ends and tabs apart, each character shows; clean text stays."""
    found = clean(text)
    assert all(sign in "\n\t" or sign.isprintable() for sign in found)
    assert not any(unicodedata.category(sign) in ("Cf", "Cs", "Co") for sign in found)
    assert clean(found) == found
    assert complaint(text).isprintable()


def test_a_complaint_has_an_end() -> None:
    """It may quote megabytes."""
    assert len(complaint("x" * 10_000_000)) < 2100


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | HOSTILE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.sampled_from((None, 2)), st.booleans())
def test_json_says_the_same_and_orders_nothing(
    value: object, indent: int | None, plain: bool
) -> None:
    """Python's reader gets every string back."""
    written = json_text(value, indent, plain)
    assert json.loads(written) == value
    assert orders(written) == []
    assert all(sign == "\n" or sign.isprintable() for sign in written)
    assert for_a_log(written) == written


@given(HOSTILE)
def test_markup_says_the_same_and_orders_nothing(text: str) -> None:
    """expat gets every text back, in elements and in attributes."""
    seen = clean(text).replace("\t", " ")
    element = ElementTree.Element("a", {"b": seen.replace("\n", " ")})
    element.text = seen
    written = markup_text(ElementTree.tostring(element, encoding="unicode"))
    assert orders(written) == []
    read = ElementTree.fromstring(written)
    assert (read.text or "") == seen
    assert read.get("b") == seen.replace("\n", " ")
