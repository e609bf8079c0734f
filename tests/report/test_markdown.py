"""Markdown: what others say stays text, whoever makes the page."""

from __future__ import annotations

import re

import pytest

from pxeclient.check.as_markdown import as_markdown
from pxeclient.check.results import Point, Result, Status
from pxeclient.report.markdown import code, one_line, plain, row

SIGNS = r"\`*_[]<>|~#!&"


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_escaped(sign: str) -> None:
    """Wherever it stands; check, matrix and rows escape the same."""
    assert plain(f"a{sign}b") == f"a\\{sign}b"


def test_what_is_no_markup_stays() -> None:
    """Names, addresses and sentences are not cluttered."""
    text = "PXE-E55: 10.77.0.3:4011 (frame 7), 43.6 = 8; boot/x64/a-b.0 – “so”"
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src=x onerror=y>", r"\<img src=x onerror=y\>"),
        ("a | b", r"a \| b"),
        ("[x](https://evil.example)", r"\[x\](https://evil.example)"),
        ("![x](y)", r"\!\[x\](y)"),
        ("&lt;script&gt;", r"\&lt;script\&gt;"),
        ("~~gone~~ **bold** __bold__", r"\~\~gone\~\~ \*\*bold\*\* \_\_bold\_\_"),
        ("# one\n# two\n\n| a |", r"\# one \# two \| a \|"),
        (r"Boot\x64\wdsnbp.com", r"Boot\\x64\\wdsnbp.com"),
        ("a\x1b[2Jb", "a\N{REPLACEMENT CHARACTER}\\[2Jb"),
    ],
)
def test_markup_becomes_text(text: str, shown: str) -> None:
    """A table, a link, a tag, an entity, a heading, a path."""
    assert plain(text) == shown


def test_code_ends_where_it_should() -> None:
    """A backtick would end it, a bar would end the cell."""
    assert code("a`b|c") == r"`a'b\|c`"
    assert one_line(" a\tb\r\nc ") == "a b c"


def test_a_row_has_as_many_cells_as_it_was_given() -> None:
    """Whatever is in them."""
    made = row(map(plain, ("a|b", "c\n|d", r"e\|f")))
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", made)) == 4


def test_a_suites_own_words_stay_in_their_cell() -> None:
    """As check shows them in a step's summary."""
    point = Point(Status.NOT_MET, "a | b", "<b>c</b>")
    lines = list(as_markdown("t", "w", [Result("x\n| y", "", "edk2", (point,))]))
    [made] = [line for line in lines if "edk2" in line]
    assert r"x \| y" in made
    assert r"\<b\>c\</b\>" in made
